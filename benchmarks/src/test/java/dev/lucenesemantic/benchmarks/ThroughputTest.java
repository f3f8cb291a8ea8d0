package dev.lucenesemantic.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ThroughputTest {
  @TempDir Path folder;

  @Test
  void theFigureIsTheMedianOfTheRounds() {
    ThroughputReport report = Throughput.report();
    for (double docs : new double[] {30, 10, 20}) {
      report.add(ThroughputReport.FP32, Map.of("short", new Rate(docs, docs * 12)));
    }
    assertEquals(
        """
        set    model  docs/s  slowest  fastest  tokens/s
        short  fp32     20.0     10.0     30.0       240
        """,
        report.table());
  }

  @Test
  void ratiosStandBesideTheirGoals() {
    ThroughputReport report = Throughput.report();
    report.add(ThroughputReport.FP32, Map.of("short", new Rate(22, 1)));
    report.add(ThroughputReport.INT8, Map.of("short", new Rate(49, 1)));
    report.add(ThroughputReport.PEER_FP32, Map.of("short", new Rate(20, 1)));
    report.add(ThroughputReport.PEER_BF16, Map.of("short", new Rate(49, 1)));
    assertEquals(
        """

        set    ratio               is  goal
        short  int8 / peer bf16  1.00  1.00  reached
        short  int8 / peer fp32  2.45  2.50   MISSED
        short  fp32 / peer fp32  1.10  1.15   MISSED
        """,
        report.ratios());
  }

  @Test
  void withoutAPeerThereAreNoRatios() {
    ThroughputReport report = Throughput.report();
    report.add(ThroughputReport.FP32, Map.of("short", new Rate(22, 1)));
    report.add(ThroughputReport.INT8, Map.of("short", new Rate(49, 1)));
    assertEquals("", report.ratios());
  }

  @Test
  void aModelIsMeasuredOnEverySetInBothForms() throws Exception {
    String report = run("--seconds", "0.1", "--threads", "1");
    for (String set : List.of("short", "medium", "long")) {
      for (String model : List.of("fp32", "int8")) {
        String row =
            report
                .lines()
                .filter(line -> line.matches(set + " +" + model + " .*"))
                .findFirst()
                .orElseThrow(() -> new AssertionError(report));
        double docs = Double.parseDouble(row.split(" +")[2]);
        double tokens = Double.parseDouble(row.split(" +")[5]);
        assertTrue(docs > 0 && tokens > 2 * docs, row);
      }
    }
    assertTrue(report.contains("GENERATED"), report);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void thePeerTakesTurnsOnTheSameTexts() throws Exception {
    Path python = fakePython("cp \"$5\" \"$(dirname \"$0\")/seen-$7.jsonl\"\n" + result(0.001));
    String report =
        run("--seconds", "0.1", "--python", python.toString(), "--peer-model", folder.toString());
    assertTrue(report.contains("torch 2, sentence-transformers 6"), report);
    assertEquals(9, report.lines().filter(line -> line.endsWith("reached")).count(), report);
    List<String> texts = Files.readAllLines(folder.resolve("seen-bf16.jsonl"));
    assertEquals(9, texts.size());
    assertEquals(texts, Files.readAllLines(folder.resolve("seen-fp32.jsonl")));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aPeerThatFailsIsAnErrorWithWhatItSaid() throws Exception {
    Path python = fakePython("echo no module named torch >&2; exit 3\n");
    IOException error =
        assertThrows(
            IOException.class,
            () ->
                run(
                    "--fp32",
                    "ALL_MINILM_L6_V2_INT8",
                    "--seconds",
                    "0.1",
                    "--python",
                    python.toString(),
                    "--peer-model",
                    folder.toString()));
    assertTrue(error.getMessage().contains("exit code 3"), error.getMessage());
    assertTrue(error.getMessage().contains("no module named torch"), error.getMessage());
  }

  @Test
  void aPythonWithoutAModelIsAnError() {
    assertThrows(UsageException.class, () -> run("--python", "python3"));
  }

  @Test
  void aModelIsFoundByItsNameInAnyUsualSpelling() {
    assertEquals("BGE_SMALL_EN_V15", Models.label("bge-small-en-v1.5"));
    assertEquals("ALL_MINILM_L6_V2_INT8", Models.label("ALL_MINILM_L6_V2_INT8"));
    assertEquals("model-onnx-model_O2.onnx", Models.label("some/model#onnx-model_O2.onnx"));
    assertEquals("model-model_O2.onnx", Models.label("some/model/#onnx/model_O2.onnx"));
    assertEquals("lucene-rerank-model", Models.rerankerLabel("default"));
    assertTrue(Models.same("bge-small-en-v1.5", "BGE_SMALL_EN_V15"));
    assertFalse(Models.same("some/model", "some/model#onnx/model_O2.onnx"));
  }

  @Test
  void theInt8FormOfABundledModelIsKnown() {
    assertEquals("E5_SMALL_V2_INT8", Models.int8("e5-small-v2").orElseThrow());
    assertTrue(Models.int8("some/folder").isEmpty());
    assertTrue(Models.int8("E5_SMALL_V2_INT8").isEmpty());
  }

  private static String result(double docsPerSecond) {
    StringBuilder script = new StringBuilder();
    for (String set : List.of("short", "medium", "long")) {
      script
          .append("echo '{\"set\": \"")
          .append(set)
          .append("\", \"docs_per_s\": ")
          .append(docsPerSecond)
          .append(", \"tokens_per_s\": 1, \"torch\": \"2\", \"sentence_transformers\": \"6\"}'\n");
    }
    return script.toString();
  }

  /** A program that is called as the Python would be: script, then options. */
  private Path fakePython(String script) throws IOException {
    Path file = folder.resolve("python");
    Files.writeString(file, "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    return file;
  }

  /** Runs with three texts in each set, one round. */
  private static String run(String... args) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("--texts", "3", "--rounds", "1"));
    all.addAll(List.of(args));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Throughput.run(
        new Options(Throughput.OPTIONS, all.toArray(String[]::new)),
        new PrintStream(out, true, StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8);
  }
}
