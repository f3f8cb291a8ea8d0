package dev.lucenesemantic.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;

/** The parts of a {@code tokenizer.json}, as JSON. */
final class TokenizerSteps {
  private TokenizerSteps() {}

  static JsonObject step(String type) {
    JsonObject object = new JsonObject();
    object.addProperty("type", type);
    return object;
  }

  static JsonObject sequence(String key, JsonArray steps) {
    JsonObject sequence = step("Sequence");
    sequence.add(key, steps);
    return sequence;
  }

  static JsonArray list(JsonElement... elements) {
    JsonArray list = new JsonArray();
    for (JsonElement element : elements) {
      list.add(element);
    }
    return list;
  }

  /**
   * Replaces.
   *
   * @param kind {@code String} or {@code Regex}
   */
  static JsonObject replace(String kind, String pattern, String content) {
    JsonObject replace = step("Replace");
    JsonObject wrapped = new JsonObject();
    wrapped.addProperty(kind, pattern);
    replace.add("pattern", wrapped);
    replace.addProperty("content", content);
    return replace;
  }

  static JsonObject metaspace(String prependScheme, boolean split) {
    JsonObject metaspace = step("Metaspace");
    metaspace.addProperty("replacement", "\u2581");
    metaspace.addProperty("prepend_scheme", prependScheme);
    metaspace.addProperty("split", split);
    return metaspace;
  }

  static JsonObject byteLevel(boolean prefixSpace, boolean regex) {
    JsonObject bytes = step("ByteLevel");
    bytes.addProperty("add_prefix_space", prefixSpace);
    bytes.addProperty("trim_offsets", true);
    bytes.addProperty("use_regex", regex);
    return bytes;
  }

  /**
   * Splits; what the pattern finds is a word of its own.
   *
   * @param kind {@code String} or {@code Regex}
   */
  static JsonObject split(String kind, String pattern) {
    JsonObject split = step("Split");
    JsonObject wrapped = new JsonObject();
    wrapped.addProperty(kind, pattern);
    split.add("pattern", wrapped);
    split.addProperty("behavior", "Isolated");
    split.addProperty("invert", false);
    return split;
  }

  /**
   * What is put around texts, in Python's words: pieces such as {@code $A:0} or {@code [SEP]:1}
   * with blanks between them. The numbers of special tokens are left out.
   */
  static JsonObject template(String single, String pair) {
    JsonObject template = step("TemplateProcessing");
    JsonObject special = new JsonObject();
    template.add("single", pieces(single, special));
    template.add("pair", pieces(pair, special));
    template.add("special_tokens", special);
    return template;
  }

  private static JsonArray pieces(String pattern, JsonObject special) {
    JsonArray pieces = new JsonArray();
    for (String piece : pattern.split(" ")) {
      int end = piece.lastIndexOf(':');
      String id = piece.substring(0, end);
      boolean isText = id.equals("$A") || id.equals("$B");
      JsonObject content = new JsonObject();
      content.addProperty("id", isText ? id.substring(1) : id);
      content.addProperty("type_id", Integer.parseInt(piece.substring(end + 1)));
      JsonObject wrapped = new JsonObject();
      wrapped.add(isText ? "Sequence" : "SpecialToken", content);
      pieces.add(wrapped);
      if (!isText) {
        JsonObject token = new JsonObject();
        token.addProperty("id", id);
        token.add("tokens", list(new JsonPrimitive(id)));
        special.add(id, token);
      }
    }
    return pieces;
  }
}
