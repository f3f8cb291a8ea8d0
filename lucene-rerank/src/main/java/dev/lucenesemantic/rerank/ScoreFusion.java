package dev.lucenesemantic.rerank;

/**
 * How the cross-encoder's score of a hit and its score from the first stage become its final score.
 *
 * <p>A fusion is computed over the hits that the cross-encoder gave a number: those of the window,
 * less the ones without text and the ones that the time did not suffice for. The final scores of
 * two rescorings can be compared only if the fusion is {@link #crossEncoder()}.
 */
public sealed interface ScoreFusion {

  /**
   * The cross-encoder's score alone.
   *
   * @return the fusion
   */
  static ScoreFusion crossEncoder() {
    return new CrossEncoderOnly();
  }

  /**
   * {@code z(cross-encoder) + weight * z(first stage)}, where {@code z} subtracts the mean of the
   * hits' scores and divides by their (population) standard deviation.
   *
   * <p>Where all scores of a stage are equal, and so where there is but one hit, its {@code z} is
   * 0. An infinite score counts as the largest or the smallest finite one of its stage, and a
   * first-stage score that is NaN as the smallest.
   *
   * @param firstStageWeight the weight of the first stage; that of the cross-encoder is 1
   * @return the fusion
   * @throws IllegalArgumentException if the weight is negative, infinite or NaN
   */
  static ScoreFusion weightedSum(float firstStageWeight) {
    return new WeightedSum(firstStageWeight);
  }

  /**
   * {@code 1 / (k + rank by cross-encoder) + 1 / (k + rank in the first stage)}; ranks begin at 1.
   * Hits with equal scores by the cross-encoder share the best of their ranks. Usual is a {@code k}
   * of 60.
   *
   * @param k how little the first ranks stand out, at least 1
   * @return the fusion
   * @throws IllegalArgumentException if {@code k} is below 1
   */
  static ScoreFusion reciprocalRank(int k) {
    return new ReciprocalRank(k);
  }

  /** The cross-encoder's score alone. */
  record CrossEncoderOnly() implements ScoreFusion {
    @Override
    public String toString() {
      return "crossEncoder()";
    }
  }

  /**
   * The sum of both normalised scores.
   *
   * @param firstStageWeight the weight of the first stage
   */
  record WeightedSum(float firstStageWeight) implements ScoreFusion {

    /**
     * Checks the weight.
     *
     * @throws IllegalArgumentException if the weight is negative, infinite or NaN
     */
    public WeightedSum {
      if (!(firstStageWeight >= 0 && firstStageWeight <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "the weight of the first stage must be 0 or a positive number, got: "
                + firstStageWeight);
      }
    }

    @Override
    public String toString() {
      return "weightedSum(" + firstStageWeight + ")";
    }
  }

  /**
   * The sum of both reciprocal ranks.
   *
   * @param k how little the first ranks stand out
   */
  record ReciprocalRank(int k) implements ScoreFusion {

    /**
     * Checks the constant.
     *
     * @throws IllegalArgumentException if {@code k} is below 1
     */
    public ReciprocalRank {
      if (k < 1) {
        throw new IllegalArgumentException("k must be at least 1, got: " + k);
      }
    }

    @Override
    public String toString() {
      return "reciprocalRank(" + k + ")";
    }
  }
}
