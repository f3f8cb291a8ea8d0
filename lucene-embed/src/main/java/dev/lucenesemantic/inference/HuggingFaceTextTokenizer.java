package dev.lucenesemantic.inference;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
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

  private HuggingFaceTextTokenizer(
      TokenizerSource source, Handle<HuggingFaceTokenizer> tokenizer, TokenizerJson json) {
    this.source = source;
    this.tokenizer = tokenizer;
    this.truncationSide = json.truncationSide();
    this.maxId = json.maxId();
    this.specialIds = json.specialIds();
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
      throw new ModelException(
          source.file().location(),
          "cannot be loaded, because the native library of ai.djl.huggingface:tokenizers does not"
              + " run on this system ("
              + System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch")
              + "): "
              + e,
          e);
    }
    return new HuggingFaceTextTokenizer(source, NativeHandles.count(tokenizer), json);
  }

  @Override
  public TokenIds tokenize(String prompt, String text) {
    Objects.requireNonNull(prompt, "prompt");
    Objects.requireNonNull(text, "text");
    String whole = text;
    // Twice the limit, as some texts have long words and many blanks.
    long chars = Math.max(4096L, 2L * CHARS_PER_TOKEN * Math.min(maxLength(), MAX_TOKENS));
    long[] previous = {};
    while (true) {
      int limit = (int) Math.min(chars, TextExcerpt.MAX_CHARS);
      boolean last = limit == TextExcerpt.MAX_CHARS;
      whole = last ? TextExcerpt.withoutLongBlanks(whole) : whole;
      boolean all = whole.length() <= limit;
      Excerpt excerpt = excerpt(prompt, whole, limit);
      Encoding encoding = encode(TextExcerpt.wellFormed(excerpt.text()));
      long[] ids = encoding.getIds();
      boolean enough = ids.length > maxLength() + BORDER_TOKENS;
      // A broken word may give many tokens where the whole one gives few; then twice as much text
      // gives others.
      if (all || last || (enough && (excerpt.wholeWords() || sameKept(previous, ids)))) {
        return truncate(encoding, !all);
      }
      previous = enough ? ids : new long[0];
      chars = 2 * chars;
    }
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

  private Encoding encode(String text) {
    try {
      return tokenizer.get().encode(text, true, false);
    } catch (RuntimeException e) {
      throw new InferenceException(
          source.file().location()
              + ": cannot tokenise a text of "
              + text.length()
              + " characters; the file may be damaged, fetch it again: "
              + e.getMessage(),
          e);
    }
  }

  /** Cuts the text's own tokens and keeps those that the tokenizer put around them. */
  private TokenIds truncate(Encoding encoding, boolean textWasCut) {
    long[] ids = encoding.getIds();
    long[] types = encoding.getTypeIds();
    int max = maxLength();
    if (ids.length <= max) {
      return new TokenIds(toInts(ids, 0, ids.length), toInts(types, 0, ids.length), textWasCut);
    }
    long[] special = encoding.getSpecialTokenMask();
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

  private static int[] toInts(long[] values, int from, int length) {
    int[] ints = new int[length];
    for (int i = 0; i < length; i++) {
      ints[i] = Math.toIntExact(values[from + i]);
    }
    return ints;
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
