package dev.lucenesemantic.rerank;

import java.util.List;

/**
 * Gives pairs of query and document text a relevance score: the larger, the better the document
 * answers the query. Implementations are safe for use by several threads at once, and give a pair
 * the same score alone and in any list.
 */
public interface PairScorer extends AutoCloseable {

  /**
   * Scores pairs.
   *
   * @param pairs the pairs; neither the list nor a pair is null
   * @return a new array with one score per pair, in the order of {@code pairs}
   */
  float[] predict(List<TextPair> pairs);

  /**
   * Scores documents for one query. Where query and document together are too long, only the
   * document is cut, never the query.
   *
   * @param query the query; not null, may be empty
   * @param documents the documents' texts; neither the list nor a text is null
   * @return a new array with one score per document, in the order of {@code documents}
   */
  default float[] score(String query, List<String> documents) {
    return predict(documents.stream().map(document -> new TextPair(query, document)).toList());
  }

  /**
   * How the scores are best fused with those of the first stage, which is what a rescorer does that
   * was not told otherwise.
   *
   * @return the scores alone, unless the scorer knows that something else is better
   */
  default ScoreFusion fusion() {
    return ScoreFusion.crossEncoder();
  }

  /** Frees what the scorer holds. Using it afterwards is an error; closing it again is not. */
  @Override
  void close();
}
