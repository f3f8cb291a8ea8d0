package dev.lucenesemantic.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.lucenesemantic.embed.SentenceTransformer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts in, vectors out, a line each. */
class EncodeCommandTest {
  @TempDir Path temp;
  private Path model;
  private Shell shell;

  @BeforeEach
  void makeModel() {
    model = TinyModels.encoder("prompts", temp.resolve("model"));
    shell = Shell.offline(temp.resolve("hub"));
  }

  private Shell.Result encode(String... more) {
    String[] arguments = new String[more.length + 2];
    arguments[0] = "encode";
    arguments[1] = model.toString();
    System.arraycopy(more, 0, arguments, 2, more.length);
    return shell.run(arguments);
  }

  private static float[] vector(String line) {
    String[] numbers = line.split("\t", -1);
    float[] vector = new float[numbers.length];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = Float.parseFloat(numbers[i]);
    }
    return vector;
  }

  @Test
  void aLineHasTheVectorOfAText() {
    List<String> lines = encode("one text", "another").fine().lines();
    try (SentenceTransformer loaded = SentenceTransformer.load(model)) {
      assertEquals(2, lines.size());
      assertArrayEquals(loaded.encode("one text"), vector(lines.get(0)));
      assertArrayEquals(loaded.encode("another"), vector(lines.get(1)));
    }
  }

  @Test
  void promptsAreThoseForQueriesForDocumentsAndByName() {
    try (SentenceTransformer loaded = SentenceTransformer.load(model)) {
      assertArrayEquals(
          loaded.embedQuery("text"), vector(encode("text", "--query").fine().lines().get(0)));
      assertArrayEquals(
          loaded.embedDocuments(List.of("text")).get(0),
          vector(encode("text", "--document").fine().lines().get(0)));
      assertArrayEquals(
          loaded.encode("text", "clustering"),
          vector(encode("text", "--prompt", "clustering").fine().lines().get(0)));
    }
    encode("text", "--prompt", "poetry").fails(2, "poetry", "query, document, clustering");
    encode("text", "--query", "--document").fails(2, "mutually exclusive");
  }

  @Test
  void jsonHasAnObjectALineWithTheTextInIt() {
    String text = "\"Zoë\" 露西 <b>";
    List<String> lines = encode(text, "", "--json").fine().lines();
    JsonObject first = JsonParser.parseString(lines.get(0)).getAsJsonObject();
    assertEquals(0, first.get("index").getAsInt());
    assertEquals(text, first.get("text").getAsString());
    assertEquals(32, first.getAsJsonArray("vector").size());
    JsonObject second = JsonParser.parseString(lines.get(1)).getAsJsonObject();
    assertEquals(1, second.get("index").getAsInt());
    assertEquals("", second.get("text").getAsString());
  }

  @Test
  void linesOfStandardInputAndOfAFileKeepTheirPlaces() throws IOException {
    List<String> expected = encode("first", "", "third").fine().lines();
    assertEquals(
        expected, shell.input("\uFEFFfirst\n\r\nthird\n").run("encode", model.toString()).lines());
    Path file = Files.writeString(temp.resolve("texts.txt"), "first\n\nthird");
    assertEquals(expected, encode("--file", file.toString()).fine().lines());
  }

  @Test
  void moreTextsThanFitAChunkAreCountedThrough() {
    String input = String.join("\n", Collections.nCopies(1_500, "a"));
    List<String> lines =
        shell.input(input).run("encode", model.toString(), "--json").fine().lines();
    assertEquals(1_500, lines.size());
    assertEquals(
        1_499, JsonParser.parseString(lines.get(1_499)).getAsJsonObject().get("index").getAsInt());
  }

  @Test
  void inputThatCannotBeUsedIsSaidToBe() throws IOException {
    encode().fails(4, "there is no text in standard input");
    encode("--file", temp.resolve("nowhere.txt").toString())
        .fails(4, "nowhere.txt", "no such file");
    encode("--file", temp.toString()).fails(4, "cannot be read");
    encode("text", "--file", "x").fails(2, "both");
    shell
        .run("encode", "ALL_MINILM_L6_V2_INT8", "--cross-encoder", "text")
        .fails(2, "is a bi-encoder");
    encode("caf\uFFFD").fails(4, "LC_ALL=C.UTF-8");
    shell.input(new byte[] {'o', 'k', '\n', (byte) 0xE9, '\n'});
    assertEquals(4, encode().says("standard input is not UTF-8").exitCode());
  }

  @Test
  void aModelOfAnotherKindOrWithoutARoadIsRefused() {
    Path pairs = TinyModels.crossEncoder(temp.resolve("pairs"));
    shell.run("encode", pairs.toString(), "text").fails(2, "is a cross-encoder", "rank");
    Path router = TinyModels.router("router-no-default", temp.resolve("router"));
    shell.run("encode", router.toString(), "text").fails(2, "no road", "--query or --document");
    assertEquals(
        12, vector(shell.run("encode", router.toString(), "text", "--query").fine().out()).length);
  }

  @Test
  void anotherFileOfTheModelIsTakenByName() throws IOException {
    Files.copy(model.resolve("onnx/model.onnx"), model.resolve("onnx/model_O2.onnx"));
    List<String> usual = encode("text").fine().lines();
    assertEquals(usual, encode("text", "--model-file", "model_O2").fine().lines());
    encode("text", "--model-file", "model_O9").fails(3, "model_O9", "model_O2.onnx");
  }
}
