package dev.lucenesemantic.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexableField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProgressReporterTest {
  private final IndexingCounters counters = new IndexingCounters();

  /** Begins just before an overflow, where nanoTime may be as well. */
  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 500_000_000L);

  private final List<IndexingProgress> seen = new ArrayList<>();

  private ProgressReporter reporter(ProgressListener listener, OptionalLong expected) {
    return new ProgressReporter(
        counters, Optional.of(listener), expected, Duration.ofSeconds(1), clock::get);
  }

  private void pass(long millis) {
    clock.addAndGet(millis * 1_000_000);
  }

  private static List<IndexableField> document() {
    return List.of(new StringField("id", "1", Field.Store.NO));
  }

  private static List<IndexableField> passage() {
    return List.of(new StringField("body_vector#passage", "1", Field.Store.NO));
  }

  @Test
  void reportsComeNoMoreOftenThanTheIntervalAndOnceAtTheEnd() {
    ProgressReporter reporter = reporter(seen::add, OptionalLong.empty());
    reporter.begin();
    reporter.tick();
    pass(999);
    reporter.tick();
    assertTrue(seen.isEmpty());
    pass(1);
    reporter.tick();
    reporter.tick();
    assertEquals(1, seen.size());
    pass(999);
    reporter.tick();
    assertEquals(1, seen.size());
    pass(5_001);
    reporter.tick();
    reporter.tick();
    assertEquals(2, seen.size());
    reporter.finish();
    assertEquals(
        List.of(Duration.ofSeconds(1), Duration.ofSeconds(7), Duration.ofSeconds(7)),
        seen.stream().map(IndexingProgress::elapsed).toList());
  }

  @Test
  void thereIsNothingToReportWhereNothingBegan() {
    reporter(seen::add, OptionalLong.empty()).finish();
    assertTrue(seen.isEmpty());
  }

  @Test
  void theReportSaysHowFarItIsHowFastAndWhatIsLeft() {
    ProgressReporter reporter = reporter(seen::add, OptionalLong.of(10));
    // Of a migration, long before.
    counters.encoded(1000, 100_000, 30_000, 1);
    reporter.begin();
    counters.added(List.of(passage(), passage(), document()));
    counters.added(List.of(document()));
    counters.encoded(4, 400, 100, 1);
    counters.failed(List.of(passage(), passage(), document()));
    counters.failed(List.of(passage()));
    pass(2_000);
    reporter.tick();
    IndexingProgress progress = seen.getFirst();
    assertEquals(2, progress.documents());
    assertEquals(2, progress.passages());
    assertEquals(4, progress.texts());
    assertEquals(100, progress.tokens());
    assertEquals(2, progress.failures());
    assertEquals(1.0, progress.documentsPerSecond());
    assertEquals(50.0, progress.tokensPerSecond());
    // Four of ten are behind it.
    assertEquals(Optional.of(Duration.ofSeconds(3)), progress.timeLeft());
  }

  @Test
  void theTimeLeftIsUnknownWithoutATotalAndBeforeTheFirstDocument() {
    ProgressReporter reporter = reporter(seen::add, OptionalLong.of(10));
    reporter.begin();
    pass(1_000);
    reporter.tick();
    assertEquals(Optional.empty(), seen.getFirst().timeLeft());
    ProgressReporter unknown = reporter(seen::add, OptionalLong.empty());
    unknown.begin();
    counters.added(List.of(document()));
    pass(1_000);
    unknown.tick();
    assertEquals(Optional.empty(), seen.get(1).timeLeft());
  }

  @Test
  void moreDocumentsThanExpectedLeaveNoTime() {
    ProgressReporter reporter = reporter(seen::add, OptionalLong.of(1));
    reporter.begin();
    counters.added(List.of(document()));
    counters.added(List.of(document()));
    pass(1_000);
    reporter.tick();
    assertEquals(Optional.of(Duration.ZERO), seen.getFirst().timeLeft());
  }

  @Test
  void whatTheListenerThrowsHarmsNobody() {
    ProgressReporter reporter =
        reporter(
            progress -> {
              seen.add(progress);
              throw new AssertionError("thrown by the listener");
            },
            OptionalLong.empty());
    reporter.begin();
    pass(1_000);
    reporter.tick();
    pass(1_000);
    reporter.tick();
    reporter.finish();
    assertEquals(3, seen.size(), "it is called again");
  }

  @Test
  void noThreadWaitsForTheListenerThatAnotherCalls() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    ProgressReporter reporter =
        reporter(
            progress -> {
              seen.add(progress);
              inside.countDown();
              try {
                goOn.await();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            },
            OptionalLong.empty());
    reporter.begin();
    pass(1_000);
    Thread slow = Thread.ofPlatform().start(reporter::tick);
    inside.await();
    pass(10_000);
    reporter.begin();
    reporter.tick();
    assertEquals(1, seen.size());
    goOn.countDown();
    slow.join();
    reporter.tick();
    assertEquals(2, seen.size());
  }
}
