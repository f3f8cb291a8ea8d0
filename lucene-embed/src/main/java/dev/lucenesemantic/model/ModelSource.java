package dev.lucenesemantic.model;

import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * A model found and understood, ready to be loaded.
 *
 * @param name what to call it in messages and in the index
 * @param weights the ONNX file
 * @param externalData further files with weights that the ONNX file refers to
 * @param vocabularySize how many tokens the network knows, if its configuration says so
 * @param tokenizer the tokenizer
 * @param config what happens behind the transformer
 */
public record ModelSource(
    String name,
    ModelFile weights,
    List<ModelFile> externalData,
    OptionalInt vocabularySize,
    TokenizerSource tokenizer,
    SentenceTransformerConfig config) {

  /** Copies the list and checks that nothing is null. */
  public ModelSource {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(weights, "weights");
    externalData = List.copyOf(externalData);
    Objects.requireNonNull(tokenizer, "tokenizer");
    Objects.requireNonNull(config, "config");
  }
}
