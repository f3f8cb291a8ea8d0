package dev.lucenesemantic.inference;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.lucenesemantic.model.ModelException;
import dev.lucenesemantic.model.TokenizerParts;
import dev.lucenesemantic.model.TokenizerSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The content of a {@code tokenizer.json} as it goes to the tokenizer library: truncation and
 * padding taken out, the parts put in that Python builds anew.
 */
final class TokenizerJson {
  /** White space to a tokenizer, and a control character to Java. */
  private static final char NEXT_LINE = '\u0085';

  private final String text;
  private final int maxId;
  private final Set<Integer> specialIds;
  private final Map<Integer, String> addedTokens;
  private final TokenizerSource.Side truncationSide;
  private final boolean independentWords;
  private final Set<String> greedyTokens;

  private TokenizerJson(
      String text,
      int maxId,
      Set<Integer> specialIds,
      Map<Integer, String> addedTokens,
      TokenizerSource.Side truncationSide,
      boolean independentWords,
      Set<String> greedyTokens) {
    this.truncationSide = truncationSide;
    this.independentWords = independentWords;
    this.greedyTokens = greedyTokens;
    this.text = text;
    this.maxId = maxId;
    this.specialIds = specialIds;
    this.addedTokens = addedTokens;
  }

  static TokenizerJson read(TokenizerSource source) {
    String location = source.file().location();
    TokenizerText text = TokenizerText.read(source.file());
    JsonObject json = checked(text.rest(), location);
    try {
      return read(source, text, json, location);
    } catch (ModelException e) {
      throw e;
    } catch (RuntimeException e) {
      // Gson's way to say that a value is of another kind than it must be.
      throw new ModelException(
          location, "is not a tokenizer.json as it should be; fetch the file again: " + e, e);
    }
  }

  private static TokenizerJson read(
      TokenizerSource source, TokenizerText text, JsonObject json, String location) {
    TokenizerSource.Side side = source.truncationSide().orElseGet(() -> truncationSide(json));
    json.add("truncation", JsonNull.INSTANCE);
    json.add("padding", JsonNull.INSTANCE);
    TreeSet<Integer> specialIds = new TreeSet<>();
    TreeMap<Integer, String> added = new TreeMap<>();
    readAddedTokens(json, added, specialIds);
    TokenizerVocabulary vocabulary = new TokenizerVocabulary(text, json);
    int largestAdded = added.isEmpty() ? 0 : added.lastKey();
    rebuild(json, source.rebuilt(), new TreeMap<>(added), vocabulary, location);
    addTokens(json, source.rebuilt(), vocabulary, added, specialIds);
    if (source.lowerCase()) {
      lowerCase(json);
    }
    int largest = text.largestId().orElseGet(() -> vocabulary(json, location));
    // A token that is new to the network too is no reason to refuse the texts without it.
    int maxId = Math.max(largest, largestAdded);
    return new TokenizerJson(
        text.whole(),
        maxId,
        Set.copyOf(specialIds),
        Map.copyOf(added),
        side,
        independentWords(json),
        greedy(json)
            .map(TokenizerJson::content)
            .filter(content -> !content.isEmpty())
            .collect(Collectors.toUnmodifiableSet()));
  }

  /** Whether words are taken apart at white space first, and each by itself after that. */
  private static boolean independentWords(JsonObject json) {
    return type(json.get("model")).equals("WordPiece")
        && type(json.get("pre_tokenizer")).equals("BertPreTokenizer")
        && readsWordByWord(json.get("normalizer"))
        && addedTokens(json)
            .noneMatch(each -> content(each).chars().anyMatch(TokenizerJson::isSpace))
        && greedy(json).noneMatch(each -> isTrue(each, "normalized"));
  }

  private static boolean isSpace(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == NEXT_LINE;
  }

  /** All that the file lists: two may have the same number. */
  private static Stream<JsonObject> addedTokens(JsonObject json) {
    return json.get("added_tokens") instanceof JsonArray list
        ? list.asList().stream().map(JsonElement::getAsJsonObject)
        : Stream.empty();
  }

  /** The added tokens that take the white space beside them as well. */
  private static Stream<JsonObject> greedy(JsonObject json) {
    return addedTokens(json).filter(each -> isTrue(each, "lstrip") || isTrue(each, "rstrip"));
  }

  private static String content(JsonObject token) {
    return token.has("content") ? token.get("content").getAsString() : "";
  }

  private static boolean isTrue(JsonObject token, String flag) {
    return token.has(flag) && token.get(flag).getAsBoolean();
  }

  /** Whether what a normalizer makes of a word does not depend on the words around it. */
  private static boolean readsWordByWord(JsonElement normalizer) {
    return switch (type(normalizer)) {
      case "", "BertNormalizer", "Lowercase" -> true;
      case "Sequence" -> {
        boolean all = true;
        for (JsonElement step : normalizer.getAsJsonObject().getAsJsonArray("normalizers")) {
          all &= readsWordByWord(step);
        }
        yield all;
      }
      default -> false;
    };
  }

  /** Empty for what is not there. */
  private static String type(JsonElement part) {
    JsonElement type =
        part == null || !part.isJsonObject() ? null : part.getAsJsonObject().get("type");
    return type == null ? "" : type.getAsString();
  }

  /** Which end of a text the file would cut; the only part of its truncation that Python keeps. */
  private static TokenizerSource.Side truncationSide(JsonObject json) {
    JsonElement truncation = json.get("truncation");
    boolean left =
        truncation != null
            && truncation.isJsonObject()
            && truncation.getAsJsonObject().has("direction")
            && truncation.getAsJsonObject().get("direction").getAsString().equals("Left");
    return left ? TokenizerSource.Side.LEFT : TokenizerSource.Side.RIGHT;
  }

  TokenizerSource.Side truncationSide() {
    return truncationSide;
  }

  String text() {
    return text;
  }

  int maxId() {
    return maxId;
  }

  Set<Integer> specialIds() {
    return specialIds;
  }

  /** The tokens that were added to the vocabulary, as they stand in a text. */
  Map<Integer, String> addedTokens() {
    return addedTokens;
  }

  /**
   * Whether a word that stands between blanks or line ends has the same tokens in every text. Not
   * so where a blank is a part of the token behind it, or words are normalised together.
   */
  boolean independentWords() {
    return independentWords;
  }

  /** What makes the white space beside it a part of its token, as it stands in a text. */
  Set<String> greedyTokens() {
    return greedyTokens;
  }

  private static JsonObject checked(JsonElement root, String location) {
    if (root.isJsonObject() && root.getAsJsonObject().has("model")) {
      return root.getAsJsonObject();
    }
    throw new ModelException(
        location, "is not a tokenizer.json: it has no 'model'; fetch the file again");
  }

  private static void rebuild(
      JsonObject json,
      TokenizerParts parts,
      Map<Integer, String> added,
      TokenizerVocabulary vocabulary,
      String location) {
    Optional<JsonObject> charsMap =
        parts.keepCharsMap() ? charsMap(json.get("normalizer")) : Optional.empty();
    parts
        .normalizer()
        .map(JsonParser::parseString)
        .map(part -> withCharsMap(part, charsMap))
        .ifPresent(part -> json.add("normalizer", part));
    parts.preTokenizer().ifPresent(part -> json.add("pre_tokenizer", JsonParser.parseString(part)));
    parts
        .model()
        .map(settings -> JsonParser.parseString(settings).getAsJsonObject())
        .ifPresent(
            settings ->
                settings
                    .entrySet()
                    .forEach(
                        each -> json.getAsJsonObject("model").add(each.getKey(), each.getValue())));
    parts
        .postProcessor()
        .map(part -> JsonParser.parseString(part).getAsJsonObject())
        .ifPresent(part -> json.add("post_processor", numbered(part, added, vocabulary, location)));
  }

  /** Fills in the numbers of special tokens. */
  private static JsonObject numbered(
      JsonObject postProcessor,
      Map<Integer, String> added,
      TokenizerVocabulary vocabulary,
      String location) {
    if (!postProcessor.has("special_tokens")) {
      return postProcessor;
    }
    postProcessor
        .getAsJsonObject("special_tokens")
        .entrySet()
        .forEach(
            each -> {
              JsonArray ids = new JsonArray();
              ids.add(number(each.getKey(), added, vocabulary, location));
              each.getValue().getAsJsonObject().add("ids", ids);
            });
    return postProcessor;
  }

  private static int number(
      String token, Map<Integer, String> added, TokenizerVocabulary vocabulary, String location) {
    return added.entrySet().stream()
        .filter(each -> each.getValue().equals(token))
        .map(Map.Entry::getKey)
        .findFirst()
        .or(() -> vocabulary.id(token))
        .orElseThrow(
            () ->
                new ModelException(
                    location,
                    "has no '"
                        + token
                        + "' in its vocabulary or among its added_tokens, which tokenizer_config.json or the"
                        + " tokenizer's class puts around texts; fetch both files again"));
  }

  /** The table takes the place of the step that stands for it, or comes last. */
  private static JsonElement withCharsMap(JsonElement normalizer, Optional<JsonObject> charsMap) {
    if (!normalizer.isJsonObject()) {
      return charsMap.isPresent() ? charsMap.get() : normalizer;
    }
    JsonArray steps = normalizer.getAsJsonObject().getAsJsonArray("normalizers");
    if (steps == null) {
      return normalizer;
    }
    boolean hasPlace = false;
    for (int i = steps.size() - 1; i >= 0; i--) {
      if (steps.get(i).getAsJsonObject().get("type").getAsString().equals("Precompiled")) {
        hasPlace = true;
        if (charsMap.isPresent()) {
          steps.set(i, charsMap.get());
        } else {
          steps.remove(i);
        }
      }
    }
    if (!hasPlace) {
      charsMap.ifPresent(steps::add);
    }
    return normalizer;
  }

  private static Optional<JsonObject> charsMap(JsonElement normalizer) {
    if (normalizer == null || !normalizer.isJsonObject()) {
      return Optional.empty();
    }
    JsonObject object = normalizer.getAsJsonObject();
    if (object.get("type").getAsString().equals("Precompiled")) {
      return Optional.of(object);
    }
    JsonElement steps = object.get("normalizers");
    if (steps != null && steps.isJsonArray()) {
      for (JsonElement step : steps.getAsJsonArray()) {
        Optional<JsonObject> found = charsMap(step);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private static void lowerCase(JsonObject json) {
    JsonElement normalizer = json.get("normalizer");
    JsonArray steps = new JsonArray();
    JsonObject lowercase = new JsonObject();
    lowercase.addProperty("type", "Lowercase");
    steps.add(lowercase);
    if (normalizer != null && normalizer.isJsonObject()) {
      steps.add(normalizer);
    }
    JsonObject sequence = new JsonObject();
    sequence.addProperty("type", "Sequence");
    sequence.add("normalizers", steps);
    json.add("normalizer", sequence);
  }

  /** The largest id of the vocabulary: a map to ids (WordPiece, BPE) or a list (Unigram). */
  private static int vocabulary(JsonObject json, String location) {
    JsonElement model = json.get("model");
    JsonElement vocabulary = model.isJsonObject() ? model.getAsJsonObject().get("vocab") : null;
    if (vocabulary != null && vocabulary.isJsonArray()) {
      return vocabulary.getAsJsonArray().size() - 1;
    }
    if (vocabulary == null || !vocabulary.isJsonObject()) {
      throw new ModelException(location, "has no vocabulary; fetch the file again");
    }
    int max = 0;
    for (Map.Entry<String, JsonElement> entry : vocabulary.getAsJsonObject().entrySet()) {
      max = Math.max(max, entry.getValue().getAsInt());
    }
    return max;
  }

  /** A token of the vocabulary keeps its number, and another one gets a new one. */
  private static void addTokens(
      JsonObject json,
      TokenizerParts parts,
      TokenizerVocabulary vocabulary,
      SortedMap<Integer, String> added,
      Set<Integer> specialIds) {
    if (parts.addedTokens().isEmpty()) {
      return;
    }
    JsonElement list = json.get("added_tokens");
    JsonArray all = list != null && list.isJsonArray() ? list.getAsJsonArray() : new JsonArray();
    for (JsonElement each : JsonParser.parseString(parts.addedTokens().get()).getAsJsonArray()) {
      JsonObject token = each.getAsJsonObject();
      String content = token.get("content").getAsString();
      int id = vocabulary.id(content).orElseGet(() -> vocabulary.unused(added));
      token.addProperty("id", id);
      all.add(token);
      added.put(id, content);
      if (token.get("special").getAsBoolean()) {
        specialIds.add(id);
      }
    }
    json.add("added_tokens", all);
  }

  private static void readAddedTokens(
      JsonObject json, Map<Integer, String> added, Set<Integer> specialIds) {
    addedTokens(json)
        .forEach(
            token -> {
              int id = token.get("id").getAsInt();
              added.put(id, content(token));
              if (isTrue(token, "special")) {
                specialIds.add(id);
              }
            });
  }
}
