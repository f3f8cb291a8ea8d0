package dev.lucenesemantic.examples.searchdocs;

import java.util.regex.Pattern;

/** Text that can be printed on a terminal, and names that files can have. */
public final class PlainText {
  // Control and format characters would move the cursor or turn the line around.
  private static final Pattern UNPRINTABLE =
      Pattern.compile("[\\s\\p{Z}\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}&&[^\\u200d]]+");

  private static final Pattern NOT_IN_FILE_NAMES = Pattern.compile("[^A-Za-z0-9_-]+");
  private static final int LONGEST_FILE_NAME = 40;

  private PlainText() {}

  /**
   * The same words with single spaces between them and no control characters.
   *
   * @param text any text
   * @return one line
   */
  public static String oneLine(CharSequence text) {
    return UNPRINTABLE.matcher(text).replaceAll(" ").strip();
  }

  /** What is left of a name where it must do for a part of a file name on every system. */
  static String fileName(String name) {
    String clean = NOT_IN_FILE_NAMES.matcher(name).replaceAll("-");
    return clean.substring(0, Math.min(clean.length(), LONGEST_FILE_NAME));
  }
}
