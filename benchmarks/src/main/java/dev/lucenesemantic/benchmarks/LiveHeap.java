package dev.lucenesemantic.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.concurrent.atomic.AtomicLong;

/** What is left on the heap when the garbage is gone, looked at again and again. */
final class LiveHeap implements AutoCloseable {
  private static final long PAUSE_MILLIS = 500;

  private final MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
  private final AtomicLong peak = new AtomicLong();
  private final Thread watcher = new Thread(this::watch, "live-heap");

  LiveHeap() {
    watcher.setDaemon(true);
    watcher.start();
  }

  private void watch() {
    try {
      while (true) {
        look();
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    memory.gc();
    peak.accumulateAndGet(memory.getHeapMemoryUsage().getUsed(), Math::max);
  }

  /** The most bytes that were alive since the last call. */
  long takePeak() {
    look();
    return peak.getAndSet(0);
  }

  @Override
  public void close() {
    watcher.interrupt();
  }
}
