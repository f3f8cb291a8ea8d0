package dev.lucenesemantic.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.rerank.CrossEncoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class RerankThroughputTest {
  private static final String QUERY = "a of it";
  private static final List<String> HITS =
      List.of("a ".repeat(70).strip(), "of ".repeat(80).strip());

  @TempDir Path folder;
  private Path model;
  private Path collection;

  @BeforeEach
  void aTinyModelAndACollectionOfTwoLongDocuments() throws IOException {
    model = TinyReranker.copyTo(folder.resolve("tiny"));
    collection = Files.createDirectory(folder.resolve("collection"));
    Files.writeString(
        collection.resolve("corpus.jsonl"),
        String.format(
            Locale.ROOT,
            "{\"_id\": \"1\", \"text\": \"%s\"}\n{\"_id\": \"2\", \"text\": \"%s\"}\n",
            HITS.get(0),
            HITS.get(1)));
    Files.writeString(
        collection.resolve("queries.jsonl"), "{\"_id\": \"1\", \"text\": \"" + QUERY + "\"}\n");
  }

  @Test
  void theGoalsAreThoseOfPairs() {
    ThroughputReport report = RerankThroughput.report();
    report.add(ThroughputReport.FP32, Map.of("100 hits", new Rate(22, 1)));
    report.add(ThroughputReport.INT8, Map.of("100 hits", new Rate(70, 1)));
    report.add(ThroughputReport.PEER_FP32, Map.of("100 hits", new Rate(20, 1)));
    assertEquals(
        """

        set       ratio               is  goal
        100 hits  int8 / peer fp32  3.50  3.00  reached
        100 hits  fp32 / peer fp32  1.10  1.20   MISSED
        """,
        report.ratios());
  }

  @Test
  void aModelIsMeasuredInBothFormsAndAnotherBesideIt() throws Exception {
    Path other = TinyReranker.copyTo(folder.resolve("other"));
    String report = run("--reranker", other.toString());
    for (String name : List.of("fp32", "int8", "other")) {
      String row =
          report
              .lines()
              .filter(line -> line.matches("2 hits +" + name + " .*"))
              .findFirst()
              .orElseThrow(() -> new AssertionError(report));
      double pairs = Double.parseDouble(row.split(" {2,}")[2]);
      double tokens = Double.parseDouble(row.split(" {2,}")[5]);
      assertTrue(pairs > 0 && tokens > 60 * pairs, row);
    }
    assertTrue(report.contains("pairs/s"), report);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void thePeerScoresTheSamePairs() throws Exception {
    Path python =
        fakePython(
            "cp \"$5\" \"$(dirname \"$0\")/seen.jsonl\"; shift 11; echo \"$@\" >"
                + " \"$(dirname \"$0\")/query.txt\"\n"
                + result(scores()));
    String report = run("--python", python.toString());
    assertTrue(report.contains("torch 2, sentence-transformers 6"), report);
    assertTrue(report.contains("differ from the peer's by at most"), report);
    assertEquals(2, report.lines().filter(line -> line.endsWith("reached")).count(), report);
    List<String> seen = Files.readAllLines(folder.resolve("seen.jsonl"));
    assertEquals(2, seen.size());
    assertTrue(seen.get(1).contains(HITS.get(1)), seen.get(1));
    assertEquals("--query=" + QUERY, Files.readString(folder.resolve("query.txt")).strip());
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aPeerWithOtherWeightsIsAnError() throws Exception {
    float[] scores = scores();
    scores[1] += 0.01f;
    Path python = fakePython(result(scores));
    IOException error = assertThrows(IOException.class, () -> run("--python", python.toString()));
    assertTrue(error.getMessage().contains("not the same weights"), error.getMessage());
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aPeerWithoutScoresIsAnError() throws Exception {
    Path python = fakePython(result(new float[0]));
    assertThrows(IOException.class, () -> run("--python", python.toString()));
  }

  @Test
  void theScoresOfThePeerAreRead() throws IOException {
    PythonPeer peer =
        PythonPeer.crossEncoder(
            "python3", Path.of("model"), Path.of("texts"), Path.of("."), 2, 1, "query");
    peer.parse(
        "{\"set\": \"s\", \"docs_per_s\": 1, \"tokens_per_s\": 1, \"torch\": \"2\","
            + " \"sentence_transformers\": \"6\", \"scores\": [0.5, -1.25]}\n");
    assertArrayEquals(new float[] {0.5f, -1.25f}, peer.scores());
  }

  @Test
  void tooFewDocumentsAreAnError() {
    assertThrows(UsageException.class, () -> run("--hits", "3"));
  }

  private float[] scores() {
    try (CrossEncoder crossEncoder = CrossEncoder.load(model)) {
      return crossEncoder.score(QUERY, HITS);
    }
  }

  private static String result(float[] scores) {
    return "echo '{\"set\": \"2 hits\", \"docs_per_s\": 0.001, \"tokens_per_s\": 1, \"torch\":"
        + " \"2\", \"sentence_transformers\": \"6\", \"scores\": "
        + Arrays.toString(scores)
        + "}'\n";
  }

  /** A program that is called as the Python would be: script, then options. */
  private Path fakePython(String script) throws IOException {
    Path file = folder.resolve("python");
    Files.writeString(file, "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    return file;
  }

  private String run(String... args) throws IOException, InterruptedException {
    List<String> all =
        new ArrayList<>(List.of("--peer-model", model.toString(), "--data", collection.toString()));
    all.addAll(List.of("--seconds", "0.1", "--rounds", "1", "--threads", "1"));
    if (!List.of(args).contains("--hits")) {
      all.addAll(List.of("--hits", "2"));
    }
    all.addAll(List.of(args));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    RerankThroughput.run(
        new Options(RerankThroughput.OPTIONS, all.toArray(String[]::new)),
        new PrintStream(out, true, StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8);
  }
}
