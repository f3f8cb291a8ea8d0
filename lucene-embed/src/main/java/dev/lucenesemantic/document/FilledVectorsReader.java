package dev.lucenesemantic.document;

import java.io.IOException;
import java.util.Map;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.store.IOContext;

/**
 * The vectors of a segment for a merge, with those of one field replaced.
 *
 * <p>It is a {@code FieldsReader} because a merge takes over the HNSW graph of a segment only from
 * one: so the graphs of all other fields are copied, and not built again.
 */
final class FilledVectorsReader extends PerFieldKnnVectorsFormat.FieldsReader {
  /** Makes the vectors of the replaced field. */
  @FunctionalInterface
  interface Replacement {
    /**
     * @param old the segment's own vectors; null if it has none
     */
    FloatVectorValues vectors(KnnVectorsReader old) throws IOException;
  }

  private final KnnVectorsReader old;
  private final String field;
  private final Replacement replacement;

  /**
   * @param old the segment's own vectors; null if it has none
   * @param field the field whose vectors are replaced
   */
  FilledVectorsReader(KnnVectorsReader old, String field, Replacement replacement)
      throws IOException {
    // Without fields it opens no files.
    super(new SegmentReadState(null, null, FieldInfos.EMPTY, IOContext.DEFAULT));
    this.old = old;
    this.field = field;
    this.replacement = replacement;
  }

  @Override
  public KnnVectorsReader getMergeInstance() throws IOException {
    return new FilledVectorsReader(old == null ? null : old.getMergeInstance(), field, replacement);
  }

  @Override
  public void finishMerge() throws IOException {
    if (old != null) {
      old.finishMerge();
    }
  }

  @Override
  public KnnVectorsReader getFieldReader(String name) {
    if (name.equals(field)) {
      return this;
    }
    return old instanceof PerFieldKnnVectorsFormat.FieldsReader fields
        ? fields.getFieldReader(name)
        : old;
  }

  @Override
  public FloatVectorValues getFloatVectorValues(String name) throws IOException {
    if (name.equals(field)) {
      return replacement.vectors(old);
    }
    return old == null ? null : old.getFloatVectorValues(name);
  }

  @Override
  public ByteVectorValues getByteVectorValues(String name) throws IOException {
    return old == null ? null : old.getByteVectorValues(name);
  }

  @Override
  public void checkIntegrity() throws IOException {
    if (old != null) {
      old.checkIntegrity();
    }
  }

  @Override
  public Map<String, Long> getOffHeapByteSize(FieldInfo info) {
    return Map.of();
  }

  @Override
  public void close() {
    // The segment's own reader is closed by whoever opened it.
  }
}
