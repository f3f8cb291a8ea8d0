package dev.lucenesemantic.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.lucenesemantic.inference.HuggingFaceTextTokenizer;
import dev.lucenesemantic.inference.PairTokenizer;
import dev.lucenesemantic.inference.PairTruncation;
import dev.lucenesemantic.inference.TokenIds;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Python's tokenizer classes make of a folder, and which of them are refused. */
class TokenizerClassTest {
  private static final int LIMIT = 2000;

  @TempDir private Path temp;

  static List<String> names() {
    List<String> names = new ArrayList<>();
    reference().getAsJsonArray("tokenizers").forEach(each -> names.add(string(each, "name")));
    return names;
  }

  @ParameterizedTest
  @MethodSource("names")
  void aClassThatIsBuiltAnewGivesPythonsTokens(String name) {
    JsonObject expected = expected(name);
    try (HuggingFaceTextTokenizer tokenizer = HuggingFaceTextTokenizer.load(source(folder(name)))) {
      JsonArray texts = reference().getAsJsonArray("texts");
      for (int i = 0; i < texts.size(); i++) {
        TokenIds found = tokenizer.tokenize("", texts.get(i).getAsString());
        assertArrayEquals(ints(expected, "ids", i), found.ids(), "text " + i);
        assertArrayEquals(ints(expected, "types", i), found.typeIds(), "types of text " + i);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void soItDoesForPairs(String name) {
    JsonObject expected = expected(name);
    TokenizerSource source = source(folder(name));
    boolean segments = expected.get("segments").getAsBoolean();
    assertEquals(segments, source.segments());
    try (HuggingFaceTextTokenizer tokenizer = HuggingFaceTextTokenizer.load(source)) {
      PairTokenizer pairs = PairTokenizer.of(tokenizer);
      JsonArray texts = reference().getAsJsonArray("pairs");
      for (int i = 0; i < texts.size(); i++) {
        JsonArray pair = texts.get(i).getAsJsonArray();
        TokenIds found =
            pairs.join(
                pairs.piece("", pair.get(0).getAsString()),
                pairs.piece("", pair.get(1).getAsString()),
                PairTruncation.LONGEST_FIRST);
        int[] ids = ints(expected, "pair_ids", i);
        assertArrayEquals(ids, found.ids(), "pair " + i);
        assertArrayEquals(
            segments ? ints(expected, "pair_types", i) : new int[ids.length], found.typeIds());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"MBartTokenizer", "NllbTokenizer", "ReformerTokenizer", "LukeTokenizerFast"})
  void aClassThatIsBuiltInAnUnknownWayIsRefusedByName(String name) throws IOException {
    write("tokenizer_config.json", "{\"tokenizer_class\": \"" + name + "\"}");
    write("config.json", "{\"model_type\": \"any\"}");
    String message = assertThrows(ModelException.class, () -> source(temp)).getMessage();
    assertTrue(message.contains(name.replace("Fast", "")), message);
    assertTrue(message.contains("tokenizer_config.json"), message);
  }

  @Test
  void soIsOneOfPythonCodeAlsoWhereOnlyTheArchitectureNamesIt() throws IOException {
    write("config.json", "{\"model_type\": \"phobert\"}");
    String message = assertThrows(ModelException.class, () -> source(temp)).getMessage();
    assertTrue(message.contains("PhobertTokenizer, which is Python code"), message);
  }

  @ParameterizedTest
  @CsvSource({"mistral, LlamaTokenizer", "mixtral, LlamaTokenizer", "olmo2, GPT2Tokenizer"})
  void someArchitecturesUseTheFileAsItIsWhateverClassIsNamed(String architecture, String name)
      throws IOException {
    write("tokenizer_config.json", "{\"tokenizer_class\": \"" + name + "\"}");
    write("config.json", "{\"model_type\": \"" + architecture + "\"}");
    Files.copy(folder("llama").resolve("tokenizer.json"), temp.resolve("tokenizer.json"));
    assertEquals(TokenizerParts.NONE, source(temp).rebuilt());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b"})
  void aTokenThatCannotStandAroundTextsIsRefused(String token) throws IOException {
    write(
        "tokenizer_config.json",
        "{\"tokenizer_class\": \"BertTokenizer\", \"cls_token\": \"" + token + "\"}");
    write("tokenizer.json", "{}");
    String message = assertThrows(ModelException.class, () -> source(temp)).getMessage();
    assertTrue(message.contains("'cls_token'"), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "roberta", "mpnet", "xlm-roberta", "deberta-v2", "albert"})
  void whatTheFileHasTooIsLeftOutAndChangesNoFingerprint(String network) {
    TokenizerParts rebuilt = source(folder("../families/networks/" + network)).rebuilt();
    assertEquals(Optional.empty(), rebuilt.model());
    assertEquals(Optional.empty(), rebuilt.addedTokens());
    assertEquals(Optional.empty(), rebuilt.postProcessor());
  }

  @ParameterizedTest
  @CsvSource({"BertTokenizer, BertProcessing", "RobertaTokenizer, RobertaProcessing"})
  void soItIsWhereTheFileSaysItInOtherWords(String name, String processor) throws IOException {
    write(
        "tokenizer.json",
        "{\"added_tokens\": [], \"model\": {\"type\": \"WordPiece\", \"vocab\": {}},"
            + " \"post_processor\": null}");
    write(
        "tokenizer_config.json",
        "{\"tokenizer_class\": \"" + name + "\", \"cls_token\": \"a\", \"sep_token\": \"b\"}");
    assertTrue(source(temp).rebuilt().postProcessor().isPresent());
    write(
        "tokenizer.json",
        "{\"post_processor\": {\"type\": \""
            + processor
            + "\", \"cls\": [\"a\", 0], \"sep\": [\"b\", 1]}, \"added_tokens\":"
            + " [{\"id\": 0, \"content\": \"a\"}, {\"id\": 1, \"content\": \"b\"}]}");
    assertEquals(Optional.empty(), source(temp).rebuilt().postProcessor());
  }

  @Test
  void theMapOfSpecialTokensCountsOnlyWithoutTheListThatNewerVersionsWrite() throws IOException {
    Files.copy(
        folder("../families/networks/bert").resolve("tokenizer.json"),
        temp.resolve("tokenizer.json"));
    write("special_tokens_map.json", "{\"cls_token\": \"[MASK]\"}");
    write("tokenizer_config.json", "{\"tokenizer_class\": \"BertTokenizer\"}");
    assertTrue(source(temp).rebuilt().postProcessor().isPresent());
    write(
        "tokenizer_config.json",
        "{\"tokenizer_class\": \"BertTokenizer\", \"added_tokens_decoder\": {}}");
    assertEquals(Optional.empty(), source(temp).rebuilt().postProcessor());
  }

  @Test
  void aSpecialTokenThatTheFileDoesNotHaveIsNamed() throws IOException {
    write(
        "tokenizer_config.json",
        "{\"tokenizer_class\": \"XLNetTokenizer\", \"sep_token\": {\"content\": \"<other>\"}}");
    Files.copy(folder("xlnet").resolve("tokenizer.json"), temp.resolve("tokenizer.json"));
    String message =
        assertThrows(ModelException.class, () -> HuggingFaceTextTokenizer.load(source(temp)))
            .getMessage();
    assertTrue(message.contains("'<other>'"), message);
  }

  private void write(String file, String content) throws IOException {
    Files.writeString(temp.resolve(file), content);
  }

  private static TokenizerSource source(Path folder) {
    return TransformerFiles.in(folder, TransformerTask.FEATURE_EXTRACTION, false)
        .tokenizerSource(LIMIT);
  }

  private static JsonObject expected(String name) {
    for (JsonElement each : reference().getAsJsonArray("tokenizers")) {
      if (string(each, "name").equals(name)) {
        return each.getAsJsonObject();
      }
    }
    throw new AssertionError(name);
  }

  private static String string(JsonElement object, String key) {
    return object.getAsJsonObject().get(key).getAsString();
  }

  private static int[] ints(JsonObject object, String key, int row) {
    JsonArray values = object.getAsJsonArray(key).get(row).getAsJsonArray();
    int[] ints = new int[values.size()];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = values.get(i).getAsInt();
    }
    return ints;
  }

  private static JsonObject reference() {
    ModelFile file = new ModelFile.OnDisk(folder("tokenizers.json"));
    return JsonParser.parseString(file.readText()).getAsJsonObject();
  }

  private static Path folder(String name) {
    try {
      return Path.of(TokenizerClassTest.class.getResource("/reference/tokenizers/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
