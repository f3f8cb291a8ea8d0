package dev.lucenesemantic.search;

import dev.lucenesemantic.codec.StoredVectors;
import dev.lucenesemantic.document.EncodingException;
import dev.lucenesemantic.document.FieldGenerations;
import dev.lucenesemantic.document.FieldModels;
import dev.lucenesemantic.document.ModelMismatchException;
import dev.lucenesemantic.embed.TextEmbedder;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreDoc;

/**
 * Finds the {@code k} documents whose vectors are nearest to a text. A document's score is {@code
 * (1 + cosine) / 2}, between 0 and 1.
 *
 * <p>The text is encoded when the query is rewritten, once for each query object and its copies,
 * however many segments there are and however often it is searched. The search is Lucene's {@code
 * KnnFloatVectorQuery}, in threads of the searcher's executor and under its timeout if it has them.
 *
 * <p>The vectors in the index must have been made by the same model: a {@link
 * ModelMismatchException} says which ones were not, when the query is rewritten. A field that does
 * not exist or has no vectors matches nothing.
 *
 * <p>The search is approximate. To find the best {@code k} it explores more candidates than {@code
 * k}: see {@link #withBeam}. Where vectors are quantised ({@link
 * dev.lucenesemantic.codec.VectorStorage}) the candidates' scores are computed again from the
 * vectors as they were indexed, so that hits are ranked by exact scores however vectors are stored.
 */
public final class SemanticQuery extends Query {
  private final String field;
  private final String text;
  private final int k;
  private final TextEmbedder embedder;
  private final Query filter;

  /** Zero stands for the default, which depends on how the vectors are stored. */
  private final int beam;

  private final float minSimilarity;
  private final QueryVector vector;

  /**
   * Makes a query for the nearest of all documents.
   *
   * @param field the field of the vectors
   * @param text the question, in plain words
   * @param k how many documents match, at most
   * @param embedder encodes the text; must be the model that made the vectors. Not closed
   * @throws IllegalArgumentException if {@code k} is below 1 or the text is null
   */
  public SemanticQuery(String field, String text, int k, TextEmbedder embedder) {
    this(field, text, k, embedder, null);
  }

  /**
   * Makes a query for the nearest of the documents that match another query.
   *
   * @param field the field of the vectors
   * @param text the question, in plain words
   * @param k how many documents match, at most
   * @param embedder encodes the text; must be the model that made the vectors. Not closed
   * @param filter only documents that match it can match; all if it is null
   * @throws IllegalArgumentException if {@code k} is below 1 or the text is null
   */
  public SemanticQuery(String field, String text, int k, TextEmbedder embedder, Query filter) {
    this(field, text, k, embedder, filter, 0, -1, new QueryVector(field, text, embedder));
  }

  private SemanticQuery(
      String field,
      String text,
      int k,
      TextEmbedder embedder,
      Query filter,
      int beam,
      float minSimilarity,
      QueryVector vector) {
    this.field = Objects.requireNonNull(field, "field");
    QueryVector.check(field, text, k);
    this.text = text;
    this.k = k;
    this.embedder = Objects.requireNonNull(embedder, "embedder");
    this.filter = filter;
    this.beam = beam;
    this.minSimilarity = minSimilarity;
    this.vector = vector;
  }

  /**
   * The same query with another beam: how many candidates the search explores, of which it keeps
   * the best {@code k}. A wider beam misses fewer of the true nearest documents and takes more
   * time. Without this call it is one and a half times {@code k}, and at least 300. In an index of
   * more than 5,000 vectors it grows with the logarithm of their number: twice as many for 50,000,
   * three times as many for 500,000. Where vectors are stored in less than 4 bits it is one and a
   * half times as wide, and at least five times {@code k}, and for fewer than 384 components as
   * many times wider as these are fewer.
   *
   * @param beam the number of candidates, at least {@code k}
   * @return a copy
   * @throws IllegalArgumentException if the beam is below {@code k}
   */
  public SemanticQuery withBeam(int beam) {
    if (beam < k) {
      throw new IllegalArgumentException(
          "the beam must be at least k = " + k + " candidates, got: " + beam);
    }
    return new SemanticQuery(field, text, k, embedder, filter, beam, minSimilarity, vector);
  }

  /**
   * The same query with a threshold: only documents at least as similar as that match, up to {@code
   * k} of them. Which similarity means a good answer differs from model to model.
   *
   * @param cosine the least cosine of a document's vector and the text's, from -1 (which all
   *     documents reach) to 1
   * @return a copy
   * @throws IllegalArgumentException if it is not a number from -1 to 1
   */
  public SemanticQuery withMinSimilarity(float cosine) {
    if (!(cosine >= -1 && cosine <= 1)) {
      throw new IllegalArgumentException(
          "the minimal similarity is a cosine, from -1 to 1, got: " + cosine);
    }
    return new SemanticQuery(field, text, k, embedder, filter, beam, cosine, vector);
  }

  /**
   * The field of the vectors.
   *
   * @return its name
   */
  public String getField() {
    return field;
  }

  /**
   * The question.
   *
   * @return the text that is encoded
   */
  public String getText() {
    return text;
  }

  /**
   * How many documents match, at most.
   *
   * @return the number of documents
   */
  public int getK() {
    return k;
  }

  /**
   * What encodes the text.
   *
   * @return the embedder given to the constructor
   */
  public TextEmbedder getEmbedder() {
    return embedder;
  }

  /**
   * The query whose matches alone can match.
   *
   * @return the filter; null if there is none
   */
  public Query getFilter() {
    return filter;
  }

  /**
   * How many candidates the search explores, at least: the default is more for a large index.
   *
   * @return the number of candidates
   * @see #withBeam
   */
  public int getBeam() {
    return beam == 0 ? DefaultBeam.least(k) : beam;
  }

  /**
   * The least cosine of a match.
   *
   * @return the threshold; -1 if there is none
   * @see #withMinSimilarity
   */
  public float getMinSimilarity() {
    return minSimilarity;
  }

  /**
   * Encodes the text and searches.
   *
   * @throws ModelMismatchException if vectors of the field were made by another model, by several,
   *     or do not say by which
   * @throws EncodingException if the text cannot be encoded
   */
  @Override
  public Query rewrite(IndexSearcher searcher) throws IOException {
    IndexReader reader = searcher.getIndexReader();
    FieldModels models = FieldGenerations.searchable(reader, field, embedder);
    if (models.isEmpty()) {
      return new MatchNoDocsQuery("field '" + field + "' has no vectors");
    }
    String vectors = models.field();
    int candidates =
        beam == 0
            ? DefaultBeam.of(k, StoredVectors.of(reader, vectors), embedder.dimension())
            : beam;
    // Lucene allocates the whole beam, which no index can fill beyond its size.
    NearestVectors nearest =
        new NearestVectors(
            field, vectors, vector.get(), Math.min(candidates, reader.maxDoc()), filter);
    ScoreDoc[] hits =
        Arrays.stream(new ExactScores(vectors, vector.get()).of(reader, nearest.search(searcher)))
            .filter(hit -> hit.score >= SemanticHits.score(minSimilarity))
            .limit(k)
            .toArray(ScoreDoc[]::new);
    if (hits.length == 0) {
      return new MatchNoDocsQuery("nothing near enough to \"" + text + "\"");
    }
    return new SemanticHits(this, vectors, reader, hits);
  }

  /** The vector of the text, encoded now if it was not before. */
  float[] vector() {
    return vector.get();
  }

  @Override
  public void visit(QueryVisitor visitor) {
    if (visitor.acceptField(field)) {
      visitor.visitLeaf(this);
    }
  }

  @Override
  public String toString(String defaultField) {
    StringBuilder string = new StringBuilder("SemanticQuery:");
    string.append(field).append("[\"").append(text).append("\"][k=").append(k).append(']');
    if (beam != 0) {
      string.append("[beam=").append(beam).append(']');
    }
    if (minSimilarity > -1) {
      string.append("[cosine>=").append(minSimilarity).append(']');
    }
    if (filter != null) {
      string.append('[').append(filter).append(']');
    }
    return string.toString();
  }

  /** Two queries are equal if they find the same: the models count, not the embedder objects. */
  @Override
  public boolean equals(Object other) {
    if (!sameClassAs(other)) {
      return false;
    }
    SemanticQuery query = (SemanticQuery) other;
    return field.equals(query.field)
        && text.equals(query.text)
        && k == query.k
        && beam == query.beam
        && Float.compare(minSimilarity, query.minSimilarity) == 0
        && Objects.equals(filter, query.filter)
        && embedder.fingerprint().equals(query.embedder.fingerprint());
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        classHash(), field, text, k, beam, minSimilarity, filter, embedder.fingerprint());
  }
}
