package dev.lucenesemantic.document;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.apache.lucene.store.AlreadyClosedException;

/**
 * The bounds of the {@link EncodingQueue}, and its door. Whoever has texts to encode comes in when
 * there is room for all of them, first come first served, and leaves when they are encoded. A
 * caller with more than there is room for at all comes in alone.
 *
 * <p>Nobody who is in waits for somebody at the door, so that those who are in always come to an
 * end and let the others in.
 */
final class QueueRoom {
  private final QueueBounds bounds;
  private final BooleanSupplier open;
  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();

  /** Those who wait, first come first. Guarded by the lock, as are the numbers. */
  private final Deque<Condition> door = new ArrayDeque<>();

  /** What those who are in have brought. Numbers, as giving room back must take no memory. */
  private int texts;

  private long bytes;
  private long tokens;
  private int callers;
  private long everHeldBack;
  private long nanosHeldBack;

  /**
   * @param open whether anything may be encoded any more; asked when somebody's turn comes
   * @param nanoTime a clock, for the time that callers are held back
   */
  QueueRoom(QueueBounds bounds, BooleanSupplier open, LongSupplier nanoTime) {
    this.bounds = bounds;
    this.open = open;
    this.nanoTime = nanoTime;
  }

  /**
   * Returns when there is room, which the caller then has until it {@link #leave leaves}.
   *
   * @throws InterruptedException if the thread is interrupted while it waits; it is not in
   * @throws AlreadyClosedException if nothing may be encoded any more; it is not in
   */
  void enter(QueueLoad load) throws InterruptedException {
    lock.lock();
    try {
      if (!door.isEmpty() || !fits(load)) {
        awaitTurn(load);
      }
      if (!open.getAsBoolean()) {
        throw closed();
      }
      texts += load.texts();
      bytes += load.bytes();
      tokens += load.tokens();
      callers++;
    } finally {
      // The next one may fit in as well; and one that gives up may have been the first.
      callFirst();
      lock.unlock();
    }
  }

  private void awaitTurn(QueueLoad load) throws InterruptedException {
    Condition turn = lock.newCondition();
    door.addLast(turn);
    everHeldBack++;
    long start = nanoTime.getAsLong();
    try {
      while (door.getFirst() != turn || !fits(load)) {
        turn.await();
      }
    } finally {
      door.remove(turn);
      nanosHeldBack += nanoTime.getAsLong() - start;
    }
  }

  private boolean fits(QueueLoad load) {
    return callers == 0
        || (bytes + load.bytes() <= bounds.bytes() && tokens + load.tokens() <= bounds.tokens());
  }

  /** Gives the room back that a caller had. */
  void leave(QueueLoad load) {
    lock.lock();
    try {
      texts -= load.texts();
      bytes -= load.bytes();
      tokens -= load.tokens();
      callers--;
      callFirst();
    } finally {
      lock.unlock();
    }
  }

  private void callFirst() {
    if (!door.isEmpty()) {
      door.getFirst().signal();
    }
  }

  /** What nobody can be let in for any more. */
  static AlreadyClosedException closed() {
    return new AlreadyClosedException("this IndexWriter is closed; the text was not encoded");
  }

  /** Whether anything may be encoded any more. */
  boolean isOpen() {
    return open.getAsBoolean();
  }

  /** Who is in and at the door now. */
  IndexingMetrics.Queue metrics() {
    lock.lock();
    try {
      return new IndexingMetrics.Queue(
          callers,
          texts,
          bytes,
          tokens,
          door.size(),
          everHeldBack,
          Duration.ofNanos(nanosHeldBack));
    } finally {
      lock.unlock();
    }
  }
}
