package dev.lucenesemantic.mining;

import dev.lucenesemantic.document.FieldGenerations;
import dev.lucenesemantic.document.ModelMismatchException;
import dev.lucenesemantic.embed.TextEmbedder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;

/**
 * What Python users find in {@code sentence_transformers.util}, over a vector field of a Lucene
 * index: semantic search with many queries, paraphrase mining, community detection, and near
 * duplicates. {@link VectorMining} does the same over lists, and defines it.
 *
 * <pre>{@code
 * IndexMining mining = new IndexMining(searcher, "body_vector");
 * for (ParaphrasePair pair : mining.paraphraseMining(10, 100_000, 0.9f)) { ... }
 * }</pre>
 *
 * <p>The field is a {@code KnnFloatVectorField}, as {@code SemanticField} is one, in any number of
 * segments. Deleted documents and documents without a vector take no part. Vectors are named by
 * their document ids, which hold for the reader of the searcher.
 *
 * <p><b>Approximation.</b> Neighbours are found by Lucene's HNSW graphs, each segment's with a beam
 * of {@link #withBeam} candidates or one and a half times as many as are asked for, if that is
 * more: a near vector may be missed, and then a pair, a member of a community or a duplicate is
 * missing. A wider beam misses fewer; one as wide as the index misses none. Scores are exact: they
 * are computed from the vectors as they were indexed, also where the graph compares quantised ones.
 * Segments with no more vectors than the beam, and filters that let few documents through, are
 * searched exactly.
 *
 * <p><b>Similarity.</b> Scores are cosines. A field with similarity {@code COSINE} may hold any
 * vectors. {@code DOT_PRODUCT}, {@code EUCLIDEAN} and {@code MAXIMUM_INNER_PRODUCT} have the order
 * of the cosine among vectors of length 1 only, and another length, where it is met, is an {@link
 * IllegalArgumentException}; only {@link #semanticSearch(List, int)} takes any vectors of a field
 * with {@code MAXIMUM_INNER_PRODUCT}, and its scores then are dot products.
 *
 * <p><b>Memory and time.</b> Vectors are read from the index one at a time. What is held beside the
 * results is a few bits or bytes for each document and the hits of a few searches, as each function
 * says. Mining makes one search for each document; it works in the threads of the searcher's
 * executor, or without one in the calling thread alone. The number of threads changes no result.
 * One segment is searched faster than many. The searcher's timeout is not heeded: half a result
 * would look like a whole one. To end it, interrupt the calling thread, which leaves it with {@link
 * org.apache.lucene.util.ThreadInterruptedException} and its flag set.
 *
 * <p>A field that does not exist or has no vectors gives empty results. Vectors of bytes, and of
 * several models in one Lucene field, are an {@link IllegalArgumentException}. If a {@code
 * ModelMigration} has led the field to another model, its vectors are mined as soon as the old ones
 * are removed, under the same name.
 *
 * <p>Instances are immutable and safe for use by several threads.
 */
public final class IndexMining {
  private static final int DEFAULT_BEAM = 100;

  /** Searches that a thread does before it looks whether it is interrupted. */
  private static final int RANGE = 32;

  private final IndexSearcher searcher;
  private final String field;
  private final Query filter;
  private final int beam;

  /**
   * Over all documents, with a beam of 100 candidates.
   *
   * @param searcher the index, and the threads that search it
   * @param field the field of the vectors, by the application's name
   */
  public IndexMining(IndexSearcher searcher, String field) {
    this(searcher, field, null, DEFAULT_BEAM);
  }

  private IndexMining(IndexSearcher searcher, String field, Query filter, int beam) {
    this.searcher = Objects.requireNonNull(searcher, "searcher");
    this.field = Objects.requireNonNull(field, "field");
    this.filter = filter;
    this.beam = Checks.positive("beam", beam);
  }

  /**
   * The same over the documents that match a query: all others are neither found nor searched with.
   *
   * @param query decides which documents take part; all if it is null
   * @return a copy
   */
  public IndexMining withFilter(Query query) {
    return new IndexMining(searcher, field, query, beam);
  }

  /**
   * The same with another beam: how many candidates each segment is searched for, at least. A wider
   * one misses fewer neighbours and takes more time.
   *
   * @param candidates at least 1
   * @return a copy
   */
  public IndexMining withBeam(int candidates) {
    return new IndexMining(searcher, field, filter, candidates);
  }

  /**
   * Finds for each query the nearest documents.
   *
   * @param queries the vectors to search with, of the field's dimension and any length; may be
   *     empty
   * @param topK how many are found for each query, at most
   * @return for each query, in the order of {@code queries}, its hits, best first, of equal scores
   *     the lower document id first
   * @throws IOException if the index cannot be read
   * @throws IllegalArgumentException if {@code topK} is below 1, or a query is null, of another
   *     dimension, zero, or has a component that is NaN or infinite
   */
  public List<List<SearchHit>> semanticSearch(List<float[]> queries, int topK) throws IOException {
    return semanticSearch(queries, topK, completeField());
  }

  /** The Lucene field that has the vectors of all documents. */
  private String completeField() throws IOException {
    return FieldGenerations.complete(searcher.getIndexReader(), field);
  }

  private List<List<SearchHit>> semanticSearch(List<float[]> queries, int topK, String luceneField)
      throws IOException {
    Checks.positive("topK", topK);
    float[][] targets = queries.toArray(float[][]::new);
    for (int i = 0; i < targets.length; i++) {
      if (targets[i] == null) {
        throw new IllegalArgumentException("query vector " + i + " is null");
      }
    }
    IndexedVectors vectors = IndexedVectors.open(searcher, luceneField, filter);
    @SuppressWarnings({"unchecked", "rawtypes"})
    List<SearchHit>[] hits = new List[targets.length];
    Arrays.fill(hits, List.of());
    if (vectors.count() > 0) {
      ParallelRows.forEach(
          searcher.getTaskExecutor(),
          0,
          targets.length,
          RANGE,
          (from, to) -> {
            VectorCursor cursor = VectorCursor.ofFieldScores(vectors);
            for (int i = from; i < to; i++) {
              cursor.setTarget("query vector " + i, targets[i]);
              hits[i] = Ranked.hits(cursor.nearest(topK, beamFor(topK)));
            }
          });
    }
    return Arrays.asList(hits);
  }

  /**
   * Finds for each question the documents nearest in meaning.
   *
   * @param questions the texts to search with, encoded with the model's prompt for queries
   * @param topK how many are found for each, at most
   * @param embedder encodes the texts; must be the model that made the vectors. Not closed
   * @return for each question, in their order, its hits, best first
   * @throws IOException if the index cannot be read
   * @throws ModelMismatchException if the vectors of the field were made by another model, or do
   *     not say by which
   */
  public List<List<SearchHit>> semanticSearch(
      List<String> questions, int topK, TextEmbedder embedder) throws IOException {
    Checks.positive("topK", topK);
    String luceneField =
        FieldGenerations.searchable(searcher.getIndexReader(), field, embedder).field();
    List<float[]> queries = new ArrayList<>(questions.size());
    for (String question : questions) {
      queries.add(embedder.embedQuery(question));
    }
    return semanticSearch(queries, topK, luceneField);
  }

  /**
   * Finds the pairs of documents whose vectors are nearest to each other: of each document and the
   * {@code topK} nearest to it. A document is itself one of {@code topK + 1} that are looked at.
   * Beside the result this holds 12 bytes for each of {@code maxPairs}.
   *
   * @param topK how many others are retrieved for each document, at most; Python's default is 100
   * @param maxPairs bounds the number of pairs, as {@link ParaphraseOptions#maxPairs} says: about
   *     half as many different ones come back; Python's default is 500,000
   * @param minScore the least cosine of a pair, from -1 to 1; Python has -1, and a higher one saves
   *     memory, not time
   * @return each pair once, best first; pairs of equal scores by their document ids
   * @throws IOException if the index cannot be read
   * @throws IllegalArgumentException if a number is out of range
   */
  public List<ParaphrasePair> paraphraseMining(int topK, int maxPairs, float minScore)
      throws IOException {
    Checks.positive("topK", topK);
    Checks.positive("maxPairs", maxPairs);
    Checks.cosine("minScore", minScore);
    float floor = Math.max(ExactPairs.FLOOR, Math.nextDown(minScore));
    int k = (int) Math.min(topK + 1L, Integer.MAX_VALUE);
    IndexedVectors vectors = IndexedVectors.open(searcher, completeField(), filter);
    PairHeap pairs = new PairHeap(maxPairs - 1);
    ParallelRows.forEach(
        searcher.getTaskExecutor(),
        0,
        vectors.maxDoc(),
        RANGE,
        (from, to) -> {
          VectorCursor cursor = VectorCursor.ofCosines(vectors);
          cursor.forEach(
              from, to, doc -> pairs.offerAll(doc, cursor.nearest(k, beamFor(k)), floor));
        });
    return pairs.toList();
  }

  /**
   * Finds groups of documents that are near one of them, as {@link
   * VectorMining#communityDetection(List, float, int)} does of vectors. A document is searched with
   * for as many neighbours as it has at that threshold, however many; and once more if its
   * community is large enough. So a threshold that a large part of the index passes takes a time
   * that grows with the square of its size. Beside the result this holds four bytes for each
   * document, eight for each that is the centre of a community, and those near a few of them.
   *
   * @param threshold the least cosine, from -1 to 1; Python's default is 0.75. As scores are
   *     rounded, 1 misses some equal vectors, and 0.99999 finds them
   * @param minCommunitySize the least number of members, at least 1; Python's default is 10. As in
   *     Python it is lowered to the number of vectors if there are fewer
   * @return communities that have no document in common, largest first; in each the ids of its
   *     documents, first the centre, unless a larger community has it, then the nearest to it first
   * @throws IOException if the index cannot be read
   * @throws IllegalArgumentException if a number is out of range
   */
  public List<List<Integer>> communityDetection(float threshold, int minCommunitySize)
      throws IOException {
    Checks.cosine("threshold", threshold);
    Checks.positive("minCommunitySize", minCommunitySize);
    IndexedVectors vectors = IndexedVectors.open(searcher, completeField(), filter);
    return new IndexedCommunities(vectors, searcher.getTaskExecutor(), threshold, beam)
        .detect(minCommunitySize);
  }

  /**
   * Finds which documents are near duplicates of earlier ones, in the order of their ids, as {@link
   * VectorMining#nearDuplicates} defines it. Each group is handed over as soon as it is known.
   * Documents that are known as duplicates are not searched with, so that an index of many
   * duplicates takes less time. Beside one group this holds two bits for each document, and the
   * hits of some hundred searches.
   *
   * <p>Each duplicate comes exactly once. A document that is kept may come twice: when a later one
   * finds it, which its own search has missed.
   *
   * <p>To remove them, delete by a field that identifies documents, or with {@code
   * IndexWriter.tryDeleteDocument(reader, id)}.
   *
   * @param threshold the least cosine of duplicates, from -1 to 1. As scores are rounded, 1 misses
   *     some equal vectors, and 0.99999 finds them
   * @param groups is given, in the calling thread, each document that is kept and has duplicates,
   *     with the duplicates
   * @throws IOException if the index cannot be read
   * @throws IllegalArgumentException if the threshold is out of range
   */
  public void nearDuplicates(float threshold, Consumer<DuplicateGroup> groups) throws IOException {
    Checks.cosine("threshold", threshold);
    Objects.requireNonNull(groups, "groups");
    IndexedVectors vectors = IndexedVectors.open(searcher, completeField(), filter);
    new IndexedDuplicates(vectors, searcher.getTaskExecutor(), threshold, beam, groups).find();
  }

  /**
   * Finds which documents are near duplicates of earlier ones, as {@link #nearDuplicates(float,
   * Consumer)} does, and collects the groups.
   *
   * @param threshold the least cosine of duplicates, from -1 to 1
   * @return the documents that are kept and have duplicates, with the duplicates
   * @throws IOException if the index cannot be read
   * @throws IllegalArgumentException if the threshold is out of range
   */
  public List<DuplicateGroup> nearDuplicates(float threshold) throws IOException {
    List<DuplicateGroup> groups = new ArrayList<>();
    nearDuplicates(threshold, groups::add);
    return groups;
  }

  /** A search for no more candidates than it keeps would miss some of the last ones. */
  private int beamFor(int k) {
    return (int) Math.min(Math.max(beam, k + k / 2L), Integer.MAX_VALUE);
  }
}
