package dev.lucenesemantic.rerank;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Fields, and the words around them.
 *
 * @param fields the fields in the order of the template; at least one
 * @param words what stands before, between and behind them: one more than fields
 */
record TextTemplate(List<String> fields, List<String> words) {

  static TextTemplate ofField(String field) {
    return new TextTemplate(List.of(field), List.of("", ""));
  }

  /** Reads {@code "{title}. {body}"}. */
  static TextTemplate parse(String template) {
    List<String> fields = new ArrayList<>();
    List<String> words = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    for (int at = 0; at < template.length(); at++) {
      char c = template.charAt(at);
      if (c != '{' && c != '}') {
        literal.append(c);
      } else if (at + 1 < template.length() && template.charAt(at + 1) == c) {
        literal.append(c);
        at++;
      } else {
        int close = c == '{' ? template.indexOf('}', at) : -1;
        String field = close < 0 ? "" : template.substring(at + 1, close);
        if (field.isBlank() || field.indexOf('{') >= 0) {
          throw new IllegalArgumentException(
              "the template \""
                  + template
                  + "\" has a single brace at "
                  + at
                  + " that belongs to no field name; write {title} for a field, {{ for a brace");
        }
        words.add(literal.toString());
        literal.setLength(0);
        fields.add(field);
        at = close;
      }
    }
    words.add(literal.toString());
    if (fields.isEmpty()) {
      throw new IllegalArgumentException(
          "the template \"" + template + "\" names no field; write for example {title}. {body}");
    }
    return new TextTemplate(List.copyOf(fields), List.copyOf(words));
  }

  Set<String> fieldNames() {
    return new LinkedHashSet<>(fields);
  }

  /**
   * @param values gives a field's value; null if it has none
   * @return the text; null if no field has a value
   */
  String fill(Function<String, String> values) {
    StringBuilder text = new StringBuilder();
    boolean before = true;
    boolean any = false;
    for (int i = 0; i < fields.size(); i++) {
      String value = values.apply(fields.get(i));
      if (value != null) {
        text.append(before ? words.get(i) : any ? " " : "").append(value);
        any = true;
      }
      before = value != null;
    }
    if (before) {
      text.append(words.getLast());
    }
    return any ? text.toString() : null;
  }
}
