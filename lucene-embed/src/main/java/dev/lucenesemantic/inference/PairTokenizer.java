package dev.lucenesemantic.inference;

import dev.lucenesemantic.model.ModelException;
import dev.lucenesemantic.model.TokenizerSource;
import java.util.Arrays;
import java.util.Optional;

/**
 * Puts pairs of texts together for a network that reads both in one pass. Each text is cut into
 * tokens by itself, so that a text that stands in many pairs is so only once. Safe for use by
 * several threads.
 */
public final class PairTokenizer {

  /** Pairs to find the special tokens with; one of them a vocabulary should have tokens for. */
  private static final String[][] PROBES = {
    {"a b", "c"}, {"1 2", "3"}, {"\u4E00 \u4E09", "\u4E8C"}
  };

  private final HuggingFaceTextTokenizer tokenizer;
  private final TokenizerSource source;
  private final PairTemplate template;

  private PairTokenizer(
      HuggingFaceTextTokenizer tokenizer, TokenizerSource source, PairTemplate template) {
    this.tokenizer = tokenizer;
    this.source = source;
    this.template = template;
  }

  /**
   * Finds out how a tokenizer puts pairs together.
   *
   * @param tokenizer the tokenizer of single texts, which stays the caller's to close
   * @return the tokenizer of pairs
   * @throws ModelException if it puts pairs together in a way that is not supported, or its limit
   *     leaves no room for any text
   */
  public static PairTokenizer of(HuggingFaceTextTokenizer tokenizer) {
    TokenizerSource source = tokenizer.source();
    for (String[] probe : PROBES) {
      Optional<PairTemplate> template = template(tokenizer, probe[0], probe[1]);
      if (template.isPresent()) {
        return checked(new PairTokenizer(tokenizer, source, template.get()));
      }
    }
    throw new ModelException(
        source.file().location(),
        "does not put a pair of texts together as the first one, the second one and special tokens"
            + " around them; only that is supported");
  }

  private static Optional<PairTemplate> template(
      HuggingFaceTextTokenizer tokenizer, String first, String second) {
    try (NativeEncoding pair = tokenizer.encodePair(first, second);
        NativeEncoding alone = tokenizer.encode(first, false);
        NativeEncoding other = tokenizer.encode(second, false)) {
      return PairTemplate.of(pair, alone.ids(), other.ids());
    }
  }

  private static PairTokenizer checked(PairTokenizer pairs) {
    if (pairs.room() < 1) {
      throw new ModelException(
          pairs.source.file().location(),
          "a length limit of "
              + pairs.source.maxLength()
              + " tokens leaves no room beside the "
              + pairs.template.size()
              + " special tokens of a pair; raise the limit");
    }
    return pairs;
  }

  /**
   * Cuts one text into its own tokens.
   *
   * @param prompt what stands before the text; empty for nothing
   * @param text the text; not null, may be empty, very long or malformed
   * @return the tokens
   * @throws InferenceException if the tokenizer fails
   */
  public TextPiece piece(String prompt, String text) {
    return tokenizer.piece(prompt, text);
  }

  /**
   * Puts two texts together, cut to the model's limit.
   *
   * @param first the first text
   * @param second the second text
   * @param truncation which of them is cut; where it is never the first one, {@link #room} of it
   *     must not be negative
   * @return the tokens of the pair, special tokens included
   */
  public TokenIds join(TextPiece first, TextPiece second, PairTruncation truncation) {
    int room = room();
    int together = Math.min(room, first.reached() + second.reached());
    int ofFirst = truncation.lengthOfFirst(first.reached(), second.reached(), room);
    int ofSecond = Math.min(second.reached(), together - ofFirst);
    boolean truncated =
        !first.complete()
            || !second.complete()
            || ofFirst < first.ids().length
            || ofSecond < second.ids().length;
    return template.join(
        keep(first.ids(), ofFirst), keep(second.ids(), ofSecond), source.segments(), truncated);
  }

  private int[] keep(int[] ids, int length) {
    return tokenizer.truncationSide() == TokenizerSource.Side.LEFT
        ? Arrays.copyOfRange(ids, ids.length - length, ids.length)
        : Arrays.copyOf(ids, length);
  }

  /**
   * How many tokens of texts a pair has room for.
   *
   * @return the limit less the special tokens; at least 1
   */
  public int room() {
    return source.maxLength() - template.size();
  }

  /**
   * How many tokens of a second text there is room for.
   *
   * @param first the first text, of which nothing is cut
   * @return the room that it leaves; less than 1 if it leaves none
   */
  public int room(TextPiece first) {
    return first.complete() ? room() - first.ids().length : Math.min(0, room() - first.reached());
  }

  /**
   * Finds the places of a text's first tokens.
   *
   * @param text the text; not null. Only its first million characters are looked at
   * @param tokens how many tokens are wanted
   * @return the places of so many tokens, or of as many as there are
   * @throws InferenceException if the tokenizer fails
   */
  public TokenSpans spans(String text, int tokens) {
    return tokenizer.spans(text, tokens);
  }

  /**
   * The length limit.
   *
   * @return tokens of a pair, special tokens included
   */
  public int maxLength() {
    return source.maxLength();
  }
}
