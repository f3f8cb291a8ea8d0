package dev.lucenesemantic.benchmarks;

import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import dev.lucenesemantic.model.ModelException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.lucene.tests.util.LuceneTestCase;

/** The whole program, with a real bi-encoder and a tiny reranker, on small collections. */
@ThreadLeakFilters(filters = NativeCleanerThread.class)
public class RerankEvaluationTest extends LuceneTestCase {

  public void testEveryStageHasARowForEachWindowAndFusionInOneTable() throws IOException {
    Path one = SmallCollection.writeTo(createTempDir().resolve("one"));
    Path two = SmallCollection.writeTo(createTempDir().resolve("two"));
    Path reranker = TinyReranker.copyTo(createTempDir().resolve("tiny"));
    String report =
        run(
            "--data", one + "," + two,
            "--first", "bm25,all-minilm-l6-v2-int8,hybrid",
            "--reranker", reranker + "," + reranker + "#onnx/model_int8.onnx",
            "--windows", "5,2",
            "--bi-encoders", "ALL_MINILM_L6_V2_INT8");
    String table = report.substring(report.lastIndexOf("collection  first stage"));
    for (String collection : List.of("one", "two")) {
      for (String first : List.of("bm25", "ALL_MINILM_L6_V2_INT8", "hybrid")) {
        assertEquals(table, 1, rows(table, collection, first, "-", "-").size());
        for (String second : List.of("tiny", "tiny-model_int8.onnx")) {
          for (String window : List.of("2", "5")) {
            assertEquals(table, 1, rows(table, collection, first, second, window).size());
            assertEquals(
                table, 1, rows(table, collection, first, second + ", fused", window).size());
          }
        }
      }
      assertEquals(table, 1, rows(table, collection, "bm25", "ALL_MINILM_L6_V2_INT8", "2").size());
      assertEquals(
          table, 0, rows(table, collection, "hybrid", "ALL_MINILM_L6_V2_INT8", "2").size());
    }
    // The model finds what no word is shared with; BM25 does not.
    assertEquals("1.0000", rows(table, "one", "ALL_MINILM_L6_V2_INT8", "-", "-").get(0)[4]);
    assertEquals("1.0000", rows(table, "one", "hybrid", "-", "-").get(0)[4]);
    assertEquals("0.0000", rows(table, "one", "bm25", "-", "-").get(0)[4]);
    // The same model in both files.
    assertEquals(
        rows(table, "one", "hybrid", "tiny", "5").get(0)[4],
        rows(table, "one", "hybrid", "tiny-model_int8.onnx", "5").get(0)[4]);
  }

  public void testASampleOfTheQueriesCanBeAsked() throws IOException {
    Path collection = SmallCollection.writeTo(createTempDir());
    Path reranker = TinyReranker.copyTo(createTempDir().resolve("tiny"));
    String report =
        run(
            "--data",
            collection.toString(),
            "--first",
            "bm25",
            "--reranker",
            reranker.toString(),
            "--queries",
            "2");
    assertTrue(report, report.contains("5 documents, 2 of 3 judged queries"));
  }

  public void testWithoutTheJarOfTheDefaultModelTheErrorNamesTheDependencyOrItIsUsed()
      throws IOException {
    Path collection = SmallCollection.writeTo(createTempDir());
    try {
      String report = run("--data", collection.toString(), "--first", "bm25", "--windows", "2");
      assertTrue(report, report.contains("lucene-rerank-model"));
    } catch (ModelException e) {
      assertTrue(e.getMessage(), e.getMessage().contains("dev.lucenesemantic:lucene-rerank-model"));
    }
  }

  public void testAMistypedRerankerIsAnErrorThatNamesTheBundledOne() throws IOException {
    Path collection = SmallCollection.writeTo(createTempDir());
    UsageException error =
        expectThrows(
            UsageException.class,
            () -> run("--data", collection.toString(), "--first", "bm25", "--reranker", "defualt"));
    assertTrue(error.getMessage(), error.getMessage().contains("[DEFAULT]"));
  }

  public void testTwoModelsOfOneNameAreAnErrorForTheTableCouldNotTellThem() throws IOException {
    Path collection = SmallCollection.writeTo(createTempDir());
    Path one = TinyReranker.copyTo(createTempDir().resolve("tiny"));
    Path two = TinyReranker.copyTo(createTempDir().resolve("tiny"));
    UsageException error =
        expectThrows(
            UsageException.class,
            () ->
                run(
                    "--data",
                    collection.toString(),
                    "--first",
                    "bm25",
                    "--reranker",
                    one + "," + two));
    assertTrue(error.getMessage(), error.getMessage().contains("both called tiny"));
  }

  public void testAWindowThatIsNoNumberIsAnError() throws IOException {
    Path collection = SmallCollection.writeTo(createTempDir());
    expectThrows(
        UsageException.class, () -> run("--data", collection.toString(), "--windows", "10,x"));
  }

  private static String run(String... args) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    RerankEvaluation.run(
        new Options(RerankEvaluation.OPTIONS, args),
        new PrintStream(out, true, StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8);
  }

  /** The cells of the rows that begin so. */
  private static List<String[]> rows(String table, String... beginning) {
    return table
        .lines()
        .map(line -> line.split(" {2,}"))
        .filter(cells -> cells.length > beginning.length)
        .filter(cells -> List.of(cells).subList(0, beginning.length).equals(List.of(beginning)))
        .toList();
  }
}
