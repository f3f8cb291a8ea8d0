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
  private static final long PAUSE_MILLIS = 1;

  private WriterSegments() {}

  /**
   * What all segments declare that there are at this moment. Flushes the documents of all threads.
   *
   * @throws ThreadInterruptedException if the thread is interrupted while it waits
   */
  static List<FieldInfos> fieldInfos(WriterGate gate) throws IOException {
    // A commit beside a merge can hold a segment of which all documents are deleted. A writer that
    // is opened on it drops the segment with its second reader, and not with its first.
    gate.read(reader -> null);
    while (true) {
      Optional<List<FieldInfos>> found = gate.read(reader -> look(gate.writer(), reader));
      if (found.isPresent()) {
        return found.get();
      }
      Interrupts.await(() -> Thread.sleep(PAUSE_MILLIS));
    }
  }

  /** Empty if the writer does not say which segments it has. */
  private static Optional<List<FieldInfos>> look(IndexWriter writer, DirectoryReader reader)
      throws IOException {
    Optional<SegmentInfos> all = all(writer);
    if (all.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(fieldInfos(reader, all.get()));
    } finally {
      writer.decRefDeleter(all.get());
    }
  }

  private static List<FieldInfos> fieldInfos(DirectoryReader reader, SegmentInfos all)
      throws IOException {
    List<FieldInfos> infos = new ArrayList<>();
    Set<String> shown = new HashSet<>();
    for (LeafReaderContext leaf : reader.leaves()) {
      infos.add(leaf.reader().getFieldInfos());
      shown.add(name(leaf.reader()));
    }
    for (SegmentCommitInfo segment : all) {
      if (!shown.contains(segment.info.name)) {
        infos.add(read(segment));
      }
    }
    return infos;
  }

  /** The name of a segment of a reader of the same writer. */
  static String name(LeafReader segment) {
    return ((SegmentReader) FilterLeafReader.unwrap(segment)).getSegmentName();
  }

  /**
   * The segments of a writer, which it tells only its merge policy, and whose files it now keeps
   * until {@link IndexWriter#decRefDeleter}. Empty if it asks for no merges, because it is being
   * emptied or rolled back.
   */
  private static Optional<SegmentInfos> all(IndexWriter writer) throws IOException {
    LiveIndexWriterConfig config = writer.getConfig();
    // As whoever else changes the policy for a time: in the end there must be the application's.
    synchronized (config) {
      Listing listing = new Listing(config.getMergePolicy(), writer);
      config.setMergePolicy(listing);
      try {
        writer.maybeMerge();
      } finally {
        listing.asking = null;
        if (config.getMergePolicy() == listing) {
          config.setMergePolicy(listing.usual());
        }
      }
      return Optional.ofNullable(listing.segments);
    }
  }

  /** The usual policy for all threads but one, to which it notes the segments that it is given. */
  private static final class Listing extends FilterMergePolicy {
    /** Null when there is nothing to note any more. */
    private volatile Thread asking = Thread.currentThread();

    private final IndexWriter writer;
    private SegmentInfos segments;

    Listing(MergePolicy usual, IndexWriter writer) {
      super(usual);
      this.writer = writer;
    }

    MergePolicy usual() {
      return in;
    }

    @Override
    public MergeSpecification findMerges(
        MergeTrigger trigger, SegmentInfos segmentInfos, MergeContext mergeContext)
        throws IOException {
      if (Thread.currentThread() != asking) {
        return super.findMerges(trigger, segmentInfos, mergeContext);
      }
      SegmentInfos copy = segmentInfos.clone();
      writer.incRefDeleter(copy);
      segments = copy;
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
