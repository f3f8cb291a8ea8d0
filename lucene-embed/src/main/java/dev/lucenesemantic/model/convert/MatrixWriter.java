package dev.lucenesemantic.model.convert;

import dev.lucenesemantic.model.ModelException;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Puts weights into the file and the operators that use them into the graph, in full precision or
 * quantised.
 */
final class MatrixWriter {
  /**
   * The largest weight. A processor without VNNI adds two products of an unsigned and a signed byte
   * up in 16 bits: 2 * 255 * 64 still fits, where 127 would be cut off.
   */
  private static final int SEVEN_BITS = 64;

  private static final int EIGHT_BITS = 127;

  /** So many columns are written at once. */
  private static final int TILE = 64;

  private final OnnxGraphWriter graph;
  private final WeightFile file;
  private final Precision precision;
  private final Weights weights;

  MatrixWriter(OnnxGraphWriter graph, WeightFile file, Precision precision, Weights weights) {
    this.graph = graph;
    this.file = file;
    this.precision = precision;
    this.weights = weights;
  }

  /** Something to multiply several matrices with, which is quantised once for all. */
  record Factor(String value, List<String> quantised) {}

  Factor factor(String value) {
    return new Factor(
        value,
        precision == Precision.INT8
            ? graph.add("DynamicQuantizeLinear", Map.of(), 3, value)
            : List.of());
  }

  /**
   * A linear layer: the product with a matrix, and a vector added to it.
   *
   * @param x what goes in
   * @param name what its names in {@link Weights} begin with
   * @param in components that go in
   * @param out components that come out
   * @param scale what the result is multiplied with
   */
  String linear(Factor x, String name, int in, int out, float scale) throws IOException {
    float[] matrix = weights.floats(name + ".weight", out, in);
    float[] bias = weights.floats(name + ".bias", out);
    multiply(matrix, scale);
    multiply(bias, scale);
    String product =
        precision == Precision.INT8
            ? integerProduct(x, name, matrix, in, out)
            : graph.add("MatMul", x.value, transposed(name + ".weight", matrix, in, out));
    return graph.add("Add", product, vector(name + ".bias", bias));
  }

  /** The linear layer of a head, in full precision, as there is next to nothing to compute. */
  String headLayer(String x, String name, int in, int out) throws IOException {
    String matrix =
        transposed(name + ".weight", weights.headFloats(name + ".weight", out, in), in, out);
    String bias = vector(name + ".bias", weights.headFloats(name + ".bias", out));
    return graph.add("Add", graph.add("MatMul", x, matrix), bias);
  }

  private static void multiply(float[] values, float factor) {
    for (int i = 0; factor != 1 && i < values.length; i++) {
      values[i] *= factor;
    }
  }

  private String integerProduct(Factor x, String name, float[] matrix, int in, int out)
      throws IOException {
    float[] scales = new float[out];
    byte[] quantised = new byte[matrix.length];
    for (int column = 0; column < out; column++) {
      scales[column] = scale(name, matrix, column * in, in, SEVEN_BITS);
      for (int row = 0; row < in; row++) {
        quantised[row * out + column] =
            (byte) Math.rint(matrix[column * in + row] / scales[column]);
      }
    }
    String scale = vector(name + ".scale", scales);
    long offset = file.begin();
    file.write(quantised);
    String bytes =
        graph.weights(name + ".quantised", OnnxGraphWriter.Type.INT8, new long[] {in, out}, offset);
    String sums = graph.add("MatMulInteger", x.quantised.get(0), bytes, x.quantised.get(2));
    String floats = graph.add("Cast", Map.of("to", OnnxGraphWriter.Type.FLOAT.code()), sums);
    return graph.add("Mul", floats, graph.add("Mul", x.quantised.get(1), scale));
  }

  /** What the largest of some values is a whole number of times of. */
  private float scale(String name, float[] values, int from, int length, int steps) {
    float largest = 0;
    for (int i = from; i < from + length; i++) {
      // Unlike a comparison, it keeps what is no number.
      largest = Math.max(largest, Math.abs(values[i]));
    }
    if (!Float.isFinite(largest)) {
      throw new ModelException(
          weights.location(), "has a weight that is no finite number in '" + name + "'");
    }
    float scale = largest / steps;
    return scale < Float.MIN_NORMAL ? 1 : scale;
  }

  /** PyTorch has a row for each result, ONNX a column. */
  private String transposed(String name, float[] matrix, int in, int out) throws IOException {
    long offset = file.begin();
    float[] tile = new float[TILE * out];
    for (int first = 0; first < in; first += TILE) {
      int rows = Math.min(TILE, in - first);
      for (int column = 0; column < out; column++) {
        for (int row = 0; row < rows; row++) {
          tile[row * out + column] = matrix[column * in + first + row];
        }
      }
      for (int i = 0; i < rows * out; i++) {
        file.write(tile[i]);
      }
    }
    return graph.weights(name, OnnxGraphWriter.Type.FLOAT, new long[] {in, out}, offset);
  }

  String vector(String name, float[] values) throws IOException {
    long offset = file.begin();
    file.write(values);
    return graph.weights(name, OnnxGraphWriter.Type.FLOAT, new long[] {values.length}, offset);
  }

  /** A matrix as it is. */
  String table(String name, float[] values, int width) throws IOException {
    long offset = file.begin();
    file.write(values);
    return graph.weights(
        name, OnnxGraphWriter.Type.FLOAT, new long[] {values.length / width, width}, offset);
  }

  String table(String name, int width) throws IOException {
    long rows = weights.shape(name).get(0);
    long offset = file.begin();
    weights.rows(name, width, file::write);
    return graph.weights(name, OnnxGraphWriter.Type.FLOAT, new long[] {rows, width}, offset);
  }

  /** The rows of the largest table, one for each token. */
  String words(String name, int width, String ids) throws IOException {
    if (precision == Precision.FP32) {
      return graph.add("Gather", table(name, width), ids);
    }
    int rows = Math.toIntExact(weights.shape(name).get(0));
    float[] scales = new float[rows];
    long offset = file.begin();
    int[] next = {0};
    weights.rows(
        name,
        width,
        row -> {
          float scale = scale(name, row, 0, width, EIGHT_BITS);
          for (float value : row) {
            file.write((byte) Math.rint(value / scale));
          }
          scales[next[0]++] = scale;
        });
    String bytes =
        graph.weights(
            name + ".quantised", OnnxGraphWriter.Type.INT8, new long[] {rows, width}, offset);
    String scale = table(name + ".scale", scales, 1);
    String floats =
        graph.add(
            "Cast",
            Map.of("to", OnnxGraphWriter.Type.FLOAT.code()),
            graph.add("Gather", bytes, ids));
    return graph.add("Mul", floats, graph.add("Gather", scale, ids));
  }

  /** Normalisation of each token's vector; old files call its weights gamma and beta. */
  String layerNorm(String x, String name, int width, float epsilon) throws IOException {
    boolean old = weights.has(name + ".gamma");
    float[] weight = weights.floats(name + (old ? ".gamma" : ".weight"), width);
    float[] bias = weights.floats(name + (old ? ".beta" : ".bias"), width);
    return graph.add(
        "LayerNormalization",
        Map.of("axis", -1, "epsilon", epsilon),
        x,
        vector(name + ".weight", weight),
        vector(name + ".bias", bias));
  }
}
