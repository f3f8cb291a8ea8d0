package dev.lucenesemantic.embed;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An embedder without a model: the vector of a text is the normalised sum of one pseudo-random
 * vector per word, so that texts that share words are near each other. Deterministic.
 */
public class FakeEmbedder implements TextEmbedder {
  private final String fingerprint;
  private final int dimension;

  /** How often each method was called, and with how many texts. */
  public final AtomicInteger queryCalls = new AtomicInteger();

  public final AtomicInteger documentCalls = new AtomicInteger();
  public final AtomicInteger documentTexts = new AtomicInteger();

  public FakeEmbedder(String fingerprint, int dimension) {
    this.fingerprint = fingerprint;
    this.dimension = dimension;
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public String modelName() {
    return "fake-" + fingerprint;
  }

  @Override
  public float[] embedQuery(String text) {
    queryCalls.incrementAndGet();
    return vector(text);
  }

  @Override
  public List<float[]> embedDocuments(List<String> texts) {
    documentCalls.incrementAndGet();
    documentTexts.addAndGet(texts.size());
    List<float[]> vectors = new ArrayList<>(texts.size());
    for (String text : texts) {
      vectors.add(vector(text));
    }
    return vectors;
  }

  /** The vector of a text, without counting a call. */
  public float[] vector(String text) {
    double[] sum = new double[dimension];
    for (String word : ("^ " + text.toLowerCase(Locale.ROOT)).trim().split("\\W+")) {
      Random random = new Random(31L * word.hashCode() + fingerprint.hashCode());
      for (int i = 0; i < dimension; i++) {
        sum[i] += random.nextGaussian();
      }
    }
    double norm = 0;
    for (double v : sum) {
      norm += v * v;
    }
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) (sum[i] / Math.sqrt(norm));
    }
    return vector;
  }

  @Override
  public void close() {}
}
