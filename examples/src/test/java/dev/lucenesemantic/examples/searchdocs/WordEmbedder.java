package dev.lucenesemantic.examples.searchdocs;

import dev.lucenesemantic.embed.TextEmbedder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** An embedder without a model: texts that share words are near each other. */
final class WordEmbedder implements TextEmbedder {
  private final String fingerprint;
  int failAfter = Integer.MAX_VALUE;

  /** What was encoded to be found. */
  final List<String> documents = new ArrayList<>();

  WordEmbedder(String fingerprint) {
    this.fingerprint = fingerprint;
  }

  @Override
  public int dimension() {
    return 32;
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public float[] embedQuery(String text) {
    float[] sum = new float[dimension()];
    for (String word : ("q " + text.toLowerCase(Locale.ROOT)).split("\\W+")) {
      Random random = new Random(word.hashCode());
      for (int i = 0; i < sum.length; i++) {
        sum[i] += (float) random.nextGaussian();
      }
    }
    double squares = 0;
    for (float value : sum) {
      squares += value * value;
    }
    for (int i = 0; i < sum.length; i++) {
      sum[i] /= (float) Math.sqrt(squares);
    }
    return sum;
  }

  @Override
  public List<float[]> embedDocuments(List<String> texts) {
    List<float[]> vectors = new ArrayList<>();
    for (String text : texts) {
      if (failAfter-- <= 0) {
        throw new IllegalStateException("the model broke");
      }
      documents.add(text);
      vectors.add(embedQuery(text));
    }
    return vectors;
  }

  @Override
  public void close() {}
}
