package dev.lucenesemantic.mining;

import dev.lucenesemantic.embed.Similarity;
import java.util.List;
import java.util.Objects;
import org.apache.lucene.util.VectorUtil;

/**
 * Vectors of a list, checked, and how they are compared. It holds the caller's arrays and no copies
 * of them; for the cosine it adds one number per vector.
 */
final class VectorTable {
  /** Python divides by no less, so that a vector of zeros is like nothing. */
  private static final double SMALLEST_NORM = 1e-12;

  private final float[][] rows;

  /** One by the length of each row; null if the length counts. */
  private final double[] inverseNorms;

  private VectorTable(float[][] rows, double[] inverseNorms) {
    this.rows = rows;
    this.inverseNorms = inverseNorms;
  }

  /**
   * @param name what messages call one of the vectors
   * @throws IllegalArgumentException if vectors differ in dimension, or one is null or has a
   *     component that is not a finite number
   */
  static VectorTable of(String name, List<float[]> vectors, Similarity similarity) {
    Checks.cosineOrDot(Objects.requireNonNull(similarity, "similarity"));
    float[][] rows = Objects.requireNonNull(vectors, name + "s").toArray(float[][]::new);
    double[] inverseNorms = similarity == Similarity.COSINE ? new double[rows.length] : null;
    for (int i = 0; i < rows.length; i++) {
      if (rows[i] == null) {
        throw new IllegalArgumentException(name + " " + i + " is null");
      }
      if (rows[i].length != rows[0].length) {
        throw new IllegalArgumentException(
            name
                + " "
                + i
                + " has "
                + rows[i].length
                + " components and "
                + name
                + " 0 has "
                + rows[0].length
                + "; only vectors of one model can be compared");
      }
      double square = Checks.finite(name + " " + i, rows[i]);
      if (inverseNorms != null) {
        inverseNorms[i] = inverseNorm(square);
      }
    }
    return new VectorTable(rows, inverseNorms);
  }

  static double inverseNorm(double square) {
    return 1 / Math.max(Math.sqrt(square), SMALLEST_NORM);
  }

  int size() {
    return rows.length;
  }

  /** The number of components; 0 if there are no vectors. */
  int dimension() {
    return rows.length == 0 ? 0 : rows[0].length;
  }

  /** How near a row is to one of another table; the same number in both directions. */
  float score(int row, VectorTable other, int otherRow) {
    float dot = VectorUtil.dotProduct(rows[row], other.rows[otherRow]);
    return inverseNorms == null
        ? dot
        : (float) (dot * (inverseNorms[row] * other.inverseNorms[otherRow]));
  }
}
