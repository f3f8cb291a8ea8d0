package dev.lucenesemantic.inference;

import dev.lucenesemantic.model.ModelException;
import dev.lucenesemantic.model.Safetensors;
import dev.lucenesemantic.model.StaticEmbeddingSource;
import java.util.List;

/**
 * A table with one vector for each token. The vector of a text is the mean of those of its tokens,
 * and zero for a text without tokens, as in sentence-transformers' {@code StaticEmbedding}. The
 * table lies in the Java heap.
 */
public final class StaticEmbedding implements TensorModel {
  private final float[] table;
  private final int width;

  private StaticEmbedding(float[] table, int width) {
    this.table = table;
    this.width = width;
  }

  /**
   * Reads the table.
   *
   * @param source where it is
   * @return the table
   * @throws ModelException if the file is damaged or has no such table
   */
  public static StaticEmbedding load(StaticEmbeddingSource source) {
    Safetensors tensors = Safetensors.open(source.path());
    List<Long> shape = tensors.shape(source.tensor());
    if (shape.size() != 2 || shape.get(1) < 1 || shape.get(1) > Integer.MAX_VALUE) {
      throw new ModelException(
          source.path().toString(),
          "has tensor '" + source.tensor() + "' of shape " + shape + ", which is no table");
    }
    return new StaticEmbedding(tensors.floats(source.tensor()), shape.get(1).intValue());
  }

  @Override
  public FloatTensor run(TokenBatch batch) {
    int rows = batch.rows().size();
    float[] means = new float[Math.multiplyExact(rows, width)];
    for (int row = 0; row < rows; row++) {
      mean(batch.rows().get(row).ids(), means, row * width);
    }
    return new FloatTensor(means, new int[] {rows, width});
  }

  private void mean(int[] ids, float[] means, int at) {
    double[] sum = new double[width];
    for (int id : ids) {
      long start = (long) id * width;
      if (start + width > table.length) {
        throw new InferenceException(
            "token " + id + " is none of the " + table.length / width + " of the table");
      }
      for (int i = 0; i < width; i++) {
        sum[i] += table[(int) start + i];
      }
    }
    for (int i = 0; i < width && ids.length > 0; i++) {
      means[at + i] = (float) (sum[i] / ids.length);
    }
  }

  @Override
  public boolean mixesRows() {
    return false;
  }

  @Override
  public void close() {
    // Nothing lies outside of the heap.
  }
}
