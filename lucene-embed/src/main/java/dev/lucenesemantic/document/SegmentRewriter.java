package dev.lucenesemantic.document;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.FilterMergePolicy;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.LiveIndexWriterConfig;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.MergeTrigger;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.NoMergeScheduler;
import org.apache.lucene.index.OneMergeWrappingMergePolicy;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.SoftDeletesRetentionMergePolicy;
import org.apache.lucene.search.FieldExistsQuery;
import org.apache.lucene.util.IOUtils;
import org.apache.lucene.util.ThreadInterruptedException;

/**
 * Writes a segment of an open index anew with something in it changed, as a merge of that segment
 * alone. So Lucene itself sees to it that documents which are deleted meanwhile stay deleted, that
 * searches go on, and that a crash leaves either the old segment or the new one.
 *
 * <p>{@code IndexWriter.forceMerge} would do it as well, but waits for all merges that run, which
 * never end as long as documents are added fast enough. So the writer's merge policy proposes this
 * merge beside its own as long as the rewriter waits.
 */
final class SegmentRewriter {
  /** How long another merge may have the segment before it is looked at again. */
  private static final long RETRY_MILLIS = 50;

  private final IndexWriter writer;
  private final BooleanSupplier stop;

  /**
   * @param stop ends the waiting for a segment that is in another merge
   * @throws IllegalStateException if the writer cannot merge segments
   */
  SegmentRewriter(IndexWriter writer, BooleanSupplier stop) {
    requireMerges(writer);
    this.writer = writer;
    this.stop = stop;
  }

  /**
   * Checks that segments can be written anew at all.
   *
   * @throws IllegalStateException if the writer cannot merge segments
   */
  static void requireMerges(IndexWriter writer) {
    if (writer.getConfig().getMergeScheduler() == NoMergeScheduler.INSTANCE) {
      throw new IllegalStateException(
          "The IndexWriter has NoMergeScheduler, so its segments cannot be rewritten. Configure"
              + " another one, as the default ConcurrentMergeScheduler or SerialMergeScheduler");
    }
  }

  /**
   * Writes a segment anew. To be called by one thread at a time.
   *
   * @param segment the segment's name
   * @param change makes the reader of the new content of one of the old; must not change the
   *     documents or their order
   * @return whether it was done; if not, the segment was merged away, or has no live documents, or
   *     it was to stop before this merge had begun
   * @throws IOException if the segment cannot be read or the new one not be written, after which
   *     Lucene has closed the writer
   */
  boolean rewrite(String segment, UnaryOperator<CodecReader> change) throws IOException {
    LiveIndexWriterConfig config = writer.getConfig();
    Single single = new Single(segment, change);
    try {
      return await(single, config);
    } catch (IllegalStateException e) {
      // As an AlreadyClosedException is one.
      Throwable failure = writer.getTragicException();
      if (failure == null) {
        throw e;
      }
      throw new IOException("Segment " + segment + " cannot be written anew: " + failure, failure);
    } finally {
      synchronized (WriterSegments.POLICIES) {
        if (config.getMergePolicy() instanceof Policy policy && policy.isOf(single)) {
          config.setMergePolicy(policy.usual());
        }
      }
    }
  }

  private boolean await(Single single, LiveIndexWriterConfig config) throws IOException {
    Throwable failure = null;
    while (!single.isOver()) {
      if (stop.getAsBoolean() && single.giveUp()) {
        break;
      }
      try {
        if (failure != null || !single.isPending()) {
          // A merge that has failed closes the writer, which then says so here.
          propose(single, config);
        }
      } catch (Throwable t) {
        failure = failure == null ? t : failure;
      }
      if (failure != null && (!single.isPending() || !writer.isOpen())) {
        // Not before: what the merge reads must stay open until it has ended.
        break;
      }
      try {
        single.ended.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        failure = failure == null ? new ThreadInterruptedException(e) : failure;
      }
    }
    if (failure != null) {
      throw IOUtils.rethrowAlways(failure);
    }
    return single.done;
  }

  private void propose(Single single, LiveIndexWriterConfig config) throws IOException {
    // WriterSegments set one of theirs for a moment.
    synchronized (WriterSegments.POLICIES) {
      MergePolicy policy = config.getMergePolicy();
      // Again, if the application has set another one meanwhile.
      if (!(policy instanceof Policy ours && ours.isOf(single))) {
        config.setMergePolicy(new Policy(policy, single, config.getSoftDeletesField()));
      }
    }
    writer.maybeMerge();
  }

  /** The usual policy, and the one merge beside what it finds. */
  private static final class Policy extends FilterMergePolicy {
    private final Single one;
    private final MergePolicy single;

    Policy(MergePolicy usual, Single single, String softDeletesField) {
      super(usual);
      one = single;
      // What is softly deleted is for the usual policy to drop, and not for a rewriting.
      MergePolicy retaining =
          softDeletesField == null
              ? single
              : new SoftDeletesRetentionMergePolicy(
                  softDeletesField, () -> new FieldExistsQuery(softDeletesField), single);
      this.single = new OneMergeWrappingMergePolicy(retaining, merge -> new Watched(merge, single));
    }

    boolean isOf(Single single) {
      return one == single;
    }

    MergePolicy usual() {
      return in;
    }

    @Override
    public MergeSpecification findMerges(
        MergeTrigger trigger, SegmentInfos segmentInfos, MergeContext mergeContext)
        throws IOException {
      // First: if it fails, the one must not count as proposed.
      MergeSpecification usual = super.findMerges(trigger, segmentInfos, mergeContext);
      MergeSpecification merges = single.findMerges(trigger, segmentInfos, mergeContext);
      if (merges == null) {
        return usual;
      }
      if (usual != null) {
        // Behind the one, so that it is not they that have its segment.
        usual.merges.forEach(merges::add);
      }
      return merges;
    }
  }

  /** Finds the one merge, until it has been done. What has come of it, under the writer's lock. */
  private static final class Single extends FilterMergePolicy {
    final CountDownLatch ended = new CountDownLatch(1);

    private final String segment;
    private final UnaryOperator<CodecReader> change;
    private boolean proposed;
    private volatile boolean done;
    private volatile boolean failed;

    Single(String segment, UnaryOperator<CodecReader> change) {
      super(NoMergePolicy.INSTANCE);
      this.segment = segment;
      this.change = change;
    }

    /** Whether it has ended, and not by a failure, which the writer has to tell. */
    boolean isOver() {
      return ended.getCount() == 0 && !failed;
    }

    /**
     * Whether it has been proposed and has not ended: until then what it reads must stay open, and
     * a failure of something else must not be met here.
     */
    synchronized boolean isPending() {
      return proposed && ended.getCount() > 0;
    }

    /** Ends it, unless it has been proposed: then it may run, and what it does must be known. */
    synchronized boolean giveUp() {
      if (!proposed) {
        ended.countDown();
      }
      return !proposed;
    }

    @Override
    public synchronized MergeSpecification findMerges(
        MergeTrigger trigger, SegmentInfos segmentInfos, MergeContext mergeContext) {
      if (ended.getCount() == 0) {
        return null;
      }
      for (SegmentCommitInfo info : segmentInfos) {
        if (info.info.name.equals(segment)) {
          if (mergeContext.getMergingSegments().contains(info)) {
            return null;
          }
          proposed = true;
          return merge(info);
        }
      }
      ended.countDown();
      return null;
    }

    private MergeSpecification merge(SegmentCommitInfo info) {
      MergeSpecification merges = new MergeSpecification();
      merges.add(new Changing(info, change));
      return merges;
    }

    void end(boolean success, boolean aborted) {
      done = success;
      failed = !success && !aborted;
      ended.countDown();
    }
  }

  private static final class Changing extends MergePolicy.OneMerge {
    private final UnaryOperator<CodecReader> change;

    Changing(SegmentCommitInfo segment, UnaryOperator<CodecReader> change) {
      super(List.of(segment));
      this.change = change;
    }

    @Override
    public CodecReader wrapForMerge(CodecReader reader) throws IOException {
      return change.apply(super.wrapForMerge(reader));
    }
  }

  /** Tells of its end. */
  private static final class Watched extends MergePolicy.OneMerge {
    private final MergePolicy.OneMerge merge;
    private final Single single;

    Watched(MergePolicy.OneMerge merge, Single single) {
      super(merge.segments);
      this.merge = merge;
      this.single = single;
    }

    @Override
    public CodecReader wrapForMerge(CodecReader reader) throws IOException {
      return merge.wrapForMerge(reader);
    }

    @Override
    public void mergeFinished(boolean success, boolean segmentDropped) throws IOException {
      super.mergeFinished(success, segmentDropped);
      single.end(success, isAborted());
    }
  }
}
