package dev.lucenesemantic.document;

import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.util.IOFunction;
import org.apache.lucene.util.IORunnable;
import org.apache.lucene.util.IOSupplier;

/**
 * Opens near-real-time readers. That flushes the documents of all threads, and if it is broken off,
 * Lucene drops those that were being flushed, although their calls had returned. So no interrupt
 * reaches it, and the writer is closed when none is being opened.
 */
final class WriterReaders {
  private static final Map<IndexWriter, ReadWriteLock> LOCKS =
      Collections.synchronizedMap(new WeakHashMap<>());

  private WriterReaders() {}

  private static ReadWriteLock lock(IndexWriter writer) {
    return LOCKS.computeIfAbsent(writer, key -> new ReentrantReadWriteLock());
  }

  /**
   * Reads in all that was added so far. To be used where the thread may be interrupted: closing the
   * reader can delete files, and an interrupt would take the writer's lock with it.
   *
   * @param use what to read; must not open another reader of the writer
   */
  static <T> T read(IndexWriter writer, IOFunction<DirectoryReader, T> use) throws IOException {
    ReadWriteLock lock = lock(writer);
    lock.readLock().lock();
    try {
      return Interrupts.hold(
          () -> {
            try (DirectoryReader reader = DirectoryReader.open(writer)) {
              return use.apply(reader);
            }
          });
    } finally {
      lock.readLock().unlock();
    }
  }

  /** A reader of all that was added so far. */
  static DirectoryReader open(IndexWriter writer) throws IOException {
    return open(writer, () -> DirectoryReader.open(writer));
  }

  /** Opens a reader of what was added to a writer; an interrupt waits until that is done. */
  static DirectoryReader open(IndexWriter writer, IOSupplier<DirectoryReader> opening)
      throws IOException {
    ReadWriteLock lock = lock(writer);
    lock.readLock().lock();
    try {
      return Interrupts.hold(opening);
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Closes a reader; an interrupt waits until that is done. */
  static void close(DirectoryReader reader) throws IOException {
    Interrupts.holdRun(reader::close);
  }

  /** Does something while no reader of a writer is being opened; an interrupt waits until then. */
  static void whileNoneIsOpened(IndexWriter writer, IORunnable action) throws IOException {
    ReadWriteLock lock = lock(writer);
    lock.writeLock().lock();
    try {
      Interrupts.holdRun(action);
    } finally {
      lock.writeLock().unlock();
    }
  }
}
