package dev.lucenesemantic.cli;

import dev.lucenesemantic.embed.SentenceTransformer;
import dev.lucenesemantic.embed.Similarity;
import dev.lucenesemantic.rerank.CrossEncoder;
import dev.lucenesemantic.rerank.TextPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Compares what a model gives with what it should give.
 *
 * @param minCosine how near a vector must be: for vectors of one length the cosine; of others the
 *     length must fit as well
 * @param maxScoreDifference how far a score may be off
 */
record Parity(double minCosine, double maxScoreDifference) {
  /** The same weights in float32, whatever computes them. */
  static final Parity EXACT = new Parity(0.9999, 0.01);

  /** 8-bit weights against the original: .987 was the lowest of 32 texts and three models. */
  static final Parity INT8 = new Parity(0.95, 0.2);

  /**
   * One text or pair.
   *
   * @param what which one
   * @param fine whether it is near enough
   * @param found how near, in words
   */
  record Comparison(String what, boolean fine, String found) {}

  List<Comparison> compare(LoadedModel model, Golden golden) {
    return switch (model) {
      case LoadedModel.Encoder encoder -> compare(encoder.model(), golden.vectors());
      case LoadedModel.Reranker reranker -> compare(reranker.model(), golden.scores());
    };
  }

  private List<Comparison> compare(SentenceTransformer model, List<Golden.TextVector> expected) {
    List<Comparison> comparisons = new ArrayList<>();
    for (Golden.TextVector vector : expected) {
      String what =
          vector.task().map(task -> task + " ").orElse("text ") + Words.quoted(vector.text());
      comparisons.add(compare(what, encode(model, vector), vector.vector()));
    }
    return comparisons;
  }

  static float[] encode(SentenceTransformer model, Golden.TextVector vector) {
    try {
      return switch (vector.task().orElse("")) {
        case "" -> model.encode(vector.text());
        case "query" -> model.embedQuery(vector.text());
        case "document" -> model.embedDocuments(List.of(vector.text())).get(0);
        default ->
            throw new IllegalArgumentException(
                "the task of a vector is query or document, not '" + vector.task().get() + "'");
      };
    } catch (IllegalArgumentException e) {
      // A router may have no road for it.
      throw new Refusal(
          ExitCode.BAD_INPUT, "the golden vectors are not for this model: " + e.getMessage(), e);
    }
  }

  private Comparison compare(String what, float[] actual, float[] expected) {
    if (actual.length != expected.length) {
      return new Comparison(
          what, false, actual.length + " components in place of " + expected.length);
    }
    float cosine = Similarity.COSINE.matrix(new float[][] {actual}, new float[][] {expected})[0][0];
    double difference = 0;
    double distance = 0;
    double length = 0;
    for (int i = 0; i < actual.length; i++) {
      double off = (double) actual[i] - expected[i];
      difference = Double.isNaN(off) ? Double.NaN : Math.max(difference, Math.abs(off));
      distance += off * off;
      length += (double) expected[i] * expected[i];
    }
    // For vectors of length 1 this is the cosine's own bound; a NaN is never within it.
    boolean fine = distance <= 2 * (1 - minCosine) * length;
    return new Comparison(
        what,
        fine,
        String.format(Locale.ROOT, "cosine %.5f, largest difference %.5f", cosine, difference));
  }

  private List<Comparison> compare(CrossEncoder model, List<Golden.PairScore> expected) {
    List<Comparison> comparisons = new ArrayList<>();
    for (Golden.PairScore score : expected) {
      float actual = model.predict(List.of(new TextPair(score.query(), score.document())))[0];
      boolean fine = Math.abs(actual - score.score()) <= maxScoreDifference;
      comparisons.add(
          new Comparison(
              "pair "
                  + '"'
                  + Words.excerpt(score.query(), 30)
                  + "\" and \""
                  + Words.excerpt(score.document(), 30)
                  + '"',
              fine,
              String.format(Locale.ROOT, "score %.3f, expected %.3f", actual, score.score())));
    }
    return comparisons;
  }
}
