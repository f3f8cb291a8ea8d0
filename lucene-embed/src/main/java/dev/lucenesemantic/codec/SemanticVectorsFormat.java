package dev.lucenesemantic.codec;

import java.io.IOException;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;

/**
 * Another format, under that format's name, for vectors that a network makes. It takes longer ones:
 * Lucene looks at the limit only when it is given a document; its formats write, read and merge
 * vectors of any length. And it {@link GatheringVectorsWriter gathers} those of new documents,
 * which come one at a time.
 */
final class SemanticVectorsFormat extends KnnVectorsFormat {
  private final KnnVectorsFormat format;
  private final int maxDimensions;

  SemanticVectorsFormat(KnnVectorsFormat format, int maxDimensions) {
    super(format.getName());
    this.format = format;
    this.maxDimensions = maxDimensions;
  }

  @Override
  public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
    KnnVectorsWriter writer = format.fieldsWriter(state);
    return state.context.mergeInfo() == null ? new GatheringVectorsWriter(writer) : writer;
  }

  @Override
  public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
    return format.fieldsReader(state);
  }

  @Override
  public int getMaxDimensions(String fieldName) {
    return Math.max(maxDimensions, format.getMaxDimensions(fieldName));
  }

  @Override
  public String toString() {
    return format.toString();
  }
}
