package dev.lucenesemantic.rerank;

import java.util.Arrays;
import org.apache.lucene.search.Explanation;

/**
 * The final scores of hits that have a cross-encoder score. Immutable.
 *
 * <p>All parts of a sum are floats, so that the numbers of an explanation add up exactly.
 */
interface FusedScores {

  /**
   * @param ranks the hits' ranks in the first stage, from 1
   * @param firstStage their scores there; any float
   * @param crossEncoder their scores by the cross-encoder; no NaN
   */
  static FusedScores of(ScoreFusion fusion, int[] ranks, float[] firstStage, float[] crossEncoder) {
    return switch (fusion) {
      case ScoreFusion.CrossEncoderOnly alone -> new Alone(crossEncoder);
      case ScoreFusion.WeightedSum sum ->
          new Sum(sum.firstStageWeight(), Normalized.of(crossEncoder), Normalized.of(firstStage));
      case ScoreFusion.ReciprocalRank reciprocal ->
          new Ranks(reciprocal.k(), competitionRanks(crossEncoder), ranks);
    };
  }

  /** The final score of a hit, never NaN. */
  float score(int hit);

  /** How it came about. */
  Explanation explain(int hit, Explanation crossEncoder, Explanation firstStage);

  private static int[] competitionRanks(float[] scores) {
    float[] ascending = scores.clone();
    Arrays.sort(ascending);
    int[] ranks = new int[scores.length];
    for (int i = 0; i < scores.length; i++) {
      int better = Arrays.binarySearch(ascending, scores[i]);
      while (better < ascending.length && ascending[better] == scores[i]) {
        better++;
      }
      ranks[i] = ascending.length - better + 1;
    }
    return ranks;
  }

  /** The cross-encoder's own scores. */
  record Alone(float[] scores) implements FusedScores {

    @Override
    public float score(int hit) {
      // No -0, which Lucene's comparators and Float.compare see differently.
      return scores[hit] + 0f;
    }

    @Override
    public Explanation explain(int hit, Explanation crossEncoder, Explanation firstStage) {
      return Explanation.match(
          score(hit),
          "cross-encoder score alone, computed as it is from:",
          crossEncoder,
          firstStage);
    }
  }

  /** Normalised scores. */
  record Sum(float weight, Normalized crossEncoder, Normalized firstStage) implements FusedScores {

    @Override
    public float score(int hit) {
      return (float) ((double) crossEncoder.z(hit) + weighted(hit)) + 0f;
    }

    private float weighted(int hit) {
      return weight * firstStage.z(hit);
    }

    @Override
    public Explanation explain(int hit, Explanation crossEncoder, Explanation firstStage) {
      return Explanation.match(
          score(hit),
          "weighted sum of the normalised scores, sum of:",
          this.crossEncoder.explain(hit, "cross-encoder score", crossEncoder),
          Explanation.match(
              weighted(hit),
              "weighted first-stage score, product of:",
              Explanation.match(weight, "weight of the first stage"),
              this.firstStage.explain(hit, "first-stage score", firstStage)));
    }
  }

  /** Reciprocal ranks. */
  record Ranks(int k, int[] crossEncoder, int[] firstStage) implements FusedScores {

    @Override
    public float score(int hit) {
      return (float) ((double) part(crossEncoder[hit]) + part(firstStage[hit]));
    }

    private float part(int rank) {
      return (float) (1d / ((double) k + rank));
    }

    @Override
    public Explanation explain(int hit, Explanation crossEncoder, Explanation firstStage) {
      return Explanation.match(
          score(hit),
          "reciprocal rank fusion, sum of:",
          explainPart(this.crossEncoder[hit], "by the cross-encoder", crossEncoder),
          explainPart(this.firstStage[hit], "in the first stage", firstStage));
    }

    private Explanation explainPart(int rank, String where, Explanation score) {
      return Explanation.match(
          part(rank),
          "reciprocal rank " + where + ", computed as 1 / (k + rank) from:",
          Explanation.match(k, "k"),
          Explanation.match(rank, "rank " + where),
          score);
    }
  }

  /** Scores as numbers of standard deviations from their mean. */
  record Normalized(double[] counted, double mean, double deviation) {

    static Normalized of(float[] scores) {
      double min = Double.POSITIVE_INFINITY;
      double max = Double.NEGATIVE_INFINITY;
      for (float score : scores) {
        if (Float.isFinite(score)) {
          min = Math.min(min, score);
          max = Math.max(max, score);
        }
      }
      boolean anyFinite = min <= max;
      double[] counted = new double[scores.length];
      double sum = 0;
      for (int i = 0; i < scores.length; i++) {
        double least = anyFinite ? min : -1;
        double score = Float.isNaN(scores[i]) ? least : scores[i];
        counted[i] = Math.clamp(score, least, anyFinite ? max : 1);
        sum += counted[i];
      }
      double mean = sum / scores.length;
      double squares = 0;
      for (double score : counted) {
        squares += (score - mean) * (score - mean);
      }
      boolean constant = Arrays.stream(counted).allMatch(score -> score == counted[0]);
      // Rounding gives equal scores a tiny deviation.
      return constant
          ? new Normalized(counted, counted[0], 0)
          : new Normalized(counted, mean, Math.sqrt(squares / scores.length));
    }

    float z(int hit) {
      return deviation == 0 ? 0 : (float) ((counted[hit] - mean) / deviation);
    }

    Explanation explain(int hit, String what, Explanation score) {
      return Explanation.match(
          z(hit),
          "normalised "
              + what
              + ", computed as "
              + (deviation == 0 ? "0, as all hits have the same," : "(score - mean) / deviation")
              + " from:",
          score,
          Explanation.match(counted[hit], "what the score counts as"),
          Explanation.match(mean, "mean of the " + counted.length + " scored hits"),
          Explanation.match(deviation, "standard deviation of the " + counted.length));
    }
  }
}
