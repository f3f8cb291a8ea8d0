package dev.lucenesemantic.codec;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.lucene.codecs.KnnFieldVectorsWriter;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.Sorter;

/**
 * Hands the vectors of new documents to another writer several at a time. The graph that it builds
 * is the same, and sooner built: a vector is compared with hundreds of others on its way into the
 * graph, and none of these is in the processor's caches if a network ran since the last one.
 *
 * <p>For segments that are flushed. A merge has all its vectors at hand, and must not come through
 * here, where it would be done the simplest way.
 */
final class GatheringVectorsWriter extends KnnVectorsWriter {
  /** So many vectors are gathered; more gain little. */
  static final int GATHERED = 64;

  private final KnnVectorsWriter writer;
  private final List<FieldWriter<?>> fields = new ArrayList<>();

  GatheringVectorsWriter(KnnVectorsWriter writer) {
    this.writer = writer;
  }

  @Override
  public KnnFieldVectorsWriter<?> addField(FieldInfo info) throws IOException {
    FieldWriter<?> field =
        switch (info.getVectorEncoding()) {
          case BYTE ->
              new FieldWriter<>(
                  info, byte[]::clone, FieldWriter.<byte[]>cast(writer.addField(info)));
          case FLOAT32 ->
              new FieldWriter<>(
                  info, float[]::clone, FieldWriter.<float[]>cast(writer.addField(info)));
        };
    fields.add(field);
    return field;
  }

  @Override
  public void flush(int maxDoc, Sorter.DocMap sortMap) throws IOException {
    for (FieldWriter<?> field : fields) {
      field.handOver();
    }
    writer.flush(maxDoc, sortMap);
  }

  @Override
  public void finish() throws IOException {
    writer.finish();
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }

  @Override
  public long ramBytesUsed() {
    long bytes = writer.ramBytesUsed();
    for (FieldWriter<?> field : fields) {
      bytes += field.gatheredBytes();
    }
    return bytes;
  }

  private static final class FieldWriter<T> extends KnnFieldVectorsWriter<T> {
    private final FieldInfo info;
    private final UnaryOperator<T> copy;
    private final KnnFieldVectorsWriter<T> writer;
    private final List<T> vectors = new ArrayList<>(GATHERED);
    private final int[] documents = new int[GATHERED];
    private int lastDocument = -1;
    private boolean failed;

    FieldWriter(FieldInfo info, UnaryOperator<T> copy, KnnFieldVectorsWriter<T> writer) {
      this.info = info;
      this.copy = copy;
      this.writer = writer;
    }

    /** Lucene's writer takes what the field's encoding says. */
    @SuppressWarnings("unchecked")
    static <T> KnnFieldVectorsWriter<T> cast(KnnFieldVectorsWriter<?> writer) {
      return (KnnFieldVectorsWriter<T>) writer;
    }

    @Override
    public void addValue(int docID, T vector) throws IOException {
      ensureComplete();
      if (docID == lastDocument) {
        // Lucene's message, which the other writer would give to the caller of a later document.
        throw new IllegalArgumentException(
            "VectorValuesField \""
                + info.name
                + "\" appears more than once in this document (only one value is allowed per field)");
      }
      documents[vectors.size()] = docID;
      // The caller may use its array again.
      vectors.add(copy.apply(vector));
      lastDocument = docID;
      if (vectors.size() == GATHERED) {
        handOver();
      }
    }

    void handOver() throws IOException {
      ensureComplete();
      failed = true;
      for (int i = 0; i < vectors.size(); i++) {
        writer.addValue(documents[i], vectors.get(i));
      }
      vectors.clear();
      failed = false;
    }

    /** Whoever comes next may not have heard of a failure, and must not write what is left. */
    private void ensureComplete() {
      if (failed) {
        throw new IllegalStateException(
            "Vectors of field '" + info.name + "' could not be added before: they are incomplete");
      }
    }

    @Override
    public T copyValue(T vector) {
      return copy.apply(vector);
    }

    long gatheredBytes() {
      return (long) vectors.size() * info.getVectorDimension() * info.getVectorEncoding().byteSize;
    }

    @Override
    public long ramBytesUsed() {
      return writer.ramBytesUsed() + gatheredBytes();
    }
  }
}
