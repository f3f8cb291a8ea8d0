package dev.lucenesemantic.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.lucenesemantic.embed.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A tokenizer's file without its lists has all of the rest, and with them it is whole again. */
class TokenizerTextTest {
  @Test
  void everyFamilysFileIsDividedAndWholeAgain() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(ModelFolder.resource("families/networks"))) {
      files = all.filter(path -> path.endsWith("tokenizer.json")).toList();
    }
    assertTrue(files.size() > 8, files::toString);
    for (Path file : files) {
      String text = Files.readString(file);
      TokenizerText divided = TokenizerText.divided(text).orElseThrow();
      JsonObject json = JsonParser.parseString(text).getAsJsonObject();
      assertEquals(json, JsonParser.parseString(divided.whole()), file.toString());
      JsonElement vocabulary = json.getAsJsonObject("model").get("vocab");
      int largest =
          vocabulary.isJsonArray()
              ? vocabulary.getAsJsonArray().size() - 1
              : vocabulary.getAsJsonObject().asMap().values().stream()
                  .mapToInt(JsonElement::getAsInt)
                  .max()
                  .orElseThrow();
      assertEquals(largest, divided.largestId().orElseThrow(), file.toString());
    }
  }

  @Test
  void changesToTheRestStandInTheWhole() {
    String text =
        "{\"a\": 1, \"model\": { \"merges\" : [ \"(vocab) \\\" ]\", [\"x\", \"}\"] ], \"b\":{},"
            + " \"vocab\": {\"\\\"\\\\\": 7, \"{\": 12 , \"\\u00e4\": 3 } }, \"padding\": {}}";
    TokenizerText divided = TokenizerText.divided(text).orElseThrow();
    assertEquals(12, divided.largestId().orElseThrow());
    divided.rest().getAsJsonObject().remove("padding");
    JsonObject expected = JsonParser.parseString(text).getAsJsonObject();
    expected.remove("padding");
    assertEquals(expected, JsonParser.parseString(divided.whole()));
  }

  @Test
  void whatIsNoTokenizerIsLeftToARealParser() {
    String whole = "{\"model\":{\"vocab\":{\"a\":1,\"b\":2},\"merges\":[]}}";
    for (int length = 0; length < whole.length(); length++) {
      assertEquals(Optional.empty(), TokenizerText.divided(whole.substring(0, length)), whole);
    }
    for (String text :
        List.of(
            "[]",
            "{,}",
            "{a:1}",
            "{\"model\":[]}",
            "{\"model\":{}}",
            "{\"model\":{\"vocab\":1}}",
            "{\"model\":{\"vocab\":{\"a\":\"b\"}}}",
            "{\"model\":{\"vocab\":null}}")) {
      assertEquals(Optional.empty(), TokenizerText.divided(text), text);
    }
  }
}
