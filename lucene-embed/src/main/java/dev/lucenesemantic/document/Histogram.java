package dev.lucenesemantic.document;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts numbers in buckets that grow with them: eight for each power of two, so that a percentile
 * is within an eighth, and 4 KB hold all numbers that there are.
 */
final class Histogram {
  private static final int BITS = 3;
  private static final int BUCKETS_A_POWER = 1 << BITS;

  private final AtomicLongArray counts = new AtomicLongArray((Long.SIZE - BITS) * BUCKETS_A_POWER);
  private final LongAdder sum = new LongAdder();
  private final LongAccumulator max = new LongAccumulator(Math::max, 0);

  /** Counts a number; one below 0 counts as 0. */
  void add(long number) {
    long value = Math.max(0, number);
    counts.incrementAndGet(bucket(value));
    sum.add(value);
    max.accumulate(value);
  }

  /** Numbers up to twice eight have a bucket each. */
  private static int bucket(long value) {
    int shift = Math.max(0, Long.SIZE - BITS - 1 - Long.numberOfLeadingZeros(value));
    return shift * BUCKETS_A_POWER + (int) (value >>> shift);
  }

  /** The largest number of a bucket. */
  private static long upperEnd(int bucket) {
    int shift = Math.max(0, bucket / BUCKETS_A_POWER - 1);
    return ((bucket - (long) shift * BUCKETS_A_POWER + 1) << shift) - 1;
  }

  IndexingMetrics.Distribution distribution() {
    long[] seen = new long[counts.length()];
    long count = 0;
    for (int i = 0; i < seen.length; i++) {
      seen[i] = counts.get(i);
      count += seen[i];
    }
    long largest = max.get();
    return new IndexingMetrics.Distribution(
        count,
        sum.sum(),
        largest,
        percentile(seen, count, largest, 0.50),
        percentile(seen, count, largest, 0.95),
        percentile(seen, count, largest, 0.99));
  }

  private static long percentile(long[] seen, long count, long largest, double share) {
    long rank = (long) Math.ceil(share * count);
    long before = 0;
    for (int i = 0; i < seen.length; i++) {
      before += seen[i];
      if (before >= rank && before > 0) {
        return Math.min(largest, upperEnd(i));
      }
    }
    return 0;
  }
}
