package dev.lucenesemantic.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The two commands that compare texts, with the models that come with the program. */
class RankAndSimilarityTest {
  private static final String QUERY = "how many people live in London?";
  private static final String ANSWER = "Around 9 million people live in London.";
  private static final String SUBJECT = "London is known for its financial district.";
  private static final String OTHER = "The boundary layer separates behind the shock.";

  @TempDir Path temp;

  private Shell shell() {
    return Shell.offline(temp.resolve("hub"));
  }

  @Test
  void theRerankerPutsTheAnswerFirst() {
    List<String> lines =
        shell().run("rank", "DEFAULT", QUERY, OTHER, SUBJECT, ANSWER).fine().lines();
    assertEquals(3, lines.size());
    assertTrue(lines.get(0).endsWith("\t2\t" + ANSWER), lines.get(0));
    assertTrue(lines.get(1).endsWith("\t1\t" + SUBJECT), lines.get(1));
    assertTrue(lines.get(2).endsWith("\t0\t" + OTHER), lines.get(2));
  }

  @Test
  void soDoesABiEncoderByItsVectors() {
    JsonObject json =
        shell()
            .input(OTHER + "\n \n" + ANSWER + "\n")
            .run("rank", "all_minilm_l6_v2_int8", QUERY, "--top-k", "1", "--json")
            .fine()
            .json();
    assertEquals(QUERY, json.get("query").getAsString());
    assertEquals("all-MiniLM-L6-v2-int8", json.get("model").getAsString());
    JsonArray hits = json.getAsJsonArray("hits");
    assertEquals(1, hits.size());
    assertEquals(ANSWER, hits.get(0).getAsJsonObject().get("text").getAsString());
    assertEquals(1, hits.get(0).getAsJsonObject().get("index").getAsInt());
    assertTrue(hits.get(0).getAsJsonObject().get("score").getAsFloat() > 0.5f);
  }

  @Test
  void whatCannotBeRankedIsRefused() {
    shell().run("rank", "DEFAULT", QUERY).fails(4, "standard input");
    shell().input(" \n\n").run("rank", "DEFAULT", QUERY).fails(4, "only blank lines");
    shell().run("rank", "DEFAULT", QUERY, ANSWER, "--top-k", "0").fails(2, "--top-k");
    shell().run("rank", "DEFAULT", "word ".repeat(600), ANSWER).fine();
  }

  @Test
  void aTextOnTheTerminalIsOneLineWithoutControlCharacters() {
    String hostile = "two\nlines\tand \u001b[31mred";
    String line = shell().run("rank", "DEFAULT", QUERY, hostile).fine().lines().get(0);
    assertTrue(line.endsWith("\t0\ttwo lines and [31mred"), line);
  }

  @Test
  void similaritiesAreThoseOfTheQuickstart() {
    List<String> sentences =
        List.of(
            "The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium.");
    JsonObject json =
        shell()
            .input(String.join("\n", sentences))
            .run("similarity", "ALL_MINILM_L6_V2", "--json")
            .fine()
            .json();
    assertEquals("cosine", json.get("function").getAsString());
    assertEquals(3, json.getAsJsonArray("texts").size());
    float[][] expected = {{1, 0.6660f, 0.1046f}, {0.6660f, 1, 0.1411f}, {0.1046f, 0.1411f, 1}};
    for (int i = 0; i < 3; i++) {
      JsonArray row = json.getAsJsonArray("similarities").get(i).getAsJsonArray();
      for (int j = 0; j < 3; j++) {
        assertEquals(expected[i][j], row.get(j).getAsFloat(), 1e-4f);
      }
    }
    shell()
        .run("similarity", "ALL_MINILM_L6_V2", sentences.get(0), sentences.get(1))
        .fine()
        .shows("1.0000  0.6660  The weather", "0.6660  1.0000  It's so sunny");
  }

  @Test
  void columnsStayApartAndZeroHasNoSign() throws IOException {
    Path folder = TinyModels.encoder("prompts", temp.resolve("model"));
    Path config = folder.resolve("config_sentence_transformers.json");
    JsonObject json = JsonParser.parseString(Files.readString(config)).getAsJsonObject();
    json.addProperty("similarity_fn_name", "euclidean");
    Files.writeString(config, json.toString());
    List<String> lines =
        shell().run("similarity", folder.toString(), "one", "a far longer text").fine().lines();
    // The tiny model's vectors are some units apart, and a text is at no distance from itself.
    assertTrue(lines.get(0).matches(" +0\\.0000  +-\\d+\\.\\d{4}  one"), lines.get(0));
    assertEquals(lines.get(0).indexOf("one"), lines.get(1).indexOf("a far"));
    assertEquals("0.0000", Words.score(-0.00004f));
    assertEquals("-0.0001", Words.score(-0.00006f));
    assertEquals("-123.5000", Words.score(-123.5f));
  }

  @Test
  void oneTextHasNoSimilarity() {
    shell().run("similarity", "ALL_MINILM_L6_V2_INT8", "alone").fails(2, "one text only");
    shell().input("alone\n").run("similarity", "ALL_MINILM_L6_V2_INT8").fails(4, "one text only");
    shell().run("similarity", "DEFAULT", "a", "b").fails(2, "is a cross-encoder");
  }
}
