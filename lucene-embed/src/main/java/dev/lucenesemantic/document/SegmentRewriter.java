package dev.lucenesemantic.document;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.FilterMergePolicy;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.LiveIndexWriterConfig;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.NoMergeScheduler;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.SoftDeletesRetentionMergePolicy;
import org.apache.lucene.search.FieldExistsQuery;

/**
 * Writes a segment of an open index anew with something in it changed, as a merge of that segment
 * alone. So Lucene itself sees to it that documents which are deleted meanwhile stay deleted, that
 * searches go on, and that a crash leaves either the old segment or the new one.
 */
final class SegmentRewriter {
  /** As a number of segments it says nothing; by it the merge policy knows who is asking. */
  private static final int REWRITE = Integer.MAX_VALUE - 41;

  private final IndexWriter writer;

  SegmentRewriter(IndexWriter writer) {
    this.writer = writer;
  }

  /**
   * Writes a segment anew. To be called by one thread at a time.
   *
   * @param segment the segment's name
   * @param change makes the reader of the new content of one of the old; must not change the
   *     documents or their order
   * @return whether it was done; if not, the segment was merged away, or has no live documents
   */
  boolean rewrite(String segment, UnaryOperator<CodecReader> change) throws IOException {
    LiveIndexWriterConfig config = writer.getConfig();
    if (config.getMergeScheduler() == NoMergeScheduler.INSTANCE) {
      throw new IllegalStateException(
          "The IndexWriter has NoMergeScheduler, so its segments cannot be rewritten. Configure"
              + " another one, as the default ConcurrentMergeScheduler or SerialMergeScheduler");
    }
    AtomicBoolean done = new AtomicBoolean();
    MergePolicy usual = config.getMergePolicy();
    MergePolicy rewriting =
        new Policy(usual, new Single(segment, change, done), config.getSoftDeletesField());
    config.setMergePolicy(rewriting);
    try {
      writer.forceMerge(REWRITE, true);
      // A merge that was begun and has failed would have thrown.
      return done.get();
    } finally {
      if (config.getMergePolicy() == rewriting) {
        config.setMergePolicy(usual);
      }
    }
  }

  /** The usual policy, but when the rewriter asks. */
  private static final class Policy extends FilterMergePolicy {
    private final MergePolicy single;

    Policy(MergePolicy usual, Single single, String softDeletesField) {
      super(usual);
      // What is softly deleted is for the usual policy to drop, and not for a rewriting.
      this.single =
          softDeletesField == null
              ? single
              : new SoftDeletesRetentionMergePolicy(
                  softDeletesField, () -> new FieldExistsQuery(softDeletesField), single);
    }

    @Override
    public MergeSpecification findForcedMerges(
        SegmentInfos segmentInfos,
        int maxSegmentCount,
        Map<SegmentCommitInfo, Boolean> segmentsToMerge,
        MergeContext mergeContext)
        throws IOException {
      return (maxSegmentCount == REWRITE ? single : in)
          .findForcedMerges(segmentInfos, maxSegmentCount, segmentsToMerge, mergeContext);
    }
  }

  /** One merge of one segment. */
  private static final class Single extends FilterMergePolicy {
    private final String segment;
    private final UnaryOperator<CodecReader> change;
    private final AtomicBoolean done;

    Single(String segment, UnaryOperator<CodecReader> change, AtomicBoolean done) {
      super(NoMergePolicy.INSTANCE);
      this.segment = segment;
      this.change = change;
      this.done = done;
    }

    @Override
    public MergeSpecification findForcedMerges(
        SegmentInfos segmentInfos,
        int maxSegmentCount,
        Map<SegmentCommitInfo, Boolean> segmentsToMerge,
        MergeContext mergeContext) {
      Set<SegmentCommitInfo> merging = mergeContext.getMergingSegments();
      for (SegmentCommitInfo info : segmentInfos) {
        if (info.info.name.equals(segment) && !merging.contains(info)) {
          MergeSpecification merges = new MergeSpecification();
          merges.add(new Rewriting(info, change, done));
          return merges;
        }
      }
      return null;
    }
  }

  private static final class Rewriting extends MergePolicy.OneMerge {
    private final UnaryOperator<CodecReader> change;
    private final AtomicBoolean done;

    Rewriting(SegmentCommitInfo segment, UnaryOperator<CodecReader> change, AtomicBoolean done) {
      super(List.of(segment));
      this.change = change;
      this.done = done;
    }

    @Override
    public CodecReader wrapForMerge(CodecReader reader) throws IOException {
      CodecReader changed = change.apply(super.wrapForMerge(reader));
      done.set(true);
      return changed;
    }
  }
}
