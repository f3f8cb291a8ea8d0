package dev.lucenesemantic.rerank;

import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * A call of a scorer in a thread of its own, so that whoever waits for it can go on without it. The
 * thread lives no longer than the call.
 *
 * @param <T> what the call gives
 */
final class ScorerCall<T> {
  private final FutureTask<T> task;

  /** Whether the call left the interrupt flag of its thread set. Written before the task ends. */
  private boolean interrupted;

  private ScorerCall(Supplier<T> call) {
    task =
        new FutureTask<>(
            () -> {
              try {
                return call.get();
              } finally {
                interrupted = Thread.currentThread().isInterrupted();
              }
            });
  }

  /**
   * Makes a call. What it throws is thrown here, and an interrupt of its thread becomes one of the
   * calling thread.
   *
   * @param call must leave nothing half done behind if it is interrupted
   * @return what it gave; empty if the time ended and it did not come back: it was then interrupted
   *     and left alone
   * @throws InterruptedException if the calling thread is interrupted meanwhile; so is the call
   */
  static <T> Optional<T> make(Supplier<T> call, TimeLimit limit) throws InterruptedException {
    ScorerCall<T> made = new ScorerCall<>(call);
    Thread thread = new Thread(made.task, "rescoring of " + Thread.currentThread().getName());
    thread.setDaemon(true);
    thread.start();
    try {
      return made.await(limit);
    } finally {
      // Nothing happens to a call that has ended.
      made.task.cancel(true);
    }
  }

  private Optional<T> await(TimeLimit limit) throws InterruptedException {
    boolean late = false;
    long wait = limit.nanosToNextLook();
    while (true) {
      try {
        return Optional.of(task.get(wait, TimeUnit.NANOSECONDS));
      } catch (TimeoutException e) {
        if (late) {
          return Optional.empty();
        }
        late = limit.reached();
        wait = late ? limit.nanosOfGrace() : limit.nanosToNextLook();
      } catch (ExecutionException e) {
        throw unwrap(e);
      } finally {
        if (task.isDone() && interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  private static RuntimeException unwrap(ExecutionException e) {
    if (e.getCause() instanceof Error error) {
      throw error;
    }
    return e.getCause() instanceof RuntimeException cause
        ? cause
        : new IllegalStateException(e.getCause());
  }
}
