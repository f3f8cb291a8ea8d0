package dev.lucenesemantic.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.lucene.index.CheckIndex;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the program on a small folder, with the real model. */
class SearchDocsTest {
  @TempDir Path dir;
  private final Properties properties = new Properties();
  private String out;
  private String err;

  @BeforeEach
  void writeTexts() throws IOException {
    Path folder = Files.createDirectories(dir.resolve("notes"));
    Files.writeString(
        folder.resolve("animals.md"),
        "# Cats\n\nThey purr when they are content.\n\n# Dogs\n\nThey bark at strangers.\n");
    Files.writeString(folder.resolve("city.txt"), "Nine million people live in London.");
    properties.setProperty("folder", folder.toString());
    properties.setProperty("index", dir.resolve("indexes").toString());
    properties.setProperty("reranker", "none");
  }

  private int run() {
    ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    int exitCode =
        SearchDocs.run(
            properties,
            new PrintStream(outBytes, true, StandardCharsets.UTF_8),
            new PrintStream(errBytes, true, StandardCharsets.UTF_8),
            false);
    out = outBytes.toString(StandardCharsets.UTF_8);
    err = errBytes.toString(StandardCharsets.UTF_8);
    return exitCode;
  }

  private int runRefused(String key, String value) {
    properties.setProperty(key, value);
    int exitCode = run();
    assertEquals(1, err.lines().count(), err);
    assertEquals("", out);
    return exitCode;
  }

  @Test
  void buildsOnceAndAnswersAgain() {
    properties.setProperty("query", "how many inhabitants does the capital have?");
    properties.setProperty("k", "1");
    assertEquals(0, run(), () -> err);
    assertTrue(out.contains("Indexed 3 passages"), out);
    assertTrue(out.contains("| 1. city.txt"), out);
    String answer = out.substring(out.indexOf("\n? "));
    assertTrue(answer.lines().allMatch(line -> line.length() <= 100), out);

    properties.setProperty("query", "the sound of a happy pet");
    assertEquals(0, run(), () -> err);
    assertFalse(out.contains("Indexed"), out);
    assertTrue(out.contains("| 1. animals.md: Cats"), out);

    properties.setProperty("rebuild", "true");
    assertEquals(0, run(), () -> err);
    assertTrue(out.contains("Indexed 3 passages"), out);
  }

  @Test
  void keptIndexIsClean() throws IOException {
    properties.setProperty("query", "pets");
    assertEquals(0, run(), () -> err);
    List<Path> kept;
    try (Stream<Path> folders = Files.list(Path.of(properties.getProperty("index")))) {
      kept = folders.toList();
    }
    assertEquals(1, kept.size(), kept::toString);
    try (Directory directory = FSDirectory.open(kept.get(0));
        CheckIndex check = new CheckIndex(directory)) {
      assertTrue(check.checkIndex().clean);
    }
  }

  @Test
  void theThirdAnswerIsTheRerankers() {
    RerankerWeights.assumePresent();
    properties.setProperty("reranker", "");
    properties.setProperty("query", "how many inhabitants does the capital have?");
    assertEquals(0, run(), () -> err);
    assertTrue(out.contains("| Semantic + reranker  ("), out);
    String answer = out.substring(out.indexOf("\n? "));
    assertTrue(answer.lines().allMatch(line -> line.length() <= 120), out);
    // All three are reranked.
    assertTrue(answer.lines().anyMatch(line -> line.matches(".* \\| .* \\| 3\\. .*")), out);

    properties.setProperty("query", "dog ".repeat(10_000));
    assertEquals(0, run(), () -> err);
    assertTrue(out.contains("the query's: that"), out);
  }

  @Test
  void saysThatALongQuestionIsCut() {
    properties.setProperty("query", "dog ".repeat(10_000));
    assertEquals(0, run(), () -> err);
    assertTrue(out.contains("\n1. animals.md: Dogs"), out);
    assertTrue(out.contains("The question is long: the model read its first 256 tokens"), out);
  }

  @Test
  void refusesWithOneLine() throws IOException {
    assertEquals(2, runRefused("k", "0"));
    properties.setProperty("k", "");
    assertEquals(2, runRefused("query", "   "));
    properties.setProperty("query", "");
    assertEquals(2, runRefused("model", "./no-such-model"));
    assertTrue(err.contains("ALL_MINILM_L6_V2"), err);
    assertEquals(2, runRefused("model", "bge_small_en_v15"));
    assertTrue(err.contains("-Dmodel=BGE_SMALL_EN_V15"), err);
    assertEquals(2, runRefused("model", Files.createDirectory(dir.resolve("empty")).toString()));
    properties.setProperty("model", "");
    assertEquals(2, runRefused("reranker", "./no-such-reranker"));
    assertTrue(err.contains("[DEFAULT]"), err);
    assertTrue(err.contains("-Dreranker=none"), err);
    properties.setProperty("reranker", "none");
    assertEquals(2, runRefused("folder", dir.resolve("nowhere").toString()));
  }

  @Test
  void refusesAFolderWithoutText() throws IOException {
    properties.setProperty("folder", Files.createDirectory(dir.resolve("bare")).toString());
    assertEquals(2, run());
    assertEquals(1, err.lines().count(), err);
    assertTrue(err.contains("There is no text in"), err);
  }
}
