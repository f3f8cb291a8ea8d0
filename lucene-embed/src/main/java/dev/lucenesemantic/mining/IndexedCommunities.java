package dev.lucenesemantic.mining;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.search.TaskExecutor;
import org.apache.lucene.util.FixedBitSet;

/** Communities in an index. It holds a number per document, and the members of some communities. */
final class IndexedCommunities {
  private static final int RANGE = 32;

  private final IndexedVectors vectors;
  private final TaskExecutor executor;
  private final float threshold;
  private final int beam;

  IndexedCommunities(IndexedVectors vectors, TaskExecutor executor, float threshold, int beam) {
    this.vectors = vectors;
    this.executor = executor;
    this.threshold = threshold;
    this.beam = beam;
  }

  /** The communities, largest first. */
  List<List<Integer>> detect(int minCommunitySize) throws IOException {
    if (vectors.count() == 0) {
      return List.of();
    }
    int minSize = Math.min(minCommunitySize, vectors.count());
    return Communities.of(sizes(), vectors.count(), minSize, this::members);
  }

  /** For each document how many are near it; 0 where it does not take part. */
  private int[] sizes() throws IOException {
    int[] sizes = new int[vectors.maxDoc()];
    ParallelRows.forEach(
        executor,
        0,
        sizes.length,
        RANGE,
        (from, to) -> {
          VectorCursor cursor = VectorCursor.ofCosines(vectors);
          cursor.forEach(from, to, doc -> sizes[doc] = cursor.within(threshold, beam).length);
        });
    return sizes;
  }

  private List<int[]> members(int[] centres, FixedBitSet claimed) throws IOException {
    int[][] members = new int[centres.length][];
    ParallelRows.forEach(
        executor,
        0,
        centres.length,
        1,
        (from, to) -> {
          VectorCursor cursor = VectorCursor.ofCosines(vectors);
          for (int i = from; i < to; i++) {
            cursor.setTarget(centres[i]);
            long[] near = cursor.within(threshold, beam);
            members[i] = Communities.centreFirst(centres[i], near);
          }
        });
    return Arrays.asList(members);
  }
}
