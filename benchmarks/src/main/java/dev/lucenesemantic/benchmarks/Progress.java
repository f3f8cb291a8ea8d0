package dev.lucenesemantic.benchmarks;

import java.io.PrintStream;
import java.util.Locale;

/** Says now and then, line by line, how far a long piece of work has come. */
final class Progress {
  private static final long INTERVAL_NANOS = 15_000_000_000L;

  private final String what;
  private final PrintStream err;
  private final long start = System.nanoTime();
  private long next = start + INTERVAL_NANOS;
  private long count;

  /**
   * Starts at zero.
   *
   * @param what names the work and its pieces: {@code "bm25: documents"}
   * @param err where the lines go
   */
  Progress(String what, PrintStream err) {
    this.what = what;
    this.err = err;
  }

  /** One piece more is done. */
  void step() {
    count++;
    long now = System.nanoTime();
    if (now - next >= 0) {
      next = now + INTERVAL_NANOS;
      double perSecond = count / ((now - start) / 1e9);
      err.printf(Locale.ROOT, "%s: %,d, %.1f per second%n", what, count, perSecond);
    }
  }
}
