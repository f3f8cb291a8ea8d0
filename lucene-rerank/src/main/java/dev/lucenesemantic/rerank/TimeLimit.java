package dev.lucenesemantic.rerank;

import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.lucene.index.QueryTimeout;

/**
 * When one rescoring has to end, and how many texts it scores before it looks at the time again.
 * Not thread-safe.
 */
final class TimeLimit {
  /** How late the end may be noticed, about. */
  private static final long SLICE_NANOS = Duration.ofMillis(100).toNanos();

  private static final int LARGEST_BATCH = 64;

  /** Nobody knows yet how slow the model is. */
  private static final int FIRST_BATCH = 1;

  /** A longer wait for a call that is late would be one for a model that hangs. */
  private static final long LONGEST_GRACE_NANOS = Duration.ofSeconds(1).toNanos();

  private static final long SHORTEST_WAIT_NANOS = Duration.ofMillis(1).toNanos();

  private final LongSupplier nanoClock;
  private final long start;
  private final Duration budget;
  private final long budgetNanos;
  private final List<QueryTimeout> timeouts;
  private long lastLook;
  private double nanosPerText = Double.NaN;

  /**
   * @param budget null for none
   */
  TimeLimit(LongSupplier nanoClock, Duration budget, List<QueryTimeout> timeouts) {
    this.nanoClock = nanoClock;
    this.budget = budget;
    this.budgetNanos = budget == null ? Long.MAX_VALUE : Math.max(0, saturatedNanos(budget));
    this.timeouts = timeouts;
    this.start = nanoClock.getAsLong();
    this.lastLook = start;
  }

  private static long saturatedNanos(Duration duration) {
    try {
      return duration.toNanos();
    } catch (ArithmeticException e) {
      return duration.isNegative() ? 0 : Long.MAX_VALUE;
    }
  }

  /** Whether there is any limit at all. */
  boolean exists() {
    return budget != null || !timeouts.isEmpty();
  }

  boolean reached() {
    return remainingNanos() <= 0 || timeouts.stream().anyMatch(QueryTimeout::shouldExit);
  }

  /** The same for steps that are mostly short: asks the timeouts only once in a time slice. */
  boolean reachedBetweenShortSteps() {
    long now = now();
    if (now - lastLook < SLICE_NANOS) {
      return remainingNanos() <= 0;
    }
    lastLook = now;
    return reached();
  }

  private long remainingNanos() {
    return budget == null ? Long.MAX_VALUE : budgetNanos - (nanoClock.getAsLong() - start);
  }

  long now() {
    return nanoClock.getAsLong();
  }

  /** How many texts to score next: what fits into a time slice. */
  int nextBatch() {
    if (!exists()) {
      return Integer.MAX_VALUE;
    }
    if (Double.isNaN(nanosPerText)) {
      return FIRST_BATCH;
    }
    double fitting = Math.min(SLICE_NANOS, remainingNanos()) / Math.max(nanosPerText, 1);
    return (int) Math.clamp(fitting, 1, LARGEST_BATCH);
  }

  /** How long to wait for a call before the time is looked at again. */
  long nanosToNextLook() {
    return Math.clamp(remainingNanos(), SHORTEST_WAIT_NANOS, SLICE_NANOS);
  }

  /** How long to wait for a call when the time is over: as long as the rescoring took so far. */
  long nanosOfGrace() {
    return Math.clamp(now() - start, SLICE_NANOS, LONGEST_GRACE_NANOS);
  }

  /** Learns how fast the model is. */
  void scored(int texts, long since) {
    nanosPerText = (double) (nanoClock.getAsLong() - since) / texts;
  }
}
