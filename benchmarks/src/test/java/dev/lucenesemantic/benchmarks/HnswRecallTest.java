package dev.lucenesemantic.benchmarks;

import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.tests.util.LuceneTestCase;

@ThreadLeakFilters(filters = NativeCleanerThread.class)
public class HnswRecallTest extends LuceneTestCase {
  private static final List<ExactSearch.Neighbor> EXACT =
      List.of(neighbor(4, 0.9f), neighbor(2, 0.8f), neighbor(7, 0.6f), neighbor(1, 0.5f));

  public void testEveryTrueNeighbourThatIsMissingCosts() {
    assertEquals(1, HnswRecall.recall(hits(0.9f, 0.8f, 0.6f, 0.5f), EXACT), 0);
    assertEquals(0.75, HnswRecall.recall(hits(0.9f, 0.6f, 0.5f, 0.4f), EXACT), 0);
    assertEquals(0, HnswRecall.recall(hits(0.4f, 0.3f), EXACT), 0);
    assertEquals(0, HnswRecall.recall(hits(), EXACT), 0);
  }

  public void testADocumentAsNearAsTheLastOneIsAsGood() {
    assertEquals(1, HnswRecall.recall(hits(0.9f, 0.8f, 0.6f, 0.5f - 1e-7f), EXACT), 0);
    assertEquals(0.75, HnswRecall.recall(hits(0.9f, 0.8f, 0.6f, 0.5f - 1e-4f), EXACT), 0);
  }

  public void testRecallNeverExceedsOne() {
    assertEquals(1, HnswRecall.recall(hits(0.9f, 0.8f, 0.6f, 0.5f, 0.5f), EXACT), 0);
  }

  public void testTheProgramFindsEverythingInASmallIndex() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Options options =
        new Options(
            HnswRecall.OPTIONS,
            "--data",
            SmallCollection.writeTo(createTempDir()).toString(),
            "--model",
            "ALL_MINILM_L6_V2_INT8",
            "--beams",
            "10,20");
    HnswRecall.run(options, new PrintStream(out, true, StandardCharsets.UTF_8));
    String report = out.toString(StandardCharsets.UTF_8);
    assertTrue(report, report.contains("5 documents"));
    List<String> rows = report.lines().filter(line -> line.startsWith("graph")).toList();
    assertEquals(report, 3, rows.size());
    for (String row : rows) {
      assertTrue(report, row.contains(" 1.0000 "));
    }
  }

  public void testABeamBelowTenIsAnError() throws IOException {
    Options options =
        new Options(
            HnswRecall.OPTIONS,
            "--data",
            SmallCollection.writeTo(createTempDir()).toString(),
            "--beams",
            "9");
    expectThrows(UsageException.class, () -> HnswRecall.run(options, System.out));
  }

  private static ExactSearch.Neighbor neighbor(int doc, float dotProduct) {
    return new ExactSearch.Neighbor(doc, dotProduct);
  }

  private static ScoreDoc[] hits(float... dotProducts) {
    ScoreDoc[] hits = new ScoreDoc[dotProducts.length];
    for (int i = 0; i < hits.length; i++) {
      hits[i] = new ScoreDoc(i, (1 + dotProducts[i]) / 2);
    }
    return hits;
  }
}
