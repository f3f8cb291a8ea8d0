package dev.lucenesemantic.document;

import java.util.concurrent.locks.Lock;
import org.apache.lucene.util.ThreadInterruptedException;

/** Waits as long as nobody interrupts the thread. */
final class Interrupts {
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
}
