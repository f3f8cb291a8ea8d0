package dev.lucenesemantic.rerank;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.lucenesemantic.rerank.Reference.Variant;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Folders as sentence-transformers 2 to 6 write them give the scores that Python gives. */
class CrossEncoderParityTest {
  private static final float TOLERANCE = 1e-4f;
  private static final List<TextPair> PAIRS = Reference.pairs();

  static Stream<Variant> variants() {
    return Reference.variants().stream();
  }

  @ParameterizedTest
  @MethodSource("variants")
  void folderGivesPythonsScores(Variant variant, @TempDir Path temp) {
    assertTrue(PAIRS.size() >= 200, "enough pairs");
    JsonObject json = variant.json();
    Path folder = Reference.folder(variant.name(), temp);
    try (CrossEncoder model = CrossEncoder.load(folder)) {
      assertDescription(json, model);
      if (json.has("ids")) {
        assertIds(Reference.ids(json.get("ids").getAsString()), model);
      }
      for (JsonElement output : json.get("outputs").getAsJsonArray()) {
        assertScores(output.getAsJsonObject(), model);
      }
      if (json.has("ranked")) {
        assertRanked(json, model);
      }
    }
  }

  private static void assertDescription(JsonObject json, CrossEncoder model) {
    List<String> labels =
        json.get("labels").getAsJsonArray().asList().stream()
            .map(JsonElement::getAsString)
            .toList();
    assertEquals(labels, model.labelNames());
    assertEquals(labels.size(), model.labels());
    assertEquals(Math.min(64, json.get("max_length").getAsLong()), model.maxLength());
    Map<String, String> prompts = new TreeMap<>();
    for (var prompt : json.get("prompts").getAsJsonObject().entrySet()) {
      prompts.put(prompt.getKey(), prompt.getValue().getAsString());
    }
    assertEquals(prompts, new TreeMap<>(model.prompts()));
  }

  private static void assertIds(List<int[]> expected, CrossEncoder model) {
    assertEquals(PAIRS.size(), expected.size());
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), model.tokenize(PAIRS.get(i)).ids(), "pair " + i);
    }
  }

  private static void assertScores(JsonObject output, CrossEncoder model) {
    float[][] expected = Reference.scores(output.get("file").getAsString(), model.labels());
    assertEquals(PAIRS.size(), expected.length);
    if (output.has("prompt_name")) {
      assertClose(expected, column(model.predict(PAIRS, output.get("prompt_name").getAsString())));
      return;
    }
    assertClose(expected, model.predictLabels(PAIRS));
    if (model.labels() == 1) {
      float[] scores = model.predict(PAIRS);
      assertClose(expected, column(scores));
      assertSameOrder(column(expected), scores);
    }
  }

  private static float[][] column(float[] scores) {
    float[][] column = new float[scores.length][];
    for (int i = 0; i < scores.length; i++) {
      column[i] = new float[] {scores[i]};
    }
    return column;
  }

  private static float[] column(float[][] rows) {
    float[] scores = new float[rows.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = rows[i][0];
    }
    return scores;
  }

  private static void assertClose(float[][] expected, float[][] actual) {
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertArrayEquals(expected[i], actual[i], TOLERANCE, "pair " + i);
    }
  }

  /** Scores that Python tells apart by more than rounding are in the same order. */
  private static void assertSameOrder(float[] expected, float[] actual) {
    Integer[] order = IntStream.range(0, expected.length).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparing(i -> expected[i]));
    for (int i = 1; i < order.length; i++) {
      if (expected[order[i]] - expected[order[i - 1]] > TOLERANCE) {
        assertTrue(actual[order[i]] > actual[order[i - 1]], order[i - 1] + " before " + order[i]);
      }
    }
  }

  private static void assertRanked(JsonObject json, CrossEncoder model) {
    String query = "how many people live in London?";
    List<String> documents = PAIRS.stream().map(TextPair::document).toList();
    int[] expected =
        json.get("ranked").getAsJsonArray().asList().stream()
            .mapToInt(JsonElement::getAsInt)
            .toArray();
    List<String> ranked = documents.subList(0, expected.length);
    List<RankedDocument> actual = model.rank(query, ranked);
    assertArrayEquals(
        expected, actual.stream().mapToInt(RankedDocument::corpusIndex).toArray(), "order");
    for (RankedDocument document : actual) {
      assertEquals(ranked.get(document.corpusIndex()), document.text());
    }
    assertEquals(actual.subList(0, 7), model.rank(query, ranked, 7));
    assertClose(
        Reference.scores(json.get("score").getAsString(), 1),
        column(model.score(query, documents)));
  }
}
