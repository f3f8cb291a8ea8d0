package dev.lucenesemantic.mining;

import java.io.IOException;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.lucene.search.TaskExecutor;
import org.apache.lucene.util.ThreadInterruptedException;

/** Work on rows, divided into ranges that the threads of an executor take one after the other. */
final class ParallelRows {
  private ParallelRows() {}

  interface Range {
    /** Works on the rows from {@code from}, inclusive, to {@code to}, exclusive. */
    void run(int from, int to) throws IOException;
  }

  /**
   * Works on each row once, and returns when all are done. If one range fails, no further one is
   * begun.
   *
   * @throws ThreadInterruptedException if the thread is interrupted; its flag is set again
   */
  static void forEach(TaskExecutor executor, int firstRow, int endRow, int step, Range work)
      throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      // Helpers could take all ranges, and the executor does not wait for them in such a thread.
      throw interrupted();
    }
    AtomicLong next = new AtomicLong(firstRow);
    Callable<Void> worker =
        () -> {
          boolean done = false;
          try {
            for (long from = next.getAndAdd(step); from < endRow; from = next.getAndAdd(step)) {
              // Cleared, so that the executor can wait for the helpers; set again below.
              if (Thread.interrupted()) {
                throw interrupted();
              }
              work.run((int) from, (int) Math.min(endRow, from + step));
            }
            done = true;
          } finally {
            if (!done) {
              next.set(endRow);
            }
          }
          return null;
        };
    long ranges = ((long) endRow - firstRow + step - 1) / step;
    int workers = (int) Math.min(ranges, Runtime.getRuntime().availableProcessors());
    try {
      executor.invokeAll(Collections.nCopies(workers, worker));
    } catch (ThreadInterruptedException e) {
      Thread.currentThread().interrupt();
      throw e;
    }
  }

  private static ThreadInterruptedException interrupted() {
    return new ThreadInterruptedException(
        new InterruptedException("interrupted while comparing vectors"));
  }
}
