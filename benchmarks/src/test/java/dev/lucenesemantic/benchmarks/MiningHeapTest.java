package dev.lucenesemantic.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.lucene.tests.util.LuceneTestCase;

public class MiningHeapTest extends LuceneTestCase {

  public void testBothPhasesAreReportedWithTheirHeap() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      String[] small = {
        "--vectors", "200", "--dimension", "8", "--top-k", "3", "--max-pairs", "50"
      };
      MiningHeap.run(new Options(MiningHeap.OPTIONS, small), out);
    }
    String report = bytes.toString(StandardCharsets.UTF_8);
    assertTrue(report, report.matches("(?s).*indexing +\\d+ s, live heap at most [1-9]\\d* MB.*"));
    assertTrue(report, report.matches("(?s).*mining +\\d+ s, live heap at most [1-9]\\d* MB.*"));
    assertTrue(report, report.contains("200 vectors"));
    assertTrue(report, report.matches("(?s).*pairs +[1-9]\\d*\\R.*"));
  }
}
