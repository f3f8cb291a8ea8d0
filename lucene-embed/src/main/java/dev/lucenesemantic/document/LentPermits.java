package dev.lucenesemantic.document;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.lucene.util.ThreadInterruptedException;

/**
 * Lets some threads go on at a time. Who takes long, or waits for something itself, loses its
 * permit to the next: it may wait for one who has none, as a document's Reader for its parser,
 * which adds another.
 */
final class LentPermits {
  /** How often those who wait look at those who have a permit. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private static final long MOST_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final int most;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition free = lock.newCondition();

  /** Those that are lent, the oldest first. Guarded by the lock. */
  private final Set<Permit> lent = new LinkedHashSet<>();

  /**
   * @param most how many are lent at a time
   */
  LentPermits(int most) {
    this.most = most;
  }

  /** What is to be given back. */
  static final class Permit {
    private final Thread owner = Thread.currentThread();
    private final long since = System.nanoTime();

    boolean isLost(long now) {
      return now - since > (ownerWaits() ? LOOK_NANOS : MOST_NANOS);
    }

    private boolean ownerWaits() {
      Thread.State state = owner.getState();
      return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
    }
  }

  /**
   * Waits for a permit.
   *
   * @throws ThreadInterruptedException if the thread is interrupted, before or while it waits; its
   *     flag is set
   */
  Permit acquire() {
    Interrupts.lock(lock);
    try {
      Interrupts.await(this::awaitFree);
      Permit permit = new Permit();
      lent.add(permit);
      return permit;
    } finally {
      lock.unlock();
    }
  }

  private void awaitFree() throws InterruptedException {
    while (lent.size() >= most && !takeOne()) {
      free.awaitNanos(LOOK_NANOS);
    }
  }

  private boolean takeOne() {
    long now = System.nanoTime();
    for (Permit permit : lent) {
      if (permit.isLost(now)) {
        return lent.remove(permit);
      }
    }
    return false;
  }

  /** Gives a permit back, if the next has not taken it. */
  void release(Permit permit) {
    lock.lock();
    try {
      if (lent.remove(permit)) {
        free.signal();
      }
    } finally {
      lock.unlock();
    }
  }
}
