package dev.lucenesemantic.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.document.IndexingMetrics.Distribution;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class HistogramTest {

  private static Distribution of(long... numbers) {
    Histogram histogram = new Histogram();
    LongStream.of(numbers).forEach(histogram::add);
    return histogram.distribution();
  }

  @Test
  void nothingSeenIsZeroEverywhere() {
    assertEquals(new Distribution(0, 0, 0, 0, 0, 0), of());
    assertEquals(0, of().mean());
  }

  @Test
  void smallNumbersAreExact() {
    assertEquals(new Distribution(5, 25, 15, 2, 15, 15), of(0, 1, 2, 7, 15));
    assertEquals(5, of(0, 1, 2, 7, 15).mean());
  }

  @Test
  void percentilesAreNeverTooSmallAndWithinAnEighth() {
    Random random = new Random(5);
    for (int round = 0; round < 100; round++) {
      int bits = 1 + random.nextInt(62);
      long[] numbers = new long[1 + random.nextInt(500)];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = random.nextLong() >>> (64 - bits);
      }
      Distribution distribution = of(numbers);
      long[] sorted = LongStream.of(numbers).sorted().toArray();
      assertEquals(sorted.length, distribution.count());
      assertEquals(LongStream.of(sorted).sum(), distribution.sum());
      assertEquals(sorted[sorted.length - 1], distribution.max());
      assertWithinAnEighth(sorted, 0.50, distribution.p50());
      assertWithinAnEighth(sorted, 0.95, distribution.p95());
      assertWithinAnEighth(sorted, 0.99, distribution.p99());
    }
  }

  private static void assertWithinAnEighth(long[] sorted, double share, long percentile) {
    long exact = sorted[(int) Math.ceil(share * sorted.length) - 1];
    assertTrue(
        percentile >= exact && percentile - exact <= exact / 8, percentile + " for " + exact);
  }

  @Test
  void theEndsOfTheRangeHaveTheirPlaces() {
    assertEquals(
        new Distribution(
            1, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE),
        of(Long.MAX_VALUE));
    assertEquals(new Distribution(1, 0, 0, 0, 0, 0), of(-5));
  }
}
