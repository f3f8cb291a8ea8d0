package dev.lucenesemantic.embed;

import java.util.Locale;

/**
 * How near two vectors are: the larger, the nearer. The definitions are those of
 * sentence-transformers' {@code SimilarityFunction}, in which the distances are negated.
 */
public enum Similarity {
  /** The cosine of the angle, -1 to 1; 0 where a vector is zero. */
  COSINE {
    @Override
    float of(float[] a, float[] b) {
      // The norms are kept from zero one by one, as Python does.
      return (float) (dot(a, b) / (norm(a) * norm(b)));
    }
  },
  /** The sum of the products of the components. */
  DOT {
    @Override
    float of(float[] a, float[] b) {
      return (float) dot(a, b);
    }
  },
  /** The length of the difference, negated. */
  EUCLIDEAN {
    @Override
    float of(float[] a, float[] b) {
      double sum = 0;
      for (int i = 0; i < a.length; i++) {
        double difference = (double) a[i] - b[i];
        sum += difference * difference;
      }
      return (float) -Math.sqrt(sum);
    }
  },
  /** The sum of the absolute differences of the components, negated. */
  MANHATTAN {
    @Override
    float of(float[] a, float[] b) {
      double sum = 0;
      for (int i = 0; i < a.length; i++) {
        sum += Math.abs((double) a[i] - b[i]);
      }
      return (float) -sum;
    }
  };

  private static final double SMALLEST_NORM = 1e-12;

  abstract float of(float[] a, float[] b);

  /**
   * Compares every vector of one list with every vector of another.
   *
   * @param a vectors of the same dimension; may be empty
   * @param b vectors of that dimension; may be empty
   * @return a new matrix of {@code a.length} rows and {@code b.length} columns
   * @throws IllegalArgumentException if the dimensions differ
   */
  public float[][] matrix(float[][] a, float[][] b) {
    float[][] matrix = new float[a.length][b.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b.length; j++) {
        checkDimensions(a[i], b[j], i, j);
        matrix[i][j] = of(a[i], b[j]);
      }
    }
    return matrix;
  }

  /**
   * Compares the vectors of two lists pair by pair.
   *
   * @param a vectors of the same dimension; may be empty
   * @param b as many vectors of that dimension
   * @return a new array with one value per pair
   * @throws IllegalArgumentException if the lengths or the dimensions differ
   */
  public float[] pairwise(float[][] a, float[][] b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(
          "pairwise needs as many vectors on both sides and got " + a.length + " and " + b.length);
    }
    float[] values = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      checkDimensions(a[i], b[i], i, i);
      values[i] = of(a[i], b[i]);
    }
    return values;
  }

  /** By Python's name of the function: {@code cosine}, {@code dot}, ... */
  static Similarity ofName(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  private static void checkDimensions(float[] a, float[] b, int i, int j) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(
          "vector "
              + i
              + " has "
              + a.length
              + " components and vector "
              + j
              + " of the other side "
              + b.length
              + "; only vectors of one model can be compared");
    }
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  private static double norm(float[] a) {
    return Math.max(Math.sqrt(dot(a, a)), SMALLEST_NORM);
  }
}
