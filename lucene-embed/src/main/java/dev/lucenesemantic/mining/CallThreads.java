package dev.lucenesemantic.mining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.lucene.search.TaskExecutor;

/** The threads of one call over lists: the caller's, and a helper for every further core. */
final class CallThreads implements AutoCloseable {
  /** Below some milliseconds of work a thread costs more than it brings. */
  private static final double WORTH_A_THREAD = 1e7;

  private final ExecutorService helpers;
  private final TaskExecutor executor;

  /**
   * @param rows how many rows there are on one side
   * @param others how many on the other
   * @param dimension of the vectors
   */
  CallThreads(int rows, int others, int dimension) {
    int threads =
        (double) rows * others * dimension < WORTH_A_THREAD
            ? 0
            : Runtime.getRuntime().availableProcessors() - 1;
    helpers =
        threads == 0
            ? null
            : Executors.newFixedThreadPool(
                threads,
                task -> {
                  Thread thread = new Thread(task, "vector-mining");
                  thread.setDaemon(true);
                  return thread;
                });
    executor = new TaskExecutor(helpers == null ? Runnable::run : helpers);
  }

  void forEach(int firstRow, int endRow, int step, ParallelRows.Range work) {
    try {
      ParallelRows.forEach(executor, firstRow, endRow, step, work);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (helpers != null) {
      helpers.shutdown();
    }
  }
}
