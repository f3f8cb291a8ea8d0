package dev.lucenesemantic.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Help, and what a user is told who has made a mistake. */
class CommandLinesTest {
  @TempDir Path temp;

  private Shell.Result run(String... arguments) {
    return Shell.offline(temp.resolve("hub")).run(arguments);
  }

  @Test
  void withoutACommandTheHelpIsShownAndNothingElse() {
    run().fails(2, "Usage: lucene-semantic", "doctor", "inspect");
  }

  @Test
  void theHelpNamesEveryCommandAndEveryExitCode() {
    run("--help")
        .fine()
        .shows("doctor", "inspect", "encode", "similarity", "rank", "fetch", "verify", "index")
        .shows(
            "0   fine",
            "1   a check failed",
            "2   wrong use",
            "3   the model cannot",
            "4   a text");
    run("-V").fine().shows("lucene-semantic ");
    assertFalse(run("--version").out().contains("$"), "the build has put the version in");
  }

  @ParameterizedTest
  @ValueSource(strings = {"doctor", "inspect", "encode", "similarity", "rank", "fetch", "verify"})
  void everyCommandHasHelp(String command) {
    run(command, "--help").fine().shows("Usage: lucene-semantic " + command, "--json");
  }

  @Test
  void ofAnIndexTheProgramSpeaksAndNotLucenesLogger() throws Exception {
    Path index = temp.resolve("index");
    try (Directory directory = FSDirectory.open(index);
        IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig())) {
      Document document = new Document();
      document.add(new KnnFloatVectorField("vector", new float[] {1, 2}));
      writer.addDocument(document);
    }
    Path out = temp.resolve("out");
    Path err = temp.resolve("err");
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "index",
                "inspect",
                index.toString())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    int exitCode = program.waitFor();
    assertEquals("", Files.readString(err));
    assertEquals(0, exitCode);
    assertTrue(Files.readString(out).startsWith("1 document in 1 segment"));
  }

  @Test
  void aMisspeltCommandOrOptionIsWrongUse() {
    run("inspct", "x").fails(2, "inspct", "inspect");
    run("inspect", "--jsn", "DEFAULT").fails(2, "--jsn", "--json");
    run("inspect").fails(2, "MODEL", "Try: lucene-semantic inspect --help");
    run("rank", "DEFAULT", "q", "--top-k", "many").fails(2, "--top-k", "many");
    run("inspect", "x", "--fastest", "--model-file", "y").fails(2, "mutually exclusive");
  }

  @Test
  void amongTheBundledModelsTheNearestIsSuggested() {
    run("inspect", "ALL_MINILM_L6_V2_INT").fails(3, "Did you mean the bundled ALL_MINILM_L6_V2");
    run("inspect", "BGE_SMAL_EN_V15").fails(3, "BGE_SMALL_EN_V15?", "no such folder");
    run("inspect", "XYZ").fails(3, "ALL_MINILM_L6_V2_INT8", "DEFAULT");
  }

  @Test
  void aModelThatCannotBeHadIsNamedWithAdvice() {
    run("inspect", "./nowhere").fails(3, "./nowhere", "there is no such folder");
    run("inspect", "").fails(2, "empty");
    run("encode", "someone/some-model", "text")
        .fails(3, "someone/some-model@main", "not complete in the cache", "HF_HUB_OFFLINE");
    run("rank", "ms-marco-MiniLM-L6-v2", "q", "d")
        .fails(3, "sentence-transformers/ms-marco", "add --cross-encoder");
    run("rank", "ms-marco-MiniLM-L6-v2", "q", "d", "--cross-encoder")
        .fails(3, "cross-encoder/ms-marco-MiniLM-L6-v2@main");
    run("encode", "bge-small-en-v1.5", "text")
        .fails(3, "Did you mean the bundled BGE_SMALL_EN_V15");
  }

  @Test
  void aFileIsNoFolder() throws IOException {
    Path file = Files.writeString(temp.resolve("model.onnx"), "x");
    run("inspect", file.toString()).fails(3, file.toString(), "is a file");
    run("inspect", temp.toString()).fails(3, temp.toString(), "is not a model folder");
  }

  @Test
  void aBrokenModelIsNamedAndItsStackTraceIsThereForTheAsking() throws IOException {
    Path folder = TinyModels.encoder("prompts", temp.resolve("model"));
    Path network = folder.resolve("onnx/model.onnx");
    byte[] bytes = Files.readAllBytes(network);
    Files.write(network, Arrays.copyOf(bytes, bytes.length / 2));
    run("encode", folder.toString(), "text").fails(3, network.toString());
    Shell.Result traced = run("encode", folder.toString(), "text", "--stacktrace");
    assertEquals(3, traced.exitCode());
    assertTrue(traced.err().contains("\tat dev.lucenesemantic"), traced.err());
  }
}
