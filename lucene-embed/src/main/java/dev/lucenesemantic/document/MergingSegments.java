package dev.lucenesemantic.document;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.FieldInfosFormat;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;

/** The segments that an index writer is merging, with or without documents that are not deleted. */
final class MergingSegments {
  private MergingSegments() {}

  /**
   * What they declare of their fields.
   *
   * @throws java.io.FileNotFoundException if a merge has just ended
   * @throws java.nio.file.NoSuchFileException if a merge has just ended
   */
  static List<FieldInfos> fieldInfos(IndexWriter writer) throws IOException {
    List<SegmentCommitInfo> segments;
    // As Lucene says of the set.
    synchronized (writer) {
      segments = List.copyOf(writer.getMergingSegments());
    }
    List<FieldInfos> infos = new ArrayList<>();
    for (SegmentCommitInfo segment : segments) {
      infos.add(read(segment));
    }
    return infos;
  }

  private static FieldInfos read(SegmentCommitInfo segment) throws IOException {
    SegmentInfo info = segment.info;
    Codec codec = info.getCodec();
    FieldInfosFormat format = codec.fieldInfosFormat();
    if (segment.hasFieldUpdates()) {
      String generation = Long.toString(segment.getFieldInfosGen(), Character.MAX_RADIX);
      return format.read(info.dir, info, generation, IOContext.READONCE);
    }
    if (info.getUseCompoundFile()) {
      try (Directory compound = codec.compoundFormat().getCompoundReader(info.dir, info)) {
        return format.read(compound, info, "", IOContext.READONCE);
      }
    }
    return format.read(info.dir, info, "", IOContext.READONCE);
  }
}
