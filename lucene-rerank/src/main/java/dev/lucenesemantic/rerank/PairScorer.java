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

  /** Frees what the scorer holds. Using it afterwards is an error; closing it again is not. */
  @Override
  void close();
}
