package dev.lucenesemantic.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LoadingTest {
  @Test
  void everyModelHasItsRow() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      Loading.run(
          new Options(
              Loading.OPTIONS,
              "--models",
              "all-minilm-l6-v2-int8,e5-small-v2-int8",
              "--rounds",
              "1"),
          out);
    }
    String report = bytes.toString(StandardCharsets.UTF_8);
    assertEquals(2, report.split("ALL_MINILM_L6_V2_INT8", -1).length - 1, report);
    assertEquals(1, report.split("E5_SMALL_V2_INT8", -1).length - 1, report);
    assertTrue(report.contains("ratio"), report);
  }

  @Test
  void anUnknownModelIsAnArgumentsFault() {
    Options options = new Options(Loading.OPTIONS, "--models", "no-such-folder");
    PrintStream nowhere =
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    assertThrows(UsageException.class, () -> Loading.run(options, nowhere));
  }

  @Test
  void theMedianOfAnEvenNumberIsBetween() {
    assertEquals(2, Loading.median(3, 1, 2));
    assertEquals(2.5, Loading.median(4, 1, 2, 3));
  }
}
