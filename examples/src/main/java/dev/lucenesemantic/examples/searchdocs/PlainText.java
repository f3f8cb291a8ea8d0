package dev.lucenesemantic.examples.searchdocs;

import java.util.regex.Pattern;

/** Text that can be printed on a terminal. */
final class PlainText {
  // Control and format characters would move the cursor or turn the line around.
  private static final Pattern UNPRINTABLE =
      Pattern.compile("[\\s\\p{Z}\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}&&[^\\u200d]]+");

  private PlainText() {}

  /** The same words with single spaces between them and no control characters. */
  static String oneLine(CharSequence text) {
    return UNPRINTABLE.matcher(text).replaceAll(" ").strip();
  }
}
