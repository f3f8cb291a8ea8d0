package dev.lucenesemantic.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The special tokens that {@code tokenizer_config.json} names, and those that a class has without
 * being told. Python finds all of them in a text, also where {@code tokenizer.json} does not have
 * them among its {@code added_tokens}.
 */
final class SpecialTokens {
  private static final Map<String, String> BERT =
      named("unk", "[UNK]", "sep", "[SEP]", "pad", "[PAD]", "cls", "[CLS]", "mask", "[MASK]");

  private static final Map<String, String> ROBERTA =
      named(
          "bos", "<s>", "eos", "</s>", "sep", "</s>", "cls", "<s>", "unk", "<unk>", "pad", "<pad>",
          "mask", "<mask>");

  private static final String[] KINDS = {"bos", "eos", "unk", "sep", "pad", "cls", "mask"};

  private final Optional<JsonFile> tokenizerConfig;

  SpecialTokens(Optional<JsonFile> tokenizerConfig) {
    this.tokenizerConfig = tokenizerConfig;
  }

  private static Map<String, String> named(String... pairs) {
    Map<String, String> tokens = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      tokens.put(pairs[i] + "_token", pairs[i + 1]);
    }
    return tokens;
  }

  private static Map<String, String> usual(String className) {
    return switch (className) {
      case "BertTokenizer",
          "ConvBertTokenizer",
          "DPRContextEncoderTokenizer",
          "DPRQuestionEncoderTokenizer",
          "DebertaV2Tokenizer",
          "DistilBertTokenizer",
          "ElectraTokenizer",
          "LayoutLMTokenizer",
          "LxmertTokenizer",
          "MobileBertTokenizer",
          "SplinterTokenizer",
          "SqueezeBertTokenizer" ->
          BERT;
      case "BartTokenizer",
          "LEDTokenizer",
          "LongformerTokenizer",
          "MvpTokenizer",
          "RobertaTokenizer",
          "XLMRobertaTokenizer" ->
          ROBERTA;
      case "MPNetTokenizer" -> {
        Map<String, String> tokens = new LinkedHashMap<>(ROBERTA);
        tokens.put("unk_token", "[UNK]");
        yield tokens;
      }
      default -> Map.of();
    };
  }

  /** A special token, which is written as its text or as an object that has it. */
  String token(String key, String otherwise) {
    String token = named(key).orElse(otherwise);
    if (token.isEmpty() || token.chars().anyMatch(Character::isWhitespace)) {
      throw tokenizerConfig
          .orElseThrow()
          .error(key, "must be a token without blanks, as Python wants it, and is '" + token + "'");
    }
    return token;
  }

  /** A special token if it is named. */
  Optional<String> named(String key) {
    return tokenizerConfig
        .filter(file -> file.has(key))
        .map(file -> content(file, key, file.object().get(key)));
  }

  private static String content(JsonFile file, String key, JsonElement value) {
    JsonElement content = value.isJsonObject() ? value.getAsJsonObject().get("content") : value;
    if (content == null || !content.isJsonPrimitive()) {
      throw file.error(key, "must be a token and is " + value);
    }
    return content.getAsString();
  }

  /** Those that the file does not have, as its {@code added_tokens} would have them. */
  JsonArray missing(String className, TokenizerHead head) {
    Map<String, JsonObject> tokens = new LinkedHashMap<>();
    tokenizerConfig.ifPresent(file -> decoded(file, tokens));
    Map<String, String> usual = usual(className);
    for (String kind : KINDS) {
      String key = kind + "_token";
      Optional<JsonFile> named = tokenizerConfig.filter(file -> file.object().has(key));
      if (named.isEmpty() && usual.containsKey(key)) {
        add(plain(usual.get(key), isMaskWithBlank(className, key)), tokens);
      } else if (named.isPresent() && named.get().has(key)) {
        JsonElement value = named.get().object().get(key);
        JsonObject token = token(named.get(), key, value, isMaskWithBlank(className, key));
        token.addProperty("special", true);
        add(token, tokens);
      }
    }
    tokenizerConfig.ifPresent(file -> extra(file, tokens));
    JsonArray missing = new JsonArray();
    tokens.forEach(
        (content, token) -> {
          if (!head.hasToken(content) && !content.isEmpty()) {
            missing.add(token);
          }
        });
    return missing;
  }

  /** Python's class takes the blank before this one with it. */
  private static boolean isMaskWithBlank(String className, String key) {
    return key.equals("mask_token")
        && (className.equals("MPNetTokenizer") || className.equals("CamembertTokenizer"));
  }

  private static void decoded(JsonFile file, Map<String, JsonObject> tokens) {
    file.child("added_tokens_decoder")
        .ifPresent(
            decoder -> {
              Map<Integer, JsonObject> byId = new TreeMap<>();
              for (var each : decoder.entrySet()) {
                byId.put(
                    id(file, each.getKey()),
                    token(file, "added_tokens_decoder", each.getValue(), false));
              }
              byId.values().forEach(token -> add(token, tokens));
            });
  }

  private static int id(JsonFile file, String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw file.error("added_tokens_decoder", "has a token of the number '" + text + "'");
    }
  }

  private static void extra(JsonFile file, Map<String, JsonObject> tokens) {
    for (String key : new String[] {"extra_special_tokens", "additional_special_tokens"}) {
      // A map gives some of them names, which are no tokens that are looked for by themselves.
      if (file.has(key) && file.object().get(key).isJsonArray()) {
        JsonArray list = file.object().getAsJsonArray(key);
        for (JsonElement each : list) {
          add(token(file, key, each, false), tokens);
        }
        if (!list.isEmpty()) {
          return;
        }
      }
    }
  }

  private static void add(JsonObject token, Map<String, JsonObject> tokens) {
    tokens.putIfAbsent(token.get("content").getAsString(), token);
  }

  private static JsonObject token(
      JsonFile file, String key, JsonElement value, boolean takesBlank) {
    String content = content(file, key, value);
    if (!value.isJsonObject()) {
      return plain(content, takesBlank);
    }
    JsonObject given = value.getAsJsonObject();
    boolean special = is(given, "special", false);
    JsonObject token = new JsonObject();
    token.addProperty("content", content);
    token.addProperty("single_word", is(given, "single_word", false));
    token.addProperty("lstrip", is(given, "lstrip", false));
    token.addProperty("rstrip", is(given, "rstrip", false));
    token.addProperty("normalized", is(given, "normalized", !special));
    token.addProperty("special", special);
    return token;
  }

  private static boolean is(JsonObject token, String key, boolean otherwise) {
    boolean given = token.has(key) && token.get(key).isJsonPrimitive();
    return given ? token.get(key).getAsBoolean() : otherwise;
  }

  private static JsonObject plain(String content, boolean takesBlank) {
    JsonObject token = new JsonObject();
    token.addProperty("content", content);
    token.addProperty("single_word", false);
    token.addProperty("lstrip", takesBlank);
    token.addProperty("rstrip", false);
    token.addProperty("normalized", false);
    token.addProperty("special", true);
    return token;
  }
}
