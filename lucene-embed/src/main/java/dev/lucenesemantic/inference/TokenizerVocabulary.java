package dev.lucenesemantic.inference;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** The numbers of tokens in a {@code tokenizer.json}; read only when a number is asked for. */
final class TokenizerVocabulary {
  private final TokenizerText text;
  private final JsonObject json;
  private Map<String, Integer> ids;

  TokenizerVocabulary(TokenizerText text, JsonObject json) {
    this.text = text;
    this.json = json;
  }

  Optional<Integer> id(String token) {
    return Optional.ofNullable(ids().get(token));
  }

  /** The number that a token gets which is not in the vocabulary. */
  int unused(SortedMap<Integer, String> added) {
    int size = ids().size();
    return added.isEmpty() ? size : Math.max(size, added.lastKey() + 1);
  }

  private Map<String, Integer> ids() {
    if (ids == null) {
      ids = new HashMap<>();
      JsonElement list = json.getAsJsonObject("model").get("vocab");
      if (list != null && list.isJsonPrimitive()) {
        list = JsonParser.parseString(text.lists().get(list.getAsString()));
      }
      if (list != null && list.isJsonArray()) {
        for (JsonElement each : list.getAsJsonArray()) {
          JsonElement token = each.isJsonArray() ? each.getAsJsonArray().get(0) : each;
          ids.putIfAbsent(token.getAsString(), ids.size());
        }
      } else if (list != null) {
        list.getAsJsonObject()
            .entrySet()
            .forEach(each -> ids.put(each.getKey(), each.getValue().getAsInt()));
      }
    }
    return ids;
  }
}
