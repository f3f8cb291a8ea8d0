package dev.lucenesemantic.model;

import java.util.Objects;
import java.util.Optional;

/**
 * The tokenizer of a model and how it is to be used.
 *
 * @param file the {@code tokenizer.json}
 * @param maxLength tokens of a text that are read, special tokens and prompt included
 * @param truncationSide the end at which a longer text is cut; empty for what the file says
 * @param lowerCase whether texts are lower-cased before the tokenizer's own normalisation
 * @param bertNormalization what replaces the normaliser of the file, if anything
 * @param segments whether the network is told to which text of a pair a token belongs
 */
public record TokenizerSource(
    ModelFile file,
    int maxLength,
    Optional<Side> truncationSide,
    boolean lowerCase,
    Optional<BertNormalization> bertNormalization,
    boolean segments) {

  /** An end of a text. */
  public enum Side {
    /** The beginning. */
    LEFT,
    /** The end. */
    RIGHT
  }

  /**
   * The settings from which Python rebuilds the normaliser of a BERT tokenizer, whatever {@code
   * tokenizer.json} says.
   *
   * @param lowerCase whether letters are lower-cased
   * @param stripAccents whether accents are removed; empty for "if letters are lower-cased"
   * @param splitChinese whether every CJK character is a word
   */
  public record BertNormalization(
      boolean lowerCase, Optional<Boolean> stripAccents, boolean splitChinese) {
    /** Checks that nothing is null. */
    public BertNormalization {
      Objects.requireNonNull(stripAccents, "stripAccents");
    }
  }

  /** Checks that nothing is null and the length is positive. */
  public TokenizerSource {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(truncationSide, "truncationSide");
    Objects.requireNonNull(bertNormalization, "bertNormalization");
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
        file, maxLength, Optional.of(Side.RIGHT), false, Optional.empty(), true);
  }
}
