package dev.lucenesemantic.mining;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.apache.lucene.search.TaskExecutor;
import org.apache.lucene.util.FixedBitSet;

/**
 * Near duplicates in an index, in the order of its documents. It holds two bits per document, the
 * candidates of some documents, and one group.
 */
final class IndexedDuplicates {
  /** So many documents are searched for at once; what one of them claims, is not searched for. */
  private static final int BATCH = 256;

  private static final int RANGE = 16;

  private final IndexedVectors vectors;
  private final TaskExecutor executor;
  private final float threshold;
  private final int beam;
  private final Consumer<DuplicateGroup> groups;
  private final VectorCursor cursor;
  private final FixedBitSet kept;
  private final FixedBitSet duplicates;

  IndexedDuplicates(
      IndexedVectors vectors,
      TaskExecutor executor,
      float threshold,
      int beam,
      Consumer<DuplicateGroup> groups) {
    this.vectors = vectors;
    this.executor = executor;
    this.threshold = threshold;
    this.beam = beam;
    this.groups = groups;
    cursor = VectorCursor.ofCosines(vectors);
    kept = new FixedBitSet(vectors.maxDoc());
    duplicates = new FixedBitSet(vectors.maxDoc());
  }

  void find() throws IOException {
    for (int start = 0; start < vectors.maxDoc(); start += BATCH) {
      int end = (int) Math.min(vectors.maxDoc(), (long) start + BATCH);
      long[][] nearest = nearest(start, end);
      for (int doc = start; doc < end; doc++) {
        if (nearest[doc - start] != null && !duplicates.get(doc)) {
          decide(doc, nearest[doc - start]);
        }
      }
    }
  }

  /** Candidates for the documents of a batch; null for those that need none. */
  private long[][] nearest(int start, int end) throws IOException {
    long[][] nearest = new long[end - start][];
    ParallelRows.forEach(
        executor,
        start,
        end,
        RANGE,
        (from, to) -> {
          VectorCursor own = VectorCursor.ofCosines(vectors);
          own.forEach(
              from,
              to,
              doc -> {
                if (!duplicates.get(doc)) {
                  nearest[doc - start] = own.nearest(beam, beam);
                }
              });
        });
    return nearest;
  }

  private void decide(int doc, long[] nearest) throws IOException {
    long[] near = all(doc, nearest);
    int original = firstKept(near);
    if (original >= 0) {
      // The search from there has missed this one.
      duplicates.set(doc);
      groups.accept(new DuplicateGroup(original, List.of(doc)));
      return;
    }
    kept.set(doc);
    List<Integer> found = new ArrayList<>();
    for (long ranked : near) {
      int other = Ranked.index(ranked);
      if (other != doc && !duplicates.get(other)) {
        duplicates.set(other);
        found.add(other);
      }
    }
    if (!found.isEmpty()) {
      Collections.sort(found);
      groups.accept(new DuplicateGroup(doc, found));
    }
  }

  private long[] all(int doc, long[] nearest) throws IOException {
    if (cursor.isComplete(nearest, threshold)) {
      return VectorCursor.near(nearest, threshold);
    }
    cursor.setTarget(doc);
    return cursor.within(threshold, 2 * nearest.length);
  }

  private int firstKept(long[] near) {
    int first = -1;
    for (long ranked : near) {
      int other = Ranked.index(ranked);
      if (kept.get(other) && (first < 0 || other < first)) {
        first = other;
      }
    }
    return first;
  }
}
