package dev.lucenesemantic.document;

import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;

/**
 * Opens near-real-time readers. That flushes the documents of all threads, and if it is broken off,
 * Lucene drops those that were being flushed, although their calls had returned. So no interrupt
 * reaches it, and the writer is closed when none is being opened.
 */
final class WriterReaders {
  private static final Map<IndexWriter, ReadWriteLock> LOCKS =
      Collections.synchronizedMap(new WeakHashMap<>());

  private WriterReaders() {}

  /** What is done to a writer. */
  @FunctionalInterface
  interface Action {
    void run() throws IOException;
  }

  /** What opens a reader. */
  @FunctionalInterface
  interface Opening {
    DirectoryReader run() throws IOException;
  }

  /** What is read. */
  @FunctionalInterface
  interface Use<T> {
    T of(DirectoryReader reader) throws IOException;
  }

  private static ReadWriteLock lock(IndexWriter writer) {
    return LOCKS.computeIfAbsent(writer, key -> new ReentrantReadWriteLock());
  }

  /**
   * Reads in all that was added so far. To be used where the thread may be interrupted: closing the
   * reader can delete files, and an interrupt would take the writer's lock with it.
   *
   * @param use what to read; must not open another reader of the writer
   */
  static <T> T read(IndexWriter writer, Use<T> use) throws IOException {
    ReadWriteLock lock = lock(writer);
    lock.readLock().lock();
    try {
      return Interrupts.hold(
          () -> {
            try (DirectoryReader reader = DirectoryReader.open(writer)) {
              return use.of(reader);
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
  static DirectoryReader open(IndexWriter writer, Opening opening) throws IOException {
    ReadWriteLock lock = lock(writer);
    lock.readLock().lock();
    try {
      return Interrupts.hold(opening::run);
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Closes a reader; an interrupt waits until that is done. */
  static void close(DirectoryReader reader) throws IOException {
    Interrupts.hold(
        () -> {
          reader.close();
          return null;
        });
  }

  /** Does something while no reader of a writer is being opened; an interrupt waits until then. */
  static void whileNoneIsOpened(IndexWriter writer, Action action) throws IOException {
    ReadWriteLock lock = lock(writer);
    lock.writeLock().lock();
    try {
      Interrupts.hold(
          () -> {
            action.run();
            return null;
          });
    } finally {
      lock.writeLock().unlock();
    }
  }
}
