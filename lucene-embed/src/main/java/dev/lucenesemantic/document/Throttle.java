package dev.lucenesemantic.document;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.lucene.util.ThreadInterruptedException;

/**
 * Holds work to a rate, so that it leaves the processor to others. Time in which nothing was done
 * is lost to it: what was saved up in a long merge would come as a burst.
 */
final class Throttle {
  private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(100);

  private final double perSecond;

  /** When the next work may begin. */
  private long next = System.nanoTime();

  /**
   * @param perSecond pieces of work in a second at the most; infinite for no limit
   */
  Throttle(double perSecond) {
    this.perSecond = perSecond;
  }

  /**
   * Waits until work may begin.
   *
   * @param pieces how much it is
   * @param stop ends the waiting
   */
  void before(int pieces, BooleanSupplier stop) {
    long left = next - System.nanoTime();
    try {
      while (left > 0 && !stop.getAsBoolean()) {
        TimeUnit.NANOSECONDS.sleep(Math.min(left, LONGEST_PAUSE));
        left = next - System.nanoTime();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ThreadInterruptedException(e);
    }
    next = System.nanoTime() + (long) (pieces / perSecond * TimeUnit.SECONDS.toNanos(1));
  }
}
