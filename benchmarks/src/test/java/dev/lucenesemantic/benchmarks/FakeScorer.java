package dev.lucenesemantic.benchmarks;

import dev.lucenesemantic.rerank.PairScorer;
import dev.lucenesemantic.rerank.TextPair;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** A cross-encoder without a model: a function of the pair. Remembers what it was asked. */
final class FakeScorer implements PairScorer {
  private final ToDoubleFunction<TextPair> score;
  final List<TextPair> asked = new ArrayList<>();
  int calls;

  FakeScorer(ToDoubleFunction<TextPair> score) {
    this.score = score;
  }

  @Override
  public float[] predict(List<TextPair> pairs) {
    calls++;
    asked.addAll(pairs);
    float[] scores = new float[pairs.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) score.applyAsDouble(pairs.get(i));
    }
    return scores;
  }

  @Override
  public void close() {}
}
