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

  /** How far from its end an excerpt looks for the border of a word. */
  private static final int BORDER_SEARCH = 512;

  private TextExcerpt() {}

  /** The first {@code chars} characters or a little less, ending where a word ends. */
  static String head(String text, int chars) {
    if (text.length() <= chars) {
      return text;
    }
    for (int end = chars; end > chars - BORDER_SEARCH && end > 1; end--) {
      if (Character.isWhitespace(text.charAt(end))
          && !Character.isWhitespace(text.charAt(end - 1))) {
        return text.substring(0, end);
      }
    }
    int end = Character.isLowSurrogate(text.charAt(chars)) ? chars - 1 : chars;
    return text.substring(0, end);
  }

  /** The last {@code chars} characters or a little less, beginning where a word begins. */
  static String tail(String text, int chars) {
    if (text.length() <= chars) {
      return text;
    }
    int from = text.length() - chars;
    for (int start = from; start < from + BORDER_SEARCH && start + 1 < text.length(); start++) {
      if (Character.isWhitespace(text.charAt(start))
          && !Character.isWhitespace(text.charAt(start + 1))) {
        return text.substring(start);
      }
    }
    return text.substring(Character.isLowSurrogate(text.charAt(from)) ? from + 1 : from);
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
