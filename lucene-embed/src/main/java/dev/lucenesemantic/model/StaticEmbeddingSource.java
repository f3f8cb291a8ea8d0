package dev.lucenesemantic.model;

import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * One vector for each token and no transformer: the vector of a text is the mean over its tokens.
 *
 * @param name what to call the model in messages and in the index
 * @param path the {@code model.safetensors}
 * @param tensor the name of the table in it, of shape [tokens, components]
 * @param tokenizer the tokenizer, which adds no special tokens
 */
public record StaticEmbeddingSource(
    String name, Path path, String tensor, TokenizerSource tokenizer) implements TextInput {

  /** Checks that nothing is null. */
  public StaticEmbeddingSource {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(tensor, "tensor");
    Objects.requireNonNull(tokenizer, "tokenizer");
  }

  @Override
  public ModelFile weights() {
    return new ModelFile.OnDisk(path);
  }

  @Override
  public OptionalInt vocabularySize() {
    return OptionalInt.empty();
  }
}
