package dev.lucenesemantic.model;

import java.util.Objects;
import java.util.Optional;

/**
 * The tokenizer of a model and how it is to be used.
 *
 * @param file the {@code tokenizer.json}
 * @param maxLength tokens of a text that are read, special tokens and prompt included; {@link
 *     #UNLIMITED} for all
 * @param truncationSide the end at which a longer text is cut; empty for what the file says
 * @param lowerCase whether texts are lower-cased before the tokenizer's own normalisation
 * @param rebuilt what replaces parts of the file
 * @param segments whether the network is told to which text of a pair a token belongs
 * @param specialTokens whether special tokens are put around a text
 */
public record TokenizerSource(
    ModelFile file,
    int maxLength,
    Optional<Side> truncationSide,
    boolean lowerCase,
    TokenizerParts rebuilt,
    boolean segments,
    boolean specialTokens) {

  /** No length limit. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  /** An end of a text. */
  public enum Side {
    /** The beginning. */
    LEFT,
    /** The end. */
    RIGHT
  }

  /** Checks that nothing is null and the length is positive. */
  public TokenizerSource {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(truncationSide, "truncationSide");
    Objects.requireNonNull(rebuilt, "rebuilt");
    if (maxLength < 1) {
      throw new IllegalArgumentException("maxLength is " + maxLength);
    }
  }

  /**
   * A tokenizer that is used as its file says, with right truncation.
   *
   * @param file the {@code tokenizer.json}
   * @param maxLength tokens of a text that are read
   * @return the tokenizer
   */
  public static TokenizerSource of(ModelFile file, int maxLength) {
    return new TokenizerSource(
        file, maxLength, Optional.of(Side.RIGHT), false, TokenizerParts.NONE, true, true);
  }

  /**
   * A tokenizer that is used as its file says and adds no special tokens.
   *
   * @param file the {@code tokenizer.json}
   * @param maxLength tokens of a text that are read, or {@link #UNLIMITED}
   * @return the tokenizer
   */
  public static TokenizerSource withoutSpecialTokens(ModelFile file, int maxLength) {
    return new TokenizerSource(
        file, maxLength, Optional.empty(), false, TokenizerParts.NONE, true, false);
  }
}
