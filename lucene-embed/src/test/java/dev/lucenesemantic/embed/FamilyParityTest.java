package dev.lucenesemantic.embed;

import static dev.lucenesemantic.embed.Reference.maxDifference;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.lucenesemantic.embed.Reference.NamedText;
import dev.lucenesemantic.inference.NativeHandles;
import dev.lucenesemantic.inference.TruncationPolicy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every family of architectures and every module gives what Python makes of it. */
class FamilyParityTest {
  private static final double SMALLEST_COSINE = 0.99999;

  static Stream<FamilyFolder.Entry> models() {
    return FamilyFolder.all().stream();
  }

  @ParameterizedTest
  @MethodSource("models")
  void folderGivesPythonsVectors(FamilyFolder.Entry entry, @TempDir Path temp) {
    assertGivesPythonsVectors(entry, FamilyFolder.make(entry, temp.resolve("model")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "distilbert", "roberta", "xlm-roberta", "electra", "mpnet"})
  void safetensorsGivePythonsVectorsToo(String family, @TempDir Path temp) {
    FamilyFolder.Entry entry =
        models().filter(each -> each.name().equals("family-" + family)).findFirst().orElseThrow();
    assertGivesPythonsVectors(entry, FamilyFolder.withSafetensors(family, temp.resolve("model")));
  }

  private static void assertGivesPythonsVectors(FamilyFolder.Entry entry, Path folder) {
    JsonObject json = entry.json();
    EncoderOptions options = EncoderOptions.defaults().withTruncation(TruncationPolicy.SILENT);
    List<String> texts = Reference.texts("tiny/texts.json").stream().map(NamedText::text).toList();
    long handlesBefore = NativeHandles.open();
    try (SentenceTransformer model = SentenceTransformer.load(folder, options)) {
      assertEquals(json.get("dimension").getAsInt(), model.dimension());
      assertEquals(
          json.get("max_seq_length").isJsonNull()
              ? Integer.MAX_VALUE
              : json.get("max_seq_length").getAsInt(),
          model.maxSequenceLength());
      assertEquals(
          json.get("similarity").getAsString().toUpperCase(Locale.ROOT), model.similarity().name());
      if (json.has("ids")) {
        List<int[]> ids = Reference.ids("families/" + json.get("ids").getAsString());
        for (int i = 0; i < texts.size(); i++) {
          assertArrayEquals(ids.get(i), model.tokenize(texts.get(i)).ids(), texts.get(i));
        }
      }
      for (JsonElement output : json.get("outputs").getAsJsonArray()) {
        assertOutput(model, texts, output.getAsJsonObject(), json.get("tolerance").getAsFloat());
      }
    }
    assertEquals(handlesBefore, NativeHandles.open(), "native objects");
  }

  private static void assertOutput(
      SentenceTransformer model, List<String> texts, JsonObject output, float tolerance) {
    List<float[]> expected =
        Reference.vectors("families/" + output.get("file").getAsString(), model.dimension());
    // All at once, so that texts of different lengths share batches; and alone.
    assertEqualVectors(expected, call(model, texts, output), tolerance, output);
    List<float[]> alone = new ArrayList<>();
    for (String text : texts) {
      alone.addAll(call(model, List.of(text), output));
    }
    assertEqualVectors(expected, alone, tolerance, output);
  }

  private static List<float[]> call(
      SentenceTransformer model, List<String> texts, JsonObject output) {
    String call = output.get("call").getAsString();
    return switch (call) {
      case "encode" ->
          output.has("task")
              ? model.encodeFor(texts, output.get("task").getAsString())
              : model.encode(texts);
      case "encode_query" -> texts.stream().map(model::embedQuery).toList();
      case "encode_document" -> model.embedDocuments(texts);
      default -> throw new AssertionError(call);
    };
  }

  private static void assertEqualVectors(
      List<float[]> expected, List<float[]> actual, float tolerance, JsonObject output) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      float[] wanted = expected.get(i);
      float largest = 1;
      double squares = 0;
      for (float value : wanted) {
        largest = Math.max(largest, Math.abs(value));
        squares += (double) value * value;
      }
      String what = output + " " + i;
      assertEquals(0f, maxDifference(wanted, actual.get(i)), tolerance * largest, what);
      if (squares > 0) {
        double cosine = Reference.cosine(wanted, actual.get(i));
        assertTrue(cosine >= SMALLEST_COSINE, what + " has cosine " + cosine);
      }
    }
  }
}
