package dev.lucenesemantic.cli;

import java.util.Locale;

/** How things are written for people. */
final class Words {
  private static final int SHOWN = 60;

  private Words() {}

  /** A text on one line, short, and without anything that a terminal would obey. */
  static String excerpt(String text) {
    return excerpt(text, SHOWN);
  }

  static String excerpt(String text, int length) {
    String line = line(text.length() > 4 * length ? text.substring(0, 4 * length) : text);
    int end = line.offsetByCodePoints(0, Math.min(length, line.codePointCount(0, line.length())));
    return end < line.length() || text.length() > 4 * length
        ? line.substring(0, end) + "..."
        : line;
  }

  /** A text on one line, without anything that a terminal would obey or a table would trip over. */
  static String line(String text) {
    return text.replaceAll("[\\s\\p{Cntrl}\\u2028\\u2029]+", " ").strip();
  }

  static String quoted(String text) {
    return '"' + excerpt(text) + '"';
  }

  /** All of a short text, with its spaces, as in a prompt. */
  static String quotedWhole(String text) {
    return '"' + text.replace("\n", "\\n").replaceAll("\\p{Cntrl}+", " ") + '"';
  }

  static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** A score with four decimals; one that rounds to zero has no sign. */
  static String score(float value) {
    String text = String.format(Locale.ROOT, "%.4f", value);
    return text.equals("-0.0000") ? "0.0000" : text;
  }

  /** Two significant digits are all that a measurement of a second is worth. */
  static String about(double value) {
    if (value >= 100) {
      double step = Math.pow(10, Math.floor(Math.log10(value)) - 1);
      return number(Math.round(value / step) * Math.round(step));
    }
    return value >= 10
        ? Long.toString(Math.round(value))
        : String.format(Locale.ROOT, "%.1f", value);
  }

  static String megabytes(long bytes) {
    double megabytes = bytes / 1e6;
    return megabytes >= 1000
        ? String.format(Locale.ROOT, "%.1f GB", megabytes / 1000)
        : megabytes >= 0.1
            ? String.format(Locale.ROOT, "%.1f MB", megabytes)
            : number(bytes) + " bytes";
  }

  static String plural(long count, String thing) {
    return plural(count, thing, thing + "s");
  }

  static String plural(long count, String thing, String things) {
    return number(count) + " " + (count == 1 ? thing : things);
  }
}
