package dev.lucenesemantic.document;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.util.IOFunction;
import org.apache.lucene.util.IORunnable;
import org.apache.lucene.util.IOSupplier;
import org.apache.lucene.util.ThreadInterruptedException;

/**
 * The way into an {@link IndexWriter}. Several threads may change the index at once; who flushes
 * the documents of all of them, as a commit, a near-real-time reader and a close do, goes in alone.
 * If such a flush fails, by an interrupt or because a file cannot be opened, Lucene drops what
 * other threads were about to flush meanwhile, although their calls had returned, and goes on.
 *
 * <p>An interrupt does not reach who is in there alone. It ends the waiting of who changes the
 * index or flushes it, but not of who reads.
 *
 * <p>Whoever is in must not ask for the way in once more, nor wait for somebody who does.
 */
final class WriterGate {
  private static final int CORES = Runtime.getRuntime().availableProcessors();

  private final IndexWriter writer;

  /**
   * Each thread that changes the index at the same time fills a segment of its own: more of them
   * than cores make nothing faster, and many small segments, whose graphs must all be merged.
   */
  private final Semaphore changing = new Semaphore(CORES);

  private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();

  WriterGate(IndexWriter writer) {
    this.writer = writer;
  }

  /** What does what needs no gate. */
  IndexWriter writer() {
    return writer;
  }

  /**
   * Changes the index, beside others.
   *
   * @throws ThreadInterruptedException if the thread is interrupted before or while it waits;
   *     nothing was changed
   */
  <T> T change(IOSupplier<T> change) throws IOException {
    Interrupts.await(changing::acquire);
    try {
      Interrupts.lock(gate.readLock());
      try {
        return change.get();
      } finally {
        gate.readLock().unlock();
      }
    } finally {
      changing.release();
    }
  }

  /**
   * Does something that flushes everything.
   *
   * @throws ThreadInterruptedException if the thread is interrupted before or while it waits;
   *     nothing was done
   */
  <T> T alone(IOSupplier<T> work) throws IOException {
    requireOutside();
    Interrupts.lock(gate.writeLock());
    try {
      return Interrupts.hold(work);
    } finally {
      gate.writeLock().unlock();
    }
  }

  /** The same of what gives nothing. */
  void runAlone(IORunnable work) throws IOException {
    alone(
        () -> {
          work.run();
          return null;
        });
  }

  /** A reader of all that was added so far. */
  DirectoryReader open() throws IOException {
    return open(() -> DirectoryReader.open(writer));
  }

  /** Opens a reader of what was added to the writer. */
  DirectoryReader open(IOSupplier<DirectoryReader> opening) throws IOException {
    requireOutside();
    gate.writeLock().lock();
    try {
      return Interrupts.hold(opening);
    } finally {
      gate.writeLock().unlock();
    }
  }

  /**
   * Reads in all that was added so far. To be used where the thread may be interrupted: closing the
   * reader can delete files, and an interrupt would take the writer's lock with it.
   *
   * @param use what to read
   */
  <T> T read(IOFunction<DirectoryReader, T> use) throws IOException {
    DirectoryReader reader = open();
    return Interrupts.hold(
        () -> {
          try (reader) {
            return use.apply(reader);
          }
        });
  }

  /** Closes a reader; an interrupt waits until that is done. */
  static void close(DirectoryReader reader) throws IOException {
    Interrupts.holdRun(reader::close);
  }

  /** Or it would wait for itself. */
  private void requireOutside() {
    if (gate.getReadHoldCount() > 0) {
      throw new AssertionError("who changes the index cannot flush it");
    }
  }
}
