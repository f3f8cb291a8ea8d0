package dev.lucenesemantic.benchmarks;

import static dev.lucenesemantic.codec.VectorStorage.FLOAT32;

import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import dev.lucenesemantic.codec.SemanticCodec;
import dev.lucenesemantic.embed.BundledModel;
import dev.lucenesemantic.embed.SentenceTransformer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.TestUtil;

@ThreadLeakFilters(filters = NativeCleanerThread.class)
public class IndexingTest extends LuceneTestCase {

  public void testEveryRunIsComparedWithEncodingAndWithSearchingAlone() throws Exception {
    String report =
        report(
            "--model",
            "ALL_MINILM_L6_V2_INT8",
            "--docs",
            "20",
            "--threads",
            "2,3",
            "--calls",
            "addDocument,addEach",
            "--rounds",
            "1",
            "--queries",
            "2");
    assertEquals(report, 1, lines(report, "one text a call, 2 threads ").size());
    assertEquals(report, 1, lines(report, "one text a call, 3 threads ").size());
    assertEquals(report, 1, lines(report, "alone ").size());
    for (String call : List.of("addDocument", "addEach")) {
      for (String threads : List.of("2 threads", "3 threads")) {
        List<String> indexing = lines(report, call + ", " + threads + " ");
        assertEquals(report, 1, indexing.size());
        assertTrue(
            report, indexing.get(0).matches(".* 1\\.10 +(reached|MISSED) +[0-9]+\\.[0-9]{3} .*"));
        List<String> beside = lines(report, "beside " + call + ", " + threads + " ");
        assertEquals(report, 1, beside.size());
        assertTrue(report, beside.get(0).matches(".* 3\\.00 +(reached|MISSED)"));
      }
    }
  }

  private static String report(String... arguments) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Indexing.run(
        new Options(Indexing.OPTIONS, arguments),
        new PrintStream(out, true, StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8);
  }

  private static List<String> lines(String report, String start) {
    return report.lines().filter(line -> line.startsWith(start)).toList();
  }

  public void testACallThatThereIsNotIsAnError() {
    Options options = new Options(Indexing.OPTIONS, "--calls", "addIndexes");
    UsageException error =
        expectThrows(UsageException.class, () -> Indexing.run(options, System.out));
    assertTrue(error.getMessage(), error.getMessage().contains("addIndexes"));
  }

  public void testADocumentThatThereIsNotIsAnError() {
    Options options = new Options(Indexing.OPTIONS, "--documents", "pages");
    UsageException error =
        expectThrows(UsageException.class, () -> Indexing.run(options, System.out));
    assertTrue(error.getMessage(), error.getMessage().contains("pages"));
  }

  public void testWholeTextsAreDividedByTheWriter() throws Exception {
    for (String shape : List.of("flat", "block")) {
      String report =
          report(
              "--model",
              "ALL_MINILM_L6_V2_INT8",
              "--documents",
              shape,
              "--docs",
              "30",
              "--threads",
              "2",
              "--calls",
              "addDocument",
              "--rounds",
              "1",
              "--queries",
              "2");
      // Texts of ten paragraphs have several passages each.
      assertTrue(report, report.matches("(?s).*passages    3[0-9] of ([5-9]|1[0-5]) documents.*"));
      assertEquals(report, 0, lines(report, "one text a call").size());
      assertEquals(report, 1, lines(report, "addDocument, 2 threads ").size());
    }
  }

  public void testTextsOfEqualPassagesAreNoMeasure() throws Exception {
    Path file = createTempDir().resolve("texts.txt");
    Files.writeString(
        file, "The river rose in spring and carried trees, and boats!\n\n".repeat(90));
    Files.writeString(
        file.resolveSibling("queries.jsonl"), "{\"_id\": \"1\", \"text\": \"boats\"}\n");
    Options options =
        new Options(
            Indexing.OPTIONS,
            "--model",
            "ALL_MINILM_L6_V2_INT8",
            "--documents",
            "flat",
            "--data",
            file.getParent().toString());
    UsageException error =
        expectThrows(UsageException.class, () -> Indexing.run(options, System.out));
    assertTrue(error.getMessage(), error.getMessage().contains("only once"));
  }

  public void testWhatIsIndexedIsWhatIsEncodedAlone() throws Exception {
    String text = "The river rose in spring. It carried trees, and boats! ".repeat(40);
    for (IndexingRun.Shape shape : IndexingRun.Shape.values()) {
      try (SentenceTransformer model =
              SentenceTransformer.load(BundledModel.ALL_MINILM_L6_V2_INT8);
          Directory directory = newDirectory()) {
        List<IndexingRun.Source> sources = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
          String own = i + " " + text.substring(i);
          sources.add(new IndexingRun.Source(String.valueOf(i), own, shape.passages(own, model)));
        }
        IndexingRun run =
            new IndexingRun(IndexingRun.Call.ADD_DOCUMENT, 2, shape, new SemanticCodec(FLOAT32));
        IndexingTurn.of(run, model, sources, directory);
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
          int vectors = 0;
          for (LeafReaderContext leaf : reader.leaves()) {
            vectors += leaf.reader().getFloatVectorValues(IndexingRun.FIELD).size();
          }
          assertEquals(sources.stream().mapToInt(each -> each.passages().size()).sum(), vectors);
        }
        TestUtil.checkIndex(directory);
      }
    }
  }

  public void testNoTwoPassagesAreTheSame() {
    List<String> passages = Indexing.generated(500);
    assertEquals(500, new HashSet<>(passages).size());
  }

  public void testPassagesOfACollectionAreIndexed() throws Exception {
    String report =
        report(
            "--model",
            "ALL_MINILM_L6_V2_INT8",
            "--data",
            SmallCollection.writeTo(createTempDir()).toString(),
            "--characters",
            "30",
            "--threads",
            "2",
            "--merge-workers",
            "2",
            "--rounds",
            "1");
    assertTrue(report, report.contains("passages    5 of 5 documents"));
    assertTrue(report, report.contains("2 threads share a merge"));
  }
}
