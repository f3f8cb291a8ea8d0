package dev.lucenesemantic.mining;

import dev.lucenesemantic.embed.Similarity;

/** What the functions of this package ask of their arguments. */
final class Checks {
  private Checks() {}

  static int positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1 and is " + value);
    }
    return value;
  }

  static float cosine(String name, float value) {
    if (!(value >= -1 && value <= 1)) {
      throw new IllegalArgumentException(
          name + " is a cosine and must be from -1 to 1, and is " + value);
    }
    return value;
  }

  static Similarity cosineOrDot(Similarity similarity) {
    if (similarity != Similarity.COSINE && similarity != Similarity.DOT) {
      throw new IllegalArgumentException(
          "vectors are compared by COSINE or DOT here, not by " + similarity);
    }
    return similarity;
  }

  /**
   * Checks the components of a vector.
   *
   * @return the square of the vector's length
   */
  static double finite(String what, float[] vector) {
    double square = 0;
    for (int i = 0; i < vector.length; i++) {
      if (!Float.isFinite(vector[i])) {
        throw new IllegalArgumentException(
            what + " has " + vector[i] + " as its component " + i + "; it must be a finite number");
      }
      square += (double) vector[i] * vector[i];
    }
    // By Cauchy and Schwarz no product of two vectors overflows where this does not.
    if (square > Float.MAX_VALUE) {
      throw new IllegalArgumentException(
          what + " is too long to be compared: its length is " + Math.sqrt(square));
    }
    return square;
  }
}
