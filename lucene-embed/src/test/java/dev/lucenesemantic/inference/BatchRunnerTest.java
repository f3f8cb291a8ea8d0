package dev.lucenesemantic.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The runner with a network made of plain Java. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class BatchRunnerTest {

  /** Gives every token a vector of one component: its id. */
  private static class IdNetwork implements TensorModel {
    final AtomicInteger runs = new AtomicInteger();
    final AtomicInteger running = new AtomicInteger();
    final AtomicInteger mostAtOnce = new AtomicInteger();
    final AtomicInteger mostTokens = new AtomicInteger();
    final AtomicBoolean closed = new AtomicBoolean();

    @Override
    public FloatTensor run(TokenBatch batch) {
      assertFalse(closed.get(), "ran after it was closed");
      mostAtOnce.accumulateAndGet(running.incrementAndGet(), Math::max);
      mostTokens.accumulateAndGet(batch.rows().size() * batch.length(), Math::max);
      int run = runs.incrementAndGet();
      float[] data = new float[batch.rows().size() * batch.length()];
      for (int row = 0; row < batch.rows().size(); row++) {
        int[] ids = batch.rows().get(row).ids();
        for (int i = 0; i < ids.length; i++) {
          data[row * batch.length() + i] = ids[i];
        }
      }
      during(run);
      running.decrementAndGet();
      return new FloatTensor(data, new int[] {batch.rows().size(), batch.length(), 1});
    }

    /** What else happens in a run, counted from 1. */
    @SuppressWarnings("UnusedVariable")
    void during(int run) {}

    @Override
    public boolean mixesRows() {
      return false;
    }

    @Override
    public void close() {
      assertEquals(0, running.get(), "closed while it ran");
      closed.set(true);
    }
  }

  private static TokenIds tokens(int text) {
    int[] ids = new int[1 + text % 40];
    ids[0] = text;
    return new TokenIds(ids, new int[ids.length], false);
  }

  private static AtomicReferenceArray<Float> run(BatchRunner runner, int size) {
    AtomicReferenceArray<Float> results = new AtomicReferenceArray<>(size);
    runner.run(
        size,
        BatchRunnerTest::tokens,
        (text, tokens, output, row) ->
            assertTrue(
                results.compareAndSet(text, null, output.data()[row * output.shape()[1]]), "once"));
    return results;
  }

  @Test
  void everyTextGetsItsOwnResultWithinTheBounds() {
    for (int threads : new int[] {1, 2, 5}) {
      IdNetwork network = new IdNetwork();
      AtomicBoolean alsoClosed = new AtomicBoolean();
      try (BatchRunner runner =
          new BatchRunner("ids", network, () -> alsoClosed.set(true), threads, 100)) {
        for (int size : new int[] {0, 1, 2, 17, 1024, 1025, 5000}) {
          AtomicReferenceArray<Float> results = run(runner, size);
          for (int i = 0; i < size; i++) {
            assertEquals(i, results.get(i), "text " + i + " of " + size);
          }
        }
      }
      assertTrue(network.mostAtOnce.get() <= threads, network.mostAtOnce + " at once");
      assertTrue(network.mostTokens.get() <= 100, network.mostTokens + " tokens");
      assertTrue(network.closed.get() && alsoClosed.get());
    }
  }

  @Test
  void failureOfTheNetworkReachesTheCallerAndEndsTheCall() {
    for (int threads = 1; threads <= 2; threads++) {
      RuntimeException failure = new IllegalStateException("broken");
      IdNetwork network =
          new IdNetwork() {
            @Override
            void during(int run) {
              if (run == 3) {
                running.decrementAndGet();
                throw failure;
              }
            }
          };
      try (BatchRunner runner = new BatchRunner("ids", network, () -> {}, threads, 10)) {
        assertSame(failure, assertThrows(IllegalStateException.class, () -> run(runner, 1000)));
        // How far a second thread has come by then is the system's choice.
        assertTrue(threads > 1 || network.runs.get() < 10, "nothing goes on after a failure");
        assertEquals(7, run(runner, 8).get(7));
      }
    }
  }

  @Test
  void failureOfTheTokenizerReachesTheCaller() {
    try (BatchRunner runner = new BatchRunner("ids", new IdNetwork(), () -> {}, 2, 10)) {
      assertThrows(
          TextTooLongException.class,
          () ->
              runner.run(
                  100,
                  text -> {
                    throw new TextTooLongException("ids", 1, "");
                  },
                  (text, tokens, output, row) -> {}));
    }
  }

  @Test
  void closeWaitsForTheRunThatIsGoingOn() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    IdNetwork network =
        new IdNetwork() {
          @Override
          void during(int run) {
            inside.countDown();
            try {
              goOn.await();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          }
        };
    BatchRunner runner = new BatchRunner("ids", network, () -> {}, 1, 10);
    Thread user = new Thread(() -> run(runner, 1));
    user.start();
    inside.await();
    Thread closer = new Thread(runner::close);
    closer.start();
    closer.join(100);
    assertTrue(closer.isAlive(), "close waits");
    assertThrows(ModelClosedException.class, () -> run(runner, 1));
    goOn.countDown();
    closer.join();
    user.join();
    assertTrue(network.closed.get());
  }

  @Test
  void manyCallersShareTheCores() throws Exception {
    IdNetwork network = new IdNetwork();
    AtomicInteger right = new AtomicInteger();
    try (BatchRunner runner = new BatchRunner("ids", network, () -> {}, 2, 50)) {
      Thread[] callers = new Thread[16];
      for (int i = 0; i < callers.length; i++) {
        callers[i] =
            new Thread(
                () -> {
                  AtomicReferenceArray<Float> results = run(runner, 500);
                  for (int text = 0; text < 500; text++) {
                    right.addAndGet(results.get(text) == text ? 1 : 0);
                  }
                });
        callers[i].start();
      }
      for (Thread caller : callers) {
        caller.join();
      }
    }
    assertEquals(16 * 500, right.get());
    assertTrue(network.mostAtOnce.get() <= 2, network.mostAtOnce + " at once");
  }

  /** Ids from here on are held fast in the network until they may go on. */
  private static final int HELD = 1_000;

  /** Holds the batches fast, so that all places for batches are taken; queries pass. */
  private static class HoldingNetwork extends IdNetwork {
    final Semaphore inside = new Semaphore(0);
    final CountDownLatch goOn = new CountDownLatch(1);

    @Override
    public FloatTensor run(TokenBatch batch) {
      if (batch.rows().get(0).ids()[0] >= HELD) {
        inside.release();
        awaitUninterruptibly(goOn);
      }
      return super.run(batch);
    }
  }

  private static TokenIds one(int id) {
    return new TokenIds(new int[] {id}, new int[1], false);
  }

  private static float query(BatchRunner runner, int id) {
    return runner.query(
        id, BatchRunnerTest::one, (item, tokens, output, row) -> output.data()[row]);
  }

  private static List<Float> batch(BatchRunner runner, int id) {
    return runner.map(
        List.of(id),
        (item, position) -> {},
        BatchRunnerTest::one,
        (item, tokens, output, row) -> output.data()[row]);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aQueryRunsWhileBatchesHaveAllCoresAndMoreOfThemWait() throws Exception {
    HoldingNetwork network = new HoldingNetwork();
    try (BatchRunner runner = new BatchRunner("ids", network, () -> {}, 2, 10)) {
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        int id = HELD + i;
        callers.add(Thread.ofPlatform().start(() -> batch(runner, id)));
      }
      network.inside.acquire(2);
      assertEquals(7, query(runner, 7));
      network.goOn.countDown();
      for (Thread caller : callers) {
        caller.join();
      }
    }
    assertEquals(6, network.runs.get());
  }

  @Test
  void batchesRunWhileQueriesHaveAllTheirPlacesAndMoreOfThemWait() throws Exception {
    HoldingNetwork network = new HoldingNetwork();
    try (BatchRunner runner = new BatchRunner("ids", network, () -> {}, 2, 10)) {
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        int id = HELD + i;
        callers.add(Thread.ofPlatform().start(() -> query(runner, id)));
      }
      network.inside.acquire(2);
      assertEquals(List.of(7f), batch(runner, 7));
      assertEquals(0, network.inside.availablePermits(), "no more queries at once than cores");
      network.goOn.countDown();
      for (Thread caller : callers) {
        caller.join();
      }
    }
  }

  @Test
  void aQueryThatRunsTakesThePlaceOfABatchButNotOfTheLast() throws Exception {
    HoldingNetwork queries = new HoldingNetwork();
    CyclicBarrier together = new CyclicBarrier(2);
    AtomicBoolean meet = new AtomicBoolean();
    HoldingNetwork network =
        new HoldingNetwork() {
          @Override
          public FloatTensor run(TokenBatch batch) {
            int id = batch.rows().get(0).ids()[0];
            return id < HELD ? super.run(batch) : queries.run(batch);
          }

          @Override
          void during(int run) {
            if (meet.get()) {
              await(together);
            }
          }
        };
    try (BatchRunner runner = new BatchRunner("ids", network, () -> {}, 2, 1)) {
      Thread query = Thread.ofPlatform().start(() -> query(runner, HELD));
      queries.inside.acquire();
      run(runner, 50);
      assertEquals(1, network.mostAtOnce.get(), "batches beside a query");
      queries.goOn.countDown();
      query.join();
      meet.set(true);
      run(runner, 50);
      assertEquals(2, network.mostAtOnce.get(), "batches after it");
    }
  }

  @Test
  void nobodyHelpsWhereThereAreThreadsEnough() throws Exception {
    Set<String> helped = ConcurrentHashMap.newKeySet();
    HoldingNetwork network =
        new HoldingNetwork() {
          @Override
          public FloatTensor run(TokenBatch batch) {
            if (Thread.currentThread().getName().startsWith("inference-helper")) {
              helped.add("text " + batch.rows().get(0).ids()[0]);
            }
            return super.run(batch);
          }
        };
    try (BatchRunner runner = new BatchRunner("ids", network, () -> {}, 2, 1)) {
      Thread other = Thread.ofPlatform().start(() -> batch(runner, HELD));
      network.inside.acquire();
      run(runner, 100);
      assertEquals(Set.of(), helped);
      network.goOn.countDown();
      other.join();
    }
  }

  @Test
  void aHelperComesWhenTheOthersAreGoneAndGoesWhenTheyComeBack() throws Exception {
    CyclicBarrier together = new CyclicBarrier(2);
    AtomicInteger lone = new AtomicInteger();
    IdNetwork network =
        new IdNetwork() {
          @Override
          void during(int run) {
            // Two at once, as long as there is no other caller: else this never ends.
            if (lone.getAndIncrement() < 20) {
              await(together);
            }
          }
        };
    try (BatchRunner runner = new BatchRunner("ids", network, () -> {}, 2, 1)) {
      run(runner, 100);
      lone.set(20);
      Thread other = Thread.ofPlatform().start(() -> run(runner, 2000));
      run(runner, 2000);
      other.join();
      lone.set(0);
      run(runner, 100);
    }
    assertEquals(4200, network.runs.get());
    assertEquals(2, network.mostAtOnce.get());
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aQueryThatWaitsForOthersCanBeInterrupted() throws Exception {
    HoldingNetwork network = new HoldingNetwork();
    try (BatchRunner runner = new BatchRunner("ids", network, () -> {}, 1, 10)) {
      Thread first = Thread.ofPlatform().start(() -> query(runner, HELD));
      network.inside.acquire();
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Thread second =
          Thread.ofPlatform()
              .start(() -> failure.set(assertThrows(Throwable.class, () -> query(runner, 1))));
      second.interrupt();
      second.join();
      assertInstanceOf(InferenceInterruptedException.class, failure.get());
      network.goOn.countDown();
      first.join();
      assertEquals(2, query(runner, 2), "the place of the one that was interrupted is not lost");
    }
  }

  @Test
  void aQueryAfterCloseIsRefused() {
    BatchRunner runner = new BatchRunner("ids", new IdNetwork(), () -> {}, 1, 10);
    runner.close();
    assertThrows(ModelClosedException.class, () -> query(runner, 1));
  }
}
