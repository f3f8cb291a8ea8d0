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
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.ThreadInterruptedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that the same text is encoded once by the same model: it looks at what was encoded
 * lately, in the index that is being written, and in those that were given for {@link VectorReuse};
 * only what is nowhere there goes to the {@link EncodingQueue}.
 *
 * <p>What was encoded lately is kept in memory up to a bound. When half of that is reached, the
 * index is asked for a near-real-time reader, which has the vectors of all documents that were
 * added, and then that half is freed. Nobody waits for the reader, which itself may wait for a
 * document. An index with documents of earlier runs is asked from the beginning.
 */
final class EncodedOnce implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(EncodedOnce.class);

  /** Bytes of vectors that are kept, about. */
  static final long MAX_BYTES = 64L << 20;

  private static final int OVERHEAD = 160;

  private final EncodingQueue queue;
  private final Optional<VectorReuse> reuse;
  private final OwnVectors own;
  private final long maxBytes;

  /** Those that a thread is encoding right now. */
  private final Map<Key, CompletableFuture<VectorReuse.Found>> begun = new ConcurrentHashMap<>();

  /** Those that were encoded lately. Guarded by this, as is what follows. */
  private Map<Key, VectorReuse.Found> recent = new HashMap<>();

  /** Those before them, until the index is known to have them. */
  private Map<Key, VectorReuse.Found> older = Map.of();

  private long bytes;

  /** How often there was too much to keep since the index was last asked. */
  private int asked;

  EncodedOnce(EncodingQueue queue, Optional<VectorReuse> reuse, WriterGate gate, long maxBytes) {
    this.queue = queue;
    this.reuse = reuse;
    this.maxBytes = maxBytes;
    own = new OwnVectors(gate);
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

  /** What must be done before documents come in; see {@link OwnVectors#look}. */
  void look() throws IOException {
    own.look();
  }

  private Optional<VectorReuse.Found> find(Key key) throws IOException {
    // In this order: what is kept no longer is in the index.
    VectorReuse.Found kept = kept(key);
    if (kept != null) {
      return Optional.of(kept);
    }
    Optional<VectorReuse.Found> inIndex = own.find(key.fingerprint, key.hash);
    return inIndex.isPresent() || reuse.isEmpty()
        ? inIndex
        : reuse.get().find(key.fingerprint, key.hash);
  }

  private synchronized VectorReuse.Found kept(Key key) {
    VectorReuse.Found vector = recent.get(key);
    return vector == null ? older.get(key) : vector;
  }

  private void keep(Key key, VectorReuse.Found vector) {
    boolean ask = false;
    synchronized (this) {
      if (recent.put(key, vector) == null) {
        bytes += OVERHEAD + 4L * vector.vector().length;
      }
      if (bytes > maxBytes / 2) {
        older = recent;
        recent = new HashMap<>();
        bytes = 0;
        asked++;
        ask = asked == 1;
      }
    }
    if (ask) {
      beginToAsk();
    }
  }

  private void beginToAsk() {
    boolean begun = false;
    try {
      Interrupts.start(this::askIndex);
      begun = true;
    } finally {
      if (!begun) {
        forget();
      }
    }
  }

  /** Reads in the index what was kept so far, and then keeps it no longer. */
  private void askIndex() {
    int before;
    do {
      synchronized (this) {
        before = asked;
      }
      try {
        own.refresh();
      } catch (AlreadyClosedException e) {
        LOG.debug("The index is closed", e);
      } catch (Throwable t) {
        LOG.warn("Texts that were added just before are encoded again if they come again", t);
      }
    } while (!forget(before));
  }

  /** Whether it reads in the index. */
  synchronized boolean isAsking() {
    return asked > 0;
  }

  private synchronized boolean forget(int before) {
    if (asked != before) {
      // More has come since.
      return false;
    }
    forget();
    return true;
  }

  private synchronized void forget() {
    older = Map.of();
    asked = 0;
  }

  /** Lets go of the files that the index no longer has, which would stay on disk. */
  void commitEnded() throws IOException {
    if (own.isOpen()) {
      own.refresh();
    }
  }

  /** To be called if the writer could not be closed. */
  void reopen() {
    own.reopen();
  }

  @Override
  public void close() throws IOException {
    synchronized (this) {
      recent = new HashMap<>();
      older = Map.of();
      bytes = 0;
    }
    own.close();
  }
}
