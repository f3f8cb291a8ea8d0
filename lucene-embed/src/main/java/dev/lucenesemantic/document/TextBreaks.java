package dev.lucenesemantic.document;

import java.text.BreakIterator;
import java.util.BitSet;
import java.util.Locale;

/**
 * What kind of a place an offset in a text is, for cutting there: the end of a paragraph, of a
 * sentence, of a clause or of a word. Each kind includes the better ones, and the ends of the text
 * are of every kind. For one thread.
 */
final class TextBreaks {
  /** So much white space is looked at; more of it is not another kind of place. */
  private static final int LONGEST_GAP = 256;

  /** Enough of a text without spaces to find the word that a place is in. */
  private static final int WORD_CONTEXT = 64;

  // Java knows those of Latin, Greek, Cyrillic, Indic and CJK texts.
  private static final String OTHER_SENTENCE_ENDS =
      "\u061F\u06D4\u0589\u1362\u1367\u1368\u17D4\u17D5\u104B\u0F0D\u0F0E\u1803\u1809\uFF61";

  private static final String CLAUSE_ENDS = ",;:\u2013\u2014)\u060C\u061B\u055D\u104A\u0387\u2026";

  /** These end a clause without a space behind them. */
  private static final String WIDE_CLAUSE_ENDS =
      "\u3001\uFF0C\uFF1B\uFF1A\uFF64\u1363\u1364\u1365\uFF09\u300D\u300F";

  private static final String VOWELS = "AEIOUYaeiouy";

  private static final int LONGEST_ABBREVIATION = 4;

  private static final String CLOSING = "\"')]}\u00BB\u2019\u201D";

  private final String text;

  /** Where a sentence begins. */
  private final BitSet sentences = new BitSet();

  /** Made when it is needed, which takes longer than most texts. */
  private BreakIterator thaiWords;

  TextBreaks(String text) {
    this.text = text;
    BreakIterator iterator = BreakIterator.getSentenceInstance(Locale.ROOT);
    iterator.setText(text);
    for (int at = iterator.first(); at != BreakIterator.DONE; at = iterator.next()) {
      sentences.set(at);
    }
  }

  /** Whether a char is white space of any kind. */
  static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }

  /** Whether a blank line is before an offset. */
  boolean isParagraph(int offset) {
    return isEnd(offset) || lines(gap(offset), offset) >= 2;
  }

  /**
   * Whether a sentence ends before an offset. A line that does not go on in lower case is one, for
   * headings and lists have no full stops.
   */
  boolean isSentence(int offset) {
    if (isEnd(offset)) {
      return true;
    }
    int gap = gap(offset);
    int begins = sentences.nextSetBit(gap);
    if (begins >= 0 && begins <= offset && !isAbbreviation(gap)) {
      return true;
    }
    int lines = lines(gap, offset);
    return lines >= 2
        || (lines == 1 && !Character.isLowerCase(text.codePointAt(offset)))
        || endsWith(gap, OTHER_SENTENCE_ENDS);
  }

  /**
   * Whether what ends at an offset is likely an abbreviation: a full stop behind a single capital
   * letter, or behind a few letters of which none is a vowel, as in {@code Dr.} and {@code vs.}
   */
  private boolean isAbbreviation(int offset) {
    if (offset == 0 || text.charAt(offset - 1) != '.') {
      return false;
    }
    int at = offset - 1;
    boolean vowels = false;
    while (at > 0 && offset - at <= LONGEST_ABBREVIATION && isLatin(text.charAt(at - 1))) {
      at--;
      vowels |= VOWELS.indexOf(text.charAt(at)) >= 0;
    }
    int letters = offset - 1 - at;
    boolean wholeWord = at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1));
    return wholeWord
        && (letters == 1
            ? Character.isUpperCase(text.charAt(at))
            : letters > 1 && letters < LONGEST_ABBREVIATION && !vowels);
  }

  private static boolean isLatin(char c) {
    return Character.isLetter(c) && Character.UnicodeScript.of(c) == Character.UnicodeScript.LATIN;
  }

  /** Whether a clause or a line ends before an offset. */
  boolean isClause(int offset) {
    if (isSentence(offset)) {
      return true;
    }
    int gap = gap(offset);
    if (endsWith(gap, WIDE_CLAUSE_ENDS)) {
      return true;
    }
    return gap < offset
        && (lines(gap, offset) > 0
            || endsWith(gap, CLAUSE_ENDS)
            || (gap > 0 && hasNoSpaces(text.codePointBefore(gap))));
  }

  /** Whether a word ends before an offset, and more than that where words have spaces. */
  boolean isWord(int offset) {
    if (isEnd(offset) || gap(offset) < offset) {
      return true;
    }
    int before = text.codePointBefore(offset);
    int after = text.codePointAt(offset);
    if (hasNoSpaces(before) && hasNoSpaces(after)) {
      return isThaiWord(offset);
    }
    return Character.isIdeographic(before) || Character.isIdeographic(after) || isClause(offset);
  }

  private boolean isThaiWord(int offset) {
    int from = Math.max(0, offset - WORD_CONTEXT);
    int to = Math.min(text.length(), offset + WORD_CONTEXT);
    if (thaiWords == null) {
      thaiWords = BreakIterator.getWordInstance(Locale.forLanguageTag("th"));
    }
    thaiWords.setText(text.substring(from, to));
    return thaiWords.isBoundary(offset - from);
  }

  private boolean isEnd(int offset) {
    return offset == 0 || offset == text.length();
  }

  /** Where the white space before an offset begins; the offset itself if there is none. */
  private int gap(int offset) {
    int gap = offset;
    while (gap > 0 && offset - gap < LONGEST_GAP && isSpace(text.charAt(gap - 1))) {
      gap--;
    }
    return gap;
  }

  private int lines(int from, int to) {
    int lines = 0;
    for (int i = from; i < to; i++) {
      switch (text.charAt(i)) {
        case '\n' -> lines += i > 0 && text.charAt(i - 1) == '\r' ? 0 : 1;
        case '\r', '\u000B', '\u0085', '\u2028' -> lines++;
        case '\f', '\u2029' -> lines += 2;
        default -> {}
      }
    }
    return lines;
  }

  private boolean endsWith(int offset, String marks) {
    int at = offset - 1;
    while (at > 0 && offset - at < 4 && CLOSING.indexOf(text.charAt(at)) >= 0) {
      at--;
    }
    return offset > 0
        && (marks.indexOf(text.charAt(at)) >= 0 || marks.indexOf(text.charAt(offset - 1)) >= 0);
  }

  /** Whether a letter is of a script that has spaces between phrases only. */
  private static boolean hasNoSpaces(int codePoint) {
    return switch (Character.UnicodeScript.of(codePoint)) {
      case THAI, LAO, KHMER, MYANMAR -> true;
      default -> false;
    };
  }
}
