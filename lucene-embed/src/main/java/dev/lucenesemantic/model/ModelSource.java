package dev.lucenesemantic.model;

import java.util.Objects;
import java.util.OptionalInt;

/**
 * A bi-encoder found and understood, ready to be loaded.
 *
 * @param name what to call the model in messages and in the index
 * @param roads how texts become vectors
 * @param config what the whole model has in common
 */
public record ModelSource(String name, Roads roads, SentenceTransformerConfig config) {

  /** Checks that nothing is null. */
  public ModelSource {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(roads, "roads");
    Objects.requireNonNull(config, "config");
  }

  /**
   * The same model with shorter vectors.
   *
   * @param components how many leading components of a vector are kept
   * @return a copy
   * @throws IllegalArgumentException if the number is below 1
   */
  public ModelSource withTruncateDim(int components) {
    return new ModelSource(
        name,
        roads,
        new SentenceTransformerConfig(
            config.prompts(),
            config.defaultPromptName(),
            config.similarityName(),
            OptionalInt.of(components)));
  }
}
