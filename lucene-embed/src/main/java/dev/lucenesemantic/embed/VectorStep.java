package dev.lucenesemantic.embed;

import dev.lucenesemantic.model.Activation;
import dev.lucenesemantic.model.ModelException;
import dev.lucenesemantic.model.ModuleConfig;
import dev.lucenesemantic.model.Safetensors;
import java.nio.file.Path;

/** A module that makes one vector of one vector: of a text's, or of each of its tokens'. */
sealed interface VectorStep {

  /**
   * Does it.
   *
   * @param vector of the components that the step before gives; may be changed
   * @return the result, which may be the same array
   */
  float[] apply(float[] vector);

  /**
   * The components of the result.
   *
   * @param width those of what goes in
   * @throws ModelException if so many cannot go in
   */
  int width(int width);

  /** Gives a vector unit length, as {@code torch.nn.functional.normalize} does. */
  record UnitLength() implements VectorStep {
    /** What Python divides by at the least. */
    private static final float SMALLEST_NORM = 1e-12f;

    @Override
    public float[] apply(float[] vector) {
      double sum = 0;
      for (float value : vector) {
        sum += (double) value * value;
      }
      float norm = Math.max((float) Math.sqrt(sum), SMALLEST_NORM);
      for (int i = 0; i < vector.length; i++) {
        vector[i] /= norm;
      }
      return vector;
    }

    @Override
    public int width(int width) {
      return width;
    }
  }

  /** A fully connected layer with an activation behind it, as {@link ModuleConfig.Dense} says. */
  final class DenseLayer implements VectorStep {
    private final Path file;
    private final int inFeatures;
    private final int outFeatures;
    private final float[] weight;
    private final float[] bias;
    private final Activation activation;
    private final float[] activationWeights;
    private final boolean residual;

    /** The projection of what is added; null where it is added as it is. */
    private final float[] projection;

    private DenseLayer(ModuleConfig.Dense config, Safetensors tensors) {
      this.file = config.weights();
      this.inFeatures = config.inFeatures();
      this.outFeatures = config.outFeatures();
      this.weight = tensors.floats("linear.weight", outFeatures, inFeatures);
      this.bias =
          config.bias() ? tensors.floats("linear.bias", outFeatures) : new float[outFeatures];
      this.activation = config.activation();
      this.activationWeights =
          activation == Activation.PRELU
              ? tensors.floats("activation_function.weight", 1)
              : new float[0];
      this.residual = config.residual();
      this.projection =
          residual && inFeatures != outFeatures
              ? tensors.floats("residual.weight", outFeatures, inFeatures)
              : null;
    }

    static DenseLayer load(ModuleConfig.Dense config) {
      return new DenseLayer(config, Safetensors.open(config.weights()));
    }

    @Override
    public float[] apply(float[] vector) {
      float[] result = product(weight, vector);
      for (int i = 0; i < outFeatures; i++) {
        result[i] += bias[i];
      }
      activation.apply(result, activationWeights);
      if (residual) {
        float[] added = projection == null ? vector : product(projection, vector);
        for (int i = 0; i < outFeatures; i++) {
          result[i] += added[i];
        }
      }
      return result;
    }

    private float[] product(float[] matrix, float[] vector) {
      float[] result = new float[outFeatures];
      for (int row = 0; row < outFeatures; row++) {
        double sum = 0;
        int start = row * inFeatures;
        for (int i = 0; i < inFeatures; i++) {
          sum += (double) matrix[start + i] * vector[i];
        }
        result[row] = (float) sum;
      }
      return result;
    }

    @Override
    public int width(int width) {
      requireWidth(file, inFeatures, width);
      return outFeatures;
    }
  }

  /** Layer normalisation, as {@link ModuleConfig.LayerNorm} says. */
  final class NormLayer implements VectorStep {
    /** Added to the variance; the one that {@code torch.nn.LayerNorm} has if nothing is said. */
    private static final double EPSILON = 1e-5;

    private final Path file;
    private final float[] weight;
    private final float[] bias;

    private NormLayer(ModuleConfig.LayerNorm config, Safetensors tensors) {
      this.file = config.weights();
      this.weight = tensors.floats("norm.weight", config.dimension());
      this.bias = tensors.floats("norm.bias", config.dimension());
    }

    static NormLayer load(ModuleConfig.LayerNorm config) {
      return new NormLayer(config, Safetensors.open(config.weights()));
    }

    @Override
    public float[] apply(float[] vector) {
      double mean = 0;
      for (float value : vector) {
        mean += value;
      }
      mean /= vector.length;
      double variance = 0;
      for (float value : vector) {
        variance += (value - mean) * (value - mean);
      }
      double deviation = Math.sqrt(variance / vector.length + EPSILON);
      for (int i = 0; i < vector.length; i++) {
        vector[i] = (float) ((vector[i] - mean) / deviation * weight[i] + bias[i]);
      }
      return vector;
    }

    @Override
    public int width(int width) {
      requireWidth(file, weight.length, width);
      return width;
    }
  }

  private static void requireWidth(Path file, int wanted, int given) {
    if (wanted != given) {
      throw new ModelException(
          file.toString(),
          "is for vectors of "
              + wanted
              + " components, and the module before it gives "
              + given
              + ": one of them belongs to another model");
    }
  }
}
