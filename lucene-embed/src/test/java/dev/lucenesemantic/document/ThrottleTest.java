package dev.lucenesemantic.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.lucene.util.ThreadInterruptedException;
import org.junit.jupiter.api.Test;

/** In a time of its own, in which a pause takes as long as it is asked to. */
class ThrottleTest {
  private final AtomicLong now = new AtomicLong(-5);

  private Throttle throttle(double perSecond) {
    return new Throttle(perSecond, now::get, now::addAndGet);
  }

  private long millis() {
    return TimeUnit.NANOSECONDS.toMillis(now.get() + 5);
  }

  private void work(int millis) {
    now.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  @Test
  void theFirstWorkWaitsForNothingAndTheNextUntilTheRateAllowsIt() {
    Throttle throttle = throttle(100);
    throttle.before(50, () -> false);
    assertEquals(0, millis());
    throttle.before(20, () -> false);
    assertEquals(500, millis());
    throttle.before(1, () -> false);
    assertEquals(700, millis());
  }

  @Test
  void workCountsAsWaitingAndTimeThatIsLostIsNotMadeUpFor() {
    Throttle throttle = throttle(100);
    throttle.before(50, () -> false);
    work(200);
    throttle.before(50, () -> false);
    assertEquals(500, millis());
    work(60_000);
    throttle.before(50, () -> false);
    assertEquals(60_500, millis());
    throttle.before(50, () -> false);
    assertEquals(61_000, millis());
  }

  @Test
  void withoutALimitNothingWaits() {
    Throttle throttle = throttle(Double.POSITIVE_INFINITY);
    for (int i = 0; i < 10; i++) {
      throttle.before(1_000_000, () -> false);
    }
    assertEquals(0, millis());
  }

  @Test
  void whoeverStopsItDoesNotWaitForTheRate() {
    Throttle throttle = throttle(0.001);
    throttle.before(1, () -> false);
    throttle.before(1, () -> millis() > 250);
    assertTrue(millis() < 1000, () -> "stopped after " + millis() + " ms");
  }

  @Test
  void anInterruptEndsTheWaitingAndIsKept() {
    Throttle throttle =
        new Throttle(
            1,
            now::get,
            nanos -> {
              throw new InterruptedException();
            });
    throttle.before(1, () -> false);
    assertThrows(ThreadInterruptedException.class, () -> throttle.before(1, () -> false));
    assertTrue(Thread.interrupted());
  }
}
