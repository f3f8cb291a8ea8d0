package dev.lucenesemantic.document;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.KnnVectorValues.DocIndexIterator;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.util.BytesRef;

/**
 * Vectors of indexes that exist already, so that a text that is in one of them need not be encoded
 * again: those of the same model, by the hash of the text that {@link SemanticIndexWriter} has left
 * beside them. The names of the fields do not matter. Vectors of deleted documents serve as well,
 * as long as they are there.
 *
 * <pre>{@code
 * try (DirectoryReader old = DirectoryReader.open(directory);
 *     SemanticIndexWriter writer =
 *         new SemanticIndexWriter(
 *             new IndexWriter(other, config),
 *             SemanticIndexOptions.defaults().withVectorReuse(VectorReuse.of(old)))) {
 *   writer.addEach(documents);
 * }
 * }</pre>
 *
 * <p>Instances are safe for use by several threads. The readers must stay open for as long.
 */
public final class VectorReuse {
  private final List<IndexReader> readers;

  private VectorReuse(List<IndexReader> readers) {
    this.readers = readers;
  }

  /**
   * Takes vectors from indexes.
   *
   * @param readers the indexes; not closed
   * @return what finds their vectors
   */
  public static VectorReuse of(IndexReader... readers) {
    return new VectorReuse(List.of(readers));
  }

  /**
   * A vector and what is known of its text.
   *
   * @param vector the vector, of unit length; not shared
   * @param tokensSeen the text's tokens if it was truncated; 0 otherwise
   * @param tokensEncoded how many of them were read
   */
  record Found(float[] vector, int tokensSeen, int tokensEncoded) {}

  /** The vector that a model has made of a text. */
  Optional<Found> find(String fingerprint, BytesRef textHash) throws IOException {
    Objects.requireNonNull(fingerprint, "fingerprint");
    for (IndexReader reader : readers) {
      for (LeafReaderContext leaf : reader.leaves()) {
        for (String field : fieldsOf(leaf.reader(), fingerprint)) {
          Optional<Found> found = find(leaf.reader(), field, fingerprint, textHash);
          if (found.isPresent()) {
            return found;
          }
        }
      }
    }
    return Optional.empty();
  }

  /** The fields of a segment that hold vectors of this model and of no other. */
  private static List<String> fieldsOf(LeafReader reader, String fingerprint) {
    List<String> fields = new ArrayList<>(1);
    for (FieldInfo info : reader.getFieldInfos()) {
      if (info.hasVectorValues()
          && info.getVectorEncoding() == VectorEncoding.FLOAT32
          && FieldModels.of(info).isOnly(fingerprint)) {
        fields.add(info.name);
      }
    }
    return fields;
  }

  private static Optional<Found> find(
      LeafReader reader, String vectorField, String fingerprint, BytesRef textHash)
      throws IOException {
    String field = FieldGenerations.baseName(vectorField, fingerprint);
    Terms hashes = reader.terms(CompanionFields.textHash(field));
    if (hashes == null) {
      return Optional.empty();
    }
    TermsEnum terms = hashes.iterator();
    if (!terms.seekExact(textHash)) {
      return Optional.empty();
    }
    PostingsEnum docs = terms.postings(null, PostingsEnum.NONE);
    FloatVectorValues vectors = reader.getFloatVectorValues(vectorField);
    if (vectors == null) {
      return Optional.empty();
    }
    DocIndexIterator withVector = vectors.iterator();
    for (int doc = docs.nextDoc(); doc != PostingsEnum.NO_MORE_DOCS; doc = docs.nextDoc()) {
      // A document that waits for its vector has the hash already.
      int at = withVector.docID() < doc ? withVector.advance(doc) : withVector.docID();
      if (at == doc) {
        float[] vector = vectors.vectorValue(withVector.index()).clone();
        if (WholeTextCounts.at(reader, field, doc)) {
          return Optional.of(new Found(vector, 0, 0));
        }
        return Optional.of(
            new Found(
                vector,
                number(reader, CompanionFields.tokensSeen(field), doc),
                number(reader, CompanionFields.tokensEncoded(field), doc)));
      }
    }
    return Optional.empty();
  }

  private static int number(LeafReader reader, String field, int doc) throws IOException {
    NumericDocValues values = reader.getNumericDocValues(field);
    return values != null && values.advanceExact(doc) ? (int) values.longValue() : 0;
  }
}
