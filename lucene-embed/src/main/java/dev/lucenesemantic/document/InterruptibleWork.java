package dev.lucenesemantic.document;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.apache.lucene.util.ThreadInterruptedException;

/**
 * Work on an index that an interrupt may stop, but not in the middle of reading or writing a file:
 * Java closes a file whose thread is interrupted, and Lucene takes that for a broken disk and
 * closes the writer. So the work has a thread of its own, which nobody interrupts.
 */
@FunctionalInterface
interface InterruptibleWork<T> {

  /**
   * Does the work.
   *
   * @param stop asked from time to time; true once the work is to end soon
   */
  T run(BooleanSupplier stop) throws IOException;

  /**
   * Does work and waits for its end.
   *
   * @throws ThreadInterruptedException if the thread was interrupted, before or meanwhile; its flag
   *     is set, and the work has stopped
   */
  static <T> T await(InterruptibleWork<T> work) throws IOException {
    Interrupts.check();
    AtomicBoolean stop = new AtomicBoolean();
    T result = Interrupts.hold(() -> work.run(stop::get), () -> stop.set(true));
    if (stop.get()) {
      Interrupts.check();
    }
    return result;
  }
}
