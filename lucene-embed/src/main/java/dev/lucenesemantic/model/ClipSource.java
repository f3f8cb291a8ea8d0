package dev.lucenesemantic.model;

import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * A CLIP model found and understood, ready to be loaded: a network for texts and one for images
 * whose vectors can be compared.
 *
 * @param name what to call the model in messages and in the index
 * @param weights the ONNX file with the network for texts
 * @param imageWeights the ONNX file with the network for images; may be the same one
 * @param externalData further files with weights that the ONNX files refer to
 * @param weightsChoice what made these ONNX files those that are taken, for messages
 * @param vocabularySize how many tokens the network for texts knows
 * @param tokenizer the tokenizer
 * @param images what happens to an image before the network reads it
 * @param tokensOfImage how many pieces the network divides an image into
 */
public record ClipSource(
    String name,
    ModelFile weights,
    ModelFile imageWeights,
    List<ModelFile> externalData,
    String weightsChoice,
    OptionalInt vocabularySize,
    TokenizerSource tokenizer,
    ImageProcessing images,
    int tokensOfImage)
    implements TextInput {

  /** Copies the list and checks that nothing is null. */
  public ClipSource {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(weights, "weights");
    Objects.requireNonNull(imageWeights, "imageWeights");
    externalData = List.copyOf(externalData);
    Objects.requireNonNull(weightsChoice, "weightsChoice");
    Objects.requireNonNull(vocabularySize, "vocabularySize");
    Objects.requireNonNull(tokenizer, "tokenizer");
    Objects.requireNonNull(images, "images");
    if (tokensOfImage < 1) {
      throw new IllegalArgumentException("tokensOfImage is " + tokensOfImage);
    }
  }

  /**
   * Whether one file has both networks, so that each run wants a text and an image.
   *
   * @return true if {@link #weights} and {@link #imageWeights} are the same file
   */
  public boolean inOneFile() {
    return weights.equals(imageWeights);
  }
}
