package dev.lucenesemantic.examples;

import dev.lucenesemantic.document.IndexingMetrics;
import dev.lucenesemantic.document.IndexingMetrics.Distribution;
import dev.lucenesemantic.document.SemanticField;
import dev.lucenesemantic.document.SemanticFieldType;
import dev.lucenesemantic.document.SemanticIndexOptions;
import dev.lucenesemantic.document.SemanticIndexWriter;
import dev.lucenesemantic.embed.BundledModel;
import dev.lucenesemantic.embed.SentenceTransformer;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;

/**
 * The numbers of a writer as meters of Micrometer, and so of Prometheus and all others that
 * Micrometer knows. Take the class over as it is: the library itself does not depend on Micrometer.
 *
 * <pre>{@code
 * new MicrometerMetrics(writer, "products").bindTo(registry);
 * }</pre>
 *
 * <pre>{@code
 * mvn -q -pl examples -am process-classes exec:exec -Dexample=MicrometerMetrics
 * }</pre>
 */
public final class MicrometerMetrics implements MeterBinder {
  private final SemanticIndexWriter writer;
  private final Tags tags;

  /**
   * Meters for a writer.
   *
   * @param writer whose numbers they are; a registry holds it weakly
   * @param index the value of their tag {@code index}
   */
  public MicrometerMetrics(SemanticIndexWriter writer, String index) {
    this.writer = writer;
    this.tags = Tags.of("index", index);
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    counter(registry, "semantic.documents", "added", each -> each.documents().added());
    counter(registry, "semantic.documents", "failed", each -> each.documents().failed());
    counter(registry, "semantic.passages", "added", each -> each.documents().passages());
    counter(registry, "semantic.texts", "pending", each -> each.documents().pending());
    counter(registry, "semantic.texts", "encoded", each -> each.encoding().texts());
    counter(registry, "semantic.tokens", "encoded", each -> each.encoding().tokens());
    counter(registry, "semantic.batches", "failed", each -> each.encoding().failedBatches());
    counter(registry, "semantic.calls", "held back", each -> each.queue().everHeldBack());

    timer(registry, "semantic.encode", each -> each.encoding().latency());
    gauge(registry, "semantic.encode.p95", each -> seconds(each.encoding().latency().p95()));
    gauge(registry, "semantic.encode.max", each -> seconds(each.encoding().latency().max()));
    gauge(registry, "semantic.batch.texts", each -> each.encoding().batchSizes().mean());

    gauge(registry, "semantic.queue.callers", each -> each.queue().callers());
    gauge(registry, "semantic.queue.texts", each -> each.queue().texts());
    gauge(registry, "semantic.queue.bytes", each -> each.queue().bytes());
    gauge(registry, "semantic.queue.tokens", each -> each.queue().tokens());
    gauge(registry, "semantic.queue.heldback", each -> each.queue().heldBack());
  }

  private void counter(
      MeterRegistry registry,
      String name,
      String result,
      ToDoubleFunction<IndexingMetrics> number) {
    FunctionCounter.builder(name, writer, each -> number.applyAsDouble(each.metrics()))
        .tags(tags.and("result", result))
        .register(registry);
  }

  private void gauge(
      MeterRegistry registry, String name, ToDoubleFunction<IndexingMetrics> number) {
    Gauge.builder(name, writer, each -> number.applyAsDouble(each.metrics()))
        .tags(tags)
        .register(registry);
  }

  private void timer(
      MeterRegistry registry, String name, Function<IndexingMetrics, Distribution> times) {
    ToLongFunction<SemanticIndexWriter> count = each -> times.apply(each.metrics()).count();
    ToDoubleFunction<SemanticIndexWriter> sum = each -> times.apply(each.metrics()).sum();
    FunctionTimer.builder(name, writer, count, sum, TimeUnit.NANOSECONDS)
        .tags(tags)
        .register(registry);
  }

  private static double seconds(long nanos) {
    return nanos / 1e9;
  }

  /**
   * Runs the example.
   *
   * @param args none
   * @throws IOException if the index cannot be written
   */
  public static void main(String[] args) throws IOException {
    run(System.out);
  }

  static void run(PrintStream out) throws IOException {
    SemanticIndexOptions options =
        SemanticIndexOptions.defaults()
            .withExpectedDocuments(500)
            .withProgress(
                progress ->
                    out.printf(
                        Locale.ROOT,
                        "%d documents, %d tokens, %.0f documents a second%n",
                        progress.documents(),
                        progress.tokens(),
                        progress.documentsPerSecond()));
    try (SentenceTransformer model = SentenceTransformer.load(BundledModel.ALL_MINILM_L6_V2_INT8);
        Directory directory = new ByteBuffersDirectory();
        SemanticIndexWriter writer =
            new SemanticIndexWriter(new IndexWriter(directory, new IndexWriterConfig()), options)) {
      MeterRegistry registry = new SimpleMeterRegistry();
      new MicrometerMetrics(writer, "numbers").bindTo(registry);
      SemanticFieldType type = new SemanticFieldType(model);
      List<Document> documents =
          IntStream.range(0, 500)
              .mapToObj(
                  number -> {
                    Document document = new Document();
                    document.add(new SemanticField("text", "The number is " + number, type));
                    return document;
                  })
              .toList();
      writer.addEach(documents);
      for (Meter meter : registry.getMeters()) {
        out.println(meter.getId().getName() + " " + meter.getId().getTags() + meter.measure());
      }
    }
  }
}
