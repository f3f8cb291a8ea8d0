package dev.lucenesemantic.document;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.ThreadInterruptedException;

/**
 * Sees to it that the same text is encoded once by the same model: it looks at what was encoded
 * lately, in the index that is being written, and in those that were given for {@link VectorReuse};
 * only what is nowhere there goes to the {@link EncodingQueue}.
 *
 * <p>What was encoded lately is kept in memory up to a bound. When that is reached, the index is
 * asked for a near-real-time reader, which has the vectors of all documents that were added, and
 * the memory is freed. An index with documents of earlier runs is asked from the beginning.
 */
final class EncodedOnce implements Closeable {
  /** Bytes of vectors that are kept, about. */
  static final long MAX_BYTES = 64L << 20;

  private static final int OVERHEAD = 160;

  private final EncodingQueue queue;
  private final Optional<VectorReuse> reuse;
  private final WriterGate gate;
  private final long maxBytes;

  /** Whether there are vectors of an earlier run. */
  private final boolean isContinued;

  /** Those that a thread is encoding right now. */
  private final Map<Key, CompletableFuture<VectorReuse.Found>> begun = new ConcurrentHashMap<>();

  /** Guarded by itself, as is what follows. */
  private final Map<Key, VectorReuse.Found> recent = new HashMap<>();

  private long bytes;
  private DirectoryReader own;

  EncodedOnce(EncodingQueue queue, Optional<VectorReuse> reuse, WriterGate gate, long maxBytes) {
    this.queue = queue;
    this.reuse = reuse;
    this.gate = gate;
    this.maxBytes = maxBytes;
    IndexWriter writer = gate.writer();
    isContinued = writer.isOpen() && writer.getDocStats().maxDoc > 0;
  }

  private record Key(String fingerprint, BytesRef hash) {}

  /**
   * Gives each field its vector.
   *
   * @throws EncodingException if one of the texts cannot be encoded; no field of them has a vector
   *     that is not its own
   * @throws ThreadInterruptedException if the thread was interrupted while it waited for another
   */
  void encode(List<SemanticField> fields) throws IOException {
    List<SemanticField> toEncode = new ArrayList<>();
    Map<Key, CompletableFuture<VectorReuse.Found>> mine = new HashMap<>();
    Map<SemanticField, Key> waiting = new HashMap<>();
    // Made beforehand: it must work where memory has run out, or others wait for ever.
    BiConsumer<Key, CompletableFuture<VectorReuse.Found>> end = this::end;
    try {
      for (SemanticField field : fields) {
        if (field.image().isPresent()) {
          toEncode.add(field);
          continue;
        }
        Key key = new Key(field.fieldType().embedder().fingerprint(), field.textHash());
        if (mine.containsKey(key) || !begin(key, mine)) {
          waiting.put(field, key);
          continue;
        }
        // Not before: another thread may just have come to the end of it.
        Optional<VectorReuse.Found> found = find(key);
        if (found.isPresent()) {
          field.setReused(found.get());
          mine.get(key).complete(found.get());
        } else {
          toEncode.add(field);
        }
      }
      queue.encode(toEncode);
      for (SemanticField field : toEncode) {
        if (field.image().isEmpty()) {
          Key key = new Key(field.fieldType().embedder().fingerprint(), field.textHash());
          VectorReuse.Found vector = field.toFound();
          keep(key, vector);
          mine.get(key).complete(vector);
        }
      }
    } finally {
      // Whoever waits for a text that was not encoded here encodes it itself.
      mine.forEach(end);
    }
    take(waiting, mine);
  }

  private void end(Key key, CompletableFuture<VectorReuse.Found> future) {
    future.complete(null);
    begun.remove(key, future);
  }

  private boolean begin(Key key, Map<Key, CompletableFuture<VectorReuse.Found>> mine) {
    CompletableFuture<VectorReuse.Found> future = new CompletableFuture<>();
    // In this order: what others may wait for must be among those that are ended.
    mine.put(key, future);
    if (begun.putIfAbsent(key, future) != null) {
      mine.remove(key);
      return false;
    }
    return true;
  }

  /** All own texts are encoded by now, so no two threads wait for each other. */
  private void take(
      Map<SemanticField, Key> waiting, Map<Key, CompletableFuture<VectorReuse.Found>> mine)
      throws IOException {
    List<SemanticField> left = new ArrayList<>();
    for (Map.Entry<SemanticField, Key> each : waiting.entrySet()) {
      Key key = each.getValue();
      CompletableFuture<VectorReuse.Found> future = mine.getOrDefault(key, begun.get(key));
      VectorReuse.Found vector = future == null ? null : await(future);
      if (vector == null) {
        vector = find(key).orElse(null);
      }
      if (vector == null) {
        left.add(each.getKey());
      } else {
        each.getKey().setReused(vector);
      }
    }
    queue.encode(left);
  }

  private static VectorReuse.Found await(CompletableFuture<VectorReuse.Found> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ThreadInterruptedException(e);
    } catch (ExecutionException e) {
      throw new AssertionError("never completed by an exception", e);
    }
  }

  private Optional<VectorReuse.Found> find(Key key) throws IOException {
    synchronized (recent) {
      VectorReuse.Found vector = recent.get(key);
      if (vector != null) {
        return Optional.of(vector);
      }
      if (own == null && isContinued) {
        refresh();
      }
      if (own != null) {
        Optional<VectorReuse.Found> inIndex = VectorReuse.of(own).find(key.fingerprint, key.hash);
        if (inIndex.isPresent()) {
          return inIndex;
        }
      }
    }
    return reuse.isPresent() ? reuse.get().find(key.fingerprint, key.hash) : Optional.empty();
  }

  private void keep(Key key, VectorReuse.Found vector) throws IOException {
    synchronized (recent) {
      if (recent.put(key, vector) == null) {
        bytes += OVERHEAD + 4L * vector.vector().length;
      }
      if (bytes > maxBytes) {
        refresh();
        recent.clear();
        bytes = 0;
      }
    }
  }

  private void refresh() throws IOException {
    DirectoryReader newer =
        gate.open(
            () ->
                own == null
                    ? DirectoryReader.open(gate.writer(), false, false)
                    : DirectoryReader.openIfChanged(own, gate.writer(), false));
    if (newer != null) {
      closeOwn();
      own = newer;
    }
  }

  /** Lets go of the files that the index no longer has, which would stay on disk. */
  void commitEnded() throws IOException {
    synchronized (recent) {
      if (own != null) {
        refresh();
      }
    }
  }

  private void closeOwn() throws IOException {
    DirectoryReader old = own;
    own = null;
    if (old != null) {
      WriterGate.close(old);
    }
  }

  @Override
  public void close() throws IOException {
    synchronized (recent) {
      recent.clear();
      bytes = 0;
      closeOwn();
    }
  }
}
