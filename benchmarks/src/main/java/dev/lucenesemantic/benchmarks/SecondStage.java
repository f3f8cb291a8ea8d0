package dev.lucenesemantic.benchmarks;

import dev.lucenesemantic.rerank.CrossEncoderRescorer;
import dev.lucenesemantic.rerank.PairScorer;
import dev.lucenesemantic.rerank.ScoreFusion;
import dev.lucenesemantic.rerank.TextSource;

/**
 * A reranking, on the library's own road. Its scores are taken alone, and fused with those of the
 * first stage.
 *
 * @param name what the tables call it
 * @param scorer gives the scores
 * @param texts what the scorer is given of a hit
 * @param fusion how the scores of both stages become one where they do
 * @param peer whether it only stands beside the others, and so behind BM25 only
 */
record SecondStage(
    String name, PairScorer scorer, TextSource texts, ScoreFusion fusion, boolean peer) {

  /** A cross-encoder that reads the indexed text. */
  static SecondStage crossEncoder(String name, PairScorer scorer) {
    return new SecondStage(
        name, scorer, TextSource.storedField(Bm25System.FIELD), fusionOf(scorer), false);
  }

  /** The scorer's own; where that is its score alone, what is best for a small model. */
  private static ScoreFusion fusionOf(PairScorer scorer) {
    ScoreFusion own = scorer.fusion();
    return own instanceof ScoreFusion.CrossEncoderOnly ? ScoreFusion.weightedSum(0.5f) : own;
  }

  /** A bi-encoder that ranks the same candidates by the vectors in the index. */
  static SecondStage biEncoder(SemanticSystem system, VectorScorer vectors) {
    return new SecondStage(
        system.name(), vectors, VectorScorer.DOCUMENT_NUMBER, ScoreFusion.weightedSum(0.5f), true);
  }

  /** Whether it is put behind a first stage. */
  boolean follows(FirstStage first) {
    return !peer || first.name().equals(RerankModels.BM25);
  }

  /**
   * The rescorer for a question.
   *
   * @param through gives the scores: the scorer, or what stands in front of it
   */
  CrossEncoderRescorer rescorer(PairScorer through, String query, int window, ScoreFusion chosen) {
    return new CrossEncoderRescorer(through, query, texts).withWindow(window).withFusion(chosen);
  }
}
