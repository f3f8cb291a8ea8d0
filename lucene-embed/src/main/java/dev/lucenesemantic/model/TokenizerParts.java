package dev.lucenesemantic.model;

import java.util.Objects;
import java.util.Optional;

/**
 * The parts of a tokenizer that Python (transformers 5) builds anew from the options of the
 * tokenizer's class, whatever {@code tokenizer.json} says of them. Each is JSON as that file would
 * have it; an empty one is taken from the file.
 *
 * @param normalizer what is done to a text before it is split; {@code null} in JSON for nothing
 * @param keepCharsMap whether the file's table of characters (a {@code Precompiled} normaliser) is
 *     used behind the normaliser
 * @param preTokenizer how a text is split into words
 */
public record TokenizerParts(
    Optional<String> normalizer, boolean keepCharsMap, Optional<String> preTokenizer) {

  /** A tokenizer that is used as its file has it. */
  public static final TokenizerParts NONE =
      new TokenizerParts(Optional.empty(), false, Optional.empty());

  /** Checks that nothing is null. */
  public TokenizerParts {
    Objects.requireNonNull(normalizer, "normalizer");
    Objects.requireNonNull(preTokenizer, "preTokenizer");
  }
}
