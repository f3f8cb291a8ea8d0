package dev.lucenesemantic.document;

import dev.lucenesemantic.embed.TextEmbedder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.util.ThreadInterruptedException;

/**
 * Encodes the texts of all threads that call at the same time together. An image counts as a text
 * here, of no length: the embedder decodes only what it works on.
 *
 * <p>A caller puts its texts into the queue. If there is a free place among the leaders, it becomes
 * one at once and encodes in its own thread, so a lone caller waits for nobody. Otherwise it waits
 * until a leader has encoded its texts. A leader takes its own texts, and if these are few, texts
 * of about the same length of others, as many as a network reads in one run. It encodes them with
 * one call for each embedder. So texts wait for each other only while all places are taken, and the
 * more of them wait, the better they fit together.
 *
 * <p>A caller that has its vectors leaves. If others wait, a thread of the queue's own takes the
 * place and serves them, those first who have waited longest, for as long as there are any. If the
 * callers led each other's batches in turn, every batch would begin in a thread that has to wake up
 * first, and where there are more threads than cores the system likes to wake it on the core that
 * is busy while the other one runs dry: that costs milliseconds each time.
 *
 * <p>If a call that several callers share fails, each of them encodes its texts again alone, in its
 * own thread: so one text that cannot be encoded, or one thread that was interrupted, harms only
 * its own caller. Vectors are handed out in the caller's own thread too, so a caller that gave up
 * can do with its fields what it likes.
 *
 * <p>Telling callers what came of their texts, and giving a place on, takes no memory: lists are
 * walked by index for that. Where memory has run out, an iterator that cannot be had would leave
 * threads waiting for ever.
 *
 * <p>The queue is bounded by its {@link QueueRoom}: a caller that finds it full waits at the door.
 * Once the room is closed, whatever has not been taken by a leader is not encoded any more.
 */
final class EncodingQueue {
  /** The most texts that one call encodes. */
  static final int MAX_TEXTS = 128;

  /** The most characters that one call encodes, but for a single text that is longer. */
  static final int MAX_CHARS = 1 << 20;

  /** So many characters fill a run of a network: about 300 tokens. */
  private static final int CHARS_OF_RUN = 1200;

  /** What the special tokens of a text cost, in characters. */
  private static final int CHARS_OF_SPECIALS = 8;

  /** Texts that differ by no more than 20 tokens are better run together than alone. */
  private static final int SIMILAR_CHARS = 80;

  /** So long a thread of the queue's own is kept when it has nothing to do. */
  private static final long KEEP_ALIVE_MILLIS = 200;

  private final int maxLeaders;
  private final QueueRoom room;
  private final CountedEncoder encoder;
  private final ReentrantLock lock = new ReentrantLock();

  /** Threads that lead while callers wait. They end by themselves. */
  private final Executor servants =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          KEEP_ALIVE_MILLIS,
          TimeUnit.MILLISECONDS,
          new SynchronousQueue<>(),
          Thread.ofPlatform().daemon().name("semantic-encoder-", 1).factory());

  /** The callers with texts that nobody has taken yet, first come first. Guarded by the lock. */
  private final List<Caller> waiting = new ArrayList<>();

  /** How many threads encode at the moment. Guarded by the lock. */
  private int leaders;

  /**
   * @param maxLeaders how many threads may encode at once
   * @param room the bounds of the queue
   * @param counters count what is encoded
   */
  EncodingQueue(int maxLeaders, QueueRoom room, IndexingCounters counters) {
    this.maxLeaders = maxLeaders;
    this.room = room;
    encoder = new CountedEncoder(counters);
  }

  /**
   * Encodes the texts of the fields and gives each field its vector. Returns when all have theirs.
   *
   * @throws EncodingException if one of these texts cannot be encoded
   * @throws ThreadInterruptedException if the thread was interrupted while it waited for another;
   *     its interrupt flag is set
   * @throws AlreadyClosedException if the room was closed before the texts were encoded
   */
  void encode(List<SemanticField> fields) {
    if (fields.isEmpty()) {
      return;
    }
    QueueLoad load = QueueLoad.of(fields);
    try {
      room.enter(load);
      try {
        encodeInside(fields);
      } finally {
        room.leave(load);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ThreadInterruptedException(e);
    }
  }

  private void encodeInside(List<SemanticField> fields) throws InterruptedException {
    Caller caller = new Caller(fields, lock.newCondition());
    lock.lock();
    try {
      waiting.add(caller);
      while (!caller.isDone()) {
        if (!room.isOpen()) {
          throw QueueRoom.closed();
        }
        if (caller.hasUntaken() && mayLead(caller)) {
          lead(caller);
        } else {
          caller.wake.await();
        }
      }
    } finally {
      // A caller that gives up may just have been chosen to lead: then the choice passes on.
      caller.gone = true;
      waiting.remove(caller);
      wakeLeaders();
      lock.unlock();
    }
    caller.handOut();
  }

  /** Whether there is a place for this caller, behind those who have waited longer. */
  private boolean mayLead(Caller caller) {
    int free = maxLeaders - leaders;
    for (int i = 0; free > 0 && i < waiting.size() && waiting.get(i) != caller; i++) {
      free -= waiting.get(i).isNext() ? 1 : 0;
    }
    return free > 0;
  }

  /** Encodes a batch for a caller, in its thread. The lock is held, but not meanwhile. */
  private void lead(Caller leader) {
    leaders++;
    leader.leading = true;
    try {
      encodeBatch(takeBatch(leader), leader);
    } finally {
      leader.leading = false;
      leaders--;
      if (leader.isDone()) {
        passOn();
      }
      wakeLeaders();
    }
  }

  /** Lets a thread of the queue's own have a place that a caller leaves, if others wait. */
  private void passOn() {
    if (nextToServe() == null) {
      return;
    }
    leaders++;
    try {
      servants.execute(this::serve);
    } catch (RejectedExecutionException | OutOfMemoryError e) {
      // No thread to be had: those who wait will lead themselves.
      leaders--;
    }
  }

  /** Encodes the texts of those who wait until there are none. */
  private void serve() {
    lock.lock();
    try {
      for (Caller next = nextToServe(); next != null; next = nextToServe()) {
        encodeBatch(takeBatch(next), null);
      }
    } finally {
      leaders--;
      wakeLeaders();
      lock.unlock();
    }
  }

  /** Who has waited longest, or null if nobody waits, or it must be served in its own thread. */
  private Caller nextToServe() {
    if (!room.isOpen()) {
      return null;
    }
    for (int i = 0; i < waiting.size(); i++) {
      Caller caller = waiting.get(i);
      if (caller.isNext()) {
        return caller.alone ? null : caller;
      }
    }
    return null;
  }

  private void encodeBatch(Batch batch, Caller leader) {
    // The batch may have taken the texts of those whose turn it was.
    wakeLeaders();
    lock.unlock();
    try {
      for (int i = 0; i < batch.calls.size(); i++) {
        batch.calls.get(i).run(encoder);
      }
    } finally {
      lock.lock();
      for (int i = 0; i < batch.calls.size(); i++) {
        settle(batch.calls.get(i), leader);
      }
    }
  }

  /** Texts of this caller, and of others if these are few. */
  private Batch takeBatch(Caller first) {
    Batch batch = new Batch();
    try {
      batch.takeFrom(first);
      for (int i = 0; !first.alone && i < waiting.size() && !batch.fillsRun(); i++) {
        if (!waiting.get(i).alone) {
          batch.takeSimilarFrom(waiting.get(i));
        }
      }
    } catch (OutOfMemoryError e) {
      // Whoever has texts in it must hear of it.
      batch.fail(e);
    }
    for (int i = waiting.size() - 1; i >= 0; i--) {
      if (!waiting.get(i).hasUntaken()) {
        waiting.remove(i);
      }
    }
    return batch;
  }

  /** Tells those whose texts a call had what came of them. Never throws: they wait for it. */
  private void settle(Call call, Caller leader) {
    boolean shared = false;
    for (int i = 0; i < call.texts.size(); i++) {
      shared |= call.texts.get(i).caller != leader;
    }
    for (int i = 0; i < call.texts.size(); i++) {
      Text text = call.texts.get(i);
      Caller caller = text.caller;
      if (call.failure == null) {
        caller.receive(text.index, call.vectors[i]);
      } else if (!shared) {
        caller.failure = call.failure;
      } else {
        retryAlone(caller, text, call.failure);
      }
      if (caller.isDone()) {
        caller.wake.signal();
      }
    }
  }

  private void retryAlone(Caller caller, Text text, Throwable failure) {
    try {
      caller.retryAlone(text.index);
      if (!caller.gone && !waiting.contains(caller)) {
        waiting.add(0, caller);
      }
    } catch (OutOfMemoryError e) {
      caller.failure = failure;
    }
  }

  private void wakeLeaders() {
    int free = maxLeaders - leaders;
    for (int i = 0; free > 0 && i < waiting.size(); i++) {
      if (waiting.get(i).isNext()) {
        waiting.get(i).wake.signal();
        free--;
      }
    }
  }

  /** A thread in {@link #encode}, with its texts. Guarded by the lock. */
  private static final class Caller {
    final List<SemanticField> fields;
    final Condition wake;
    final Deque<Integer> untaken = new ArrayDeque<>();
    final float[][] vectors;
    int missing;
    boolean alone;
    boolean leading;
    boolean gone;
    Throwable failure;

    Caller(List<SemanticField> fields, Condition wake) {
      this.fields = fields;
      this.wake = wake;
      vectors = new float[fields.size()][];
      missing = fields.size();
      for (int i = 0; i < fields.size(); i++) {
        untaken.add(i);
      }
    }

    boolean hasUntaken() {
      return !untaken.isEmpty();
    }

    /** Whether it waits for a leader or for a place. */
    boolean isNext() {
      return !leading && hasUntaken();
    }

    int nextLength() {
      return fields.get(untaken.getFirst()).text().length();
    }

    boolean isDone() {
      return failure != null || missing == 0;
    }

    void receive(int index, float[] vector) {
      vectors[index] = vector;
      missing--;
    }

    void retryAlone(int index) {
      alone = true;
      untaken.add(index);
    }

    void handOut() {
      if (failure instanceof Error error) {
        throw error;
      }
      if (failure instanceof RuntimeException exception) {
        throw exception;
      }
      for (int i = 0; i < vectors.length; i++) {
        fields.get(i).setEncoded(vectors[i]);
      }
    }
  }

  /** One text of a caller. */
  private record Text(Caller caller, int index) {
    SemanticField field() {
      return caller.fields.get(index);
    }
  }

  /** What a leader has taken. */
  private static final class Batch {
    final List<Call> calls = new ArrayList<>();
    private int texts;
    private long chars;
    private int firstLength;

    /** Takes what there is room for. */
    void takeFrom(Caller caller) {
      while (caller.hasUntaken() && texts < MAX_TEXTS) {
        int length = caller.nextLength();
        if (texts > 0 && chars + length > MAX_CHARS) {
          return;
        }
        take(caller, length);
      }
    }

    boolean fillsRun() {
      return texts == MAX_TEXTS || chars + (long) texts * CHARS_OF_SPECIALS >= CHARS_OF_RUN;
    }

    /** Takes texts that are about as long as the first one, as long as they go into one run. */
    void takeSimilarFrom(Caller caller) {
      while (caller.hasUntaken() && !fillsRun()) {
        int length = caller.nextLength();
        if (Math.abs(length - firstLength) > SIMILAR_CHARS) {
          return;
        }
        take(caller, length);
      }
    }

    private void take(Caller caller, int length) {
      Text text = new Text(caller, caller.untaken.getFirst());
      callOf(text.field().fieldType().embedder()).texts.add(text);
      caller.untaken.removeFirst();
      firstLength = texts == 0 ? length : firstLength;
      texts++;
      chars += length;
    }

    private Call callOf(TextEmbedder embedder) {
      for (Call call : calls) {
        if (call.embedder == embedder) {
          return call;
        }
      }
      Call call = new Call(embedder);
      calls.add(call);
      return call;
    }

    void fail(Throwable failure) {
      for (int i = 0; i < calls.size(); i++) {
        calls.get(i).failure = failure;
      }
    }
  }

  /** One call of an embedder, and what came of it. */
  private static final class Call {
    final TextEmbedder embedder;
    final List<Text> texts = new ArrayList<>();
    float[][] vectors;
    Throwable failure;

    Call(TextEmbedder embedder) {
      this.embedder = embedder;
    }

    /** Never throws: whatever it is, those who wait for these vectors must not wait for ever. */
    void run(CountedEncoder encoder) {
      if (failure != null) {
        return;
      }
      try {
        vectors = encoder.encode(texts.stream().map(Text::field).toList()).toArray(float[][]::new);
      } catch (Throwable t) {
        failure = t;
      }
    }
  }
}
