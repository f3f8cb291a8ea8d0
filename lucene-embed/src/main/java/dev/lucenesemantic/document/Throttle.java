package dev.lucenesemantic.document;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.lucene.util.ThreadInterruptedException;

/** Holds work to a rate, so that it leaves the processor to others. */
final class Throttle {
  private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(100);

  private final double perSecond;
  private final long start = System.nanoTime();
  private long done;

  /**
   * @param perSecond pieces of work in a second at the most; infinite for no limit
   */
  Throttle(double perSecond) {
    this.perSecond = perSecond;
  }

  /**
   * Waits as long as the rate asks for.
   *
   * @param more pieces of work that were done since the last call
   * @param stop ends the waiting
   */
  void after(int more, BooleanSupplier stop) {
    done += more;
    long due = (long) (done / perSecond * TimeUnit.SECONDS.toNanos(1));
    long left = due - (System.nanoTime() - start);
    try {
      while (left > 0 && !stop.getAsBoolean()) {
        TimeUnit.NANOSECONDS.sleep(Math.min(left, LONGEST_PAUSE));
        left = due - (System.nanoTime() - start);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ThreadInterruptedException(e);
    }
  }
}
