package dev.lucenesemantic.document;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a full stop ends, by what is before it and what kind of letter or number comes next; and the
 * marks of items and footnotes, which stand between sentences and are none.
 */
final class FullStops {
  /** What can end at a full stop. */
  enum Ended {
    NOTHING,
    CLAUSE,
    SENTENCE
  }

  /** So many sentences begin with a small letter for each that begins with a name. */
  private static final int SMALL_FOR_A_CAPITAL = 4;

  /** Abbreviations that are not listed are shorter. */
  private static final int SURELY_WORD = 5;

  /** Most abbreviations before numbers that are not listed are shorter. */
  private static final int LIKELY_WORD = 4;

  private static final int LONGEST_ABBREVIATION = 8;

  private static final int LONGEST_ORDINAL = 2;

  /** Digits of the number of an item in a list, or of a heading between its full stops. */
  private static final int LONGEST_ITEM = 3;

  private static final int LONGEST_INDENT = 16;

  private static final int LONGEST_OPENING = 4;

  private static final Pattern ROMAN = Pattern.compile("[IVXLC]{2,}");

  private static final String LABEL_PART = "(\\d{1,3}|\\p{L}|[ivxlc]{1,5}|[IVXLC]{1,5})";

  private static final Pattern LABEL =
      Pattern.compile("\\(?" + LABEL_PART + "(\\." + LABEL_PART + "){0,3}([.:]|\\.?\\))");

  private static final String LABEL_ENDS = ".:)";

  private static final Pattern ENCLOSED_LABEL = Pattern.compile("\\(" + LABEL_PART + "\\)");

  /** Chars of the mark of an item. */
  private static final int LONGEST_LABEL = 16;

  private static final Pattern NOTE = Pattern.compile("\\[[\\d\\s,;\u2013-]+\\]|\\[\\p{L}\\]");

  private static final String NOTE_MARKS =
      "*\u2020\u2021\u00B9\u00B2\u00B3\u2070\u2074\u2075" + "\u2076\u2077\u2078\u2079";

  private static final int LONGEST_NOTE = 16;

  private static final int MOST_NOTES = 4;

  private static final String VOWELS = "AEIOUYaeiouy";

  /** These go on with what they shorten, before a capital letter too. */
  private static final Set<String> INNER =
      Set.of(
          ("e.g i.e approx aprox cf viz fig figs eq eqs ref refs esp incl prof mrs vs gen rev gov capt"
                  + " z.b d.h bzw vgl ggf evtl inkl bspw sog insb insbes abzgl zzgl entspr urspr"
                  + " bijv evt p.ej p.ex ej ex ee sra dra mevr sig dott n\u00E1m nap\u0159 ul")
              .split(" "));

  /** These can also be the last word of a sentence. */
  private static final Set<String> LAST =
      Set.of(
          ("al etc usw usf osv enz ecc resp excl exkl ca env ung avg vol vols dept univ assoc corp"
                  + " inc misc suppl spp ssp subsp subspp jan feb apr aug sept oct"
                  + " nov dec jahrh allg ehem engl franz abs aufl mio std sek geb gest p\u00E1g"
                  + " p\u00E1gs n\u00FAm dpto iflg \u0443\u043B \u0440\u0443\u0431"
                  + " \u0442\u044B\u0441 \u043D\u0430\u043F\u0440 \u0438\u043C \u0440\u0438\u0441"
                  + " \u0442\u0430\u0431\u043B")
              .split(" "));

  /** These stand before a number, besides those that are listed above and single letters. */
  private static final Set<String> NUMBERED =
      Set.of(
          ("no nos nr nrs num nums n\u00BA pp bd bde sec sect secs ch chap cap art"
                  + " arts para paras tab tabs abb kap abt circa lib ver prop thm lem def ed"
                  + " einschl insg ziff abschn monatl blvd bldg lett sects eqns thms calif exod matth"
                  + " tues thurs janv f\u00E9vr juil fasc boul"
                  + " bl folio mar jun jul sep okt dez t\u0159 \u0441\u0442\u0440"
                  + " \u0433\u043B \u0441\u0442")
              .split(" "));

  private final String text;

  /** Whether sentences begin with small letters; null as long as nobody has asked. */
  private Boolean uncapitalized;

  FullStops(String text) {
    this.text = text;
  }

  /**
   * What ends at a full stop before a small letter.
   *
   * @param behind the offset behind the full stop
   */
  Ended beforeSmallLetter(int behind) {
    Ended plain = isUncapitalized() ? Ended.SENTENCE : Ended.CLAUSE;
    int end = wordEnd(behind);
    if (end == 0) {
      return Ended.NOTHING;
    }
    boolean apart = TextBreaks.isSpace(text.charAt(behind - 2));
    char last = text.charAt(end - 1);
    if (last == '.') {
      return Ended.CLAUSE;
    }
    if (Character.isDigit(last)) {
      return number(end, apart);
    }
    if (!Character.isLetter(last) || Character.isIdeographic(last)) {
      return plain;
    }
    String word = word(end);
    if (apart) {
      boolean letter = word.length() == 1;
      boolean spelt = letter && (followsFullStop(end - 1) || isBeforeLetterAlone(behind));
      return spelt || isListed(word) || (letter && !isUncapitalized()) ? Ended.NOTHING : plain;
    }
    boolean doubtful = !isUncapitalized() && word.length() < SURELY_WORD;
    return doubtful || isShort(word) || isListed(word) ? Ended.NOTHING : plain;
  }

  /**
   * What ends at a full stop before a capital letter. Nothing does behind what is likely an
   * abbreviation: a single letter with a case, a few letters of which none is a vowel, as in {@code
   * Dr.}, or a word that always goes on; nor behind the number of a heading or of an item.
   *
   * @param behind the offset behind the full stop
   */
  Ended beforeCapital(int behind) {
    int end = behind - 1;
    if (end == 0) {
      return Ended.NOTHING;
    }
    if (Character.isDigit(text.charAt(end - 1))) {
      return numberBeforeCapital(end);
    }
    if (!Character.isLetter(text.charAt(end - 1))) {
      return Ended.SENTENCE;
    }
    String word = word(end);
    String piece = word.substring(word.lastIndexOf('.') + 1);
    if (INNER.contains(word.toLowerCase(Locale.ROOT))) {
      return Ended.NOTHING;
    }
    if (piece.length() == 1) {
      return letterBeforeCapital(piece.charAt(0), behind);
    }
    if (hasNoVowel(piece)) {
      boolean unit = Character.isLowerCase(piece.charAt(0)) && followsDigit(end - piece.length());
      return unit ? Ended.SENTENCE : Ended.NOTHING;
    }
    // A king's number goes on, that of a war is the end.
    return ROMAN.matcher(piece).matches() ? Ended.CLAUSE : Ended.SENTENCE;
  }

  /**
   * What ends at a full stop before a number or an amount of money, with which sentences begin as
   * well, and which follows many abbreviations.
   *
   * @param behind the offset behind the full stop
   */
  Ended beforeNumber(int behind) {
    int end = behind - 1;
    if (end == 0) {
      return Ended.NOTHING;
    }
    char last = text.charAt(end - 1);
    if (Character.isDigit(last)) {
      return numberBeforeCapital(end);
    }
    if (!Character.isLetter(last) || Character.isIdeographic(last)) {
      return Ended.SENTENCE;
    }
    String word = word(end);
    String small = word.toLowerCase(Locale.ROOT);
    boolean street = small.endsWith("str") || small.endsWith("nr");
    if (street || isListed(word) || NUMBERED.contains(small) || isShort(word)) {
      return Ended.NOTHING;
    }
    if (word.length() >= LIKELY_WORD) {
      return Ended.SENTENCE;
    }
    // Days of the week, among others.
    return Character.isUpperCase(word.charAt(0)) ? Ended.NOTHING : Ended.CLAUSE;
  }

  private Ended letterBeforeCapital(char letter, int behind) {
    if (!Character.isUpperCase(letter) && !Character.isLowerCase(letter)) {
      return Ended.SENTENCE;
    }
    boolean goesOn =
        Character.isUpperCase(letter)
            || !isLatin(letter)
            || followsFullStop(behind - 2)
            || isBeforeLetterAlone(behind)
            || beginsLine(behind - 2);
    // It can also be the name of something, as of a variable.
    return goesOn ? Ended.NOTHING : Ended.CLAUSE;
  }

  private Ended numberBeforeCapital(int end) {
    int from = end;
    int digits = 0;
    while (from > 0
        && digits <= LONGEST_ITEM
        && (Character.isDigit(text.charAt(from - 1)) || text.charAt(from - 1) == '.')) {
      from--;
      digits = text.charAt(from) == '.' ? 0 : digits + 1;
    }
    if (digits <= LONGEST_ITEM && beginsLine(from)) {
      return Ended.NOTHING;
    }
    boolean whole = from == 0 || !isOfNumber(text.charAt(from - 1));
    boolean ordinal = whole && end - from <= LONGEST_ORDINAL;
    return ordinal ? Ended.CLAUSE : Ended.SENTENCE;
  }

  /** Whether nothing but a little space is before an offset on its line. */
  boolean beginsLine(int offset) {
    int at = offset;
    while (at > 0
        && offset - at < LONGEST_INDENT
        && (text.charAt(at - 1) == ' ' || text.charAt(at - 1) == '\t')) {
      at--;
    }
    return at == 0 || text.charAt(at - 1) == '\n' || text.charAt(at - 1) == '\r';
  }

  /**
   * Whether the mark of an item is before an offset: {@code 1.}, {@code 2.)}, {@code iii.}, {@code
   * A.1} at the begin of a line, and {@code (3)} or {@code (b)} anywhere.
   */
  boolean isItemBefore(int end) {
    if (end == 0 || LABEL_ENDS.indexOf(text.charAt(end - 1)) < 0) {
      return false;
    }
    int from = end;
    while (from > 0 && end - from < LONGEST_LABEL && !TextBreaks.isSpace(text.charAt(from - 1))) {
      from--;
    }
    String label = text.substring(from, end);
    return (beginsLine(from) && LABEL.matcher(label).matches())
        || ((from == 0 || TextBreaks.isSpace(text.charAt(from - 1)))
            && ENCLOSED_LABEL.matcher(label).matches());
  }

  /** The offset of what follows the mark of an item in brackets; the same if there is none. */
  int behindItem(int offset) {
    Matcher matcher = ENCLOSED_LABEL.matcher(text);
    matcher.region(offset, Math.min(text.length(), offset + LONGEST_LABEL));
    return matcher.lookingAt() ? matcher.end() : offset;
  }

  /**
   * The offset before the marks of footnotes that end at an offset, as in {@code so.[1][2]} and
   * {@code so.*}; the same if there are none.
   */
  int beforeNotes(int end) {
    int at = end;
    for (int notes = 0; notes < MOST_NOTES && at > 0; notes++) {
      int from = at;
      if (NOTE_MARKS.indexOf(text.charAt(at - 1)) >= 0) {
        from = at - 1;
      } else if (text.charAt(at - 1) == ']') {
        String near = text.substring(Math.max(0, at - LONGEST_NOTE), at);
        int opened = near.lastIndexOf('[');
        boolean note = opened >= 0 && NOTE.matcher(near.substring(opened)).matches();
        from = note ? at - near.length() + opened : at;
      }
      if (from == at) {
        break;
      }
      at = from;
    }
    return at;
  }

  /** Whether a number is before an offset, perhaps with a space between. */
  private boolean followsDigit(int offset) {
    int at = offset > 0 && TextBreaks.isSpace(text.charAt(offset - 1)) ? offset - 1 : offset;
    return at > 0 && Character.isDigit(text.charAt(at - 1));
  }

  private Ended number(int end, boolean apart) {
    int from = end;
    while (from > 0 && isOfNumber(text.charAt(from - 1))) {
      from--;
    }
    boolean whole = text.substring(from, end).chars().allMatch(Character::isDigit);
    boolean ordinal = whole && end - from <= LONGEST_ORDINAL;
    // An ordinal or a day in many languages, or the number of what follows.
    if (!isUncapitalized() || (ordinal && (!apart || from == 0 || followsFullStop(from)))) {
      return Ended.NOTHING;
    }
    return whole && !apart ? Ended.CLAUSE : Ended.SENTENCE;
  }

  private static boolean isOfNumber(char c) {
    return Character.isLetterOrDigit(c) || c == '.' || c == ',' || c == '/' || c == '-';
  }

  /** Whether a single letter and a full stop follow, as in {@code e . g .} */
  private boolean isBeforeLetterAlone(int behind) {
    int letter = firstLetter(behind);
    int dot = firstLetter(letter + 1);
    return dot < text.length()
        && text.charAt(dot) == '.'
        && Character.isLetter(text.charAt(letter));
  }

  private boolean followsFullStop(int offset) {
    int at = offset;
    while (at > 0 && offset - at < LONGEST_OPENING && TextBreaks.isSpace(text.charAt(at - 1))) {
      at--;
    }
    return at > 0 && text.charAt(at - 1) == '.';
  }

  /** Where the word before a full stop ends; some texts have a space between them. */
  private int wordEnd(int behind) {
    int end = behind - 1;
    while (end > 0
        && behind - end < LONGEST_OPENING
        && (TextBreaks.isSpace(text.charAt(end - 1))
            || Character.isIdentifierIgnorable(text.charAt(end - 1)))) {
      end--;
    }
    return end;
  }

  /** The letters before an offset, with full stops between them; of a long word its end. */
  private String word(int end) {
    int from = end;
    while (from > 0 && end - from <= LONGEST_ABBREVIATION && isOfWord(from)) {
      from--;
    }
    while (from < end - 1 && text.charAt(from) == '.') {
      from++;
    }
    return text.substring(from, end);
  }

  private boolean isOfWord(int end) {
    char c = text.charAt(end - 1);
    if (c == '-' || c == '\'' || c == '\u2019') {
      return end > 1 && Character.isLetterOrDigit(text.charAt(end - 2));
    }
    return c == '.'
        || (Character.isLetterOrDigit(c) && !Character.isIdeographic(c))
        || Character.getType(c) == Character.NON_SPACING_MARK;
  }

  private static boolean isListed(String word) {
    String small = word.toLowerCase(Locale.ROOT);
    return INNER.contains(small) || LAST.contains(small);
  }

  /** Whether a word is a letter, ends in a letter or two behind another full stop, or like Dr. */
  private static boolean isShort(String word) {
    int dot = word.lastIndexOf('.');
    int letters = word.length() - dot - 1;
    return letters == 1 || (dot >= 0 && letters == 2) || hasNoVowel(word.substring(dot + 1));
  }

  /** Whether a word is of two or three letters without vowels, accents or capitals as in PCR. */
  private static boolean hasNoVowel(String word) {
    return (word.length() == 2 || word.length() == 3)
        && Character.isLowerCase(word.charAt(word.length() - 1))
        && word.chars().allMatch(c -> c < 0x80 && isLatin((char) c) && VOWELS.indexOf(c) < 0);
  }

  private static boolean isLatin(char c) {
    return Character.isLetter(c) && Character.UnicodeScript.of(c) == Character.UnicodeScript.LATIN;
  }

  /** The offset of what a sentence begins with behind its quotes and brackets. */
  int firstLetter(int offset) {
    int at = offset;
    while (at < text.length() && at - offset < LONGEST_OPENING && isOpening(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static boolean isOpening(char c) {
    return switch (Character.getType(c)) {
      case Character.START_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.DASH_PUNCTUATION ->
          true;
      default -> "\"'*\u2022\u00BF\u00A1".indexOf(c) >= 0 || TextBreaks.isSpace(c);
    };
  }

  private boolean isUncapitalized() {
    if (uncapitalized == null) {
      uncapitalized = isWrittenWithoutCapitals();
    }
    return uncapitalized;
  }

  private boolean isWrittenWithoutCapitals() {
    int first = firstLetter(0);
    int small = first < text.length() && Character.isLowerCase(text.charAt(first)) ? 1 : 0;
    int capital = first < text.length() && Character.isUpperCase(text.charAt(first)) ? 1 : 0;
    for (int dot = text.indexOf('.'); dot >= 0; dot = text.indexOf('.', dot + 1)) {
      int next = dot + 1;
      while (next < text.length()
          && next - dot <= LONGEST_OPENING
          && TextBreaks.isClosing(text.charAt(next))) {
        next++;
      }
      if (next == text.length() || !TextBreaks.isSpace(text.charAt(next)) || !endsWord(dot)) {
        continue;
      }
      while (next < text.length()
          && next - dot <= 2 * LONGEST_OPENING
          && TextBreaks.isSpace(text.charAt(next))) {
        next++;
      }
      next = firstLetter(next);
      if (next < text.length()) {
        small += Character.isLowerCase(text.charAt(next)) ? 1 : 0;
        capital += Character.isUpperCase(text.charAt(next)) ? 1 : 0;
      }
    }
    return small > 0 && small >= SMALL_FOR_A_CAPITAL * capital;
  }

  private boolean endsWord(int dot) {
    int end = wordEnd(dot + 1);
    if (end == 0 || !Character.isLetter(text.charAt(end - 1))) {
      return false;
    }
    String word = word(end);
    return !isShort(word) && !isListed(word);
  }
}
