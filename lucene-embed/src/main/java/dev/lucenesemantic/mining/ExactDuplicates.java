package dev.lucenesemantic.mining;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Near duplicates in a list: each vector is compared with those that are kept before it. */
final class ExactDuplicates {
  /** So many are compared at once with those kept before all of them. */
  private static final int BATCH = 256;

  private final VectorTable vectors;
  private final float threshold;

  /** The vectors that are kept, ascending, and how many they are. */
  private int[] kept = new int[16];

  private int keptCount;

  /** The duplicates of each that is kept; null while it has none. */
  private final List<List<Integer>> duplicates = new ArrayList<>();

  private ExactDuplicates(VectorTable vectors, float threshold) {
    this.vectors = vectors;
    this.threshold = threshold;
  }

  /** The groups, in the order of the vectors that are kept. */
  static List<DuplicateGroup> find(VectorTable vectors, float threshold) {
    ExactDuplicates duplicates = new ExactDuplicates(vectors, threshold);
    int size = vectors.size();
    try (CallThreads threads = new CallThreads(size, size, vectors.dimension())) {
      for (int start = 0; start < size; start += BATCH) {
        duplicates.add(start, Math.min(size, start + BATCH), threads);
      }
    }
    return duplicates.groups();
  }

  private void add(int start, int end, CallThreads threads) {
    int keptBefore = keptCount;
    int[] original = new int[end - start];
    threads.forEach(
        start,
        end,
        NearestRows.BLOCK,
        (from, to) -> {
          for (int row = from; row < to; row++) {
            original[row - start] = firstNear(row, 0, keptBefore);
          }
        });
    for (int row = start; row < end; row++) {
      int near = original[row - start];
      if (near < 0) {
        near = firstNear(row, keptBefore, keptCount);
      }
      if (near < 0) {
        keep(row);
      } else {
        if (duplicates.get(near) == null) {
          duplicates.set(near, new ArrayList<>());
        }
        duplicates.get(near).add(row);
      }
    }
  }

  /** The place in {@link #kept} of the first that is near; -1 if there is none. */
  private int firstNear(int row, int from, int to) {
    for (int i = from; i < to; i++) {
      if (vectors.score(row, vectors, kept[i]) >= threshold) {
        return i;
      }
    }
    return -1;
  }

  private void keep(int row) {
    if (keptCount == kept.length) {
      kept = Arrays.copyOf(kept, 2 * keptCount);
    }
    kept[keptCount++] = row;
    duplicates.add(null);
  }

  private List<DuplicateGroup> groups() {
    List<DuplicateGroup> groups = new ArrayList<>();
    for (int i = 0; i < keptCount; i++) {
      if (duplicates.get(i) != null) {
        groups.add(new DuplicateGroup(kept[i], duplicates.get(i)));
      }
    }
    return groups;
  }
}
