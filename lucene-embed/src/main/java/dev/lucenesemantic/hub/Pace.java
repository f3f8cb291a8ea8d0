package dev.lucenesemantic.hub;

import java.net.http.HttpTimeoutException;
import java.util.function.LongSupplier;

/**
 * Notices a server that sends a byte now and then: never silent for long enough to be given up, and
 * never done. Below a kilobyte a second, over a whole minute, another connection is the better try.
 */
final class Pace {
  private static final long WINDOW_NANOS = 60_000_000_000L;
  private static final long LEAST_BYTES = 60 << 10;

  private final LongSupplier nanoClock;
  private long windowStart;
  private long bytes;

  Pace(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.windowStart = nanoClock.getAsLong();
  }

  /** Counts what has come. */
  void add(long count) throws HttpTimeoutException {
    bytes += count;
    long elapsed = nanoClock.getAsLong() - windowStart;
    if (elapsed < WINDOW_NANOS) {
      return;
    }
    if (bytes < LEAST_BYTES) {
      throw new HttpTimeoutException(
          "only " + bytes + " bytes came in " + elapsed / 1_000_000_000L + " seconds");
    }
    windowStart += elapsed;
    bytes = 0;
  }
}
