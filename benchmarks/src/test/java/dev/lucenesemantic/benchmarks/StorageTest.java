package dev.lucenesemantic.benchmarks;

import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.LuceneTestCase.SuppressCodecs;
import org.apache.lucene.util.Version;

@SuppressCodecs("SimpleText")
@ThreadLeakFilters(filters = NativeCleanerThread.class)
public class StorageTest extends LuceneTestCase {
  private static final String STORAGES =
      Version.LATEST.onOrAfter(Version.fromBits(10, 4, 0)) ? "FLOAT32,INT8,INT4,BIT" : "FLOAT32";

  public void testTheProgramFindsEverythingInSmallIndexes() throws Exception {
    Path vectors = createTempDir().resolve("vectors");
    String report = run(vectors, "--storages", STORAGES);
    for (String storage : STORAGES.split(",")) {
      // One row for the default, one for each beam.
      List<String> rows = report.lines().filter(line -> line.startsWith(storage + " ")).toList();
      assertEquals(report, 3, rows.size());
      for (String row : rows) {
        assertTrue(report, row.contains(" 1.0000 "));
      }
    }
  }

  public void testVectorsAreEncodedOnce() throws Exception {
    Path vectors = createTempDir().resolve("vectors");
    run(vectors, "--storages", "FLOAT32");
    byte[] kept = Files.readAllBytes(vectors);
    // Other vectors than the model's show that they were read.
    kept[kept.length - 1] ^= 1;
    Files.write(vectors, kept);
    run(vectors, "--storages", "FLOAT32");
    assertArrayEquals(kept, Files.readAllBytes(vectors));
    run(vectors, "--storages", "FLOAT32", "--passages", "4");
    assertNotEquals(kept.length, Files.size(vectors));
  }

  public void testArguments() {
    Path vectors = createTempDir().resolve("vectors");
    for (String[] wrong :
        new String[][] {
          {"--storages", "INT7"},
          {"--workers", "0"},
          {"--beams", "2"},
          {"--passages", "2"},
        }) {
      expectThrows(UsageException.class, () -> run(vectors, wrong));
    }
  }

  private static String run(Path vectors, String... more) throws IOException, InterruptedException {
    String[] args = {
      "--data",
      SmallCollection.writeTo(createTempDir()).toString(),
      "--vectors",
      vectors.toString(),
      "--characters",
      "10",
      "--k",
      "3",
      "--rounds",
      "1"
    };
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of(more));
    if (!all.contains("--beams")) {
      all.addAll(List.of("--beams", "5,20"));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Storage.run(
        new Options(Storage.OPTIONS, all.toArray(String[]::new)),
        new PrintStream(out, true, StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8);
  }
}
