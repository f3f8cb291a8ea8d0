package dev.lucenesemantic.mining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.util.FixedBitSet;

/** Python's {@code community_detection}: every vector is compared with every other. */
final class ExactCommunities {
  private final VectorTable vectors;
  private final float threshold;
  private final CallThreads threads;

  private ExactCommunities(VectorTable vectors, float threshold, CallThreads threads) {
    this.vectors = vectors;
    this.threshold = threshold;
    this.threads = threads;
  }

  /** The communities, largest first. */
  static List<List<Integer>> detect(VectorTable vectors, float threshold, int minCommunitySize) {
    int size = vectors.size();
    try (CallThreads threads = new CallThreads(size, size, vectors.dimension())) {
      ExactCommunities communities = new ExactCommunities(vectors, threshold, threads);
      return Communities.of(
          communities.sizes(), size, Math.min(minCommunitySize, size), communities::members);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int[] sizes() {
    int[] sizes = new int[vectors.size()];
    threads.forEach(
        0,
        sizes.length,
        NearestRows.BLOCK,
        (from, to) -> {
          for (int other = 0; other < sizes.length; other++) {
            for (int row = from; row < to; row++) {
              if (vectors.score(row, vectors, other) >= threshold) {
                sizes[row]++;
              }
            }
          }
        });
    return sizes;
  }

  private List<int[]> members(int[] centres, FixedBitSet claimed) {
    int[][] members = new int[centres.length][];
    threads.forEach(
        0,
        centres.length,
        1,
        (from, to) -> {
          for (int i = from; i < to; i++) {
            members[i] = Communities.centreFirst(centres[i], near(centres[i], claimed));
          }
        });
    return Arrays.asList(members);
  }

  private long[] near(int centre, FixedBitSet claimed) {
    long[] near = new long[16];
    int count = 0;
    for (int other = 0; other < vectors.size(); other++) {
      if (!claimed.get(other)) {
        float score = vectors.score(centre, vectors, other);
        if (score >= threshold) {
          near = count < near.length ? near : Arrays.copyOf(near, 2 * count);
          near[count++] = Ranked.of(score, other);
        }
      }
    }
    return Ranked.bestFirst(near, count);
  }
}
