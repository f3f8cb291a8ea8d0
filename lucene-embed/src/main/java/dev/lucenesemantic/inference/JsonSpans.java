package dev.lucenesemantic.inference;

import java.util.HashMap;
import java.util.Map;

/**
 * Finds values in a JSON text by their brackets and quotes, and builds nothing of them: a
 * vocabulary has hundreds of thousands of entries.
 */
final class JsonSpans {

  /**
   * The place of a value in the text.
   *
   * @param start where it begins
   * @param end behind its last character
   */
  record Span(int start, int end) {}

  /** The text is no JSON, as far as it was looked at. */
  static final class NotJsonException extends Exception {
    private static final long serialVersionUID = 1L;
  }

  private final String text;

  JsonSpans(String text) {
    this.text = text;
  }

  /** The values of the object that begins at a place, by their names as they are spelt. */
  Map<String, Span> members(int start) throws NotJsonException {
    Map<String, Span> members = new HashMap<>();
    int at = expect('{', blanks(start));
    while (peek(at) != '}') {
      int nameEnd = name(at);
      String name = text.substring(at + 1, nameEnd - 1);
      int begin = blanks(expect(':', blanks(nameEnd)));
      int end = value(begin);
      members.put(name, new Span(begin, end));
      at = next(end, '}');
    }
    return members;
  }

  /** The largest of the whole numbers that are the values of an object; 0 if there is none. */
  int largestNumber(Span object) throws NotJsonException {
    int largest = 0;
    int at = expect('{', blanks(object.start));
    while (peek(at) != '}') {
      int begin = blanks(expect(':', blanks(name(at))));
      int end = value(begin);
      try {
        largest = Math.max(largest, Integer.parseInt(text, begin, end, 10));
      } catch (NumberFormatException e) {
        throw new NotJsonException();
      }
      at = next(end, '}');
    }
    return largest;
  }

  /** How many values an array has. */
  int size(Span array) throws NotJsonException {
    int size = 0;
    int at = expect('[', blanks(array.start));
    while (peek(at) != ']') {
      size++;
      at = next(value(at), ']');
    }
    return size;
  }

  char first(Span value) {
    return text.charAt(value.start);
  }

  /** From behind a value to the next one, or to the bracket that closes all. */
  private int next(int end, char closing) throws NotJsonException {
    int at = blanks(end);
    return peek(at) == closing ? at : blanks(expect(',', at));
  }

  private int expect(char wanted, int at) throws NotJsonException {
    if (peek(at) != wanted) {
      throw new NotJsonException();
    }
    return blanks(at + 1);
  }

  private char peek(int at) throws NotJsonException {
    if (at >= text.length()) {
      throw new NotJsonException();
    }
    return text.charAt(at);
  }

  private int blanks(int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) <= ' ') {
      at++;
    }
    return at;
  }

  private int name(int start) throws NotJsonException {
    if (peek(start) != '"') {
      throw new NotJsonException();
    }
    return string(start);
  }

  /** The end of the value that begins at a place. */
  private int value(int start) throws NotJsonException {
    char first = peek(start);
    if (first == '"') {
      return string(start);
    }
    if (first != '{' && first != '[') {
      int at = start;
      while (",]} \t\r\n".indexOf(peek(at)) < 0) {
        at++;
      }
      return at;
    }
    int depth = 0;
    int at = start;
    do {
      char c = peek(at);
      if (c == '"') {
        at = string(at);
        continue;
      }
      if (c == '{' || c == '[') {
        depth++;
      } else if (c == '}' || c == ']') {
        depth--;
      }
      at++;
    } while (depth > 0);
    return at;
  }

  private int string(int start) throws NotJsonException {
    int at = start + 1;
    while (peek(at) != '"') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    return at + 1;
  }
}
