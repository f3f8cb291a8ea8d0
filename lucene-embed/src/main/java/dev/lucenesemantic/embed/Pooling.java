package dev.lucenesemantic.embed;

import dev.lucenesemantic.inference.FloatTensor;
import dev.lucenesemantic.model.ModuleConfig;
import dev.lucenesemantic.model.PoolingMode;

/**
 * Makes one vector out of the vectors of a text's tokens, as sentence-transformers' {@code Pooling}
 * module does; its source is where the formulas come from.
 */
public final class Pooling {
  /** What Python divides by where no token counts. */
  private static final float SMALLEST_COUNT = 1e-9f;

  private final ModuleConfig.Pooling config;

  /**
   * Makes a pooling.
   *
   * @param config the modes, and whether the tokens of the prompt count
   */
  public Pooling(ModuleConfig.Pooling config) {
    this.config = config;
  }

  /**
   * The number of components of a pooled vector.
   *
   * @param tokenDimension the components of a token's vector
   * @return as many for each mode
   */
  public int dimension(int tokenDimension) {
    return tokenDimension * config.modes().size();
  }

  /**
   * Pools one text.
   *
   * @param tokens the vectors of a batch's tokens, of shape [rows, tokens, components]
   * @param row the text's row
   * @param length the text's tokens; what follows them in the row is padding
   * @param promptLength the tokens at the beginning that belong to the prompt, the leading special
   *     token included; 0 without a prompt
   * @return a new array, the results of the modes one behind the other
   */
  public float[] pool(FloatTensor tokens, int row, int length, int promptLength) {
    int width = tokens.shape()[2];
    int start = row * tokens.shape()[1] * width;
    int from = config.includePrompt() ? 0 : Math.min(promptLength, length);
    float[] pooled = new float[dimension(width)];
    int at = 0;
    for (PoolingMode mode : config.modes()) {
      pool(mode, tokens.data(), start, from, length, width, pooled, at);
      at += width;
    }
    return pooled;
  }

  /** Tokens {@code from} to {@code to - 1} count; there may be none. */
  private static void pool(
      PoolingMode mode,
      float[] data,
      int start,
      int from,
      int to,
      int width,
      float[] pooled,
      int at) {
    switch (mode) {
      case CLS ->
          // Where no token counts, Python's argmax over an empty mask gives the first one.
          System.arraycopy(data, start + (from < to ? from : 0) * width, pooled, at, width);
      case LAST_TOKEN -> {
        if (from < to) {
          System.arraycopy(data, start + (to - 1) * width, pooled, at, width);
        }
      }
      case MAX -> max(data, start, from, to, width, pooled, at);
      case MEAN -> {
        sum(data, start, from, to, width, pooled, at);
        scale(pooled, at, width, Math.max(to - from, SMALLEST_COUNT));
      }
      case MEAN_SQRT_LEN -> {
        sum(data, start, from, to, width, pooled, at);
        scale(pooled, at, width, (float) Math.sqrt(Math.max(to - from, SMALLEST_COUNT)));
      }
      case WEIGHTED_MEAN -> weightedMean(data, start, from, to, width, pooled, at);
    }
  }

  private static void max(
      float[] data, int start, int from, int to, int width, float[] pooled, int at) {
    for (int i = 0; i < width; i++) {
      float max = Float.NEGATIVE_INFINITY;
      for (int token = from; token < to; token++) {
        max = Math.max(max, data[start + token * width + i]);
      }
      pooled[at + i] = max;
    }
  }

  private static void sum(
      float[] data, int start, int from, int to, int width, float[] pooled, int at) {
    for (int token = from; token < to; token++) {
      int offset = start + token * width;
      for (int i = 0; i < width; i++) {
        pooled[at + i] += data[offset + i];
      }
    }
  }

  private static void scale(float[] pooled, int at, int width, float divisor) {
    for (int i = 0; i < width; i++) {
      pooled[at + i] /= divisor;
    }
  }

  private static void weightedMean(
      float[] data, int start, int from, int to, int width, float[] pooled, int at) {
    float weights = 0;
    for (int token = from; token < to; token++) {
      // Counted from the first token of the row, also where the prompt's tokens are left out.
      float weight = token + 1;
      weights += weight;
      int offset = start + token * width;
      for (int i = 0; i < width; i++) {
        pooled[at + i] += weight * data[offset + i];
      }
    }
    scale(pooled, at, width, Math.max(weights, SMALLEST_COUNT));
  }
}
