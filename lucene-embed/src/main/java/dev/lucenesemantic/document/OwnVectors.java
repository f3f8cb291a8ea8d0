package dev.lucenesemantic.document;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.util.BytesRef;

/** Finds vectors in the index that is being written, as it was at some time not long ago. */
final class OwnVectors implements Closeable {
  private final WriterGate gate;

  /** Held by who opens or closes readers. */
  private final Lock refreshing = new ReentrantLock();

  /** Held for reading by who searches in the reader, and for writing by who changes it. */
  private final ReadWriteLock using = new ReentrantReadWriteLock();

  private volatile DirectoryReader reader;
  private volatile boolean looked;
  private boolean closed;

  OwnVectors(WriterGate gate) {
    this.gate = gate;
  }

  /**
   * Opens a reader of the vectors of earlier runs, if there are any and nobody did. To be called
   * before documents come in, for the reason that {@link IndexedFields} gives.
   */
  void look() throws IOException {
    if (looked) {
      return;
    }
    refreshing.lock();
    try {
      if (!looked && gate.writer().getDocStats().maxDoc > 0) {
        refresh();
      }
      looked = true;
    } finally {
      refreshing.unlock();
    }
  }

  /** Looks for the vector that a model has made of a text. */
  Optional<VectorReuse.Found> find(String fingerprint, BytesRef textHash) throws IOException {
    using.readLock().lock();
    try {
      DirectoryReader in = reader;
      return in == null ? Optional.empty() : VectorReuse.of(in).find(fingerprint, textHash);
    } finally {
      using.readLock().unlock();
    }
  }

  /** Whether there is a reader, which keeps files on disk that the index no longer needs. */
  boolean isOpen() {
    return reader != null;
  }

  /** Opens a reader of all that was added so far. Waits for the documents of all threads. */
  void refresh() throws IOException {
    refreshing.lock();
    try {
      if (closed) {
        return;
      }
      DirectoryReader before = reader;
      DirectoryReader newer =
          gate.open(
              () ->
                  before == null
                      ? DirectoryReader.open(gate.writer(), false, false)
                      : DirectoryReader.openIfChanged(before, gate.writer(), false));
      if (newer != null) {
        replace(newer);
      }
    } finally {
      refreshing.unlock();
    }
  }

  private void replace(DirectoryReader newer) throws IOException {
    DirectoryReader before = reader;
    using.writeLock().lock();
    try {
      reader = newer;
    } finally {
      using.writeLock().unlock();
    }
    if (before != null) {
      WriterGate.close(before);
    }
  }

  /** To be called if the index could not be closed. */
  void reopen() {
    refreshing.lock();
    try {
      closed = false;
      looked = false;
    } finally {
      refreshing.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    refreshing.lock();
    try {
      closed = true;
      replace(null);
    } finally {
      refreshing.unlock();
    }
  }
}
