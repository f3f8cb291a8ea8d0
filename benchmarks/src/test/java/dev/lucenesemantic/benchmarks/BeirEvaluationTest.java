package dev.lucenesemantic.benchmarks;

import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.lucene.tests.util.LuceneTestCase;

/** The whole program, with a real model, on a small collection. */
@ThreadLeakFilters(filters = NativeCleanerThread.class)
public class BeirEvaluationTest extends LuceneTestCase {
  public void testAModelAnswersWhereNoWordIsShared() throws IOException {
    Path collection = SmallCollection.writeTo(createTempDir());
    Path runs = createTempDir().resolve("runs");
    String report =
        run(
            "--data", collection.toString(),
            "--systems", "bm25,all-minilm-l6-v2-int8",
            "--runs", runs.toString());

    // BM25 finds nothing: no query shares a word with its answer that is not a stop word.
    assertEquals(List.of("0.0000", "-", "0.0000", "0.0000", "0.0000"), figures(report, "bm25"));
    assertEquals(
        List.of("1.0000", "-", "1.0000", "1.0000", "1.0000"),
        figures(report, "ALL_MINILM_L6_V2_INT8"));
    List<String> run = Files.readAllLines(runs.resolve("ALL_MINILM_L6_V2_INT8.trec"));
    assertEquals("every document for each of three queries", 15, run.size());
    assertTrue(run.get(0), run.get(0).startsWith("q-city Q0 city 1 "));
    assertTrue(run.get(0), run.get(0).endsWith(" ALL_MINILM_L6_V2_INT8"));
  }

  public void testTheReportSaysWhatItWasMeasuredWith() throws IOException {
    Path collection = SmallCollection.writeTo(createTempDir());
    String report = run("--data", collection.toString(), "--systems", "bm25,bm25-lucene");
    assertTrue(report, report.contains("k1=0.90 b=0.40"));
    assertTrue(report, report.contains("k1=1.20 b=0.75"));
    assertTrue(report, report.contains("3 judged"));
    assertTrue(report, report.contains("onnxruntime 1."));
  }

  public void testAMistypedSystemIsAnErrorThatNamesTheModels() throws IOException {
    Path collection = SmallCollection.writeTo(createTempDir());
    UsageException error =
        expectThrows(
            UsageException.class,
            () -> run("--data", collection.toString(), "--systems", "all-minilm"));
    assertTrue(error.getMessage(), error.getMessage().contains("ALL_MINILM_L6_V2_INT8"));
  }

  public void testAnUnknownSplitIsAnError() throws IOException {
    Path collection = SmallCollection.writeTo(createTempDir());
    expectThrows(
        BeirFormatException.class, () -> run("--data", collection.toString(), "--split", "dev"));
  }

  private static String run(String... args) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BeirEvaluation.run(
        new Options(BeirEvaluation.OPTIONS, args),
        new PrintStream(out, true, StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8);
  }

  /** nDCG@10, published, recall@100, MRR@10 and MAP of a row of the table. */
  private static List<String> figures(String report, String system) {
    String row =
        report.lines().filter(line -> line.startsWith(system + " ")).findFirst().orElseThrow();
    return List.of(row.split(" +")).subList(1, 6);
  }
}
