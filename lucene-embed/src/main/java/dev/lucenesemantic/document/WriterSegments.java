package dev.lucenesemantic.document;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.FieldInfosFormat;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;

/**
 * What the segments of an index writer declare of their fields. Readers do not have a segment of
 * which all documents are deleted, but a merge that has begun before brings back what it declares.
 *
 * <p>Lucene does not list a writer's segments. One that a reader of the writer does not have is
 * being merged when the reader is opened. If its merge began before the look, the writer says so
 * before the reader is opened; if it goes on, the writer says so behind. A merge that did neither,
 * and so can have hidden a segment and what it made of it too, has named a new segment in between,
 * as only merges and flushes do: if one of the new names is not known to be that of a flush, the
 * look is done again.
 */
final class WriterSegments {
  private static final int MOST_FAILURES = 100;

  private WriterSegments() {}

  /** What an index writer says at one moment. */
  private record Moment(Set<SegmentCommitInfo> merging, long names) {

    static Moment of(IndexWriter writer) {
      // As Lucene says of the set; a merge takes its name under the same lock.
      synchronized (writer) {
        return new Moment(Set.copyOf(writer.getMergingSegments()), writer.getSegmentInfosCounter());
      }
    }
  }

  /**
   * What was found.
   *
   * @param infos what the segments declare
   * @param unknown the new names that a merge may have taken
   */
  private record Look(List<FieldInfos> infos, Set<String> unknown) {}

  /**
   * What all segments declare that there are at this moment; it may be that of some that have just
   * gone, too. Flushes the documents of all threads.
   */
  static List<FieldInfos> fieldInfos(WriterGate gate) throws IOException {
    int failures = 0;
    while (true) {
      Moment before = Moment.of(gate.writer());
      try {
        Look look = gate.read(reader -> look(gate.writer(), reader, before));
        if (!look.unknown().isEmpty()) {
          // A flush may have taken them that has not ended then.
          look.unknown().removeAll(gate.read(WriterSegments::flushed));
        }
        if (look.unknown().isEmpty()) {
          return look.infos();
        }
      } catch (FileNotFoundException | NoSuchFileException e) {
        // A merge has ended, and what it has merged is gone.
        if (++failures == MOST_FAILURES) {
          throw e;
        }
      }
    }
  }

  private static Look look(IndexWriter writer, DirectoryReader reader, Moment before)
      throws IOException {
    Moment after = Moment.of(writer);
    List<FieldInfos> infos = new ArrayList<>();
    Set<String> shown = new HashSet<>();
    for (LeafReaderContext leaf : reader.leaves()) {
      infos.add(leaf.reader().getFieldInfos());
      shown.add(segment(leaf.reader()).getSegmentName());
    }
    Set<SegmentCommitInfo> merging = new HashSet<>(before.merging());
    merging.addAll(after.merging());
    for (SegmentCommitInfo segment : merging) {
      if (!shown.contains(segment.info.name)) {
        infos.add(read(segment));
      }
    }
    Set<String> unknown = new HashSet<>();
    for (long name = before.names(); name < after.names(); name++) {
      unknown.add("_" + Long.toString(name, Character.MAX_RADIX));
    }
    unknown.removeAll(flushed(reader));
    return new Look(infos, unknown);
  }

  /** The segments of a reader that no merge has made. */
  private static Set<String> flushed(DirectoryReader reader) {
    Set<String> names = new HashSet<>();
    for (LeafReaderContext leaf : reader.leaves()) {
      SegmentInfo info = segment(leaf.reader()).getSegmentInfo().info;
      if (IndexWriter.SOURCE_FLUSH.equals(info.getDiagnostics().get(IndexWriter.SOURCE))) {
        names.add(info.name);
      }
    }
    return names;
  }

  /** A segment of a reader of a writer. */
  static SegmentReader segment(LeafReader leaf) {
    return (SegmentReader) FilterLeafReader.unwrap(leaf);
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
