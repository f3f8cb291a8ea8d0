package dev.lucenesemantic.inference;

import java.util.concurrent.Semaphore;

/**
 * Shares the cores between batches, which are many and may wait, and queries, for which somebody
 * waits. Each has a lane with as many places as there are cores, first come first served, and none
 * waits for the other lane: but a query that runs takes the place of a batch, as long as one is
 * left to the batches. No batch is stopped for it; the next one begins later. So a query that runs
 * beside an import soon has a core to itself, and no stream of queries holds an import up for ever.
 *
 * <p>Beside the places it counts the threads that work on batches, so that nobody is called to help
 * where there are enough: threads that wait for each other's places wake each other for every run,
 * and meanwhile a core is idle.
 */
final class CoreLanes {
  private final int cores;
  private final BatchLane batches;
  private final Semaphore queries;

  /** How many queries run. Guarded by this. */
  private int runningQueries;

  /** How many threads work on batches. Guarded by this. */
  private int workers;

  CoreLanes(int cores) {
    this.cores = cores;
    batches = new BatchLane(cores);
    queries = new Semaphore(cores, true);
  }

  /** Waits for a core for a batch. */
  void enterBatch() throws InterruptedException {
    batches.acquire();
  }

  void leaveBatch() {
    batches.release();
  }

  /** Waits for a core for a query. */
  void enterQuery() throws InterruptedException {
    queries.acquire();
    synchronized (this) {
      if (runningQueries++ < cores - 1) {
        batches.reducePermits(1);
      }
    }
  }

  void leaveQuery() {
    synchronized (this) {
      if (--runningQueries < cores - 1) {
        batches.release();
      }
    }
    queries.release();
  }

  /** Another thread works on batches, be it in the network or before and after it. */
  synchronized void addWorker() {
    workers++;
  }

  /** Another thread may work on batches, if there is a core that no other has use for. */
  synchronized boolean addHelper() {
    if (workers + runningQueries >= cores) {
      return false;
    }
    workers++;
    return true;
  }

  synchronized void removeWorkers(int count) {
    workers -= count;
  }

  /** Whether there are more threads than cores, so that a helper is in the way of others. */
  synchronized boolean areCrowded() {
    return workers + runningQueries > cores;
  }

  /** A semaphore whose permits can be taken away while they are in use. */
  private static final class BatchLane extends Semaphore {
    private static final long serialVersionUID = 1;

    BatchLane(int cores) {
      super(cores, true);
    }

    @Override
    protected void reducePermits(int reduction) {
      super.reducePermits(reduction);
    }
  }
}
