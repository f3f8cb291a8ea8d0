package dev.lucenesemantic.model;

import java.util.Objects;

/**
 * A bi-encoder found and understood, ready to be loaded.
 *
 * @param transformer the network and its tokenizer
 * @param config what happens before and behind them
 */
public record ModelSource(TransformerSource transformer, SentenceTransformerConfig config) {

  /** Checks that nothing is null. */
  public ModelSource {
    Objects.requireNonNull(transformer, "transformer");
    Objects.requireNonNull(config, "config");
  }
}
