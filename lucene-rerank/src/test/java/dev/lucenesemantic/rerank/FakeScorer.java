package dev.lucenesemantic.rerank;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** A scorer without a model: a function of the document's text. Remembers what it was asked. */
final class FakeScorer implements PairScorer {
  private final ToDoubleFunction<String> score;
  private volatile Runnable beforeCall = () -> {};

  /** The documents of each call. */
  final List<List<String>> calls = Collections.synchronizedList(new ArrayList<>());

  final List<String> queries = Collections.synchronizedList(new ArrayList<>());

  FakeScorer(ToDoubleFunction<String> score) {
    this.score = score;
  }

  /** The number behind the last space of the document. */
  static FakeScorer byLastNumber() {
    return new FakeScorer(text -> Double.parseDouble(text.substring(text.lastIndexOf(' ') + 1)));
  }

  /** A number that looks random and is always the same for a text. */
  static FakeScorer byHash() {
    return new FakeScorer(FakeScorer::hash);
  }

  static float hash(String text) {
    return ((text.hashCode() * 0x9E3779B9) >> 8) / 1e6f;
  }

  FakeScorer before(Runnable action) {
    beforeCall = action;
    return this;
  }

  List<String> documents() {
    return calls.stream().flatMap(List::stream).toList();
  }

  @Override
  public float[] predict(List<TextPair> pairs) {
    calls.add(pairs.stream().map(TextPair::document).toList());
    pairs.forEach(pair -> queries.add(pair.query()));
    beforeCall.run();
    float[] scores = new float[pairs.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) score.applyAsDouble(pairs.get(i).document());
    }
    return scores;
  }

  @Override
  public void close() {}

  @Override
  public String toString() {
    return "fake scorer";
  }
}
