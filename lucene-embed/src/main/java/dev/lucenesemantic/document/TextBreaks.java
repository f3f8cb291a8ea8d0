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

  /** From here on come the scripts that set no space behind the end of a sentence. */
  private static final int FIRST_OF_EAST_ASIA = 0x2E80;

  /**
   * Java looks for sentences in pieces of this length: the time that it takes for quotes that
   * nobody closes grows with the square of it.
   */
  private static final int PIECE = 2048;

  /** What of the text around a piece can matter for sentences in it. */
  private static final int CONTEXT = 256;

  /** Enough of a text without spaces to find the word that a place is in. */
  private static final int WORD_CONTEXT = 64;

  private static final String CLAUSE_ENDS = ",;:\u2013\u2014)\u060C\u061B\u055D\u104A\u0387\u2026";

  /** These end a clause without a space behind them. */
  private static final String WIDE_CLAUSE_ENDS =
      "\u3001\uFF0C\uFF1B\uFF1A\uFF64\u1363\u1364\u1365\uFF09\u300D\u300F";

  private static final String CLOSING = "\"')]}\u00BB\u2019\u201D\u00AB\u201C";

  /** So many marks stand together behind a sentence. */
  private static final int MOST_MARKS = 4;

  private final String text;

  private final FullStops fullStops;

  /** Where a sentence begins. */
  private final BitSet sentences = new BitSet();

  /** Made when it is needed, which takes longer than most texts. */
  private BreakIterator thaiWords;

  TextBreaks(String text) {
    this.text = text;
    fullStops = new FullStops(text);
    sentences.set(0);
    sentences.set(text.length());
    BreakIterator iterator = BreakIterator.getSentenceInstance(Locale.ROOT);
    for (int from = 0; from < text.length(); from += PIECE) {
      addSentences(iterator, from, Math.min(text.length(), from + PIECE));
    }
  }

  /** Finds where sentences begin in a piece of the text, looking a little beyond it. */
  private void addSentences(BreakIterator iterator, int from, int to) {
    int start = Math.max(0, from - CONTEXT);
    iterator.setText(text.substring(start, Math.min(text.length(), to + CONTEXT)));
    int at = from == start ? iterator.first() : iterator.following(from - start - 1);
    for (; at != BreakIterator.DONE && start + at < to; at = iterator.next()) {
      sentences.set(start + at);
    }
  }

  /** Whether a char is white space of any kind. */
  static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }

  /** Whether a char can stand between the end of a sentence and the space behind it. */
  static boolean isClosing(char c) {
    return CLOSING.indexOf(c) >= 0;
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
    int lines = lines(gap, offset);
    if (lines >= 2) {
      return true;
    }
    if (isJoinedByMark(gap, offset)) {
      return false;
    }
    int begins = sentences.nextSetBit(gap);
    if (begins >= 0
        && begins <= offset
        && isApart(gap, offset)
        && endedBeforeCapital(gap) == FullStops.Ended.SENTENCE) {
      return true;
    }
    return (lines == 1 && !Character.isLowerCase(text.codePointAt(offset)))
        || endsInMark(gap, offset)
        || ended(gap, offset) == FullStops.Ended.SENTENCE;
  }

  /** Whether what is before and behind an offset stays together because of a mark. */
  private boolean isJoinedByMark(int gap, int offset) {
    return isBeforeClosing(gap, offset)
        || (gap == offset && opensStraightQuote(offset))
        || (lines(gap, offset) == 0 && (isItemsMark(gap) || fullStops.isItemBefore(gap)));
  }

  /** Whether a mark is before an offset that begins its line, as of a comment does. */
  private boolean isItemsMark(int gap) {
    return gap > 0 && ".!?:;".indexOf(text.charAt(gap - 1)) >= 0 && fullStops.beginsLine(gap - 1);
  }

  /** Not as in the middle of {@code watch?v=1} and {@code !ready}; a dash may come directly. */
  private boolean isApart(int gap, int offset) {
    return gap < offset
        || text.codePointBefore(offset) >= 0x80
        || text.charAt(offset) == '-'
        || text.codePointAt(offset) >= FIRST_OF_EAST_ASIA;
  }

  /** What ends behind which Java begins a sentence. */
  private FullStops.Ended endedBeforeCapital(int behind) {
    return behind > 0 && text.charAt(behind - 1) == '.'
        ? fullStops.beforeCapital(behind)
        : FullStops.Ended.SENTENCE;
  }

  /** Whether a mark ends a sentence that Java does not know, or that a quote is closed behind. */
  private boolean endsInMark(int gap, int offset) {
    int behind = behindMark(gap, offset);
    if (behind == 0) {
      return false;
    }
    int mark = text.codePointBefore(behind);
    if (mark >= 0x80 && behind == gap && SentenceMarks.contains(mark)) {
      return true;
    }
    return gap < offset
        && !isSmall(offset)
        && (SentenceMarks.contains(mark)
            || (mark == '.'
                && isCapital(offset)
                && fullStops.beforeCapital(behind) == FullStops.Ended.SENTENCE));
  }

  private boolean isCapital(int offset) {
    int letter = firstLetter(offset);
    return letter < text.length() && Character.isUpperCase(text.codePointAt(letter));
  }

  private boolean isNumber(int offset) {
    int first = fullStops.firstLetter(offset);
    return first < text.length()
        && (Character.isDigit(text.charAt(first))
            || Character.getType(text.charAt(first)) == Character.CURRENCY_SYMBOL);
  }

  /** The first letter of what may be a sentence; the number of an item is before it. */
  private int firstLetter(int offset) {
    return fullStops.firstLetter(fullStops.behindItem(offset));
  }

  /** What ends at a full stop before a small letter, which Java goes on behind, or a capital. */
  private FullStops.Ended ended(int gap, int offset) {
    int behind = behindMark(gap, offset);
    if (gap == offset || behind == 0 || text.charAt(behind - 1) != '.') {
      return FullStops.Ended.NOTHING;
    }
    if (isSmall(offset)) {
      return fullStops.beforeSmallLetter(behind);
    }
    if (isCapital(offset)) {
      return fullStops.beforeCapital(behind);
    }
    return isNumber(offset) ? fullStops.beforeNumber(behind) : FullStops.Ended.NOTHING;
  }

  private boolean isSmall(int offset) {
    int letter = firstLetter(offset);
    return letter < text.length() && Character.isLowerCase(text.codePointAt(letter));
  }

  /** Where the mark ends that quotes and brackets are closed behind; a space may be before them. */
  private int behindMark(int gap, int offset) {
    int at = fullStops.beforeNotes(gap);
    int marks = 0;
    for (; at > 0 && marks < MOST_MARKS && isClosing(text.charAt(at - 1)); marks++) {
      at--;
    }
    boolean apart = marks > 0 && gap < offset && at > 0 && isSpace(text.charAt(at - 1));
    return apart && !opensBehindSpace(text.charAt(at)) ? gap(at) : at;
  }

  /** A quote that another language closes with, directly before a word. */
  private boolean isOpeningQuote(int at) {
    return Character.getType(text.charAt(at)) == Character.INITIAL_QUOTE_PUNCTUATION;
  }

  private static boolean opensBehindSpace(char c) {
    return c == '"' || c == '\'' || Character.getType(c) == Character.INITIAL_QUOTE_PUNCTUATION;
  }

  /**
   * Whether a mark that belongs to what is before it follows an offset: behind a space, a quote is
   * one that closes if nothing is joined to it.
   */
  private boolean isBeforeClosing(int gap, int offset) {
    int at = offset;
    while (at < text.length() && at - offset < MOST_MARKS && belongsBefore(text.codePointAt(at))) {
      at += Character.charCount(text.codePointAt(at));
    }
    boolean separate = at == text.length() || isSpace(text.charAt(at));
    if (lines(gap, offset) > 0) {
      // What begins a line, as a comment or the item of a list does, belongs to the line.
      separate = at == text.length() || lines(at, at + 1) > 0;
    }
    if (gap < offset) {
      return at > offset && separate;
    }
    // German quotes are closed with what opens others.
    return at > offset || closesGermanQuote(offset) || closesStraightQuote(offset);
  }

  /** Behind the mark of a sentence without spaces: whether a quote was opened before. */
  private boolean closesStraightQuote(int offset) {
    return text.charAt(offset) == '"'
        && text.codePointBefore(offset) >= FIRST_OF_EAST_ASIA
        && isQuoteOpen(offset);
  }

  /** The same of a quote that is opened there, directly before an offset. */
  private boolean opensStraightQuote(int offset) {
    int quote = offset - 1;
    return quote > 0
        && text.charAt(quote) == '"'
        && text.codePointBefore(quote) >= FIRST_OF_EAST_ASIA
        && !isQuoteOpen(quote);
  }

  private boolean isQuoteOpen(int offset) {
    boolean open = false;
    for (int i = offset - 1; i >= Math.max(0, offset - CONTEXT) && lines(i, i + 1) == 0; i--) {
      open ^= text.charAt(i) == '"';
    }
    return open;
  }

  private boolean closesGermanQuote(int offset) {
    int behind = offset + 1;
    return Character.getType(text.charAt(offset)) == Character.INITIAL_QUOTE_PUNCTUATION
        && (behind == text.length() || isSpace(text.charAt(behind)));
  }

  private static boolean belongsBefore(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.END_PUNCTUATION, Character.FINAL_QUOTE_PUNCTUATION -> true;
      default ->
          ".,;:\u2026\u3001\uFF0C".indexOf(codePoint) >= 0 || SentenceMarks.contains(codePoint);
    };
  }

  /** Whether a clause or a line ends before an offset. */
  boolean isClause(int offset) {
    if (isSentence(offset)) {
      return true;
    }
    int gap = gap(offset);
    if (isJoinedByMark(gap, offset)) {
      return false;
    }
    if (endsWith(gap, WIDE_CLAUSE_ENDS) && (gap < offset || !isOpeningQuote(gap - 1))) {
      return true;
    }
    return gap < offset
        && (lines(gap, offset) > 0
            || ended(gap, offset) == FullStops.Ended.CLAUSE
            || endsWith(gap, CLAUSE_ENDS)
            || (gap > 0 && hasNoSpaces(text.codePointBefore(gap))));
  }

  /** Whether a word ends before an offset, and more than that where words have spaces. */
  boolean isWord(int offset) {
    if (isEnd(offset)) {
      return true;
    }
    int gap = gap(offset);
    if (isBeforeClosing(gap, offset)) {
      return isParagraph(offset);
    }
    if (gap < offset) {
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
