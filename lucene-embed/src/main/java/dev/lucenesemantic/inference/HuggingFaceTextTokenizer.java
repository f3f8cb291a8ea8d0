package dev.lucenesemantic.inference;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import dev.lucenesemantic.inference.NativeHandles.Handle;
import dev.lucenesemantic.inference.TextExcerpt.Excerpt;
import dev.lucenesemantic.model.ModelException;
import dev.lucenesemantic.model.TokenizerSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The Hugging Face tokenizer of a model. It pads nothing and cuts nothing by itself: what {@code
 * tokenizer.json} says of both is for other users of the file, and Python overrides it as well.
 */
public final class HuggingFaceTextTokenizer implements TextTokenizer {
  static {
    // On a machine with a GPU the native library would be looked for in a CUDA build on the
    // network.
    if (System.getProperty("RUST_FLAVOR") == null && System.getenv("RUST_FLAVOR") == null) {
      System.setProperty("RUST_FLAVOR", "cpu");
    }
  }

  /** Enough for most tokenizers to find one token; an excerpt that gives too few is doubled. */
  private static final int CHARS_PER_TOKEN = 16;

  private static final int MAX_TOKENS = TextExcerpt.MAX_CHARS / CHARS_PER_TOKEN;

  /** So many tokens at the end of an excerpt are not trusted. */
  private static final int BORDER_TOKENS = 16;

  private final TokenizerSource source;
  private final Handle<HuggingFaceTokenizer> tokenizer;
  private final TokenizerSource.Side truncationSide;
  private final int maxId;
  private final Set<Integer> specialIds;
  private final Map<Integer, String> addedTokens;
  private final boolean independentWords;
  private final WordSpans words;

  private HuggingFaceTextTokenizer(
      TokenizerSource source, Handle<HuggingFaceTokenizer> tokenizer, TokenizerJson json) {
    this.source = source;
    this.tokenizer = tokenizer;
    this.truncationSide = json.truncationSide();
    this.maxId = json.maxId();
    this.specialIds = json.specialIds();
    this.addedTokens = json.addedTokens();
    this.independentWords = json.independentWords();
    this.words = new WordSpans(this::spansAtOnce, json.greedyTokens());
  }

  /**
   * Loads a tokenizer.
   *
   * @param source the tokenizer and how to use it
   * @return the tokenizer, to be closed by the caller
   * @throws ModelException if the file cannot be read or is none
   */
  public static HuggingFaceTextTokenizer load(TokenizerSource source) {
    TokenizerJson json = TokenizerJson.read(source);
    HuggingFaceTokenizer tokenizer;
    try (var in = new ByteArrayInputStream(json.text().getBytes(StandardCharsets.UTF_8))) {
      tokenizer =
          HuggingFaceTokenizer.newInstance(
              in, Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "true"));
    } catch (IOException | RuntimeException e) {
      throw new ModelException(
          source.file().location(), "is not a tokenizer that can be used: " + e.getMessage(), e);
    } catch (UnsatisfiedLinkError | NoClassDefFoundError | ExceptionInInitializerError e) {
      throw NativeLibrary.missing(source.file().location(), "ai.djl.huggingface:tokenizers", e);
    }
    return new HuggingFaceTextTokenizer(source, NativeHandles.count(tokenizer), json);
  }

  @Override
  public TokenIds tokenize(String prompt, String text) {
    if (maxLength() == TokenizerSource.UNLIMITED) {
      return all(prompt, text);
    }
    try (Read read = read(prompt, text, source.specialTokens())) {
      return truncate(read.encoding(), !read.all());
    }
  }

  /** The tokens of a text to its end, piece by piece if it is very long. */
  private TokenIds all(String prompt, String text) {
    Objects.requireNonNull(prompt, "prompt");
    Objects.requireNonNull(text, "text");
    String rest = text;
    String before = prompt;
    int[] ids = {};
    int[] types = {};
    do {
      Excerpt piece = TextExcerpt.head(rest, TextExcerpt.MAX_CHARS);
      try (NativeEncoding encoding =
          encode(TextExcerpt.wellFormed(before + piece.text()), source.specialTokens())) {
        ids = concatenated(ids, encoding.ids());
        types = concatenated(types, encoding.types());
      }
      rest = rest.substring(piece.text().length());
      before = "";
    } while (!rest.isEmpty());
    return new TokenIds(ids, types, false);
  }

  private static int[] concatenated(int[] first, long[] second) {
    int[] all = Arrays.copyOf(first, first.length + second.length);
    for (int i = 0; i < second.length; i++) {
      all[first.length + i] = Math.toIntExact(second[i]);
    }
    return all;
  }

  /**
   * Longer pieces of a text are not counted at once: each token takes far more memory than chars.
   */
  private static final int COUNTED_CHARS = 1 << 16;

  @Override
  public int count(String prompt, String text) {
    Objects.requireNonNull(prompt, "prompt");
    Objects.requireNonNull(text, "text");
    int tokens = source.specialTokens() ? length("", true) : 0;
    String before = prompt;
    int from = 0;
    int to = Math.min(text.length(), TextExcerpt.MAX_CHARS);
    do {
      String piece =
          TextExcerpt.head(
                  text.substring(from, Math.min(to, from + 2 * COUNTED_CHARS)), COUNTED_CHARS)
              .text();
      tokens += length(TextExcerpt.wellFormed(before + piece), false);
      from += piece.length();
      before = "";
    } while (from < to);
    return tokens;
  }

  /** A text's own tokens, without special ones and cut to the limit. */
  TextPiece piece(String prompt, String text) {
    try (Read read = read(prompt, text, false)) {
      long[] ids = read.encoding().ids();
      int max = maxLength();
      if (ids.length <= max) {
        return new TextPiece(toInts(ids, 0, ids.length), ids.length, read.all());
      }
      boolean left = truncationSide == TokenizerSource.Side.LEFT;
      return new TextPiece(
          toInts(ids, left ? ids.length - max : 0, max), reached(read, max, left), false);
    }
  }

  /**
   * How many tokens Hugging Face's tokenizers see of a long text: they stop behind the first word
   * that reaches the limit, but not behind one of the tokens that were added to the vocabulary.
   */
  private int reached(Read read, int max, boolean left) {
    long[] words = read.encoding().words();
    int step = left ? -1 : 1;
    int reached = 0;
    for (int i = left ? words.length - 1 : 0; i >= 0 && i < words.length; i += step) {
      reached++;
      int next = i + step;
      boolean endsWord = next < 0 || next >= words.length || words[next] != words[i];
      if (reached >= max && endsWord && !isAdded(read, i)) {
        break;
      }
    }
    return reached;
  }

  /** Whether a token stands for an added one in the text, and not for an unknown word. */
  private boolean isAdded(Read read, int token) {
    String added = addedTokens.get(Math.toIntExact(read.encoding().ids()[token]));
    if (added == null) {
      return false;
    }
    CharSpan span = read.encoding().spans()[token];
    int start = read.text().offsetByCodePoints(0, span.getStart());
    int end = read.text().offsetByCodePoints(start, span.getEnd() - span.getStart());
    return read.text().substring(start, end).strip().equals(added);
  }

  /** A text as the tokenizer read it, or as much of it as is needed. */
  private record Read(String text, NativeEncoding encoding, boolean all) implements AutoCloseable {
    @Override
    public void close() {
      encoding.close();
    }
  }

  private Read read(String prompt, String text, boolean specialTokens) {
    Objects.requireNonNull(prompt, "prompt");
    Objects.requireNonNull(text, "text");
    String whole = text;
    long chars = excerptChars(maxLength());
    long[] previous = {};
    while (true) {
      int limit = (int) Math.min(chars, TextExcerpt.MAX_CHARS);
      boolean last = limit == TextExcerpt.MAX_CHARS;
      whole = last ? TextExcerpt.withoutLongBlanks(whole) : whole;
      boolean all = whole.length() <= limit;
      Excerpt excerpt = excerpt(prompt, whole, limit);
      String wellFormed = TextExcerpt.wellFormed(excerpt.text());
      NativeEncoding encoding = encode(wellFormed, specialTokens);
      long[] ids = encoding.ids();
      boolean enough = ids.length > maxLength() + BORDER_TOKENS;
      // A broken word may give many tokens where the whole one gives few; then twice as much text
      // gives others.
      if (all || last || (enough && (excerpt.wholeWords() || sameKept(previous, ids)))) {
        return new Read(wellFormed, encoding, all);
      }
      encoding.close();
      previous = enough ? ids : new long[0];
      chars = 2 * chars;
    }
  }

  /** Twice the usual need, as some texts have long words and many blanks. */
  private static long excerptChars(int tokens) {
    return Math.max(4096L, 2L * CHARS_PER_TOKEN * Math.min(tokens, MAX_TOKENS));
  }

  /**
   * Finds the places of all tokens of a text, special ones left out.
   *
   * @param text the text; not null, and in memory a few dozen times over while this runs
   * @return the places
   * @throws InferenceException if the tokenizer fails
   */
  public TokenSpans spans(String text) {
    return independentWords ? words.of(text) : spansAtOnce(text);
  }

  private TokenSpans spansAtOnce(String text) {
    try (NativeEncoding encoding = encode(TextExcerpt.wellFormed(text), false)) {
      return spans(text, encoding.spans(), encoding.length(), true);
    }
  }

  /**
   * Counts the tokens of a text with a prompt in front of it, without cutting any off, and exactly
   * where {@link #count} divides a very long text.
   *
   * @param prompt what stands before the text; empty for nothing
   * @param text the text; not null, and in memory a few dozen times over while this runs
   * @return the tokens, special tokens included
   * @throws InferenceException if the tokenizer fails
   */
  public int countAtOnce(String prompt, String text) {
    return length(TextExcerpt.wellFormed(prompt + text), source.specialTokens());
  }

  /**
   * Whether a word that stands between blanks or line ends has the same tokens in every text.
   *
   * @return true if that is certain, as with the tokenizers of BERT
   */
  public boolean independentWords() {
    return independentWords;
  }

  /** The places of the first tokens of a text. */
  TokenSpans spans(String text, int tokens) {
    long chars = excerptChars(tokens);
    while (true) {
      int limit = (int) Math.min(chars, TextExcerpt.MAX_CHARS);
      Excerpt excerpt = TextExcerpt.head(text, limit);
      try (NativeEncoding encoding = encode(TextExcerpt.wellFormed(excerpt.text()), false)) {
        int size = encoding.length();
        boolean all = text.length() <= limit;
        boolean last = all || limit == TextExcerpt.MAX_CHARS;
        if (last || size > tokens + BORDER_TOKENS) {
          return spans(
              excerpt.text(), encoding.spans(), Math.min(size, tokens), all && size <= tokens);
        }
      }
      chars = 2 * chars;
    }
  }

  /** The tokenizer counts code points, Java counts chars. */
  private static TokenSpans spans(String text, CharSpan[] spans, int size, boolean complete) {
    int[] offsets = new int[text.length() + 1];
    int points = 0;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      offsets[points++] = i;
    }
    offsets[points] = text.length();
    int[] starts = new int[size];
    int[] ends = new int[size];
    for (int i = 0; i < size; i++) {
      starts[i] = offsets[spans[i].getStart()];
      ends[i] = offsets[spans[i].getEnd()];
    }
    return new TokenSpans(starts, ends, complete);
  }

  /** Whether two long texts have the same tokens after truncation. */
  private boolean sameKept(long[] a, long[] b) {
    int max = maxLength();
    if (a.length < max || b.length < max) {
      return false;
    }
    return truncationSide == TokenizerSource.Side.RIGHT
        ? Arrays.equals(a, 0, max, b, 0, max)
        : Arrays.equals(a, a.length - max, a.length, b, b.length - max, b.length);
  }

  /** The end of the prompt and text that is kept, so that no long text is copied as a whole. */
  private Excerpt excerpt(String prompt, String text, int limit) {
    boolean right = truncationSide == TokenizerSource.Side.RIGHT;
    Excerpt excerpt = right ? TextExcerpt.head(text, limit) : TextExcerpt.tail(text, limit);
    // From a text that is cut at its beginning the prompt is cut as well.
    return right || text.length() <= limit
        ? new Excerpt(prompt + excerpt.text(), excerpt.wholeWords())
        : excerpt;
  }

  private int length(String text, boolean specialTokens) {
    try (NativeEncoding encoding = encode(text, specialTokens)) {
      return encoding.length();
    }
  }

  /** To be closed by the caller. */
  NativeEncoding encode(String text, boolean specialTokens) {
    try {
      return NativeEncoding.of(tokenizer.get(), text, specialTokens);
    } catch (RuntimeException e) {
      throw cannotTokenize(text.length(), e);
    }
  }

  /** To be closed by the caller. */
  NativeEncoding encodePair(String first, String second) {
    try {
      return NativeEncoding.ofPair(tokenizer.get(), first, second);
    } catch (RuntimeException e) {
      throw cannotTokenize(first.length() + second.length(), e);
    }
  }

  private InferenceException cannotTokenize(int characters, RuntimeException e) {
    return new InferenceException(
        source.file().location()
            + ": cannot tokenise a text of "
            + characters
            + " characters; the file may be damaged, fetch it again: "
            + e.getMessage(),
        e);
  }

  /** Cuts the text's own tokens and keeps those that the tokenizer put around them. */
  private TokenIds truncate(NativeEncoding encoding, boolean textWasCut) {
    long[] ids = encoding.ids();
    long[] types = encoding.types();
    int max = maxLength();
    if (ids.length <= max) {
      return new TokenIds(toInts(ids, 0, ids.length), toInts(types, 0, ids.length), textWasCut);
    }
    long[] special = encoding.specials();
    int head = 0;
    while (head < ids.length && special[head] == 1) {
      head++;
    }
    int tail = 0;
    while (tail < ids.length - head && special[ids.length - 1 - tail] == 1) {
      tail++;
    }
    if (head + tail > max) {
      // A limit so small that not even the special tokens fit; Python refuses it as well.
      throw new InferenceException(
          "a length limit of "
              + max
              + " tokens leaves no room beside the "
              + (head + tail)
              + " special tokens of "
              + source.file().location()
              + "; raise the limit");
    }
    int content = max - head - tail;
    int from = truncationSide == TokenizerSource.Side.LEFT ? ids.length - tail - content : head;
    return new TokenIds(
        cut(ids, head, from, content, tail), cut(types, head, from, content, tail), true);
  }

  private static int[] cut(long[] values, int head, int from, int content, int tail) {
    int[] cut = new int[head + content + tail];
    System.arraycopy(toInts(values, 0, head), 0, cut, 0, head);
    System.arraycopy(toInts(values, from, content), 0, cut, head, content);
    System.arraycopy(toInts(values, values.length - tail, tail), 0, cut, head + content, tail);
    return cut;
  }

  static int[] toInts(long[] values, int from, int length) {
    int[] ints = new int[length];
    for (int i = 0; i < length; i++) {
      ints[i] = Math.toIntExact(values[from + i]);
    }
    return ints;
  }

  TokenizerSource source() {
    return source;
  }

  TokenizerSource.Side truncationSide() {
    return truncationSide;
  }

  @Override
  public int maxLength() {
    return source.maxLength();
  }

  @Override
  public int maxId() {
    return maxId;
  }

  @Override
  public boolean isSpecial(int id) {
    return specialIds.contains(id);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
