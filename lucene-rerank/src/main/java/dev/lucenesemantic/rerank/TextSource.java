package dev.lucenesemantic.rerank;

import java.io.IOException;
import java.util.Objects;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.search.IndexSearcher;

/**
 * Where the text of a hit comes from. Sources are immutable and safe for use by several threads;
 * each rescoring opens a {@link Reader} of its own.
 *
 * <p>One that needs more than {@link #of} gives is a lambda: {@code searcher -> { ...; return doc
 * -> text; }}.
 */
@FunctionalInterface
public interface TextSource {

  /** Reads the texts of one rescoring, in one thread and in ascending order of the documents. */
  @FunctionalInterface
  interface Reader {

    /**
     * The text of a document.
     *
     * @param doc its id in the searcher; not below that of the call before
     * @return the text; null if there is none
     * @throws IOException if the index cannot be read
     */
    String text(int doc) throws IOException;
  }

  /** Gives the text of a document from anywhere. */
  @FunctionalInterface
  interface DocumentText {

    /**
     * The text of a document.
     *
     * @param searcher searches the index that the document is in
     * @param doc the document's id in it
     * @return the text; null if there is none
     * @throws IOException if it cannot be read
     */
    String text(IndexSearcher searcher, int doc) throws IOException;
  }

  /**
   * Begins to read.
   *
   * @param searcher searches the index that the documents are in
   * @return a reader for one rescoring
   * @throws IOException if the index cannot be read
   */
  Reader open(IndexSearcher searcher) throws IOException;

  /**
   * Says what may be wrong where not one of the hits has a text. For messages.
   *
   * @param reader the index
   * @return a sentence without its full stop
   */
  default String whyMissing(IndexReader reader) {
    return "the text source gave none for these documents: " + this;
  }

  /**
   * The values of a stored field. Several values are joined by a space; a number is written as
   * text; bytes are no text.
   *
   * @param field the field's name
   * @return the source
   */
  static TextSource storedField(String field) {
    return new StoredText(TextTemplate.ofField(Objects.requireNonNull(field, "field")));
  }

  /**
   * Several stored fields in one text, each read as {@link #storedField} does. In <code>
   * "{title}. {body}"</code> the names in braces stand for the fields' values; <code>{{</code> and
   * <code>}}</code> are braces.
   *
   * <p>Where a document lacks a field, the words of the template before and behind it are left out
   * as well, and what remains is parted by a space: without a title, the text above is just the
   * body. A document that has none of the fields has no text.
   *
   * @param template the template
   * @return the source
   * @throws IllegalArgumentException if the template names no field, or a brace has no partner
   */
  static TextSource storedFields(String template) {
    return new StoredText(TextTemplate.parse(Objects.requireNonNull(template, "template")));
  }

  /**
   * A doc-values field: binary or sorted, whose bytes are read as UTF-8, or sorted-set, whose
   * values are joined by a space in sorted order.
   *
   * <p>Numeric doc values are refused with an {@link IllegalArgumentException} when they are read.
   *
   * @param field the field's name
   * @return the source
   */
  static TextSource docValues(String field) {
    return new DocValuesText(Objects.requireNonNull(field, "field"));
  }

  /**
   * A function of the document.
   *
   * @param function gives the text, or null; called in ascending order of the documents
   * @return the source
   */
  static TextSource of(DocumentText function) {
    Objects.requireNonNull(function, "function");
    return searcher -> doc -> function.text(searcher, doc);
  }
}
