package dev.lucenesemantic.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.document.EncodingException;
import dev.lucenesemantic.document.SemanticField;
import dev.lucenesemantic.document.SemanticFieldType;
import dev.lucenesemantic.document.SemanticIndexWriter;
import dev.lucenesemantic.embed.TextEmbedder;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.junit.jupiter.api.Test;

class MicrometerMetricsTest {

  /** Gives every text the same vector, but for the text "bad". */
  private static final class OneVector implements TextEmbedder {
    @Override
    public int dimension() {
      return 2;
    }

    @Override
    public String fingerprint() {
      return "one";
    }

    @Override
    public float[] embedQuery(String text) {
      return new float[] {1, 0};
    }

    @Override
    public List<float[]> embedDocuments(List<String> texts) {
      if (texts.contains("bad")) {
        throw new IllegalStateException("cannot encode bad");
      }
      return texts.stream().map(this::embedQuery).toList();
    }

    @Override
    public void close() {}
  }

  private static Document document(String text, SemanticFieldType type) {
    Document document = new Document();
    document.add(new SemanticField("text", text, type));
    return document;
  }

  @Test
  void metersShowWhatTheWriterDoes() throws Exception {
    SemanticFieldType type = new SemanticFieldType(new OneVector());
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    try (ByteBuffersDirectory directory = new ByteBuffersDirectory();
        SemanticIndexWriter writer =
            new SemanticIndexWriter(new IndexWriter(directory, new IndexWriterConfig()))) {
      new MicrometerMetrics(writer, "test").bindTo(registry);
      writer.addEach(List.of(document("a", type), document("b", type)));
      writer.addDocument(document("c", type));
      assertThrows(EncodingException.class, () -> writer.addDocument(document("bad", type)));

      assertEquals(3, counter(registry, "semantic.documents", "added"));
      assertEquals(1, counter(registry, "semantic.documents", "failed"));
      assertEquals(3, counter(registry, "semantic.texts", "encoded"));
      assertEquals(0, counter(registry, "semantic.texts", "pending"));
      assertEquals(1, counter(registry, "semantic.batches", "failed"));
      assertEquals(1.5, registry.get("semantic.batch.texts").gauge().value());
      assertEquals(0, registry.get("semantic.queue.callers").gauge().value());
      FunctionTimer timer = registry.get("semantic.encode").functionTimer();
      assertEquals(2, timer.count());
      assertTrue(timer.totalTime(TimeUnit.NANOSECONDS) > 0);
      assertTrue(
          registry.getMeters().stream()
              .allMatch(each -> "test".equals(each.getId().getTag("index"))));
    }
  }

  private static double counter(SimpleMeterRegistry registry, String name, String result) {
    return registry.get(name).tag("result", result).functionCounter().count();
  }
}
