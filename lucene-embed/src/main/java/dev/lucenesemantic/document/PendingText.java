package dev.lucenesemantic.document;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.BytesRef;

/** The texts that are in an index until their vectors can be made. */
final class PendingText implements MissingVectors {
  private final String field;

  /**
   * @param field the semantic field by the application's name
   */
  PendingText(String field) {
    this.field = CompanionFields.pending(field);
  }

  /** What stands in a document in place of a vector. */
  static final class InPlace extends BinaryDocValuesField {
    private final String baseField;
    private final BytesRef textHash;

    /**
     * @param baseField the semantic field by the application's name
     * @param field the field without a vector
     */
    InPlace(String baseField, SemanticField field) {
      super(CompanionFields.pending(baseField), bytes(field.text()));
      this.baseField = baseField;
      this.textHash = field.textHash();
    }

    private static BytesRef bytes(String text) {
      ByteBuffer bytes = ByteBuffer.allocate(Character.BYTES * text.length());
      bytes.asCharBuffer().put(text);
      return new BytesRef(bytes.array());
    }

    String baseField() {
      return baseField;
    }

    BytesRef textHash() {
      return textHash;
    }
  }

  @Override
  public DocIdSetIterator documents(LeafReader reader) throws IOException {
    BinaryDocValues texts = reader.getBinaryDocValues(field);
    return texts == null ? DocIdSetIterator.empty() : texts;
  }

  @Override
  public String text(LeafReader reader, int document) throws IOException {
    BinaryDocValues texts = reader.getBinaryDocValues(field);
    if (texts == null || !texts.advanceExact(document)) {
      throw new IllegalArgumentException("document " + document + " waits for no vector");
    }
    BytesRef bytes = texts.binaryValue();
    CharBuffer chars = ByteBuffer.wrap(bytes.bytes, bytes.offset, bytes.length).asCharBuffer();
    return chars.toString();
  }
}
