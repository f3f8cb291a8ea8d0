package dev.lucenesemantic.benchmarks;

import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import org.apache.lucene.tests.util.LuceneTestCase;

@ThreadLeakFilters(filters = NativeCleanerThread.class)
public class IndexingTest extends LuceneTestCase {

  public void testEveryRunIsComparedWithEncodingAndWithSearchingAlone() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Options options =
        new Options(
            Indexing.OPTIONS,
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
    Indexing.run(options, new PrintStream(out, true, StandardCharsets.UTF_8));
    String report = out.toString(StandardCharsets.UTF_8);
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

  private static List<String> lines(String report, String start) {
    return report.lines().filter(line -> line.startsWith(start)).toList();
  }

  public void testACallThatThereIsNotIsAnError() {
    Options options = new Options(Indexing.OPTIONS, "--calls", "addIndexes");
    UsageException error =
        expectThrows(UsageException.class, () -> Indexing.run(options, System.out));
    assertTrue(error.getMessage(), error.getMessage().contains("addIndexes"));
  }

  public void testNoTwoPassagesAreTheSame() {
    List<String> passages = Indexing.generated(500);
    assertEquals(500, new HashSet<>(passages).size());
  }

  public void testPassagesOfACollectionAreIndexed() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Options options =
        new Options(
            Indexing.OPTIONS,
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
    Indexing.run(options, new PrintStream(out, true, StandardCharsets.UTF_8));
    String report = out.toString(StandardCharsets.UTF_8);
    assertTrue(report, report.contains("passages    5 of "));
    assertTrue(report, report.contains("2 threads share a merge"));
  }
}
