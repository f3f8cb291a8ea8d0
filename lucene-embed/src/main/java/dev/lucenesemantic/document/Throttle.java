package dev.lucenesemantic.document;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.apache.lucene.util.ThreadInterruptedException;

/**
 * Holds work to a rate, so that it leaves the processor to others. Time in which nothing was done
 * is lost to it: what was saved up in a long merge would come as a burst.
 */
final class Throttle {
  private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(100);

  /** Lets time pass. */
  @FunctionalInterface
  interface Pause {
    void sleep(long nanos) throws InterruptedException;
  }

  private final double perSecond;
  private final LongSupplier nanoTime;
  private final Pause pause;

  /** When the next work may begin. */
  private long next;

  /**
   * @param perSecond pieces of work in a second at the most; infinite for no limit
   */
  Throttle(double perSecond) {
    this(perSecond, System::nanoTime, TimeUnit.NANOSECONDS::sleep);
  }

  Throttle(double perSecond, LongSupplier nanoTime, Pause pause) {
    this.perSecond = perSecond;
    this.nanoTime = nanoTime;
    this.pause = pause;
    next = nanoTime.getAsLong();
  }

  /**
   * Waits until work may begin.
   *
   * @param pieces how much it is
   * @param stop ends the waiting
   */
  void before(int pieces, BooleanSupplier stop) {
    long left = next - nanoTime.getAsLong();
    try {
      while (left > 0 && !stop.getAsBoolean()) {
        pause.sleep(Math.min(left, LONGEST_PAUSE));
        left = next - nanoTime.getAsLong();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ThreadInterruptedException(e);
    }
    next = nanoTime.getAsLong() + (long) (pieces / perSecond * TimeUnit.SECONDS.toNanos(1));
  }
}
