package dev.lucenesemantic.document;

import dev.lucenesemantic.embed.FakeEmbedder;
import dev.lucenesemantic.embed.TokenCounts;
import dev.lucenesemantic.embed.WordTokens;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CyclicBarrier;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;

/** What a writer says about itself: numbers, and how far it has come. */
public class TestIndexingMetrics extends LuceneTestCase {
  private final CountingEmbedder embedder = new CountingEmbedder();
  private final SemanticFieldType type = new SemanticFieldType(embedder);

  /** A token for each word; fails for the text "bad". */
  private static final class CountingEmbedder extends FakeEmbedder {
    CountingEmbedder() {
      super("m", 8);
    }

    @Override
    public List<float[]> embedDocuments(List<String> texts, TokenCounts counts) {
      if (texts.contains("bad")) {
        throw new IllegalStateException("cannot encode bad");
      }
      for (int i = 0; i < texts.size(); i++) {
        int words = texts.get(i).split(" ").length;
        counts.count(i, words, words);
      }
      return super.embedDocuments(texts);
    }
  }

  private Document document(String text) {
    Document document = new Document();
    document.add(new StringField("id", text, Field.Store.NO));
    document.add(new SemanticField("body_vector", text, type));
    return document;
  }

  private Document passage(String text) {
    Document passage = new Document();
    passage.add(new SemanticField("body_vector", text, type));
    passage.add(new StringField("body_vector#passage", "1", Field.Store.NO));
    return passage;
  }

  private static Document withoutVector() {
    Document document = new Document();
    document.add(new StringField("id", "plain", Field.Store.NO));
    return document;
  }

  private SemanticIndexWriter writer(Directory directory, SemanticIndexOptions options)
      throws IOException {
    return new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()), options);
  }

  public void testEveryVerbIsCounted() throws Exception {
    try (Directory directory = newDirectory();
        SemanticIndexWriter writer = writer(directory, SemanticIndexOptions.defaults())) {
      writer.addDocument(document("one two three"));
      writer.addDocument(withoutVector());
      writer.addDocuments(List.of(passage("four five"), passage("six"), withoutVector()));
      writer.addEach(List.of(document("seven"), document("eight")));
      writer.updateDocument(new Term("id", "seven"), document("nine"));
      expectThrows(EncodingException.class, () -> writer.addDocument(document("bad")));
      expectThrows(
          EncodingException.class,
          () -> writer.addDocuments(List.of(passage("fine"), passage("bad"), withoutVector())));
      PartialAddException partial =
          expectThrows(
              PartialAddException.class,
              () -> writer.addEach(List.of(document("ten"), document("bad"), document("never"))));
      assertEquals(1, partial.added());

      IndexingMetrics metrics = writer.metrics();
      assertEquals(new IndexingMetrics.Documents(7, 2, 0, 3), metrics.documents());
      // Those of the block that failed as a whole do not count.
      assertEquals(7, metrics.encoding().texts());
      assertEquals(10, metrics.encoding().tokens());
      assertEquals(
          "one two threefour fivesixseveneightnineten".length(), metrics.encoding().characters());
      // Alone, in the block, and in the window and again alone.
      assertEquals(4, metrics.encoding().failedBatches());
      assertEquals(5, metrics.encoding().batchSizes().count());
      assertEquals(2, metrics.encoding().batchSizes().max());
      assertEquals(0, metrics.queue().callers());
      assertEquals(0, metrics.queue().everHeldBack());
    }
  }

  private static Iterable<Document> endingInAFailure(Document first) {
    return () ->
        new Iterator<>() {
          private boolean given;

          @Override
          public boolean hasNext() {
            return true;
          }

          @Override
          public Document next() {
            if (given) {
              throw new IllegalStateException("cannot be read");
            }
            given = true;
            return first;
          }
        };
  }

  public void testWhatCannotBeReadOrDividedFailsAsWhatCannotBeEncoded() throws Exception {
    List<IndexingProgress> seen = new ArrayList<>();
    Term term = new Term("id", "x");
    PassageFieldType passages =
        new PassageFieldType(
            new PassageSplitter(new WordTokens("w", 8, 64, 0)).withSize(10),
            PassageLayout.BLOCK,
            "id");
    // It has no id.
    List<PassageField> cannotBeDivided = List.of(new PassageField("body", "a text", passages));
    try (Directory directory = newDirectory()) {
      try (SemanticIndexWriter writer =
          writer(
              directory,
              SemanticIndexOptions.defaults().withExpectedDocuments(8).withProgress(seen::add))) {
        expectThrows(NullPointerException.class, () -> writer.addDocument(null));
        expectThrows(IllegalArgumentException.class, () -> writer.addDocument(cannotBeDivided));
        expectThrows(
            IllegalArgumentException.class, () -> writer.updateDocument(term, cannotBeDivided));
        expectThrows(
            IllegalArgumentException.class,
            () -> writer.addDocuments(List.of(document("one"), cannotBeDivided)));
        expectThrows(
            IllegalStateException.class,
            () -> writer.updateDocuments(term, endingInAFailure(document("one"))));
        assertEquals(new IndexingMetrics.Documents(0, 0, 0, 7), writer.metrics().documents());
        expectThrows(PartialAddException.class, () -> writer.addEach(List.of(cannotBeDivided)));
        assertEquals(8, writer.metrics().documents().failed());
      }
    }
    assertEquals(8, seen.getLast().failures());
    assertEquals(Optional.of(Duration.ZERO), seen.getLast().timeLeft());
  }

  public void testWhatABackfillOrAMigrationEncodesIsCounted() throws Exception {
    FlakyEmbedder flaky = new FlakyEmbedder("flaky", 8);
    FlakyEmbedder next = new FlakyEmbedder("next", 12);
    try (Directory directory = newDirectory();
        SemanticIndexWriter writer =
            writer(
                directory,
                SemanticIndexOptions.defaults()
                    .withFailurePolicy(FailurePolicy.ADD_WITHOUT_VECTOR))) {
      SemanticFieldType type = new SemanticFieldType(flaky);
      flaky.broken = true;
      writer.addDocument(IndexedDocs.document("1", "one two", type));
      writer.addDocument(IndexedDocs.document("2", "three", type));
      IndexingMetrics.Encoding before = writer.metrics().encoding();
      assertEquals(0, before.texts());
      assertEquals(2, before.failedBatches());

      flaky.broken = false;
      writer.backfill(IndexedDocs.FIELD, type);
      IndexingMetrics.Encoding filled = writer.metrics().encoding();
      assertEquals(2, filled.texts());
      assertEquals("one twothree".length(), filled.characters());
      assertEquals(3, filled.tokens());
      assertEquals(1, filled.latency().count());

      next.broken = true;
      fill(writer, next);
      // Together, and each of them alone.
      assertEquals(2 + 3, writer.metrics().encoding().failedBatches());
      next.broken = false;
      fill(writer, next);
      assertEquals(4, writer.metrics().encoding().texts());
    }
  }

  private static void fill(SemanticIndexWriter writer, FlakyEmbedder model) throws IOException {
    writer.fillVectors(
        IndexedDocs.FIELD,
        new SemanticFieldType(model),
        IndexedText.storedField("text"),
        FillMonitor.NONE,
        Double.POSITIVE_INFINITY);
  }

  public void testADocumentThatIsAddedAsItsPassagesAloneIsOneDocument() throws Exception {
    try (Directory directory = newDirectory();
        SemanticIndexWriter writer = writer(directory, SemanticIndexOptions.defaults())) {
      writer.addDocuments(List.of(passage("one"), passage("two"), passage("three")));
      writer.addDocuments(List.of());
      assertEquals(new IndexingMetrics.Documents(1, 3, 0, 0), writer.metrics().documents());
    }
  }

  public void testEachDocumentOfABlockIsCountedIfItHasPassagesOnly() throws Exception {
    WordTokens words = new WordTokens("words", 8, 64, 0);
    PassageFieldType flat =
        new PassageFieldType(new PassageSplitter(words).withSize(10), PassageLayout.FLAT, "id");
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Document document = new Document();
      document.add(new StringField("id", "" + i, Field.Store.YES));
      document.add(new PassageField("long", "one two three four five. ".repeat(4), flat));
      documents.add(document);
    }
    try (Directory directory = newDirectory();
        SemanticIndexWriter writer = writer(directory, SemanticIndexOptions.defaults())) {
      writer.addDocuments(documents);
      IndexingMetrics.Documents counted = writer.metrics().documents();
      assertEquals(3, counted.added());
      assertTrue("" + counted.passages(), counted.passages() > 3);
    }
  }

  public void testTheListenerIsToldOfTheEndWhateverItThrows() throws Exception {
    List<IndexingProgress> seen = new ArrayList<>();
    SemanticIndexOptions options =
        SemanticIndexOptions.defaults()
            .withExpectedDocuments(3)
            .withProgress(
                progress -> {
                  seen.add(progress);
                  throw new IllegalStateException("thrown by the listener");
                });
    try (Directory directory = newDirectory()) {
      try (SemanticIndexWriter writer = writer(directory, options)) {
        writer.addEach(List.of(document("one two"), document("three")));
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertEquals(2, reader.numDocs());
      }
    }
    IndexingProgress last = seen.getLast();
    assertEquals(2, last.documents());
    assertEquals(2, last.texts());
    assertEquals(3, last.tokens());
    assertEquals(0, last.failures());
    assertEquals(OptionalLong.of(3), last.expected());
    assertTrue(last.timeLeft().isPresent());
  }

  public void testAWriterThatAddedNothingHasNothingToReport() throws Exception {
    List<IndexingProgress> seen = new ArrayList<>();
    try (Directory directory = newDirectory()) {
      writer(directory, SemanticIndexOptions.defaults().withProgress(seen::add)).close();
    }
    assertEquals(List.of(), seen);
  }

  public void testMoreThreadsThanCoresFillNoMoreSegmentsThanCores() throws Exception {
    int cores = Runtime.getRuntime().availableProcessors();
    int threads = 4 * cores;
    IndexWriterConfig config =
        new IndexWriterConfig().setMergePolicy(NoMergePolicy.INSTANCE).setRAMBufferSizeMB(256);
    try (Directory directory = newDirectory()) {
      try (SemanticIndexWriter writer =
          new SemanticIndexWriter(new IndexWriter(directory, config))) {
        CyclicBarrier together = new CyclicBarrier(threads);
        List<Thread> callers = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
          int caller = t;
          Thread thread =
              new Thread(
                  () -> {
                    try {
                      for (int i = 0; i < 20; i++) {
                        together.await();
                        writer.addDocument(document(caller + " " + i));
                      }
                    } catch (Exception e) {
                      throw new AssertionError(e);
                    }
                  });
          thread.start();
          callers.add(thread);
        }
        for (Thread caller : callers) {
          caller.join();
        }
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertEquals(20L * threads, reader.numDocs());
        assertTrue(reader.leaves().size() + " segments", reader.leaves().size() <= cores);
      }
    }
  }
}
