package dev.lucenesemantic.inference;

/**
 * The part of a very long text that is enough to find its first (or last) tokens, so that a text of
 * many megabytes costs no more than the tokens that the model reads.
 *
 * <p>Tokenizers work word by word; an excerpt that ends where a word ends has the same tokens as
 * the whole text up to there.
 */
final class TextExcerpt {
  /**
   * No longer excerpt is taken; a text whose first million characters give too few tokens is cut.
   */
  static final int MAX_CHARS = 1 << 20;

  private TextExcerpt() {}

  /**
   * A part of a text.
   *
   * @param text the part
   * @param wholeWords whether it is cut between words; if not, the word at the cut may be broken
   */
  record Excerpt(String text, boolean wholeWords) {}

  /** The first {@code chars} characters, or up to half of them less to end where a word ends. */
  static Excerpt head(String text, int chars) {
    if (text.length() <= chars) {
      return new Excerpt(text, true);
    }
    for (int end = chars; end > chars / 2; end--) {
      if (Character.isWhitespace(text.charAt(end))
          && !Character.isWhitespace(text.charAt(end - 1))) {
        return new Excerpt(text.substring(0, end), true);
      }
    }
    int end = Character.isLowSurrogate(text.charAt(chars)) ? chars - 1 : chars;
    return new Excerpt(text.substring(0, end), false);
  }

  /** The last {@code chars} characters, or up to half of them less to begin where a word begins. */
  static Excerpt tail(String text, int chars) {
    if (text.length() <= chars) {
      return new Excerpt(text, true);
    }
    int from = text.length() - chars;
    for (int start = from; start < from + chars / 2; start++) {
      if (Character.isWhitespace(text.charAt(start))
          && !Character.isWhitespace(text.charAt(start + 1))) {
        return new Excerpt(text.substring(start), true);
      }
    }
    int start = Character.isLowSurrogate(text.charAt(from)) ? from + 1 : from;
    return new Excerpt(text.substring(start), false);
  }

  /**
   * A longer run of blanks in a text that is too long to be read as a whole counts as this long.
   */
  private static final int LONGEST_BLANK = 1_000;

  /** A text over {@link #MAX_CHARS} with its long runs of white space cut, and perhaps its end. */
  static String withoutLongBlanks(String text) {
    if (text.length() <= MAX_CHARS) {
      return text;
    }
    StringBuilder kept = new StringBuilder();
    int blanks = 0;
    // One character more than what is read shows that there was more.
    for (int i = 0; i < text.length() && kept.length() <= MAX_CHARS; i++) {
      char c = text.charAt(i);
      blanks = Character.isWhitespace(c) ? blanks + 1 : 0;
      if (blanks <= LONGEST_BLANK) {
        kept.append(c);
      }
    }
    return kept.toString();
  }

  /** The text with every half of a surrogate pair that stands alone replaced by U+FFFD. */
  static String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (isPair(text, i)) {
          i++;
        } else {
          return repair(text, i);
        }
      }
    }
    return text;
  }

  private static String repair(String text, int from) {
    StringBuilder repaired = new StringBuilder(text.length()).append(text, 0, from);
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        repaired.append(c);
      } else if (isPair(text, i)) {
        repaired.append(c).append(text.charAt(++i));
      } else {
        repaired.append('\uFFFD');
      }
    }
    return repaired.toString();
  }

  private static boolean isPair(String text, int i) {
    return Character.isHighSurrogate(text.charAt(i))
        && i + 1 < text.length()
        && Character.isLowSurrogate(text.charAt(i + 1));
  }
}
