package dev.lucenesemantic.rerank;

import dev.lucenesemantic.inference.TokenSpans;
import java.text.BreakIterator;
import java.util.Locale;

/**
 * The places between a text's tokens at which it can be cut: never inside of what a reader sees as
 * one character.
 */
final class TokenBorders {
  /** Enough to see a sequence of combining characters as a whole. */
  private static final int CONTEXT = 64;

  /** So many chars of nothing but flags are looked at. */
  private static final int LONGEST_FLAGS = 4096;

  private final String text;
  private final TokenSpans tokens;
  private final BreakIterator characters = BreakIterator.getCharacterInstance(Locale.ROOT);

  TokenBorders(String text, TokenSpans tokens) {
    this.text = text;
    this.tokens = tokens;
  }

  /** The offset in the text of the border before a token, or behind the last one. */
  int offset(int border) {
    if (border == 0) {
      return 0;
    }
    if (border == tokens.size()) {
      return tokens.complete() ? text.length() : tokens.ends()[border - 1];
    }
    int offset = tokens.starts()[border];
    while (offset < tokens.ends()[border] && Character.isWhitespace(text.charAt(offset))) {
      offset++;
    }
    return offset;
  }

  /**
   * The last border in a range; -1 if there is none.
   *
   * @param betweenWords whether it must not be inside of a word
   */
  int last(int from, int to, boolean betweenWords) {
    for (int border = to; border >= from; border--) {
      if (isBorder(border) && (!betweenWords || isBetweenWords(border))) {
        return border;
      }
    }
    return -1;
  }

  /** The first border in a range; -1 if there is none. */
  int first(int from, int to, boolean betweenWords) {
    for (int border = from; border <= to; border++) {
      if (isBorder(border) && (!betweenWords || isBetweenWords(border))) {
        return border;
      }
    }
    return -1;
  }

  private boolean isBorder(int border) {
    if (border == 0 || border == tokens.size()) {
      return true;
    }
    // The bytes of one character may be several tokens, each of which stands where it stands.
    return tokens.ends()[border - 1] <= tokens.starts()[border]
        && tokens.starts()[border] > tokens.starts()[border - 1]
        && isBetweenCharacters(offset(border));
  }

  private boolean isBetweenWords(int border) {
    int offset = offset(border);
    if (offset == 0 || offset == text.length()) {
      return true;
    }
    int before = text.codePointBefore(offset);
    int after = text.codePointAt(offset);
    return !Character.isLetterOrDigit(before)
        || !Character.isLetterOrDigit(after)
        || Character.isIdeographic(before)
        || Character.isIdeographic(after);
  }

  private static boolean isFlagHalf(int codePoint) {
    return codePoint >= 0x1F1E6 && codePoint <= 0x1F1FF;
  }

  private boolean isBetweenCharacters(int offset) {
    if (offset == 0 || offset == text.length()) {
      return true;
    }
    char after = text.charAt(offset);
    boolean surelyNew = (after < 0x80 && after != '\n') || Character.isIdeographic(after);
    if (surelyNew) {
      return true;
    }
    int from = Math.max(0, offset - CONTEXT);
    for (int i = offset - 1; i > from; i--) {
      if (text.charAt(i) < 0x80) {
        from = i;
      }
    }
    if (from > 0 && Character.isLowSurrogate(text.charAt(from))) {
      from--;
    }
    // Which two of them are a flag can only be told from the first one on.
    int furthest = Math.max(0, offset - LONGEST_FLAGS);
    while (from > furthest && isFlagHalf(text.codePointBefore(from))) {
      from -= 2;
    }
    characters.setText(text.substring(from, Math.min(text.length(), offset + CONTEXT)));
    return characters.isBoundary(offset - from);
  }
}
