package dev.lucenesemantic.embed;

import static dev.lucenesemantic.embed.Reference.maxDifference;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.lucenesemantic.embed.Reference.NamedText;
import dev.lucenesemantic.inference.TruncationPolicy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Folders as sentence-transformers 2 to 6 write them give what Python makes of them. */
class ModelFolderParityTest {

  /** One folder; printed by its name. */
  record Variant(JsonObject json) {
    String name() {
      return json.get("name").getAsString();
    }

    @Override
    public String toString() {
      return name();
    }
  }

  static Stream<Variant> variants() {
    String json = new String(Reference.bytes("tiny/variants.json"), StandardCharsets.UTF_8);
    List<Variant> variants = new ArrayList<>();
    JsonParser.parseString(json)
        .getAsJsonArray()
        .forEach(entry -> variants.add(new Variant(entry.getAsJsonObject())));
    return variants.stream();
  }

  @ParameterizedTest
  @MethodSource("variants")
  void folderGivesPythonsVectors(Variant variant, @TempDir Path temp) {
    JsonObject json = variant.json();
    Path folder =
        json.get("folder").isJsonNull()
            ? ModelFolder.plain(temp)
            : ModelFolder.variant(variant.name(), temp);
    EncoderOptions options = EncoderOptions.defaults().withTruncation(TruncationPolicy.SILENT);
    List<String> texts = Reference.texts("tiny/texts.json").stream().map(NamedText::text).toList();
    try (SentenceTransformer model = SentenceTransformer.load(folder, options)) {
      assertEquals(json.get("dimension").getAsInt(), model.dimension());
      assertEquals(Math.min(64, json.get("max_seq_length").getAsLong()), model.maxSequenceLength());
      assertEquals(
          json.get("similarity").getAsString().toUpperCase(java.util.Locale.ROOT),
          model.similarity().name());
      Map<String, String> prompts = new TreeMap<>();
      for (Map.Entry<String, JsonElement> prompt :
          json.get("prompts").getAsJsonObject().entrySet()) {
        prompts.put(prompt.getKey(), prompt.getValue().getAsString());
      }
      assertEquals(prompts, new TreeMap<>(model.prompts()));
      if (json.has("ids")) {
        List<int[]> ids = Reference.ids("tiny/" + json.get("ids").getAsString());
        for (int i = 0; i < texts.size(); i++) {
          assertArrayEquals(ids.get(i), model.tokenize(texts.get(i)).ids(), texts.get(i));
        }
      }
      for (JsonElement output : json.get("outputs").getAsJsonArray()) {
        assertOutput(model, texts, output.getAsJsonObject());
      }
      if (json.has("similarities")) {
        assertSimilarities(model, texts, json.get("similarities").getAsString());
      }
    }
  }

  private static void assertOutput(
      SentenceTransformer model, List<String> texts, JsonObject output) {
    List<float[]> expected =
        Reference.vectors("tiny/" + output.get("file").getAsString(), model.dimension());
    String call = output.get("call").getAsString();
    List<float[]> actual =
        switch (call) {
          case "encode" ->
              output.has("prompt_name")
                  ? model.encode(texts, output.get("prompt_name").getAsString())
                  : model.encode(texts);
          case "encode_query" -> texts.stream().map(model::embedQuery).toList();
          case "encode_document" -> model.embedDocuments(texts);
          default -> throw new AssertionError(call);
        };
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      float largest = 1;
      for (float value : expected.get(i)) {
        largest = Float.isInfinite(value) ? largest : Math.max(largest, Math.abs(value));
      }
      assertEquals(
          0f, maxDifference(expected.get(i), actual.get(i)), 1e-4f * largest, call + " " + i);
    }
  }

  private static void assertSimilarities(
      SentenceTransformer model, List<String> texts, String file) {
    float[][] vectors = model.encode(texts.subList(0, 8)).toArray(float[][]::new);
    float[][] actual = model.similarity().matrix(vectors, vectors);
    List<float[]> expected = Reference.vectors("tiny/" + file, 8);
    for (int i = 0; i < 8; i++) {
      assertTrue(maxDifference(expected.get(i), actual[i]) < 2e-3f, "row " + i);
    }
  }
}
