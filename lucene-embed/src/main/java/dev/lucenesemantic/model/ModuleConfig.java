package dev.lucenesemantic.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * A step behind the module that reads a text, in the order of {@code modules.json}. A new kind of
 * module becomes a new record here, and every place that must handle it then fails to compile until
 * it does.
 */
public sealed interface ModuleConfig {

  /**
   * Token vectors become one vector.
   *
   * @param modes the modes whose results are concatenated, in this order; at least one
   * @param embeddingDimension the components of a token's vector; 0 where the configuration does
   *     not say
   * @param includePrompt whether the tokens of the prompt count
   */
  record Pooling(List<PoolingMode> modes, int embeddingDimension, boolean includePrompt)
      implements ModuleConfig {
    /** Copies the modes and checks that there is one. */
    public Pooling {
      modes = List.copyOf(modes);
      if (modes.isEmpty()) {
        throw new IllegalArgumentException("a pooling needs at least one mode");
      }
      if (embeddingDimension < 0) {
        throw new IllegalArgumentException("embeddingDimension is " + embeddingDimension);
      }
    }

    /**
     * The pooling that Python gives a transformer without {@code modules.json}.
     *
     * @return the mean over all tokens
     */
    public static Pooling mean() {
      return new Pooling(List.of(PoolingMode.MEAN), 0, true);
    }
  }

  /**
   * Vectors get unit length.
   *
   * @param tokens whether those of the tokens do, before they are pooled; otherwise that of the
   *     text
   */
  record Normalize(boolean tokens) implements ModuleConfig {}

  /**
   * A fully connected layer: {@code activation(weight x + bias)}, plus {@code x} or its projection
   * where there is a residual connection.
   *
   * @param weights the file with the tensors {@code linear.weight}, {@code linear.bias}, {@code
   *     residual.weight} and {@code activation_function.weight} as far as there are such
   * @param inFeatures components of what goes in
   * @param outFeatures components of what comes out
   * @param bias whether there is a bias
   * @param activation what the result goes through
   * @param residual whether the input is added to the result
   * @param tokens whether it works on the vectors of the tokens, before they are pooled; otherwise
   *     on that of the text
   */
  record Dense(
      Path weights,
      int inFeatures,
      int outFeatures,
      boolean bias,
      Activation activation,
      boolean residual,
      boolean tokens)
      implements ModuleConfig {
    /** Checks that nothing is null. */
    public Dense {
      Objects.requireNonNull(weights, "weights");
      Objects.requireNonNull(activation, "activation");
    }
  }

  /**
   * The components of a text's vector get mean 0 and variance 1, and are then scaled and moved.
   *
   * @param weights the file with the tensors {@code norm.weight} and {@code norm.bias}
   * @param dimension components of the vector
   */
  record LayerNorm(Path weights, int dimension) implements ModuleConfig {
    /** Checks that there are weights. */
    public LayerNorm {
      Objects.requireNonNull(weights, "weights");
    }
  }

  /**
   * A token's vector becomes the weighted mean of its vectors in several layers of the transformer.
   *
   * @param layerStart the first layer that counts; 0 is what goes into the first layer
   * @param layerWeights the weights of that layer and all behind it
   */
  record WeightedLayers(int layerStart, List<Float> layerWeights) implements ModuleConfig {
    /** Copies the weights. */
    public WeightedLayers {
      layerWeights = List.copyOf(layerWeights);
    }
  }

  /**
   * Does nothing when a text is encoded; kept so that a folder reads as it is written.
   *
   * @param type the module's type as the folder spells it
   */
  record Identity(String type) implements ModuleConfig {
    /** Checks that there is a type. */
    public Identity {
      Objects.requireNonNull(type, "type");
    }
  }
}
