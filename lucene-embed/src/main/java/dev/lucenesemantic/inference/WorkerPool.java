package dev.lucenesemantic.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;

/**
 * Threads that help the calling thread with its own work. The caller always works itself, so that a
 * call goes on even where all helpers are busy with the calls of others.
 */
final class WorkerPool implements AutoCloseable {
  private final String model;
  private final int threads;
  private final ExecutorService helpers;

  /**
   * @param threads how many threads work on one call at most, the caller included
   */
  WorkerPool(String model, int threads) {
    this.model = model;
    this.threads = threads;
    AtomicInteger count = new AtomicInteger();
    this.helpers =
        threads == 1
            ? null
            : Executors.newFixedThreadPool(
                threads - 1,
                task -> {
                  Thread thread = new Thread(task, "inference-helper-" + count.incrementAndGet());
                  thread.setDaemon(true);
                  return thread;
                });
  }

  /**
   * Does pieces of work 0 to {@code size - 1}, each once, in about this order, and returns when all
   * are done. If one fails, no further one is begun, and what it threw is thrown here.
   *
   * @throws InferenceInterruptedException if the caller is interrupted
   */
  void forEach(int size, IntConsumer work) {
    Work shared = new Work(size, work);
    List<Future<?>> helping = new ArrayList<>();
    for (int i = 1; i < Math.min(threads, size); i++) {
      try {
        helping.add(helpers.submit(shared::helpUntilDone));
      } catch (RejectedExecutionException e) {
        // Closed meanwhile; the work itself finds out and says so.
        break;
      }
    }
    try {
      shared.workUntilDone();
    } finally {
      shared.stop();
      for (Future<?> helper : helping) {
        // One that has not begun need not begin.
        helper.cancel(false);
      }
      // One that has is waited for, as it uses the caller's data.
      awaitRunning(shared);
    }
    shared.throwFailure();
    if (shared.interrupted) {
      throw new InferenceInterruptedException(model);
    }
  }

  /** A cancelled future may still be running: only the count tells. */
  private static void awaitRunning(Work shared) {
    boolean interrupted = false;
    synchronized (shared) {
      while (shared.running > 0) {
        try {
          shared.wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    if (helpers != null) {
      helpers.shutdown();
    }
  }

  /** One call's work, taken piece by piece by whoever has time. */
  private static final class Work {
    private final int size;
    private final IntConsumer work;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private int running;
    private boolean closed;
    private boolean interrupted;

    Work(int size, IntConsumer work) {
      this.size = size;
      this.work = work;
    }

    void workUntilDone() {
      for (int i = next.getAndIncrement(); i < size; i = next.getAndIncrement()) {
        if (Thread.currentThread().isInterrupted()) {
          interrupted = true;
          stop();
          return;
        }
        if (!doPiece(i)) {
          return;
        }
      }
    }

    void helpUntilDone() {
      synchronized (this) {
        if (closed) {
          return;
        }
        running++;
      }
      try {
        for (int i = next.getAndIncrement(); i < size; i = next.getAndIncrement()) {
          if (!doPiece(i)) {
            return;
          }
        }
      } finally {
        synchronized (this) {
          running--;
          notifyAll();
        }
      }
    }

    private boolean doPiece(int i) {
      try {
        work.accept(i);
        return true;
      } catch (Throwable t) {
        if (!failure.compareAndSet(null, t) && failure.get() != t) {
          failure.get().addSuppressed(t);
        }
        next.set(size);
        return false;
      }
    }

    /** Nothing is begun any more, neither a piece nor by a helper that comes late. */
    void stop() {
      next.set(size);
      synchronized (this) {
        closed = true;
      }
    }

    void throwFailure() {
      Throwable thrown = failure.get();
      if (thrown instanceof RuntimeException e) {
        throw e;
      }
      if (thrown instanceof Error e) {
        throw e;
      }
    }
  }
}
