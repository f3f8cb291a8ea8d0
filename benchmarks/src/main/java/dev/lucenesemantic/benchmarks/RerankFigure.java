package dev.lucenesemantic.benchmarks;

import java.util.Optional;

/**
 * How good and how fast a search is, with or without reranking.
 *
 * @param firstStage the name of the first stage
 * @param reranking what comes behind it; empty where nothing does
 * @param ndcgAt10 nDCG@10
 * @param totalMillis the median time from the query's text to the best ten
 */
record RerankFigure(
    String firstStage, Optional<Reranking> reranking, double ndcgAt10, double totalMillis) {

  /**
   * What comes behind a first stage.
   *
   * @param secondStage the name of the second stage
   * @param fused whether its scores are fused with those of the first
   * @param window how many hits it reranks
   * @param millis the median time of the reranking alone
   */
  record Reranking(String secondStage, boolean fused, int window, double millis) {}
}
