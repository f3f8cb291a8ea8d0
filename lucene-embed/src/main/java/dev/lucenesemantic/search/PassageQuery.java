package dev.lucenesemantic.search;

import dev.lucenesemantic.document.EncodingException;
import dev.lucenesemantic.document.ModelMismatchException;
import dev.lucenesemantic.embed.TextEmbedder;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;

/**
 * What {@link PassageSearch} finds, as a query that can be combined with others: it matches the
 * {@code k} documents with the nearest passages, each with the score of its best one. In an index
 * of layout {@code FLAT}, where only passages are documents, it matches the best passage of each.
 */
public final class PassageQuery extends Query {
  private final String field;
  private final String text;
  private final int k;
  private final TextEmbedder embedder;
  private final Query filter;
  private final QueryVector vector;

  /**
   * Makes a query for the nearest of all documents.
   *
   * @param field the field that was given the long texts
   * @param text the question, in plain words
   * @param k how many documents match, at most
   * @param embedder encodes the text; must be the model that made the vectors. Not closed
   * @throws IllegalArgumentException if {@code k} is below 1 or the text is null
   */
  public PassageQuery(String field, String text, int k, TextEmbedder embedder) {
    this(field, text, k, embedder, null);
  }

  /**
   * Makes a query for the nearest of the documents that match another query.
   *
   * @param field the field that was given the long texts
   * @param text the question, in plain words
   * @param k how many documents match, at most
   * @param embedder encodes the text; must be the model that made the vectors. Not closed
   * @param filter a query on the documents' own fields; null for all
   * @throws IllegalArgumentException if {@code k} is below 1 or the text is null
   */
  public PassageQuery(String field, String text, int k, TextEmbedder embedder, Query filter) {
    this.field = Objects.requireNonNull(field, "field");
    QueryVector.check(field, text, k);
    this.text = text;
    this.k = k;
    this.embedder = Objects.requireNonNull(embedder, "embedder");
    this.filter = filter;
    this.vector = new QueryVector(field, text, embedder);
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
    List<BestPassages.Found> found =
        new BestPassages(searcher, field, embedder).find(vector::get, k, filter);
    return found.isEmpty()
        ? new MatchNoDocsQuery("no passages in field '" + field + "'")
        : new PassageHits(this, searcher.getIndexReader(), found);
  }

  @Override
  public void visit(QueryVisitor visitor) {
    if (visitor.acceptField(field)) {
      visitor.visitLeaf(this);
    }
  }

  @Override
  public String toString(String defaultField) {
    return "PassageQuery:"
        + field
        + "[\""
        + text
        + "\"][k="
        + k
        + "]"
        + (filter == null ? "" : "[" + filter + "]");
  }

  /** Two queries are equal if they find the same: the models count, not the embedder objects. */
  @Override
  public boolean equals(Object other) {
    if (!sameClassAs(other)) {
      return false;
    }
    PassageQuery query = (PassageQuery) other;
    return field.equals(query.field)
        && text.equals(query.text)
        && k == query.k
        && Objects.equals(filter, query.filter)
        && embedder.fingerprint().equals(query.embedder.fingerprint());
  }

  @Override
  public int hashCode() {
    return Objects.hash(classHash(), field, text, k, filter, embedder.fingerprint());
  }
}
