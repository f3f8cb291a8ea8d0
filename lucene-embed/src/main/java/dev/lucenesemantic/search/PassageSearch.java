package dev.lucenesemantic.search;

import dev.lucenesemantic.document.EncodingException;
import dev.lucenesemantic.document.ModelMismatchException;
import dev.lucenesemantic.document.PassageNames;
import dev.lucenesemantic.embed.TextEmbedder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;

/**
 * Finds the documents whose passages are nearest to a question, and of each the best passage: so
 * many documents as are asked for, however many passages of one of them are near. The layout of the
 * passages is seen from the index.
 *
 * <p>Scores are those of the vectors as they were indexed, also where a codec searches compressed
 * ones; there the best passages of each document are compared once more by them. The search is
 * approximate, as every search in an HNSW graph. Where the searcher's timeout ends one, it returns
 * what it has found until then.
 *
 * <p>Safe for use by several threads, as the searcher is.
 */
public final class PassageSearch {
  private final IndexSearcher searcher;
  private final String field;
  private final TextEmbedder embedder;

  /**
   * Makes a search in an index.
   *
   * @param searcher searches the index
   * @param field the field that was given the long texts
   * @param embedder encodes questions; must be the model that made the vectors. Not closed
   */
  public PassageSearch(IndexSearcher searcher, String field, TextEmbedder embedder) {
    this.searcher = Objects.requireNonNull(searcher, "searcher");
    this.field = Objects.requireNonNull(field, "field");
    this.embedder = Objects.requireNonNull(embedder, "embedder");
  }

  /**
   * Searches all documents.
   *
   * @param text the question, in plain words
   * @param k how many documents to find, at least 1
   * @return the best passage of each, best first; fewer than {@code k} only if there are not as
   *     many documents with passages
   * @throws ModelMismatchException if vectors of the field were made by another model, by several,
   *     or do not say by which
   * @throws EncodingException if the question cannot be encoded
   * @throws IllegalArgumentException if the text is null or {@code k} is below 1
   * @throws IllegalStateException if the field has vectors, but none of passages, or passages of
   *     both layouts
   * @throws IOException if the index cannot be read
   */
  public List<PassageHit> search(String text, int k) throws IOException {
    return search(text, k, null);
  }

  /**
   * Searches the documents that match a query.
   *
   * @param text the question, in plain words
   * @param k how many documents to find, at least 1
   * @param filter a query on the documents' own fields; null for all
   * @return the best passage of each, best first; fewer than {@code k} only if there are not as
   *     many documents with passages that match
   * @throws ModelMismatchException if vectors of the field were made by another model, by several,
   *     or do not say by which
   * @throws EncodingException if the question cannot be encoded
   * @throws IllegalArgumentException if the text is null or {@code k} is below 1
   * @throws IllegalStateException if the field has vectors, but none of passages, or passages of
   *     both layouts
   * @throws IOException if the index cannot be read
   */
  public List<PassageHit> search(String text, int k, Query filter) throws IOException {
    QueryVector.check(field, text, k);
    BestPassages passages = new BestPassages(searcher, field, embedder);
    PassageNames names = new PassageNames(field);
    StoredFields stored = searcher.storedFields();
    List<PassageHit> hits = new ArrayList<>();
    for (BestPassages.Found found :
        passages.find(new QueryVector(field, text, embedder)::get, k, filter)) {
      int doc = found.doc();
      LeafReaderContext leaf = passages.leaf(doc);
      hits.add(
          new PassageHit(
              passages.parent(doc),
              found.parentDoc(),
              doc,
              number(leaf, names.marker(), doc),
              number(leaf, names.start(), doc),
              number(leaf, names.end(), doc),
              stored.document(doc, Set.of(names.text())).get(names.text()),
              found.score()));
    }
    return hits;
  }

  private static int number(LeafReaderContext leaf, String field, int doc) throws IOException {
    NumericDocValues values = leaf.reader().getNumericDocValues(field);
    if (values == null || !values.advanceExact(doc - leaf.docBase)) {
      throw new IllegalStateException(
          "passage " + doc + " has no doc values in field '" + field + "'");
    }
    return Math.toIntExact(values.longValue());
  }
}
