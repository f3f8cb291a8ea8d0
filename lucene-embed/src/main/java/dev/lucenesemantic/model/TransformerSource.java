package dev.lucenesemantic.model;

import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * A transformer found and understood, ready to be loaded: what a bi-encoder and a cross-encoder
 * have in common.
 *
 * @param name what to call the model in messages and in the index
 * @param weights the ONNX file
 * @param externalData further files with weights that the ONNX file refers to
 * @param weightsChoice what made this ONNX file the one that is taken, for messages; empty where
 *     there was no choice
 * @param vocabularySize how many tokens the network knows, if its configuration says so
 * @param padId the token that fills a row up to the length of its batch
 * @param firstPosition the position of a text's first token, as the architecture counts
 * @param tokenizer the tokenizer
 */
public record TransformerSource(
    String name,
    ModelFile weights,
    List<ModelFile> externalData,
    String weightsChoice,
    OptionalInt vocabularySize,
    int padId,
    int firstPosition,
    TokenizerSource tokenizer)
    implements TextInput {

  /** Copies the list and checks that nothing is null. */
  public TransformerSource {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(weights, "weights");
    externalData = List.copyOf(externalData);
    Objects.requireNonNull(weightsChoice, "weightsChoice");
    Objects.requireNonNull(vocabularySize, "vocabularySize");
    Objects.requireNonNull(tokenizer, "tokenizer");
    if (padId < 0) {
      throw new IllegalArgumentException("padId is " + padId);
    }
  }
}
