package dev.lucenesemantic.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.embed.FakeEmbedder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the flight recorder sees of indexing. */
class FlightRecorderTest {
  @TempDir Path folder;

  /** What is recorded while something is done, of one kind of events. */
  private List<RecordedEvent> recorded(String name, Runnable action) throws IOException {
    Path file = folder.resolve("recording.jfr");
    try (Recording recording = new Recording()) {
      recording.enable(name).withoutThreshold();
      recording.start();
      action.run();
      recording.stop();
      recording.dump(file);
    }
    return RecordingFile.readAllEvents(file).stream()
        .filter(event -> event.getEventType().getName().equals(name))
        .toList();
  }

  private static SemanticField field(String text) {
    FakeEmbedder embedder =
        new FakeEmbedder("m", 8) {
          @Override
          public List<float[]> embedDocuments(List<String> texts) {
            if (texts.contains("bad")) {
              throw new IllegalStateException("cannot encode bad");
            }
            return super.embedDocuments(texts);
          }
        };
    return new SemanticField("body_vector", text, new SemanticFieldType(embedder));
  }

  private static EncodingQueue queue(IndexingCounters counters) {
    QueueRoom room = new QueueRoom(QueueBounds.DEFAULT, () -> true, System::nanoTime);
    return new EncodingQueue(1, room, counters);
  }

  @Test
  void everyCallOfAnEmbedderIsAnEvent() throws Exception {
    EncodingQueue queue = queue(new IndexingCounters());
    List<RecordedEvent> events =
        recorded(
            "dev.lucenesemantic.EncodeBatch",
            () -> {
              queue.encode(List.of(field("four")));
              assertThrows(EncodingException.class, () -> queue.encode(List.of(field("bad"))));
            });
    assertEquals(2, events.size());
    RecordedEvent good = events.get(0);
    assertTrue(good.getString("model").contains("fake-m"), good.getString("model"));
    assertEquals(1, good.getInt("texts"));
    assertEquals(4, good.getLong("characters"));
    assertNull(good.getString("failure"));
    assertTrue(good.getDuration().compareTo(Duration.ZERO) > 0);
    RecordedEvent bad = events.get(1);
    assertTrue(bad.getString("failure").contains("cannot encode bad"), bad.getString("failure"));
    assertEquals("Encode Batch", good.getEventType().getLabel());
    assertEquals(List.of("Lucene Semantic", "Indexing"), good.getEventType().getCategoryNames());
  }

  @Test
  void whatAMigrationEncodesIsAnEventToo() throws Exception {
    try (SemanticIndexWriter writer =
        new SemanticIndexWriter(
            new IndexWriter(new ByteBuffersDirectory(), new IndexWriterConfig()))) {
      writer.addDocument(List.of(new StoredField("text", "four"), field("four")));
      List<RecordedEvent> events =
          recorded(
              "dev.lucenesemantic.EncodeBatch",
              () -> {
                try {
                  writer.fillVectors(
                      "body_vector",
                      new SemanticFieldType(new FakeEmbedder("next", 12)),
                      IndexedText.storedField("text"),
                      FillMonitor.NONE,
                      Double.POSITIVE_INFINITY);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      assertEquals(1, events.size());
      assertTrue(events.getFirst().getString("model").contains("fake-next"));
      assertEquals(1, events.getFirst().getInt("texts"));
      assertEquals(4, events.getFirst().getLong("characters"));
    }
  }

  @Test
  void everyReportOfTheProgressIsAnEventAlsoWithoutAListener() throws Exception {
    IndexingCounters counters = new IndexingCounters();
    AtomicLong nanos = new AtomicLong();
    ProgressReporter reporter =
        new ProgressReporter(
            counters, Optional.empty(), OptionalLong.of(6), Duration.ofSeconds(1), nanos::get);
    List<RecordedEvent> events =
        recorded(
            "dev.lucenesemantic.IndexingProgress",
            () -> {
              reporter.begin();
              counters.added(List.of(List.of()));
              counters.failed(List.of(List.of()));
              nanos.set(500_000_000);
              counters.encoded(3, 30, 12, 1);
              reporter.finish();
            });
    assertEquals(1, events.size());
    assertEquals(1, events.getFirst().getLong("documents"));
    assertEquals(1, events.getFirst().getLong("failures"));
    assertEquals(3, events.getFirst().getLong("texts"));
    assertEquals(12, events.getFirst().getLong("tokens"));
    assertEquals(Duration.ofMillis(500), events.getFirst().getDuration("elapsed"));
    assertEquals(Duration.ofSeconds(1), events.getFirst().getDuration("timeLeft"));
  }
}
