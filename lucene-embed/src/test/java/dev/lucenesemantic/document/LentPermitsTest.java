package dev.lucenesemantic.document;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.lucene.util.ThreadInterruptedException;
import org.junit.jupiter.api.Test;

class LentPermitsTest {
  private final LentPermits permits = new LentPermits(1);

  @Test
  void whoWaitsLosesItsPermitAndGivesNothingBack() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch has = new CountDownLatch(1);
    FutureTask<Void> waiting =
        new FutureTask<>(
            () -> {
              LentPermits.Permit permit = permits.acquire();
              has.countDown();
              go.await();
              permits.release(permit);
              return null;
            });
    new Thread(waiting).start();
    has.await();
    LentPermits.Permit taken = permits.acquire();
    go.countDown();
    waiting.get();
    // The one permit is still lent.
    AtomicBoolean released = new AtomicBoolean();
    FutureTask<Boolean> next =
        new FutureTask<>(
            () -> {
              permits.release(permits.acquire());
              return released.get();
            });
    Thread third = new Thread(next);
    third.start();
    while (third.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    assertFalse(next.isDone());
    released.set(true);
    permits.release(taken);
    assertTrue(next.get());
  }

  @Test
  void anInterruptEndsTheWait() {
    LentPermits.Permit permit = permits.acquire();
    Thread.currentThread().interrupt();
    assertThrows(ThreadInterruptedException.class, permits::acquire);
    assertTrue(Thread.interrupted());
    permits.release(permit);
    permits.release(permits.acquire());
  }
}
