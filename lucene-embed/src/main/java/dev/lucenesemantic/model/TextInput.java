package dev.lucenesemantic.model;

import java.util.OptionalInt;

/** The first module of a model, which reads texts: a tokenizer, and weights for its tokens. */
public sealed interface TextInput permits TransformerSource, StaticEmbeddingSource, ClipSource {

  /**
   * The model's name.
   *
   * @return what to call it in messages and in the index
   */
  String name();

  /**
   * The tokenizer.
   *
   * @return the file and how to use it
   */
  TokenizerSource tokenizer();

  /**
   * The file with the weights.
   *
   * @return the file
   */
  ModelFile weights();

  /**
   * How many tokens the weights are for.
   *
   * @return the number, if the configuration says it
   */
  OptionalInt vocabularySize();

  /**
   * The model as messages name it.
   *
   * @return what it is called, and where it is
   */
  default String description() {
    return name() + " (" + weights().location() + ")";
  }
}
