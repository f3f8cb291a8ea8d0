package dev.lucenesemantic.benchmarks;

import dev.lucenesemantic.rerank.PairScorer;
import dev.lucenesemantic.rerank.TextPair;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;

/**
 * Remembers what a scorer gave for the documents of its queries, so that all windows and fusions
 * share one score of a pair. That changes no result, since a pair has the same score in any list.
 * It is made for one query or a few, keeps all that it was asked, and does not close the scorer.
 */
final class CachingScorer implements PairScorer {
  private final PairScorer scorer;
  private final Map<TextPair, Float> scores = new HashMap<>();

  CachingScorer(PairScorer scorer) {
    this.scorer = scorer;
  }

  @Override
  public float[] score(String query, List<String> documents) {
    SequencedSet<String> unknown = new LinkedHashSet<>();
    for (String document : documents) {
      if (!scores.containsKey(new TextPair(query, document))) {
        unknown.add(document);
      }
    }
    if (!unknown.isEmpty()) {
      float[] found = scorer.score(query, List.copyOf(unknown));
      int at = 0;
      for (String document : unknown) {
        scores.put(new TextPair(query, document), found[at]);
        at++;
      }
    }
    float[] result = new float[documents.size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = scores.get(new TextPair(query, documents.get(i)));
    }
    return result;
  }

  /** Not remembered: a rescorer asks for documents of one query. */
  @Override
  public float[] predict(List<TextPair> pairs) {
    return scorer.predict(pairs);
  }

  @Override
  public void close() {}
}
