package dev.lucenesemantic.document;

import dev.lucenesemantic.embed.DocumentTokens;
import dev.lucenesemantic.embed.TextEmbedder;
import dev.lucenesemantic.inference.TokenBorders;
import dev.lucenesemantic.inference.TokenSpans;
import dev.lucenesemantic.inference.TokenWindows;
import dev.lucenesemantic.inference.TokenWindows.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntPredicate;

/**
 * Divides texts of any length into passages that a model reads to their end. Passages are measured
 * in the model's own tokens, special tokens, document prompt and title included, and none has more
 * than {@link #size()}; only a single code point of more tokens than that, such as a ligature that
 * the model reads as a whole phrase, would be cut by the model, and with sizes of a few tokens a
 * piece of a word can have a token or two more alone than it has inside of the word.
 *
 * <p>A passage ends at the best place in its second half: the end of a paragraph, which may also be
 * a little earlier, otherwise of a sentence, a clause, a word. The next one begins there, or up to
 * {@link #overlap()} tokens earlier if a sentence begins there; behind a sentence that was cut, at
 * a word. Characters as a reader sees them are not cut, unless one alone has more tokens than a
 * passage.
 *
 * <p>Everything but white space is in a passage, unless there are more than {@link #maxPassages()}.
 * A text of white space has none.
 *
 * <p>Instances are immutable and safe for use by several threads. The time that a text takes grows
 * with its length and no faster.
 */
public final class PassageSplitter {
  /**
   * The size without {@link #withSize}, where the model can read as much: a page's section, which a
   * vector can still stand for.
   */
  public static final int DEFAULT_SIZE = 256;

  /** More of a title is never needed. */
  private static final int MAX_TITLE_CHARS = 1 << 14;

  /** So many chars are taken into tokens at once, and up to the second number if they are few. */
  private static final int SECTION_CHARS = 1 << 16;

  private static final int MAX_SECTION_CHARS = 1 << 19;

  /** So many tokens at the end of a section may be others in the whole text. */
  private static final int BORDER_TOKENS = 32;

  private final TextEmbedder embedder;
  private final DocumentTokens tokens;
  private final boolean independentWords;
  private final int size;
  private final int overlap;
  private final int maxPassages;

  /**
   * Makes a splitter with passages of {@link #DEFAULT_SIZE} tokens or the model's limit, an overlap
   * of an eighth of that, and no limit to their number.
   *
   * @param embedder the model that will encode the passages; not closed
   * @throws IllegalArgumentException if the embedder does not give the tokens of its documents
   */
  public PassageSplitter(TextEmbedder embedder) {
    this(
        embedder,
        Objects.requireNonNull(embedder, "embedder")
            .documentTokens()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "Model "
                            + FieldModels.describe(embedder.modelName(), embedder.fingerprint())
                            + " does not give the tokens of its documents, by which texts are"
                            + " divided: its documentTokens() is empty")));
  }

  private PassageSplitter(TextEmbedder embedder, DocumentTokens tokens) {
    this(embedder, tokens, Math.min(DEFAULT_SIZE, tokens.limit()), -1, Integer.MAX_VALUE);
  }

  private PassageSplitter(
      TextEmbedder embedder, DocumentTokens tokens, int size, int overlap, int maxPassages) {
    this.embedder = embedder;
    this.tokens = tokens;
    this.independentWords = tokens.independentWords();
    this.size = size;
    this.overlap = overlap < 0 ? size / 8 : overlap;
    this.maxPassages = maxPassages;
  }

  /**
   * The same splitter with another size, and an overlap of an eighth of it.
   *
   * @param tokens the most tokens of a passage, special tokens, prompt and title included
   * @return a copy
   * @throws IllegalArgumentException if the model cannot read as many, or they leave no room beside
   *     the special tokens and the prompt
   */
  public PassageSplitter withSize(int tokens) {
    if (tokens > this.tokens.limit()) {
      throw new IllegalArgumentException(
          "passages of "
              + tokens
              + " tokens are too long for model "
              + embedder.modelName()
              + ", which reads "
              + this.tokens.limit()
              + " at the most");
    }
    int beside = this.tokens.count("");
    if (tokens <= beside) {
      throw new IllegalArgumentException(
          "passages of "
              + tokens
              + " tokens leave no room for text beside the "
              + beside
              + " special tokens and tokens of the prompt of model "
              + embedder.modelName());
    }
    return new PassageSplitter(embedder, this.tokens, tokens, -1, maxPassages);
  }

  /**
   * The same splitter with another overlap.
   *
   * @param tokens how many tokens two passages that follow each other share at the most; in effect
   *     no more than half of what a passage has room for
   * @return a copy
   * @throws IllegalArgumentException if the number is negative
   */
  public PassageSplitter withOverlap(int tokens) {
    if (tokens < 0) {
      throw new IllegalArgumentException(
          "an overlap of " + tokens + " tokens; it must be 0 or more");
    }
    return new PassageSplitter(embedder, this.tokens, size, tokens, maxPassages);
  }

  /**
   * The same splitter with a limit to the passages of a text. The end of a text that has more is
   * left out, which {@link SplitText} tells.
   *
   * @param number the most passages of a text, at least 1
   * @return a copy
   * @throws IllegalArgumentException if the number is below 1
   */
  public PassageSplitter withMaxPassages(int number) {
    if (number < 1) {
      throw new IllegalArgumentException("a text needs at least 1 passage, got: " + number);
    }
    return new PassageSplitter(embedder, tokens, size, overlap, number);
  }

  /**
   * The model whose tokens count.
   *
   * @return the embedder given to the constructor
   */
  public TextEmbedder embedder() {
    return embedder;
  }

  /**
   * How long a passage can be.
   *
   * @return tokens, special tokens, prompt and title included
   */
  public int size() {
    return size;
  }

  /**
   * How much two passages that follow each other share at the most.
   *
   * @return tokens
   */
  public int overlap() {
    return overlap;
  }

  /**
   * How many passages a text can have.
   *
   * @return the number; {@link Integer#MAX_VALUE} for no limit
   */
  public int maxPassages() {
    return maxPassages;
  }

  /**
   * Divides a text.
   *
   * @param text the text; not null, of any length, may be empty or malformed
   * @return its passages
   * @throws dev.lucenesemantic.inference.InferenceException if the model is closed or its tokenizer
   *     fails
   */
  public SplitText split(String text) {
    return split("", text);
  }

  /**
   * Divides a text whose title is to stand in front of each passage when it is encoded.
   *
   * @param title the title or heading; not null, empty for none. It takes no more than half of a
   *     passage: what is longer is cut at a word
   * @param text the text; not null, of any length, may be empty or malformed
   * @return its passages, whose offsets are those in {@code text}
   * @throws dev.lucenesemantic.inference.InferenceException if the model is closed or its tokenizer
   *     fails
   */
  public SplitText split(String title, String text) {
    Objects.requireNonNull(title, "title");
    Objects.requireNonNull(text, "text");
    return new Splitting(fitting(title), text).run();
  }

  /** As much of a title as may stand before each passage. */
  private String fitting(String title) {
    String stripped = strip(title, 0, Math.min(title.length(), MAX_TITLE_CHARS));
    if (stripped.isEmpty()) {
      return "";
    }
    int empty = tokens.count("");
    int most = empty + (size - empty) / 2;
    if (tokens.count(Passage.encoded(stripped, "")) <= most) {
      return stripped;
    }
    TokenSpans spans = tokens.spans(stripped);
    TokenBorders borders = new TokenBorders(stripped, spans);
    int kept = Math.min(spans.size(), most - empty);
    while (kept > 0) {
      int border = borders.last(1, kept, borders::isBetweenWords);
      kept = border < 0 ? borders.last(0, kept, offset -> true) : border;
      String shorter = strip(stripped, 0, borders.offset(kept));
      if (tokens.count(Passage.encoded(shorter, "")) <= most) {
        return shorter;
      }
      kept--;
    }
    return "";
  }

  private static String strip(String text, int start, int end) {
    int from = ink(text, start, end);
    return text.substring(from, inkEnd(text, from, end));
  }

  /** The first offset in a range that is not white space; its end if there is none. */
  private static int ink(String text, int start, int end) {
    int from = start;
    while (from < end && TextBreaks.isSpace(text.charAt(from))) {
      from++;
    }
    return from;
  }

  /** The offset behind the last char in a range that is not white space. */
  private static int inkEnd(String text, int start, int end) {
    int to = end;
    while (to > start && TextBreaks.isSpace(text.charAt(to - 1))) {
      to--;
    }
    return to;
  }

  @Override
  public String toString() {
    return "PassageSplitter("
        + embedder.modelName()
        + ", size "
        + size
        + ", overlap "
        + overlap
        + (maxPassages == Integer.MAX_VALUE ? "" : ", at most " + maxPassages)
        + ")";
  }

  /** The division of one text, which is taken into tokens section by section. */
  private final class Splitting {
    private final String title;
    private final String text;

    /** The tokens of a passage beside its own. */
    private final int beside;

    private final int room;
    private final List<Passage> passages = new ArrayList<>();

    /** The tokens of the sections that are done. */
    private long seen;

    private long encoded;

    /** The offset up to which the text is in passages. */
    private int covered;

    private int sectionChars = SECTION_CHARS;

    Splitting(String title, String text) {
      this.title = title;
      this.text = text;
      this.beside = tokens.count(Passage.encoded(title, ""));
      this.room = Math.max(1, size - beside);
    }

    SplitText run() {
      int at = ink(text, 0, text.length());
      while (at < text.length() && passages.size() < maxPassages) {
        at = ink(text, divide(at), text.length());
      }
      while (at < text.length()) {
        int end = sectionEnd(at, SECTION_CHARS);
        seen += tokens.spans(text.substring(at, end)).size();
        at = ink(text, end, text.length());
      }
      return new SplitText(passages, seen, encoded);
    }

    /** Makes the passages of a section, and returns where the next section begins. */
    private int divide(int at) {
      while (true) {
        int end = sectionEnd(at, sectionChars);
        boolean last = end == text.length();
        String part = text.substring(at, end);
        TokenSpans spans = tokens.spans(part);
        boolean enough = last || spans.size() >= room + BORDER_TOKENS;
        if (enough || sectionChars >= MAX_SECTION_CHARS) {
          return new Section(at, part, spans, last).divide();
        }
        sectionChars *= 2;
      }
    }

    private int sectionEnd(int at, int chars) {
      if (text.length() - at <= chars) {
        return text.length();
      }
      for (int end = at + chars; end > at + chars / 2; end--) {
        if (TextBreaks.isSpace(text.charAt(end)) && !TextBreaks.isSpace(text.charAt(end - 1))) {
          return end;
        }
      }
      int end = at + chars;
      return Character.isLowSurrogate(text.charAt(end)) ? end - 1 : end;
    }

    /** A part of the text and its tokens. */
    private final class Section {
      private final int at;
      private final String part;
      private final TokenSpans spans;
      private final boolean last;
      private final TokenBorders borders;
      private final TextBreaks breaks;
      private final TokenWindows windows;

      /** The passage that was counted last, and its tokens. */
      private String counted = "";

      private int count;

      Section(int at, String part, TokenSpans spans, boolean last) {
        this.at = at;
        this.part = part;
        this.spans = spans;
        this.last = last;
        borders = new TokenBorders(part, spans);
        breaks = new TextBreaks(part);
        windows =
            new TokenWindows(
                borders,
                List.of(
                    // Two short paragraphs are better than one and the half of the other.
                    new Place(breaks::isParagraph, room / 3),
                    new Place(breaks::isSentence, room / 2),
                    new Place(breaks::isClause, room / 2),
                    new Place(breaks::isWord, room / 2),
                    new Place(borders::isBetweenWords, room / 2)),
                room,
                Math.min(overlap, room / 2),
                (from, to) -> count(from, to) - size);
      }

      int divide() {
        if (spans.size() == 0) {
          // Control characters and the like, of which the model reads nothing.
          int first = ink(part, 0, part.length());
          int behind = inkEnd(part, first, part.length());
          add(first, behind, count(part.substring(first, behind)));
          return at + part.length();
        }
        int from = skipSpace(0);
        for (boolean first = true; from < spans.size(); first = false) {
          boolean trusted = last || from + room + BORDER_TOKENS <= spans.size();
          if (!first && !trusted) {
            break;
          }
          int to = windows.end(from);
          while (at + inkEnd(part, 0, borders.offset(to)) <= covered) {
            // Nothing but what is in the passage before.
            from = skipSpace(later(from, to));
            to = windows.end(from);
          }
          if (ink(text, at + borders.offset(to), text.length()) == text.length()) {
            to = spans.size();
          }
          add(from, to);
          if (to == spans.size()) {
            from = to;
            break;
          }
          if (passages.size() == maxPassages) {
            seen += spans.size();
            encoded += to;
            return at + part.length();
          }
          from = skipSpace(windows.next(from, to));
        }
        seen += from;
        encoded += from;
        return at + borders.offset(from);
      }

      /**
       * The next border to begin at: of a word, otherwise of a character, otherwise the end.
       *
       * @param to a border up to which all is covered
       */
      private int later(int from, int to) {
        int end = to;
        int next = ink(part, covered - at, part.length());
        while (end < spans.size() && borders.offset(end + 1) <= next) {
          end++;
        }
        for (IntPredicate place :
            List.<IntPredicate>of(breaks::isWord, borders::isBetweenWords, offset -> true)) {
          int border = borders.first(from + 1, end, place);
          if (border >= 0) {
            return border;
          }
        }
        return to;
      }

      private int skipSpace(int border) {
        int from = border;
        while (from < spans.size()) {
          int next = from + 1;
          while (next < spans.size() && spans.starts()[next] == spans.starts()[from]) {
            next++;
          }
          int end = next < spans.size() ? spans.starts()[next] : part.length();
          if (ink(part, spans.starts()[from], end) < end) {
            return firstOfCharacter(from, next);
          }
          from = next;
        }
        return from;
      }

      /**
       * Of the tokens that begin at one place those are a blank before it that have no chars, and
       * if there are others, one character is all of them.
       */
      private int firstOfCharacter(int from, int to) {
        int first = from;
        while (first < to - 1 && spans.ends()[first] == spans.starts()[first]) {
          first++;
        }
        return first;
      }

      /** Where the text between two borders begins, without the white space before it. */
      private int first(int from, int to) {
        return ink(part, borders.offset(from), borders.offset(to));
      }

      private int behind(int from, int to) {
        return inkEnd(part, first(from, to), borders.offset(to));
      }

      private int count(int from, int to) {
        int first = first(from, to);
        int behind = behind(from, to);
        return independentWords
                && standsAlone(borders.offset(from), first)
                && standsAlone(behind, borders.offset(to))
            ? beside + to - from
            : count(part.substring(first, behind));
      }

      /**
       * Whether no word goes on from one side of a border to the other. What else is white space to
       * us need not be so to the tokenizer.
       *
       * @param start where the white space at the border begins
       * @param end the offset behind it
       */
      private boolean standsAlone(int start, int end) {
        boolean plain = true;
        for (int i = start; i < end; i++) {
          plain &= isPlainSpace(part.charAt(i));
        }
        return plain
            && (start < end
                || start == 0
                || end == part.length()
                || isPlainSpace(part.charAt(start - 1))
                || isPlainSpace(part.charAt(end)));
      }

      /** As {@link DocumentTokens#independentWords} says. */
      private static boolean isPlainSpace(char c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
      }

      private int count(String passage) {
        if (!passage.equals(counted)) {
          count = tokens.count(Passage.encoded(title, passage));
          counted = passage;
        }
        return count;
      }

      private void add(int from, int to) {
        add(first(from, to), behind(from, to), count(from, to));
      }

      private void add(int first, int behind, int tokens) {
        covered = at + behind;
        passages.add(
            new Passage(
                passages.size(),
                at + first,
                at + behind,
                part.substring(first, behind),
                title,
                tokens));
      }
    }
  }
}
