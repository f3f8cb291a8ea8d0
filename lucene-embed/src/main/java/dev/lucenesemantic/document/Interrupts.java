package dev.lucenesemantic.document;

import java.io.IOException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.apache.lucene.util.IORunnable;
import org.apache.lucene.util.IOSupplier;
import org.apache.lucene.util.IOUtils;
import org.apache.lucene.util.ThreadInterruptedException;

/** What interrupts may do here: end a wait, but not what Lucene is doing. */
final class Interrupts {
  private static final long PATIENCE_MILLIS = 100;
  private static final long MOST_PATIENCE_MILLIS = 2_000;

  private Interrupts() {}

  /**
   * Turns back whoever was interrupted before: within Lucene it could close a file, and with it the
   * writer.
   *
   * @throws ThreadInterruptedException if the thread is interrupted; its flag is set
   */
  static void check() {
    if (Thread.currentThread().isInterrupted()) {
      throw new ThreadInterruptedException(new InterruptedException());
    }
  }

  /** Something that waits. */
  @FunctionalInterface
  interface Waiting {
    void run() throws InterruptedException;
  }

  /**
   * Takes a lock.
   *
   * @throws ThreadInterruptedException if the thread is interrupted; its flag is set
   */
  static void lock(Lock lock) {
    await(lock::lockInterruptibly);
  }

  /**
   * Takes a lock. Who was interrupted before gets it as well, if it is free.
   *
   * @throws ThreadInterruptedException if the thread is interrupted and has to wait; its flag is
   *     set
   */
  static void lockIfFree(Lock lock) {
    if (!lock.tryLock()) {
      lock(lock);
    }
  }

  /**
   * Takes a write lock without keeping out for long who comes for the read lock meanwhile: whoever
   * has that may wait for one who comes.
   *
   * @throws ThreadInterruptedException if the thread is interrupted; its flag is set
   */
  static void lockBesides(Lock writeLock) {
    await(
        () -> {
          // In between those who queue behind this one get in. As long as one who has the read lock
          // takes, is enough if no other comes meanwhile.
          long patience = PATIENCE_MILLIS;
          while (!writeLock.tryLock(patience, TimeUnit.MILLISECONDS)) {
            patience = Math.min(2 * patience, MOST_PATIENCE_MILLIS);
          }
        });
  }

  /**
   * Waits.
   *
   * @throws ThreadInterruptedException if the thread is interrupted; its flag is set
   */
  static void await(Waiting waiting) {
    try {
      waiting.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ThreadInterruptedException(e);
    }
  }

  /**
   * Does something within Lucene that an interrupt must not break off: Java closes a file whose
   * thread is interrupted, and Lucene then the writer; or Lucene drops what it was flushing. So the
   * work has a thread of its own, and an interrupt waits until it is done.
   */
  static <T> T hold(IOSupplier<T> work) throws IOException {
    return hold(work, () -> {});
  }

  /**
   * @param interrupted is told of each interrupt
   */
  static <T> T hold(IOSupplier<T> work, Runnable interrupted) throws IOException {
    FutureTask<T> task = new FutureTask<>(work::get);
    Thread thread = start(task);
    boolean any = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        any = true;
        interrupted.run();
      }
    }
    try {
      return result(task);
    } finally {
      if (any) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** What {@link #hold} does, of what gives nothing. */
  static void holdRun(IORunnable work) throws IOException {
    hold(supplier(work));
  }

  private static IOSupplier<Void> supplier(IORunnable work) {
    return () -> {
      work.run();
      return null;
    };
  }

  /** Begins something that nobody waits for or interrupts. */
  static Thread start(Runnable task) {
    Thread thread = new Thread(task, "semantic-index-work");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static <T> T result(FutureTask<T> task) throws IOException {
    try {
      return task.resultNow();
    } catch (IllegalStateException e) {
      throw IOUtils.rethrowAlways(task.exceptionNow());
    }
  }

  /**
   * The same, but an interrupt ends the waiting: the work goes on without the caller.
   *
   * @throws ThreadInterruptedException if the thread is interrupted; its flag is set
   */
  static void leave(IORunnable work) throws IOException {
    check();
    FutureTask<Void> task = new FutureTask<>(supplier(work)::get);
    await(start(task)::join);
    result(task);
  }
}
