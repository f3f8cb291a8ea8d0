package dev.lucenesemantic.document;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a listener and the flight recorder how far an import has come, now and then, in a thread
 * that adds documents.
 */
final class ProgressReporter {
  private static final Logger LOG = LoggerFactory.getLogger(ProgressReporter.class);

  private final IndexingCounters counters;
  private final Optional<ProgressListener> listener;
  private final OptionalLong expected;
  private final long interval;
  private final LongSupplier nanoTime;
  private final AtomicBoolean reporting = new AtomicBoolean();

  /** When the first document came; guarded by this until it is there. */
  private long start;

  /** What a backfill or a migration had encoded by then; guarded as the start. */
  private IndexingMetrics.Encoding before;

  private volatile boolean started;

  /** Only read and written by the thread that reports, but for a first look. */
  private volatile long next;

  /**
   * @param listener whom to tell, if anybody
   * @param expected how many documents there will be, if that is known
   * @param interval the time between two reports, at least
   * @param nanoTime a clock
   */
  ProgressReporter(
      IndexingCounters counters,
      Optional<ProgressListener> listener,
      OptionalLong expected,
      Duration interval,
      LongSupplier nanoTime) {
    this.counters = counters;
    this.listener = listener;
    this.expected = expected;
    this.interval = interval.toNanos();
    this.nanoTime = nanoTime;
  }

  /** A document has come: the time begins with the first one. */
  void begin() {
    if (!started) {
      begin(nanoTime.getAsLong());
    }
  }

  private synchronized void begin(long now) {
    if (!started) {
      start = now;
      before = counters.encoding();
      next = now + interval;
      started = true;
    }
  }

  /** Reports if it is time, unless another thread is doing it. Holds no lock meanwhile. */
  void tick() {
    if (!started || nanoTime.getAsLong() - next < 0 || !reporting.compareAndSet(false, true)) {
      return;
    }
    try {
      long now = nanoTime.getAsLong();
      if (now - next >= 0) {
        next = now + interval;
        report(now);
      }
    } finally {
      reporting.set(false);
    }
  }

  /** Reports the end, if anything has begun. */
  void finish() {
    if (started && reporting.compareAndSet(false, true)) {
      try {
        report(nanoTime.getAsLong());
      } finally {
        reporting.set(false);
      }
    }
  }

  private void report(long now) {
    IndexingMetrics.Documents documents = counters.documents();
    IndexingMetrics.Encoding encoding = counters.encoding();
    IndexingProgress progress =
        new IndexingProgress(
            documents.added(),
            documents.passages(),
            encoding.texts() - before.texts(),
            encoding.tokens() - before.tokens(),
            documents.pending(),
            documents.failed(),
            Duration.ofNanos(now - start),
            expected);
    ProgressEvent.emit(progress);
    try {
      listener.ifPresent(each -> each.indexed(progress));
    } catch (Throwable t) {
      // The documents are in the index: their caller must not think otherwise.
      LOG.warn("A listener for the progress of indexing failed: {}", t, t);
    }
  }
}
