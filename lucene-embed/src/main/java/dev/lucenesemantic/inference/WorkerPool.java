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
 * Threads that help the calling thread with its own work, on cores that nobody else has use for: a
 * helper comes when there is one, at the beginning or later, and leaves when others wait for it.
 * The caller always works itself, so that a call goes on without helpers.
 */
final class WorkerPool implements AutoCloseable {
  private final String model;
  private final int threads;
  private final CoreLanes cores;
  private final ExecutorService helpers;

  /**
   * @param threads how many threads work on one call at most, the caller included
   * @param cores tell whether there is a core for a helper
   */
  WorkerPool(String model, int threads, CoreLanes cores) {
    this.model = model;
    this.threads = threads;
    this.cores = cores;
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
    cores.addWorker();
    try {
      shared.workUntilDone();
    } finally {
      shared.stop();
      cores.removeWorkers(1);
      for (int i = 0; i < shared.helping.size(); i++) {
        // One that has not begun need not begin.
        shared.helping.get(i).cancel(false);
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
  private final class Work {
    private final int size;
    private final IntConsumer work;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    /** All helpers that were ever called. Used by the caller alone. */
    private final List<Future<?>> helping = new ArrayList<>();

    /** Helpers that were called and have not come. Guarded by this, as are the next two. */
    private int coming;

    /** Helpers that are at it. */
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
        callHelpers(size - 1 - i);
        if (!doPiece(i)) {
          return;
        }
      }
    }

    /** Calls helpers if there are pieces and cores for them. */
    private void callHelpers(int pieces) {
      while (callsHelper(pieces)) {
        try {
          helping.add(helpers.submit(this::helpUntilDone));
        } catch (RejectedExecutionException | OutOfMemoryError e) {
          // Closed meanwhile, which the work itself finds out and says, or no thread to be had.
          return;
        }
      }
    }

    private synchronized boolean callsHelper(int pieces) {
      if (coming + running >= Math.min(threads - 1, pieces) || !cores.addHelper()) {
        return false;
      }
      coming++;
      return true;
    }

    void helpUntilDone() {
      synchronized (this) {
        if (closed) {
          return;
        }
        coming--;
        running++;
      }
      try {
        for (int i = next.getAndIncrement(); i < size; i = next.getAndIncrement()) {
          if (!doPiece(i) || cores.areCrowded()) {
            return;
          }
        }
      } finally {
        cores.removeWorkers(1);
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
        cores.removeWorkers(coming);
        coming = 0;
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
