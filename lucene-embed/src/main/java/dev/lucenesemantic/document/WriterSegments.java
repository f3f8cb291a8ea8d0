package dev.lucenesemantic.document;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.FieldInfosFormat;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.FilterMergePolicy;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.LiveIndexWriterConfig;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.MergeTrigger;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.util.ThreadInterruptedException;

/**
 * What the segments of an index writer declare of their fields. Readers do not have a segment of
 * which all documents are deleted, but as long as the writer has it, a merge can bring back what it
 * declares.
 */
final class WriterSegments {
  /**
   * To be held by whoever changes the merge policy of a writer for a time, so that in the end it is
   * the application's. Not the lock of its configuration, which the application may take.
   */
  static final Object POLICIES = new Object();

  private static final long PAUSE_MILLIS = 1;

  private WriterSegments() {}

  /** What an index writer says at one moment. A merge takes a name for what it makes. */
  private record Moment(boolean merging, long names, int documents) {

    static Moment of(IndexWriter writer) {
      synchronized (writer) {
        return new Moment(
            !writer.getMergingSegments().isEmpty(),
            writer.getSegmentInfosCounter(),
            writer.getDocStats().maxDoc);
      }
    }

    /** Whether a reader that was opened since has all documents, and so all segments. */
    boolean areAllIn(DirectoryReader reader, Moment now) {
      return !merging && !now.merging && names == now.names && now.documents == reader.maxDoc();
    }
  }

  /**
   * What all segments declare that there are at this moment. Flushes the documents of all threads.
   *
   * @throws ThreadInterruptedException if the thread is interrupted while it waits
   */
  static List<FieldInfos> fieldInfos(WriterGate gate) throws IOException {
    IndexWriter writer = gate.writer();
    Moment before = Moment.of(writer);
    Optional<List<FieldInfos>> found =
        gate.read(
            reader ->
                before.areAllIn(reader, Moment.of(writer))
                    ? Optional.of(IndexedFields.of(reader))
                    : Optional.empty());
    while (found.isEmpty()) {
      // A commit beside a merge can hold a segment of which all documents are deleted. A writer
      // that is opened on it drops the segment with its second reader, as this one is.
      found = gate.read(reader -> look(writer, reader));
      if (found.isEmpty()) {
        Interrupts.await(() -> Thread.sleep(PAUSE_MILLIS));
      }
    }
    return found.get();
  }

  /** Empty if the writer does not say which segments it has. */
  private static Optional<List<FieldInfos>> look(IndexWriter writer, DirectoryReader reader)
      throws IOException {
    List<FieldInfos> infos = IndexedFields.of(reader);
    Set<String> shown = new HashSet<>();
    for (LeafReaderContext leaf : reader.leaves()) {
      shown.add(name(leaf.reader()));
    }
    Optional<List<FieldInfos>> others = besides(shown, writer);
    others.ifPresent(infos::addAll);
    return others.map(all -> infos);
  }

  /** The name of a segment of a reader of the same writer. */
  static String name(LeafReader segment) {
    return ((SegmentReader) FilterLeafReader.unwrap(segment)).getSegmentName();
  }

  /**
   * What the other segments of a writer declare. It tells only its merge policy which they are.
   * Empty if it asks for no merges, because it is being emptied or rolled back.
   */
  private static Optional<List<FieldInfos>> besides(Set<String> shown, IndexWriter writer)
      throws IOException {
    LiveIndexWriterConfig config = writer.getConfig();
    synchronized (POLICIES) {
      Listing listing = new Listing(config.getMergePolicy(), shown);
      config.setMergePolicy(listing);
      try {
        writer.maybeMerge();
      } finally {
        listing.asking = null;
        if (config.getMergePolicy() == listing) {
          config.setMergePolicy(listing.usual());
        }
      }
      return Optional.ofNullable(listing.others);
    }
  }

  /** The usual policy for all threads but one, for which it looks at the segments. */
  private static final class Listing extends FilterMergePolicy {
    /** Null when there is nothing to look at any more. */
    private volatile Thread asking = Thread.currentThread();

    private final Set<String> shown;
    private List<FieldInfos> others;

    Listing(MergePolicy usual, Set<String> shown) {
      super(usual);
      this.shown = shown;
    }

    MergePolicy usual() {
      return in;
    }

    /** Under the writer's lock, without which no file is deleted. */
    @Override
    public MergeSpecification findMerges(
        MergeTrigger trigger, SegmentInfos segmentInfos, MergeContext mergeContext)
        throws IOException {
      if (Thread.currentThread() != asking) {
        return super.findMerges(trigger, segmentInfos, mergeContext);
      }
      List<FieldInfos> found = new ArrayList<>();
      for (SegmentCommitInfo segment : segmentInfos) {
        if (!shown.contains(segment.info.name)) {
          found.add(read(segment));
        }
      }
      others = found;
      return null;
    }
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
