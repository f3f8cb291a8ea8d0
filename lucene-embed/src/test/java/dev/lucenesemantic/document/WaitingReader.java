package dev.lucenesemantic.document;

import java.io.Reader;
import java.util.concurrent.CountDownLatch;

/** The text of a document, which another thread has to finish. */
final class WaitingReader extends Reader {
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);
  private boolean read;

  /** Waits until it is being read, within Lucene. */
  void awaitBegin() throws InterruptedException {
    begun.await();
  }

  void finish() {
    finished.countDown();
  }

  @Override
  public int read(char[] buffer, int offset, int length) {
    begun.countDown();
    Interrupts.await(finished::await);
    if (read) {
      return -1;
    }
    read = true;
    buffer[offset] = 'x';
    return 1;
  }

  @Override
  public void close() {}
}
