package dev.lucenesemantic.inference;

import java.util.Arrays;

/**
 * What a model gives for a batch.
 *
 * @param data the values, last dimension first to change
 * @param shape the size of each dimension
 */
public record FloatTensor(float[] data, int[] shape) {

  /** Checks that there are as many values as the shape says. */
  public FloatTensor {
    long size = 1;
    for (int dimension : shape) {
      size *= dimension;
    }
    if (size != data.length) {
      throw new IllegalArgumentException(
          data.length + " values for shape " + Arrays.toString(shape));
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FloatTensor that
        && Arrays.equals(data, that.data)
        && Arrays.equals(shape, that.shape);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(shape);
  }

  @Override
  public String toString() {
    return "FloatTensor" + Arrays.toString(shape);
  }
}
