package dev.lucenesemantic.model;

import com.google.gson.JsonElement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The prompts of a {@code config_sentence_transformers.json}.
 *
 * @param texts what is put in front of a text, by name; empty for nothing
 * @param defaultName the one that is used where none is asked for
 */
record Prompts(Map<String, String> texts, Optional<String> defaultName) {

  /**
   * Reads them.
   *
   * @param alwaysThere names that every model has a prompt for, if only an empty one
   */
  static Prompts read(JsonFile file, Set<String> alwaysThere) {
    Map<String, String> texts = texts(file);
    Optional<String> defaultName = file.string("default_prompt_name");
    boolean known =
        defaultName.isEmpty()
            || texts.containsKey(defaultName.get())
            || alwaysThere.contains(defaultName.get());
    if (!known) {
      throw file.error(
          "default_prompt_name",
          "is '" + defaultName.get() + "', which is not among the prompts " + texts.keySet());
    }
    return new Prompts(texts, defaultName);
  }

  private static Map<String, String> texts(JsonFile file) {
    Map<String, String> texts = new LinkedHashMap<>();
    if (!file.has("prompts")) {
      return texts;
    }
    JsonElement object = file.object().get("prompts");
    if (!object.isJsonObject()) {
      throw file.error("prompts", "must be an object and is " + object);
    }
    for (var entry : object.getAsJsonObject().entrySet()) {
      JsonElement text = entry.getValue();
      boolean isText = text.isJsonPrimitive() && text.getAsJsonPrimitive().isString();
      if (!isText && !text.isJsonNull()) {
        throw file.error("prompts", "has " + text + " for '" + entry.getKey() + "', not a text");
      }
      texts.put(entry.getKey(), isText ? text.getAsString() : "");
    }
    return texts;
  }
}
