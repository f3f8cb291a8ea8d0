package dev.lucenesemantic.document;

import java.io.IOException;
import java.util.Objects;
import java.util.Set;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.LeafReader;

/**
 * Where the text that was encoded for a document can be read again. It must be exactly that text:
 * where the index has its hash, another one is noticed and refused.
 */
@FunctionalInterface
public interface IndexedText {

  /**
   * Reads the text of a document.
   *
   * @param reader the document's segment
   * @param document its number in the segment
   * @return the text; null if the document has none
   * @throws IOException if it cannot be read
   */
  String read(LeafReader reader, int document) throws IOException;

  /**
   * Reads elsewhere where this has no text: for a field in which some documents have passages and
   * others a text of their own.
   *
   * @param other where the text is of documents that have none here
   * @return what reads both
   */
  default IndexedText orElse(IndexedText other) {
    Objects.requireNonNull(other, "other");
    return (reader, document) -> {
      String text = read(reader, document);
      return text == null ? other.read(reader, document) : text;
    };
  }

  /**
   * The text is the value of a stored field.
   *
   * @param field the name of the field; the first value counts if there are several
   * @return what reads it
   */
  static IndexedText storedField(String field) {
    Objects.requireNonNull(field, "field");
    return (reader, document) -> {
      Document stored = reader.storedFields().document(document, Set.of(field));
      return stored.get(field);
    };
  }
}
