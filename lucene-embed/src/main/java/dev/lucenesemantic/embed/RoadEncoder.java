package dev.lucenesemantic.embed;

import dev.lucenesemantic.inference.ClipModel;
import dev.lucenesemantic.inference.FloatTensor;
import dev.lucenesemantic.inference.Transformer;
import dev.lucenesemantic.inference.TruncationMonitor;
import dev.lucenesemantic.model.ModelException;
import dev.lucenesemantic.model.ModuleConfig;
import dev.lucenesemantic.model.Road;
import dev.lucenesemantic.model.TransformerSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A road of a model with its weights: from the output of its network to the vector of a text. */
final class RoadEncoder {
  private static final Logger LOG = LoggerFactory.getLogger(RoadEncoder.class);

  private final Transformer transformer;
  private final TruncationMonitor truncation;
  private final List<VectorStep> tokenSteps = new ArrayList<>();
  private final List<VectorStep> sentenceSteps = new ArrayList<>();

  /** Empty where the network itself gives one vector for a text. */
  private final Optional<Pooling> pooling;

  private final boolean includesPrompt;
  private final int dimension;

  /**
   * Reads the weights of the modules.
   *
   * @param road the modules
   * @param transformer what reads the texts
   * @param truncation counts those that are too long
   * @param prompted whether any text gets a prompt
   */
  RoadEncoder(Road road, Transformer transformer, TruncationMonitor truncation, boolean prompted) {
    this.transformer = transformer;
    this.truncation = truncation;
    this.pooling = transformer.givesTokens() ? road.pooling().map(Pooling::new) : Optional.empty();
    this.includesPrompt = road.pooling().map(ModuleConfig.Pooling::includePrompt).orElse(true);
    if (!transformer.givesTokens() && road.input() instanceof TransformerSource) {
      checkPooledByNetwork(road, prompted);
    }
    if (transformer.network() instanceof ClipModel clip && clip.hasUnitLength()) {
      checkUnitLength(road);
    }
    int width = transformer.width();
    for (ModuleConfig module : road.modules()) {
      width = add(module, road, width);
    }
    this.dimension = width;
  }

  private int add(ModuleConfig module, Road road, int width) {
    switch (module) {
      case ModuleConfig.Normalize normalize -> {
        return add(normalize.tokens(), new VectorStep.UnitLength(), width);
      }
      case ModuleConfig.Dense dense -> {
        return add(dense.tokens(), VectorStep.DenseLayer.load(dense), width);
      }
      case ModuleConfig.LayerNorm norm -> {
        return add(false, VectorStep.NormLayer.load(norm), width);
      }
      case ModuleConfig.Pooling config -> {
        return pooledWidth(config, road, width);
      }
      // The network does it.
      case ModuleConfig.WeightedLayers layers -> {}
      case ModuleConfig.Identity identity -> {}
    }
    return width;
  }

  private int add(boolean ofTokens, VectorStep step, int width) {
    (ofTokens ? tokenSteps : sentenceSteps).add(step);
    return step.width(width);
  }

  private int pooledWidth(ModuleConfig.Pooling config, Road road, int width) {
    int expected = config.embeddingDimension();
    if (pooling.isEmpty()) {
      int pooled = expected * config.modes().size();
      if (expected != 0 && pooled != width) {
        throw new ModelException(
            road.input().weights().location(),
            "gives a sentence_embedding of "
                + width
                + " components, and the pooling's configuration makes "
                + pooled
                + ": one of the two files belongs to another model");
      }
      return width;
    }
    if (expected != 0 && expected != width) {
      // Python does not look at it, and what is pooled is what there is.
      LOG.warn(
          "{} gives token vectors of {} components, and the pooling's configuration says {}:"
              + " perhaps one of the two files belongs to another model",
          road.input().weights().location(),
          width,
          expected);
    }
    return pooling.get().dimension(width);
  }

  /**
   * A file that gives nothing but {@code sentence_embedding} has pooled already, and it cannot be
   * seen what else it has done. So what stands in {@code modules.json} must either be in that
   * vector for certain or do no harm a second time.
   */
  private static void checkPooledByNetwork(Road road, boolean prompted) {
    for (ModuleConfig module : road.modules()) {
      switch (module) {
        case ModuleConfig.Pooling pooling -> {
          if (prompted && !pooling.includePrompt()) {
            throw pooledByNetwork(road, "a Pooling that leaves the prompt out");
          }
        }
        case ModuleConfig.Normalize normalize -> {
          if (normalize.tokens()) {
            throw pooledByNetwork(road, "a Normalize for the vectors of tokens");
          }
        }
        case ModuleConfig.Dense dense -> throw pooledByNetwork(road, "a Dense layer");
        case ModuleConfig.LayerNorm norm -> throw pooledByNetwork(road, "a LayerNorm");
        case ModuleConfig.WeightedLayers layers ->
            throw pooledByNetwork(road, "a WeightedLayerPooling");
        case ModuleConfig.Identity identity -> {}
      }
    }
    LOG.info(
        "{} gives no vectors of tokens: its own sentence_embedding is taken in place of the model's"
            + " Pooling, and the modules behind that are applied to it",
        road.input().description());
  }

  /** The direction of a vector is all that a file leaves which has divided it by its length. */
  private static void checkUnitLength(Road road) {
    for (ModuleConfig module : road.modules()) {
      boolean direction =
          module instanceof ModuleConfig.Normalize || module instanceof ModuleConfig.Identity;
      if (!direction) {
        throw new ModelException(
            road.input().weights().location(),
            "gives vectors of length 1, and modules.json has a module that wants them as they come"
                + " out of the network. Export the two networks to files of their own, without the"
                + " normalisation");
      }
    }
  }

  private static ModelException pooledByNetwork(Road road, String module) {
    return new ModelException(
        road.input().weights().location(),
        "gives only a finished sentence_embedding, and modules.json has "
            + module
            + ", of which it cannot be seen whether it is in there. Export the model so that it"
            + " gives last_hidden_state or token_embeddings");
  }

  /**
   * Makes the vector of a text.
   *
   * @param output the output of its batch
   * @param row its row
   * @param length its tokens
   * @param promptLength those of its prompt
   */
  float[] finish(FloatTensor output, int row, int length, int promptLength) {
    float[] vector =
        pooling.isPresent() ? pool(output, row, length, promptLength) : row(output, row);
    for (VectorStep step : sentenceSteps) {
      vector = step.apply(vector);
    }
    return vector;
  }

  private float[] pool(FloatTensor output, int row, int length, int promptLength) {
    if (tokenSteps.isEmpty()) {
      return pooling.orElseThrow().pool(output, row, length, promptLength);
    }
    int width = output.shape()[2];
    int start = row * output.shape()[1] * width;
    float[] tokens = {};
    int newWidth = 0;
    for (int i = 0; i < length; i++) {
      float[] token = Arrays.copyOfRange(output.data(), start + i * width, start + (i + 1) * width);
      for (VectorStep step : tokenSteps) {
        token = step.apply(token);
      }
      if (i == 0) {
        newWidth = token.length;
        tokens = new float[length * newWidth];
      }
      System.arraycopy(token, 0, tokens, i * newWidth, newWidth);
    }
    FloatTensor changed = new FloatTensor(tokens, new int[] {1, length, newWidth});
    return pooling.orElseThrow().pool(changed, 0, length, promptLength);
  }

  private static float[] row(FloatTensor output, int row) {
    int width = output.shape()[1];
    return Arrays.copyOfRange(output.data(), row * width, (row + 1) * width);
  }

  Transformer transformer() {
    return transformer;
  }

  TruncationMonitor truncation() {
    return truncation;
  }

  /** Whether the tokens of a prompt count in the pooling. */
  boolean includesPrompt() {
    return includesPrompt;
  }

  /** The components of a vector, before any are cut off. */
  int dimension() {
    return dimension;
  }
}
