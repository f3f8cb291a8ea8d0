package dev.lucenesemantic.document;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.embed.FakeEmbedder;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.util.ThreadInterruptedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EncodingQueueTest {

  @Test
  void aLoneCallerEncodesAllItsTextsWithOneCall() {
    FakeEmbedder embedder = new FakeEmbedder("m", 8);
    List<SemanticField> fields = fields(embedder, "a", "b", "c");
    queue(1).encode(fields);
    assertEncoded(embedder, fields);
    assertEquals(1, embedder.documentCalls.get());
  }

  @Test
  void noTextsNeedNoCall() {
    queue(1).encode(List.of());
  }

  @Test
  void callersThatWaitAreEncodedTogether() throws Exception {
    GatedEmbedder embedder = new GatedEmbedder("m");
    EncodingQueue queue = queue(1);
    Caller first = Caller.held(queue, embedder, "first");
    List<Caller> others = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      others.add(Caller.waiting(queue, fields(embedder, "other" + i)));
    }
    embedder.open();
    assertNull(first.join());
    for (Caller other : others) {
      other.assertServed(embedder);
    }
    assertEquals(List.of(1, 5), embedder.callSizes);
  }

  @Test
  void thoseWhoWaitAreServedByAThreadOfTheQueuesOwn() throws Exception {
    List<String> threads = Collections.synchronizedList(new ArrayList<>());
    GatedEmbedder embedder =
        new GatedEmbedder("m") {
          @Override
          public List<float[]> embedDocuments(List<String> texts) {
            threads.add(Thread.currentThread().getName() + " " + texts);
            return super.embedDocuments(texts);
          }
        };
    EncodingQueue queue = queue(1);
    Caller first = Caller.held(queue, embedder, "first");
    // Of different lengths, so that each has a call of its own.
    Caller second = Caller.waiting(queue, fields(embedder, "second".repeat(100)));
    Caller third = Caller.waiting(queue, fields(embedder, "third".repeat(1000)));
    embedder.open();
    for (Caller caller : List.of(first, second, third)) {
      caller.assertServed(embedder);
    }
    assertEquals(3, threads.size());
    assertFalse(threads.getFirst().startsWith("semantic-encoder"), threads.getFirst());
    String servant = threads.get(1).substring(0, threads.get(1).indexOf(' '));
    assertTrue(servant.startsWith("semantic-encoder"), servant);
    assertTrue(threads.get(2).startsWith(servant + " [third"), "the same one");
    // Nobody waits any more, so that the next one need not.
    Caller later = Caller.start(queue, fields(embedder, "later"));
    assertNull(later.join());
    assertFalse(threads.get(3).startsWith("semantic-encoder"), threads.get(3));
  }

  @Test
  void asManyCallersAsThereAreLeadersEncodeAtTheSameTime() throws Exception {
    GatedEmbedder embedder = new GatedEmbedder("m");
    EncodingQueue queue = queue(3);
    List<Caller> callers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      callers.add(Caller.start(queue, fields(embedder, "text" + i)));
    }
    embedder.awaitEntered(3);
    Caller fourth = Caller.waiting(queue, fields(embedder, "fourth"));
    assertEquals(3, embedder.entered.get());
    embedder.open();
    for (Caller caller : callers) {
      assertNull(caller.join());
    }
    fourth.assertServed(embedder);
  }

  @Test
  void oneCallEncodesABoundedNumberOfTexts() {
    GatedEmbedder embedder = new GatedEmbedder("m");
    embedder.open();
    String[] texts = new String[300];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = "text " + i;
    }
    List<SemanticField> fields = fields(embedder, texts);
    queue(2).encode(fields);
    assertEncoded(embedder, fields);
    assertEquals(List.of(128, 128, 44), embedder.callSizes);
  }

  @Test
  void oneCallEncodesABoundedNumberOfCharactersButAtLeastOneText() {
    GatedEmbedder embedder = new GatedEmbedder("m");
    embedder.open();
    String half = "x".repeat(EncodingQueue.MAX_CHARS / 2);
    String huge = "y".repeat(EncodingQueue.MAX_CHARS * 2);
    List<SemanticField> fields = fields(embedder, half, half, "z", huge, "a", "b");
    queue(2).encode(fields);
    assertEncoded(embedder, fields);
    assertEquals(List.of(2, 1, 1, 2), embedder.callSizes);
  }

  @Test
  void aTextThatFailsHarmsOnlyItsCaller() throws Exception {
    GatedEmbedder embedder = new GatedEmbedder("m");
    EncodingQueue queue = queue(1);
    Caller first = Caller.held(queue, embedder, "first");
    Caller good = Caller.waiting(queue, fields(embedder, "good", "as well"));
    Caller bad = Caller.waiting(queue, fields(embedder, "fine", "bad"));
    embedder.open();
    assertNull(first.join());
    good.assertServed(embedder);
    EncodingException failure = assertInstanceOf(EncodingException.class, bad.join());
    assertTrue(failure.getMessage().contains("'body_vector'"), failure.getMessage());
    assertTrue(failure.getMessage().contains("cannot encode bad"), failure.getMessage());
    assertTrue(failure.getMessage().contains("fingerprint m"), failure.getMessage());
    bad.fields.forEach(field -> assertFalse(field.isEncoded()));
    // One call for the first, one for all others together, and one for each of these alone.
    assertEquals(List.of(1, 4), embedder.callSizes.subList(0, 2));
    assertEquals(4, embedder.callSizes.size());
  }

  @Test
  void vectorsThatAreOnlyComputedWhenTheyAreReadMayFailToo() throws Exception {
    GatedEmbedder embedder =
        new GatedEmbedder("m") {
          @Override
          public List<float[]> embedDocuments(List<String> texts) {
            List<float[]> vectors = super.embedDocuments(texts);
            return new AbstractList<>() {
              @Override
              public float[] get(int index) {
                if (texts.get(index).equals("lazy")) {
                  throw new IllegalStateException("cannot compute it");
                }
                return vectors.get(index);
              }

              @Override
              public int size() {
                return vectors.size();
              }
            };
          }
        };
    EncodingQueue queue = queue(1);
    Caller first = Caller.held(queue, embedder, "first");
    Caller good = Caller.waiting(queue, fields(embedder, "good"));
    Caller bad = Caller.waiting(queue, fields(embedder, "lazy"));
    embedder.open();
    assertNull(first.join());
    good.assertServed(embedder);
    assertInstanceOf(EncodingException.class, bad.join());
  }

  @Test
  void whateverGoesWrongAroundTheEmbedderReachesTheCallersAndFreesThePlace() throws Exception {
    GatedEmbedder embedder =
        new GatedEmbedder("m") {
          @Override
          public List<float[]> embedDocuments(List<String> texts) {
            if (texts.toString().contains("error")) {
              throw new IllegalStateException() {
                private static final long serialVersionUID = 1L;

                @Override
                public String getMessage() {
                  throw new NoClassDefFoundError("gone");
                }
              };
            }
            return super.embedDocuments(texts);
          }
        };
    EncodingQueue queue = queue(1);
    Caller first = Caller.held(queue, embedder, "first");
    Caller bad = Caller.waiting(queue, fields(embedder, "error 1"));
    Caller worse = Caller.waiting(queue, fields(embedder, "error 2"));
    embedder.open();
    assertNull(first.join());
    assertInstanceOf(NoClassDefFoundError.class, bad.join());
    assertInstanceOf(NoClassDefFoundError.class, worse.join());
    Caller last = Caller.start(queue, fields(embedder, "last"));
    assertNull(last.join());
  }

  @Test
  void aTextThatTakesTooMuchMemoryFailsItsCallerAlone() throws Exception {
    GatedEmbedder embedder = new GatedEmbedder("m");
    EncodingQueue queue = queue(1);
    Caller first = Caller.held(queue, embedder, "first");
    Caller good = Caller.waiting(queue, fields(embedder, "good"));
    Caller bad = Caller.waiting(queue, fields(embedder, "huge"));
    embedder.open();
    assertNull(first.join());
    good.assertServed(embedder);
    assertInstanceOf(
        OutOfMemoryError.class, assertInstanceOf(EncodingException.class, bad.join()).getCause());
  }

  @Test
  void embeddersAreCalledOnceEachAndFailApart() throws Exception {
    GatedEmbedder gate = new GatedEmbedder("gate");
    GatedEmbedder one = new GatedEmbedder("one");
    GatedEmbedder two = new GatedEmbedder("two");
    one.open();
    two.open();
    EncodingQueue queue = queue(1);
    Caller first = Caller.held(queue, gate, "first");
    List<SemanticField> mixed = new ArrayList<>(fields(one, "a", "b"));
    mixed.addAll(fields(two, "c"));
    Caller both = Caller.waiting(queue, mixed);
    Caller bad = Caller.waiting(queue, fields(two, "bad"));
    gate.open();
    assertNull(first.join());
    assertNull(both.join());
    assertEncoded(one, both.fields.subList(0, 2));
    assertEncoded(two, both.fields.subList(2, 3));
    assertInstanceOf(EncodingException.class, bad.join());
    assertEquals(List.of(2), one.callSizes);
    assertEquals(3, two.callSizes.size());
  }

  @Test
  void aWaitingCallerThatIsInterruptedLeavesWithoutHarm() throws Exception {
    GatedEmbedder embedder = new GatedEmbedder("m");
    EncodingQueue queue = queue(1);
    Caller first = Caller.held(queue, embedder, "first");
    Caller interrupted = Caller.waiting(queue, fields(embedder, "interrupted"));
    Caller last = Caller.waiting(queue, fields(embedder, "last"));
    interrupted.thread.interrupt();
    assertInstanceOf(ThreadInterruptedException.class, interrupted.join());
    assertTrue(interrupted.flagKept);
    assertFalse(interrupted.fields.getFirst().isEncoded());
    embedder.open();
    assertNull(first.join());
    last.assertServed(embedder);
    assertEquals(List.of(1, 1), embedder.callSizes);
  }

  @Test
  void aCallerWhoseTextsAreBeingEncodedByAnotherCanLeaveToo() throws Exception {
    GatedEmbedder first = new GatedEmbedder("first");
    GatedEmbedder second = new GatedEmbedder("second");
    EncodingQueue queue = queue(1);
    Caller leader = Caller.held(queue, first, "a");
    Caller next = Caller.waiting(queue, fields(second, "b"));
    Caller passenger = Caller.waiting(queue, fields(second, "c"));
    first.open();
    second.awaitEntered(1);
    assertNull(leader.join());
    passenger.thread.interrupt();
    assertInstanceOf(ThreadInterruptedException.class, passenger.join());
    second.open();
    next.assertServed(second);
    assertFalse(passenger.fields.getFirst().isEncoded());
  }

  @Test
  void aLeaderThatIsInterruptedInsideTheEmbedderHarmsOnlyItself() throws Exception {
    GatedEmbedder embedder = new GatedEmbedder("m");
    EncodingQueue queue = queue(1);
    Caller leader = Caller.held(queue, embedder, "leader");
    Caller other = Caller.waiting(queue, fields(embedder, "other"));
    leader.thread.interrupt();
    assertInstanceOf(EncodingException.class, leader.join());
    assertTrue(leader.flagKept);
    embedder.open();
    other.assertServed(embedder);
  }

  @Test
  void aVectorThatIsNoneHarmsOnlyItsCaller() throws Exception {
    GatedEmbedder embedder =
        new GatedEmbedder("m") {
          @Override
          public float[] vector(String text) {
            return text.equals("null") ? null : super.vector(text);
          }
        };
    EncodingQueue queue = queue(1);
    Caller first = Caller.held(queue, embedder, "first");
    Caller good = Caller.waiting(queue, fields(embedder, "good"));
    Caller bad = Caller.waiting(queue, fields(embedder, "null"));
    embedder.open();
    assertNull(first.join());
    good.assertServed(embedder);
    assertInstanceOf(EncodingException.class, bad.join());
  }

  @Test
  void anotherNumberOfVectorsThanTextsIsAnError() {
    FakeEmbedder embedder =
        new FakeEmbedder("m", 8) {
          @Override
          public List<float[]> embedDocuments(List<String> texts) {
            return super.embedDocuments(texts).subList(1, texts.size());
          }
        };
    List<SemanticField> fields = fields(embedder, "a", "b", "c");
    EncodingException failure =
        assertThrows(EncodingException.class, () -> queue(1).encode(fields));
    assertTrue(failure.getMessage().contains("2 vectors for 3"), failure.getMessage());
    fields.forEach(field -> assertFalse(field.isEncoded()));
  }

  @Test
  void aCallerIsHeldBackWhileTheQueueIsFull() throws Exception {
    GatedEmbedder embedder = new GatedEmbedder("m");
    QueueRoom room = room(20, Long.MAX_VALUE);
    EncodingQueue queue = new EncodingQueue(1, room, new IndexingCounters());
    Caller first = Caller.held(queue, embedder, "first");
    Caller second = Caller.start(queue, fields(embedder, "after"));
    awaitCallers(room, 2);
    Caller third = Caller.start(queue, fields(embedder, "third"));
    awaitHeldBack(room, 1);
    assertEquals(2, room.metrics().callers());
    assertEquals(2, room.metrics().texts());
    assertEquals(20, room.metrics().bytes());
    embedder.open();
    for (Caller caller : List.of(first, second, third)) {
      caller.assertServed(embedder);
    }
    assertEmpty(room);
    assertEquals(1, room.metrics().everHeldBack());
    // The third did not come in before the first had left.
    assertEquals(3, embedder.callSizes.stream().mapToInt(Integer::intValue).sum());
    assertEquals(1, embedder.callSizes.getFirst());
  }

  @Test
  void theQueueIsBoundedByTokensToo() throws Exception {
    GatedEmbedder embedder =
        new GatedEmbedder("m") {
          @Override
          public int maxTokens() {
            return 10;
          }
        };
    QueueRoom room = room(Long.MAX_VALUE, 15);
    EncodingQueue queue = new EncodingQueue(1, room, new IndexingCounters());
    Caller large = Caller.held(queue, embedder, "x".repeat(1000));
    assertEquals(10, room.metrics().tokens(), "no text has more tokens than the model reads");
    Caller small = Caller.start(queue, fields(embedder, "abc"));
    awaitCallers(room, 2);
    assertEquals(15, room.metrics().tokens(), "three characters and what stands around them");
    Caller last = Caller.start(queue, fields(embedder, "a"));
    awaitHeldBack(room, 1);
    embedder.open();
    for (Caller caller : List.of(large, small, last)) {
      assertNull(caller.join());
    }
    assertEmpty(room);
  }

  @Test
  void aCallerBehindTheDoorDoesNotOvertake() throws Exception {
    GatedEmbedder embedder = new GatedEmbedder("m");
    QueueRoom room = room(19, Long.MAX_VALUE);
    EncodingQueue queue = new EncodingQueue(1, room, new IndexingCounters());
    Caller first = Caller.held(queue, embedder, "first");
    // It does not fit beside the first, and the small one behind it would; nor do these two.
    Caller large = Caller.start(queue, fields(embedder, "large one"));
    awaitHeldBack(room, 1);
    Caller small = Caller.start(queue, fields(embedder, "s"));
    awaitHeldBack(room, 2);
    embedder.open();
    assertNull(first.join());
    assertNull(large.join());
    assertNull(small.join());
    assertEmpty(room);
    assertEquals(List.of("first", "large one", "s"), embedder.texts);
  }

  @Test
  void aTextThatIsLargerThanTheQueueIsEncodedAlone() throws Exception {
    GatedEmbedder embedder = new GatedEmbedder("m");
    QueueRoom room = room(20, Long.MAX_VALUE);
    EncodingQueue queue = new EncodingQueue(2, room, new IndexingCounters());
    Caller first = Caller.held(queue, embedder, "a");
    Caller giant = Caller.start(queue, fields(embedder, "g".repeat(100)));
    awaitHeldBack(room, 1);
    Caller last = Caller.start(queue, fields(embedder, "z"));
    awaitHeldBack(room, 2);
    assertEquals(1, embedder.entered.get());
    embedder.open();
    assertNull(first.join());
    assertNull(giant.join());
    assertNull(last.join());
    assertEncoded(embedder, giant.fields);
    assertEquals(List.of(1, 1, 1), embedder.callSizes);
    assertEmpty(room);
  }

  @Test
  void aCallerThatIsInterruptedAtTheDoorLeavesItToTheNext() throws Exception {
    GatedEmbedder embedder = new GatedEmbedder("m");
    QueueRoom room = room(12, Long.MAX_VALUE);
    EncodingQueue queue = new EncodingQueue(2, room, new IndexingCounters());
    Caller first = Caller.held(queue, embedder, "first");
    Caller large = Caller.start(queue, fields(embedder, "large"));
    awaitHeldBack(room, 1);
    Caller small = Caller.start(queue, fields(embedder, "s"));
    awaitHeldBack(room, 2);
    large.thread.interrupt();
    assertInstanceOf(ThreadInterruptedException.class, large.join());
    assertTrue(large.flagKept);
    // There is room for the small one, which is the first at the door now.
    embedder.awaitEntered(2);
    embedder.open();
    assertNull(first.join());
    assertNull(small.join());
    assertEmpty(room);
  }

  @Test
  void roomIsGivenBackWhenTextsCannotBeEncoded() throws Exception {
    GatedEmbedder embedder = new GatedEmbedder("m");
    QueueRoom room = room(10, Long.MAX_VALUE);
    IndexingCounters counters = new IndexingCounters();
    EncodingQueue queue = new EncodingQueue(1, room, counters);
    Caller bad = Caller.held(queue, embedder, "bad");
    Caller huge = Caller.start(queue, fields(embedder, "huge"));
    awaitHeldBack(room, 1);
    Caller good = Caller.start(queue, fields(embedder, "good"));
    awaitHeldBack(room, 2);
    embedder.open();
    assertInstanceOf(EncodingException.class, bad.join());
    assertInstanceOf(EncodingException.class, huge.join());
    assertNull(good.join());
    assertEmpty(room);
    assertEquals(2, counters.encoding().failedBatches());
    assertEquals(1, counters.encoding().texts());
  }

  @Test
  void whoeverWaitsWhenTheWriterIsClosedIsNotEncoded() throws Exception {
    GatedEmbedder embedder = new GatedEmbedder("m");
    AtomicBoolean open = new AtomicBoolean(true);
    QueueRoom room =
        new QueueRoom(new QueueBounds(20, Long.MAX_VALUE), open::get, System::nanoTime);
    EncodingQueue queue = new EncodingQueue(1, room, new IndexingCounters());
    Caller first = Caller.held(queue, embedder, "first");
    Caller inQueue = Caller.waiting(queue, fields(embedder, "queue"));
    Caller atDoor = Caller.start(queue, fields(embedder, "door"));
    awaitHeldBack(room, 1);
    open.set(false);
    embedder.open();
    assertNull(first.join(), "its text was being encoded already");
    assertInstanceOf(AlreadyClosedException.class, inQueue.join());
    assertInstanceOf(AlreadyClosedException.class, atDoor.join());
    assertEquals(List.of("first"), embedder.texts);
    assertEmpty(room);
  }

  @Test
  void whatIsEncodedIsCounted() throws Exception {
    GatedEmbedder embedder = new GatedEmbedder("m");
    IndexingCounters counters = new IndexingCounters();
    EncodingQueue queue = new EncodingQueue(1, room(Long.MAX_VALUE, Long.MAX_VALUE), counters);
    Caller first = Caller.held(queue, embedder, "first");
    Caller second = Caller.waiting(queue, fields(embedder, "a", "bc"));
    Caller third = Caller.waiting(queue, fields(embedder, "def"));
    embedder.open();
    assertNull(first.join());
    assertNull(second.join());
    assertNull(third.join());
    IndexingMetrics.Encoding encoding = counters.encoding();
    assertEquals(4, encoding.texts());
    assertEquals(11, encoding.characters());
    assertEquals(2, encoding.batchSizes().count());
    assertEquals(3, encoding.batchSizes().max());
    assertEquals(2, encoding.batchSizes().mean());
    assertEquals(2, encoding.latency().count());
    assertTrue(encoding.latency().max() > 0);
  }

  @Test
  void manyThreadsWithFailuresAndInterruptsAllComeToAnEnd() throws Exception {
    FakeEmbedder embedder =
        new FakeEmbedder("m", 8) {
          @Override
          public List<float[]> embedDocuments(List<String> texts) {
            if (Thread.currentThread().isInterrupted()) {
              throw new IllegalStateException("interrupted");
            }
            if (texts.stream().anyMatch(text -> text.startsWith("bad"))) {
              throw new IllegalArgumentException("bad text");
            }
            return super.embedDocuments(texts);
          }
        };
    // No more than a handful of these callers fit in at once.
    QueueRoom room = room(100, 100);
    EncodingQueue queue = new EncodingQueue(3, room, new IndexingCounters());
    AtomicInteger good = new AtomicInteger();
    AtomicInteger bad = new AtomicInteger();
    AtomicInteger interrupted = new AtomicInteger();
    AtomicInteger unexpected = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 16; t++) {
      int seed = t;
      Thread thread =
          new Thread(
              () -> {
                Random random = new Random(seed);
                for (int i = 0; i < 200; i++) {
                  String[] texts = new String[1 + random.nextInt(4)];
                  boolean fails = false;
                  for (int j = 0; j < texts.length; j++) {
                    boolean badText = random.nextInt(40) == 0;
                    fails |= badText;
                    texts[j] = (badText ? "bad " : "good ") + seed + " " + i + " " + j;
                  }
                  boolean interrupts = random.nextInt(50) == 0;
                  List<SemanticField> fields = fields(embedder, texts);
                  if (interrupts) {
                    Thread.currentThread().interrupt();
                  }
                  try {
                    queue.encode(fields);
                    assertEncoded(embedder, fields);
                    (fails ? unexpected : good).incrementAndGet();
                  } catch (EncodingException | ThreadInterruptedException e) {
                    boolean flag = Thread.interrupted();
                    if (interrupts) {
                      (flag ? interrupted : unexpected).incrementAndGet();
                    } else {
                      (fails ? bad : unexpected).incrementAndGet();
                    }
                  } catch (Throwable e) {
                    unexpected.incrementAndGet();
                  }
                  Thread.interrupted();
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(0, unexpected.get());
    assertEquals(16 * 200, good.get() + bad.get() + interrupted.get());
    assertTrue(good.get() > 2000 && bad.get() > 50 && interrupted.get() > 10);
    assertEmpty(room);
  }

  static EncodingQueue queue(int leaders) {
    return new EncodingQueue(leaders, room(Long.MAX_VALUE, Long.MAX_VALUE), new IndexingCounters());
  }

  private static QueueRoom room(long bytes, long tokens) {
    return new QueueRoom(new QueueBounds(bytes, tokens), () -> true, System::nanoTime);
  }

  private static void awaitCallers(QueueRoom room, int callers) throws InterruptedException {
    while (room.metrics().callers() < callers) {
      Thread.sleep(1);
    }
  }

  private static void awaitHeldBack(QueueRoom room, int callers) throws InterruptedException {
    while (room.metrics().heldBack() < callers) {
      Thread.sleep(1);
    }
  }

  private static void assertEmpty(QueueRoom room) {
    IndexingMetrics.Queue queue = room.metrics();
    assertEquals(0, queue.callers());
    assertEquals(0, queue.texts());
    assertEquals(0, queue.bytes());
    assertEquals(0, queue.tokens());
    assertEquals(0, queue.heldBack());
  }

  private static List<SemanticField> fields(FakeEmbedder embedder, String... texts) {
    SemanticFieldType type = new SemanticFieldType(embedder);
    List<SemanticField> fields = new ArrayList<>();
    for (String text : texts) {
      fields.add(new SemanticField("body_vector", text, type));
    }
    return fields;
  }

  private static void assertEncoded(FakeEmbedder embedder, List<SemanticField> fields) {
    for (SemanticField field : fields) {
      assertTrue(field.isEncoded());
      assertArrayEquals(embedder.vector(field.text()), field.vectorValue());
    }
  }

  /** A thread that encodes, and what became of it. */
  private static final class Caller {
    final List<SemanticField> fields;
    final Thread thread;
    volatile Throwable failure;
    volatile boolean flagKept;

    private Caller(EncodingQueue queue, List<SemanticField> fields) {
      this.fields = fields;
      thread =
          new Thread(
              () -> {
                try {
                  queue.encode(fields);
                } catch (Throwable t) {
                  failure = t;
                  flagKept = Thread.currentThread().isInterrupted();
                }
              });
    }

    static Caller start(EncodingQueue queue, List<SemanticField> fields) {
      Caller caller = new Caller(queue, fields);
      caller.thread.start();
      return caller;
    }

    /** One whose text is the first that the embedder works on, until it is opened. */
    static Caller held(EncodingQueue queue, GatedEmbedder embedder, String text)
        throws InterruptedException {
      Caller caller = start(queue, fields(embedder, text));
      embedder.awaitEntered(1);
      return caller;
    }

    /** One that has come to where it waits. */
    static Caller waiting(EncodingQueue queue, List<SemanticField> fields)
        throws InterruptedException {
      Caller caller = start(queue, fields);
      while (caller.thread.getState() != Thread.State.WAITING) {
        Thread.sleep(1);
      }
      return caller;
    }

    void assertServed(FakeEmbedder embedder) throws InterruptedException {
      assertNull(join());
      assertEncoded(embedder, fields);
    }

    Throwable join() throws InterruptedException {
      thread.join();
      return failure;
    }
  }

  /** Waits in each call until it is opened; fails for the text "bad", and if interrupted. */
  private static class GatedEmbedder extends FakeEmbedder {
    final AtomicInteger entered = new AtomicInteger();
    final List<Integer> callSizes = new ArrayList<>();
    final List<String> texts = new ArrayList<>();
    private final CountDownLatch gate = new CountDownLatch(1);

    GatedEmbedder(String fingerprint) {
      super(fingerprint, 8);
    }

    void open() {
      gate.countDown();
    }

    void awaitEntered(int calls) throws InterruptedException {
      while (entered.get() < calls) {
        Thread.sleep(1);
      }
    }

    @Override
    public List<float[]> embedDocuments(List<String> texts) {
      synchronized (callSizes) {
        callSizes.add(texts.size());
        this.texts.addAll(texts);
      }
      entered.incrementAndGet();
      try {
        assertTrue(gate.await(30, TimeUnit.SECONDS));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
      if (texts.contains("bad")) {
        throw new IllegalArgumentException("cannot encode bad");
      }
      if (texts.contains("huge")) {
        throw new OutOfMemoryError("huge");
      }
      return super.embedDocuments(texts);
    }
  }
}
