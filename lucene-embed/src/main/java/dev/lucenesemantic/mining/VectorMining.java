package dev.lucenesemantic.mining;

import dev.lucenesemantic.embed.Similarity;
import dev.lucenesemantic.embed.TextEmbedder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.lucene.util.FixedBitSet;

/**
 * What Python users find in {@code sentence_transformers.util}, over lists of vectors: semantic
 * search, paraphrase mining, community detection, and the removal of near duplicates. {@link
 * IndexMining} does the same over a Lucene index.
 *
 * <p>Everything is compared with everything, so that results are exact: they are Python's up to the
 * rounding of scores, about 1e-6. Where Python leaves open which of equal scores comes first, or is
 * cut off, it is the one with the lower index here. The time grows with the product of the two
 * lists' lengths; some hundred thousand vectors are the practical limit for a list compared with
 * itself. All cores take part where that pays, and change no result.
 *
 * <p>Memory: vectors are used where they are, and never copied. Added to them come the results, and
 * a few numbers for each vector; never a matrix of scores, as in Python, which is why there are no
 * chunk sizes to set for it.
 *
 * <p>All functions throw {@link IllegalArgumentException} for vectors of different dimensions, for
 * a null among them, for a component that is NaN or infinite and for numbers out of range, and
 * {@link NullPointerException} for an argument that is null. A vector of zeros is allowed, and its
 * score is 0 with every other. A thread that is interrupted ends with {@link
 * org.apache.lucene.util.ThreadInterruptedException}, and its interrupt flag stays set.
 *
 * <p>The functions over texts encode them with {@link TextEmbedder#embedDocuments}, that is with
 * the model's prompt for documents if it has one. Python's use no prompt; where that matters, give
 * {@code model.encode(texts)} to the function over vectors.
 */
public final class VectorMining {
  private VectorMining() {}

  /**
   * Finds for each query the vectors of a corpus with the highest cosine.
   *
   * @param queries the vectors to search with; may be empty
   * @param corpus the vectors to be found, of the same dimension; may be empty
   * @param topK how many are found for each query, at most; Python's default is 10
   * @return for each query, in the order of {@code queries}, its hits, best first; empty lists if
   *     the corpus is empty
   */
  public static List<List<SearchHit>> semanticSearch(
      List<float[]> queries, List<float[]> corpus, int topK) {
    return semanticSearch(queries, corpus, topK, Similarity.COSINE);
  }

  /**
   * Finds for each query the nearest vectors of a corpus.
   *
   * @param queries the vectors to search with; may be empty
   * @param corpus the vectors to be found, of the same dimension; may be empty
   * @param topK how many are found for each query, at most; Python's default is 10
   * @param similarity what the score is: {@link Similarity#COSINE} or {@link Similarity#DOT}
   * @return for each query, in the order of {@code queries}, its hits, best first; empty lists if
   *     the corpus is empty
   */
  public static List<List<SearchHit>> semanticSearch(
      List<float[]> queries, List<float[]> corpus, int topK, Similarity similarity) {
    Checks.positive("topK", topK);
    VectorTable queryTable = VectorTable.of("query vector", queries, similarity);
    VectorTable corpusTable = VectorTable.of("corpus vector", corpus, similarity);
    if (queryTable.size() > 0
        && corpusTable.size() > 0
        && queryTable.dimension() != corpusTable.dimension()) {
      throw new IllegalArgumentException(
          "the query vectors have "
              + queryTable.dimension()
              + " components and the corpus vectors "
              + corpusTable.dimension()
              + "; only vectors of one model can be compared");
    }
    return ExactNearest.search(queryTable, corpusTable, topK);
  }

  /**
   * Finds for each query the texts of a corpus with the highest cosine.
   *
   * @param queries the texts to search with, encoded with the model's prompt for queries
   * @param corpus the texts to be found
   * @param topK how many are found for each query, at most
   * @param embedder encodes the texts; not closed
   * @return for each query, in the order of {@code queries}, its hits, best first
   */
  public static List<List<SearchHit>> semanticSearch(
      List<String> queries, List<String> corpus, int topK, TextEmbedder embedder) {
    Checks.positive("topK", topK);
    List<float[]> queryVectors = new ArrayList<>(queries.size());
    for (String query : queries) {
      queryVectors.add(embedder.embedQuery(query));
    }
    return semanticSearch(queryVectors, embedder.embedDocuments(corpus), topK);
  }

  /**
   * Finds the pairs of vectors with the highest cosine, with Python's defaults.
   *
   * @param vectors any number of vectors
   * @return each pair once, best first
   * @see ParaphraseOptions#defaults()
   */
  public static List<ParaphrasePair> paraphraseMining(List<float[]> vectors) {
    return paraphraseMining(vectors, ParaphraseOptions.defaults());
  }

  /**
   * Finds the pairs of vectors that are nearest to each other: of each vector and the {@code topK}
   * nearest to it. A vector is itself one of {@code topK + 1} that are looked at. Pairs with a
   * score of -1 or less are left out, as in Python.
   *
   * @param vectors any number of vectors
   * @param options how many pairs, and what their score is
   * @return each pair once, best first; pairs of equal scores by their indices
   */
  public static List<ParaphrasePair> paraphraseMining(
      List<float[]> vectors, ParaphraseOptions options) {
    return ExactPairs.mine(VectorTable.of("vector", vectors, options.similarity()), options);
  }

  /**
   * Finds the pairs of texts with the highest cosine, with Python's defaults.
   *
   * @param texts any number of texts
   * @param embedder encodes them; not closed
   * @return each pair once, best first
   */
  public static List<ParaphrasePair> paraphraseMining(List<String> texts, TextEmbedder embedder) {
    return paraphraseMining(texts, embedder, ParaphraseOptions.defaults());
  }

  /**
   * Finds the pairs of texts that are nearest to each other.
   *
   * @param texts any number of texts
   * @param embedder encodes them; not closed
   * @param options how many pairs, and what their score is
   * @return each pair once, best first
   */
  public static List<ParaphrasePair> paraphraseMining(
      List<String> texts, TextEmbedder embedder, ParaphraseOptions options) {
    Objects.requireNonNull(options, "options");
    return paraphraseMining(embedder.embedDocuments(texts), options);
  }

  /**
   * Finds groups of vectors that are near one of them, the centre.
   *
   * <p>A community is a vector and all vectors whose cosine with it is at least {@code threshold},
   * if together they are at least {@code minCommunitySize}. Where communities overlap, the largest
   * comes first, of equal ones that with the lower centre, and takes its members; what is left of
   * another counts if it is still large enough.
   *
   * @param vectors any number of vectors
   * @param threshold the least cosine, from -1 to 1; Python's default is 0.75. As scores are
   *     rounded, 1 misses some equal vectors, and 0.99999 finds them
   * @param minCommunitySize the least number of members, at least 1; Python's default is 10. As in
   *     Python it is lowered to the number of vectors if there are fewer
   * @return communities that have no vector in common, largest first; in each the indices of its
   *     members, first the centre, unless a larger community has it, then the nearest to it first
   */
  public static List<List<Integer>> communityDetection(
      List<float[]> vectors, float threshold, int minCommunitySize) {
    Checks.cosine("threshold", threshold);
    Checks.positive("minCommunitySize", minCommunitySize);
    return ExactCommunities.detect(
        VectorTable.of("vector", vectors, Similarity.COSINE), threshold, minCommunitySize);
  }

  /**
   * Finds groups of texts of near meaning, as {@link #communityDetection(List, float, int)} does of
   * vectors.
   *
   * @param texts any number of texts
   * @param threshold the least cosine, from -1 to 1
   * @param minCommunitySize the least number of members, at least 1
   * @param embedder encodes the texts; not closed
   * @return communities that have no text in common, largest first
   */
  public static List<List<Integer>> communityDetection(
      List<String> texts, float threshold, int minCommunitySize, TextEmbedder embedder) {
    Checks.cosine("threshold", threshold);
    Checks.positive("minCommunitySize", minCommunitySize);
    return communityDetection(embedder.embedDocuments(texts), threshold, minCommunitySize);
  }

  /**
   * Finds which vectors are near duplicates of earlier ones.
   *
   * <p>Python has no function for it; this is what its users make of paraphrase mining, with an
   * exact definition. The vectors are looked at in their order. One is a duplicate if its cosine
   * with a vector that was kept before is at least {@code threshold}, and it belongs to the first
   * such vector; otherwise it is kept. So no two that are kept are that near to each other, and
   * each duplicate is that near to the one kept for it, while two duplicates of one group need not
   * be.
   *
   * @param vectors any number of vectors
   * @param threshold the least cosine of duplicates, from -1 to 1. As scores are rounded, 1 misses
   *     some equal vectors, and 0.99999 finds them
   * @return the vectors kept that have duplicates, in their order, with the duplicates
   */
  public static List<DuplicateGroup> nearDuplicates(List<float[]> vectors, float threshold) {
    Checks.cosine("threshold", threshold);
    return ExactDuplicates.find(VectorTable.of("vector", vectors, Similarity.COSINE), threshold);
  }

  /**
   * Removes texts that mean nearly the same as an earlier one: the duplicates in the sense of
   * {@link #nearDuplicates}.
   *
   * @param texts any number of texts; not changed
   * @param threshold the least cosine of duplicates, from -1 to 1
   * @param embedder encodes the texts; not closed
   * @return a new list of the texts that are kept, in their order
   */
  public static List<String> removeNearDuplicates(
      List<String> texts, float threshold, TextEmbedder embedder) {
    Checks.cosine("threshold", threshold);
    FixedBitSet duplicates = new FixedBitSet(texts.size());
    for (DuplicateGroup group : nearDuplicates(embedder.embedDocuments(texts), threshold)) {
      group.duplicates().forEach(duplicates::set);
    }
    List<String> kept = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      if (!duplicates.get(i)) {
        kept.add(texts.get(i));
      }
    }
    return kept;
  }
}
