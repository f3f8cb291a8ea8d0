package dev.lucenesemantic.embed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.lucenesemantic.document.Passage;
import dev.lucenesemantic.document.PassageSplitter;
import dev.lucenesemantic.document.SplitText;
import dev.lucenesemantic.inference.TokenIds;
import dev.lucenesemantic.inference.TokenSpans;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Passages of real tokenizers, with the tokens and offsets that Python gives for them. */
class PassageReferenceTest {
  private static final int SIZE = 40;
  private static final int OVERLAP = 6;

  @TempDir private Path temp;

  private record Text(String name, String title, String content) {}

  private static List<Text> texts() {
    List<Text> texts = new ArrayList<>();
    for (JsonElement element : json("passages/texts.json").getAsJsonArray()) {
      JsonObject text = element.getAsJsonObject();
      texts.add(
          new Text(
              text.get("name").getAsString(),
              text.get("title").getAsString(),
              text.get("repeat").getAsString().repeat(text.get("times").getAsInt())));
    }
    return texts;
  }

  private static JsonElement json(String resource) {
    return JsonParser.parseString(new String(Reference.bytes(resource), StandardCharsets.UTF_8));
  }

  private static SentenceTransformer load(String model, Path folder) {
    return switch (model) {
      case "all-MiniLM-L6-v2" -> SentenceTransformer.load(BundledModel.ALL_MINILM_L6_V2_INT8);
      case "e5-small-v2" -> SentenceTransformer.load(BundledModel.E5_SMALL_V2_INT8);
      default -> SentenceTransformer.load(FamilyFolder.make(model, folder));
    };
  }

  private static SplitText split(SentenceTransformer model, Text text) {
    return splitter(model).split(text.title(), text.content());
  }

  private static PassageSplitter splitter(SentenceTransformer model) {
    return new PassageSplitter(model).withSize(SIZE).withOverlap(OVERLAP);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "all-MiniLM-L6-v2",
        "e5-small-v2",
        "family-roberta",
        "family-xlm-roberta",
        "family-albert",
        "family-qwen3"
      })
  void passagesHavePythonsTokensAtPythonsOffsets(String name) {
    JsonObject expected = json("passages/passages.json").getAsJsonObject().getAsJsonObject(name);
    try (SentenceTransformer model = load(name, temp)) {
      DocumentTokens tokens = model.documentTokens().orElseThrow();
      String prompt = model.prompts().get("document");
      for (Text text : texts()) {
        JsonObject entry = expected.getAsJsonObject(text.name());
        TokenSpans spans = tokens.spans(text.content());
        assertEquals(entry.get("tokens").getAsInt(), spans.size(), text.name());
        assertEquals(entry.get("spans").getAsLong(), crc(spans), text.name());

        SplitText split = split(model, text);
        assertEquals(spans.size(), split.tokensSeen(), text.name());
        assertTrue(split.isComplete(), text.name());
        JsonArray passages = entry.getAsJsonArray("passages");
        assertEquals(passages.size(), split.passages().size(), text.name());
        for (Passage passage : split.passages()) {
          String where = text.name() + " " + passage;
          JsonArray row = passages.get(passage.number()).getAsJsonArray();
          assertEquals(row.get(0).getAsInt(), passage.start(), where);
          assertEquals(row.get(1).getAsInt(), passage.end(), where);
          assertEquals(row.get(2).getAsInt(), passage.tokens(), where);
          TokenIds read = model.tokenize(prompt + passage.encoded());
          assertEquals(row.get(3).getAsLong(), crc(read.ids()), where);
          assertTrue(passage.tokens() <= SIZE, where);
        }
        for (int most : new int[] {1, 2, 5}) {
          SplitText capped = splitter(model).withMaxPassages(most).split("", text.content());
          assertEquals(spans.size(), capped.tokensSeen(), text.name() + " in " + most);
          assertTrue(capped.passages().size() <= most, text.name());
        }
      }
    }
  }

  private static long crc(TokenSpans spans) {
    int[] values = new int[2 * spans.size()];
    for (int i = 0; i < spans.size(); i++) {
      values[2 * i] = spans.starts()[i];
      values[2 * i + 1] = spans.ends()[i];
    }
    return crc(values);
  }

  private static long crc(int[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(values);
    CRC32 crc = new CRC32();
    crc.update(bytes.array());
    return crc.getValue();
  }

  /**
   * Writes where the texts are cut, for {@code make_passage_reference.py} to describe.
   *
   * @param arguments the file to write
   */
  public static void main(String[] arguments) throws IOException {
    JsonObject all = new JsonObject();
    for (String name :
        List.of(
            "all-MiniLM-L6-v2",
            "e5-small-v2",
            "family-roberta",
            "family-xlm-roberta",
            "family-albert",
            "family-qwen3")) {
      JsonObject cut = new JsonObject();
      try (SentenceTransformer model = load(name, Files.createTempDirectory(name))) {
        for (Text text : texts()) {
          JsonArray passages = new JsonArray();
          for (Passage passage : split(model, text).passages()) {
            JsonArray row = new JsonArray();
            row.add(passage.start());
            row.add(passage.end());
            passages.add(row);
          }
          JsonObject entry = new JsonObject();
          entry.add("passages", passages);
          cut.add(text.name(), entry);
        }
      }
      all.add(name, cut);
    }
    Files.writeString(Path.of(arguments[0]), all.toString());
  }
}
