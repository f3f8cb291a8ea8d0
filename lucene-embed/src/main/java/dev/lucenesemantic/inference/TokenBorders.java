package dev.lucenesemantic.inference;

import java.text.BreakIterator;
import java.util.Locale;
import java.util.function.IntPredicate;

/**
 * The places between a text's tokens at which it can be cut: never inside of what a reader sees as
 * one character. A border is counted by the tokens before it, from 0 to the number of tokens. For
 * one thread.
 */
public final class TokenBorders {
  /** Enough to see a sequence of combining characters as a whole. */
  private static final int CONTEXT = 64;

  /** How many chars half a flag has. */
  private static final int FLAG_HALF = 2;

  private final String text;
  private final TokenSpans tokens;
  private final BreakIterator characters = BreakIterator.getCharacterInstance(Locale.ROOT);

  /** A stretch of nothing but flags, with its true beginning: which two halves are one flag. */
  private int flagsFrom;

  private int flagsTo;

  /**
   * Makes the borders of a text.
   *
   * @param text the text
   * @param tokens where its tokens stand
   */
  public TokenBorders(String text, TokenSpans tokens) {
    this.text = text;
    this.tokens = tokens;
  }

  /**
   * The number of tokens, which is the last border.
   *
   * @return the tokens of the text
   */
  public int size() {
    return tokens.size();
  }

  /**
   * The offset in the text of the border before a token, or behind the last one.
   *
   * @param border the border
   * @return an offset in chars
   */
  public int offset(int border) {
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
   * The last border in a range at a place of some kind.
   *
   * @param from the first border of the range
   * @param to the last border of the range, included
   * @param place which offsets in the text will do
   * @return the border; -1 if there is none
   */
  public int last(int from, int to, IntPredicate place) {
    for (int border = to; border >= from; border--) {
      if (isBorder(border) && place.test(offset(border))) {
        return border;
      }
    }
    return -1;
  }

  /**
   * The first border in a range at a place of some kind.
   *
   * @param from the first border of the range
   * @param to the last border of the range, included
   * @param place which offsets in the text will do
   * @return the border; -1 if there is none
   */
  public int first(int from, int to, IntPredicate place) {
    for (int border = from; border <= to; border++) {
      if (isBorder(border) && place.test(offset(border))) {
        return border;
      }
    }
    return -1;
  }

  /**
   * The last border in a range that need not be between what a reader sees as characters, but is
   * between code points.
   */
  int lastBetweenCodePoints(int from, int to) {
    for (int border = to; border >= from; border--) {
      if (isBetweenTokens(border)) {
        return border;
      }
    }
    return -1;
  }

  private boolean isBorder(int border) {
    return border == 0
        || border == tokens.size()
        || (isBetweenTokens(border) && isBetweenCharacters(offset(border)));
  }

  /** The bytes of one character may be several tokens, each of which stands where it stands. */
  private boolean isBetweenTokens(int border) {
    return border == 0
        || border == tokens.size()
        || (tokens.ends()[border - 1] <= tokens.starts()[border]
            && tokens.starts()[border] > tokens.starts()[border - 1]);
  }

  /**
   * Whether a place is not inside of a word.
   *
   * @param offset an offset in the text
   * @return true at the text's ends, beside anything but letters and digits, and between ideographs
   */
  public boolean isBetweenWords(int offset) {
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
    if (isFlagHalf(text.codePointAt(offset)) && isFlagHalf(text.codePointBefore(offset))) {
      return isBetweenFlags(offset);
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
    characters.setText(text.substring(from, Math.min(text.length(), offset + CONTEXT)));
    return characters.isBoundary(offset - from);
  }

  /** Which two halves are a flag can only be told from the first one on, however far that is. */
  private boolean isBetweenFlags(int offset) {
    if (offset < flagsFrom || offset > flagsTo) {
      flagsFrom = offset;
      flagsTo = offset;
      while (flagsFrom > 0 && isFlagHalf(text.codePointBefore(flagsFrom))) {
        flagsFrom -= FLAG_HALF;
      }
      while (flagsTo < text.length() && isFlagHalf(text.codePointAt(flagsTo))) {
        flagsTo += FLAG_HALF;
      }
    }
    return (offset - flagsFrom) / FLAG_HALF % 2 == 0;
  }
}
