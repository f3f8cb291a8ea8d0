package dev.lucenesemantic.codec;

import java.util.Objects;
import java.util.concurrent.ExecutorService;

/**
 * Who builds the graph of a merged segment.
 *
 * @param count how many parts the work is divided into
 * @param executor runs them; null for one part, which the merging thread does itself
 */
record MergeWorkers(int count, ExecutorService executor) {
  /** The merging thread alone. */
  static final MergeWorkers NONE = new MergeWorkers(1, null);

  /** Several threads. */
  static MergeWorkers of(int count, ExecutorService executor) {
    if (count < 2) {
      throw new IllegalArgumentException(
          "the workers are at least 2, and without any the merging thread works alone; got: "
              + count);
    }
    return new MergeWorkers(count, Objects.requireNonNull(executor, "executor"));
  }

  boolean isAlone() {
    return executor == null;
  }
}
