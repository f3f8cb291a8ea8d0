package dev.lucenesemantic.document;

import java.io.IOException;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.util.IOFunction;
import org.apache.lucene.util.IORunnable;
import org.apache.lucene.util.IOSupplier;
import org.apache.lucene.util.ThreadInterruptedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way into an {@link IndexWriter}: who changes the index or opens a near-real-time reader goes
 * in beside others, who closes the writer alone. Opening a reader flushes the documents of all
 * threads, and if it is broken off, Lucene drops those that were being flushed, although their
 * calls had returned; so no interrupt reaches it.
 */
final class WriterGate {
  private static final Logger LOG = LoggerFactory.getLogger(WriterGate.class);
  private static final int CORES = Runtime.getRuntime().availableProcessors();

  private final IndexWriter writer;
  private final Runnable requireOpen;

  /**
   * Each thread that adds documents at the same time fills a segment of its own: more of them than
   * cores make nothing faster, and many small segments, whose graphs must all be merged.
   */
  private final LentPermits adding;

  private final ReadWriteLock opening = new ReentrantReadWriteLock();

  /** How many are changing the index. Guarded by this. */
  private int inside;

  /**
   * @param requireOpen throws if nobody may change the index any more
   */
  WriterGate(IndexWriter writer, Runnable requireOpen) {
    this.writer = writer;
    this.requireOpen = requireOpen;
    adding = new LentPermits(CORES);
  }

  /** What does what needs no gate. */
  IndexWriter writer() {
    return writer;
  }

  /**
   * Adds documents, beside others.
   *
   * @throws ThreadInterruptedException if the thread is interrupted before or while it waits, and
   *     nothing was changed; or within Lucene. Its flag is set
   */
  <T> T add(IOSupplier<T> add) throws IOException {
    LentPermits.Permit permit = adding.acquire();
    try {
      return change(add);
    } finally {
      adding.release(permit);
    }
  }

  /**
   * Changes the index, beside others.
   *
   * @throws ThreadInterruptedException if the thread is interrupted before, and nothing was
   *     changed; or within Lucene. Its flag is set
   */
  <T> T change(IOSupplier<T> change) throws IOException {
    Interrupts.check();
    enter();
    try {
      return change.get();
    } catch (ThreadInterruptedException e) {
      // Lucene has cleared it.
      Thread.currentThread().interrupt();
      throw e;
    } finally {
      leave();
    }
  }

  private synchronized void enter() {
    requireOpen.run();
    inside++;
  }

  private synchronized void leave() {
    inside--;
    notifyAll();
  }

  /**
   * Waits until nobody changes the index any more. To be called when {@code requireOpen} keeps out
   * who comes.
   *
   * @throws ThreadInterruptedException if the thread is interrupted while it waits
   */
  synchronized void awaitNobody() {
    while (inside > 0) {
      Interrupts.await(this::wait);
    }
  }

  /** Closes the writer while no reader is being opened; an interrupt waits until that is done. */
  void close(IORunnable close) throws IOException {
    opening.writeLock().lock();
    try {
      Interrupts.holdRun(close);
    } finally {
      opening.writeLock().unlock();
    }
  }

  /** Does something that flushes the documents of all threads; an interrupt waits until then. */
  <T> T flush(IOSupplier<T> work) throws IOException {
    return Interrupts.hold(() -> warning(work));
  }

  /** Lucene says nothing of documents that it drops if this fails half way. */
  private <T> T warning(IOSupplier<T> work) throws IOException {
    try {
      return work.get();
    } catch (IOException e) {
      if (writer.isOpen()) {
        LOG.warn(
            "A flush of the index has failed, and the writer is open. Documents that other threads"
                + " added just then may be lost, although their calls returned: to be sure, call"
                + " rollback, and add again what came since the last commit",
            e);
      }
      throw e;
    }
  }

  /** A reader of all that was added so far. */
  DirectoryReader open() throws IOException {
    return open(() -> DirectoryReader.open(writer));
  }

  /** Opens a reader of what was added to the writer; an interrupt waits until that is done. */
  DirectoryReader open(IOSupplier<DirectoryReader> open) throws IOException {
    opening.readLock().lock();
    try {
      return flush(open);
    } finally {
      opening.readLock().unlock();
    }
  }

  /**
   * Reads in all that was added so far. To be used where the thread may be interrupted: closing the
   * reader can delete files, and an interrupt would take the writer's lock with it.
   *
   * @param use what to read; must not open another reader of the writer
   */
  <T> T read(IOFunction<DirectoryReader, T> use) throws IOException {
    opening.readLock().lock();
    try {
      return Interrupts.hold(
          () -> {
            try (DirectoryReader reader = warning(() -> DirectoryReader.open(writer))) {
              return use.apply(reader);
            }
          });
    } finally {
      opening.readLock().unlock();
    }
  }

  /** Closes a reader; an interrupt waits until that is done. */
  static void close(DirectoryReader reader) throws IOException {
    Interrupts.holdRun(reader::close);
  }
}
