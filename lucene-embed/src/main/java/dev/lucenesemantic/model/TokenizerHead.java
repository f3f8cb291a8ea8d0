package dev.lucenesemantic.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What stands before the vocabulary in a {@code tokenizer.json}: enough to know whether Python,
 * which builds parts of the tokenizer anew, builds anything else than the file has.
 */
final class TokenizerHead {
  private static final String PIECE_PREFIX = "continuing_subword_prefix";
  private static final String LONGEST_WORD = "max_input_chars_per_word";
  private static final String UNKNOWN = "unk_token";
  private static final String UNKNOWN_ID = "unk_id";

  /** What decides which pairs are merged; the other settings are of bytes that are unknown. */
  private static final Set<String> MERGES =
      Set.of("dropout", PIECE_PREFIX, "end_of_word_suffix", "ignore_merges");

  private static final Set<String> WORD_PIECE = Set.of(PIECE_PREFIX, LONGEST_WORD, UNKNOWN);

  private final Map<String, Integer> addedTokens = new HashMap<>();
  private final JsonObject model = new JsonObject();
  private JsonElement postProcessor = JsonNull.INSTANCE;

  private TokenizerHead() {}

  /** Reads the file; what is wrong with it is found out where all of it is read. */
  static TokenizerHead read(ModelFile file) {
    try (JsonReader reader =
        new JsonReader(new InputStreamReader(file.open(), StandardCharsets.UTF_8))) {
      TokenizerHead head = new TokenizerHead();
      head.read(reader);
      return head;
    } catch (IOException | RuntimeException e) {
      return new TokenizerHead();
    }
  }

  private void read(JsonReader reader) throws IOException {
    boolean hasTokens = false;
    boolean hasPostProcessor = false;
    reader.beginObject();
    while (reader.hasNext()) {
      switch (reader.nextName()) {
        case "added_tokens" -> {
          readTokens(JsonParser.parseReader(reader));
          hasTokens = true;
        }
        case "post_processor" -> {
          postProcessor = JsonParser.parseReader(reader);
          hasPostProcessor = true;
        }
        case "model" -> {
          if (!readModel(reader, hasTokens && hasPostProcessor)) {
            return;
          }
        }
        default -> reader.skipValue();
      }
    }
  }

  private void readTokens(JsonElement list) {
    if (!list.isJsonArray()) {
      return;
    }
    for (JsonElement each : list.getAsJsonArray()) {
      JsonObject token = each.getAsJsonObject();
      if (token.has("content") && token.has("id")) {
        addedTokens.put(token.get("content").getAsString(), token.get("id").getAsInt());
      }
    }
  }

  /**
   * Reads the model but for its long lists.
   *
   * @param last whether nothing behind the model is of interest
   * @return whether there is more to read
   */
  private boolean readModel(JsonReader reader, boolean last) throws IOException {
    reader.beginObject();
    while (reader.hasNext()) {
      String name = reader.nextName();
      if (!name.equals("vocab") && !name.equals("merges")) {
        model.add(name, JsonParser.parseReader(reader));
      } else if (last && hasAllSettings()) {
        return false;
      } else {
        reader.skipValue();
      }
    }
    reader.endObject();
    return true;
  }

  private boolean hasAllSettings() {
    return !isWordPiece() || model.keySet().containsAll(WORD_PIECE);
  }

  private boolean isWordPiece() {
    // Old files do not say.
    return model.has("type")
        ? model.get("type").getAsString().equals("WordPiece")
        : model.has(LONGEST_WORD);
  }

  boolean hasToken(String token) {
    return addedTokens.containsKey(token);
  }

  /**
   * The settings of a WordPiece model as Python has them, which does not look at the file's.
   *
   * @param unknown the token of unknown words; empty for the file's
   * @return empty where the file has the same
   */
  Optional<JsonObject> otherWordPiece(Optional<String> unknown) {
    if (!isWordPiece()) {
      return Optional.empty();
    }
    JsonObject wanted = new JsonObject();
    wanted.addProperty(PIECE_PREFIX, "##");
    wanted.addProperty(LONGEST_WORD, 100);
    unknown.ifPresent(token -> wanted.addProperty(UNKNOWN, token));
    return has(wanted, wanted.keySet()) ? Optional.empty() : Optional.of(wanted);
  }

  /**
   * The settings of a BPE model as Python has them, which does not look at the file's.
   *
   * @return empty where the file merges in the same way
   */
  Optional<JsonObject> otherBytePairs(JsonObject wanted) {
    return has(wanted, MERGES) ? Optional.empty() : Optional.of(wanted);
  }

  /**
   * The settings of a Unigram model as Python has them, which does not look at the file's.
   *
   * @return empty where unknown characters become the same token
   */
  Optional<JsonObject> otherUnigrams(JsonObject wanted) {
    return has(wanted, Set.of(UNKNOWN_ID)) ? Optional.empty() : Optional.of(wanted);
  }

  private boolean has(JsonObject wanted, Set<String> keys) {
    return keys.stream()
        .filter(model::has)
        .allMatch(
            key ->
                model.get(key).equals(wanted.get(key))
                    || (JsonFile.isBlank(model.get(key)) && JsonFile.isBlank(wanted.get(key))));
  }

  /**
   * Whether the file puts the same tokens around texts.
   *
   * @param template what Python puts there, with special tokens that have no numbers
   */
  boolean puts(JsonObject template) {
    JsonObject numbered = template.deepCopy();
    for (var token : numbered.getAsJsonObject("special_tokens").entrySet()) {
      Integer id = addedTokens.get(token.getKey());
      if (id == null) {
        return false;
      }
      JsonArray ids = new JsonArray();
      ids.add(id);
      token.getValue().getAsJsonObject().add("ids", ids);
    }
    try {
      return Optional.of(templatePieces(numbered)).equals(pieces(postProcessor));
    } catch (RuntimeException e) {
      // Not as it should be, which the tokenizer library says better.
      return false;
    }
  }

  /** A text's and a pair's pieces; empty for a kind that no rebuilt class has. */
  private static Optional<List<String>> pieces(JsonElement postProcessor) {
    if (!postProcessor.isJsonObject()) {
      return Optional.empty();
    }
    JsonObject object = postProcessor.getAsJsonObject();
    return switch (object.get("type").getAsString()) {
      case "TemplateProcessing" -> Optional.of(templatePieces(object));
      case "BertProcessing" ->
          Optional.of(List.of(around(object, ""), around(object, "$B:1 sep:1 ")));
      case "RobertaProcessing" ->
          Optional.of(List.of(around(object, ""), around(object, "sep:0 $B:0 sep:0 ")));
      default -> Optional.empty();
    };
  }

  private static String around(JsonObject object, String second) {
    String cls = object.getAsJsonArray("cls").get(1).getAsString();
    String sep = object.getAsJsonArray("sep").get(1).getAsString();
    return ("cls:0 $A:0 sep:0 " + second).replace("cls", cls).replace("sep", sep);
  }

  private static List<String> templatePieces(JsonObject template) {
    List<String> both = new ArrayList<>();
    for (String key : List.of("single", "pair")) {
      StringBuilder pieces = new StringBuilder();
      for (JsonElement each : template.getAsJsonArray(key)) {
        append(each.getAsJsonObject(), template.getAsJsonObject("special_tokens"), pieces);
      }
      both.add(pieces.toString());
    }
    return both;
  }

  private static void append(JsonObject piece, JsonObject specialTokens, StringBuilder pieces) {
    if (piece.has("Sequence")) {
      JsonObject text = piece.getAsJsonObject("Sequence");
      pieces.append('$').append(text.get("id").getAsString());
      pieces.append(':').append(text.get("type_id").getAsInt()).append(' ');
      return;
    }
    JsonObject token = piece.getAsJsonObject("SpecialToken");
    JsonObject known = specialTokens.getAsJsonObject(token.get("id").getAsString());
    for (JsonElement id : known.getAsJsonArray("ids")) {
      pieces.append(id.getAsInt()).append(':').append(token.get("type_id").getAsInt()).append(' ');
    }
  }
}
