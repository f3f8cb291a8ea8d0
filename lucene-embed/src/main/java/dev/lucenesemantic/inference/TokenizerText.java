package dev.lucenesemantic.inference;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.lucenesemantic.inference.JsonSpans.NotJsonException;
import dev.lucenesemantic.inference.JsonSpans.Span;
import dev.lucenesemantic.model.ModelFile;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The text of a {@code tokenizer.json}, of which all but the long lists is read as JSON. These stay
 * as they are: nearly the whole of the file, and nobody here needs to look into them.
 *
 * @param rest the JSON with a text in the place of each list
 * @param lists the texts of the lists, by what stands in their places
 * @param largestId the largest id of the vocabulary, if that is one of the lists
 */
record TokenizerText(JsonElement rest, Map<String, String> lists, OptionalInt largestId) {

  static TokenizerText read(ModelFile file) {
    return divided(file.readText())
        .orElseGet(() -> new TokenizerText(file.readJson(), Map.of(), OptionalInt.empty()));
  }

  /** Empty for a text that is not understood, which a real parser must explain. */
  static Optional<TokenizerText> divided(String text) {
    try {
      JsonSpans spans = new JsonSpans(text);
      Span model = spans.members(0).get("model");
      if (model == null || spans.first(model) != '{') {
        return Optional.empty();
      }
      Map<String, Span> members = spans.members(model.start());
      Span vocabulary = members.get("vocab");
      if (vocabulary == null) {
        return Optional.empty();
      }
      int largestId =
          spans.first(vocabulary) == '['
              ? spans.size(vocabulary) - 1
              : spans.largestNumber(vocabulary);
      Map<String, Span> cut = new LinkedHashMap<>();
      List.of("vocab", "merges").stream()
          .filter(members::containsKey)
          .sorted(Comparator.comparing(name -> members.get(name).start()))
          .forEach(name -> cut.put(unused(name, text), members.get(name)));
      return Optional.of(cut(text, cut, largestId));
    } catch (NotJsonException | JsonParseException e) {
      return Optional.empty();
    }
  }

  private static TokenizerText cut(String text, Map<String, Span> spans, int largestId) {
    StringBuilder rest = new StringBuilder();
    Map<String, String> lists = new LinkedHashMap<>();
    int at = 0;
    for (Map.Entry<String, Span> each : spans.entrySet()) {
      Span span = each.getValue();
      rest.append(text, at, span.start()).append('"').append(each.getKey()).append('"');
      lists.put(each.getKey(), text.substring(span.start(), span.end()));
      at = span.end();
    }
    rest.append(text, at, text.length());
    return new TokenizerText(
        JsonParser.parseString(rest.toString()), lists, OptionalInt.of(largestId));
  }

  private static String unused(String name, String text) {
    String mark = "(" + name + ")";
    while (text.contains(mark)) {
      mark = "(" + mark + ")";
    }
    return mark;
  }

  /** The whole text again, after {@link #rest} was changed. */
  String whole() {
    String text = rest.toString();
    StringBuilder whole = new StringBuilder();
    int at = 0;
    for (Map.Entry<String, String> list : lists.entrySet()) {
      String mark = '"' + list.getKey() + '"';
      int found = text.indexOf(mark, at);
      whole.append(text, at, found).append(list.getValue());
      at = found + mark.length();
    }
    return whole.append(text, at, text.length()).toString();
  }
}
