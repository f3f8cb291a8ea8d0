package dev.lucenesemantic.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.lucene.util.VectorUtil;

/** How near the k nearest passages of each question are, by comparison with every passage. */
final class TrueNearest {
  /** Scores are floats: what is nearer than this to the k-th is as good as the k-th. */
  private static final float TIE = 1e-6f;

  private final EncodedTexts texts;
  private final int k;

  /** The dot product of each question with its k-th nearest passage. */
  private final float[] last;

  TrueNearest(EncodedTexts texts, int k) {
    this.texts = texts;
    this.k = k;
    last = new float[texts.questions().size()];
    IntStream.range(0, last.length).parallel().forEach(i -> last[i] = last(i));
  }

  private float last(int question) {
    float[] products = new float[texts.passages().size()];
    for (int i = 0; i < products.length; i++) {
      products[i] = product(question, i);
    }
    Arrays.sort(products);
    return products[products.length - k];
  }

  private float product(int question, int passage) {
    return VectorUtil.dotProduct(texts.questions().get(question), texts.passages().get(passage));
  }

  /** Which part of the k nearest of a question is among the passages that a search found. */
  double recall(int question, List<Integer> passages) {
    long found =
        passages.stream()
            .filter(passage -> product(question, passage) >= last[question] - TIE)
            .count();
    return (double) Math.min(found, k) / k;
  }
}
