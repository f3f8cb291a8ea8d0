package dev.lucenesemantic.benchmarks;

import dev.lucenesemantic.embed.TextEmbedder;
import java.util.List;

/** A bi-encoder without a model: a text's direction depends on how many of its letters are "s". */
final class FakeEmbedder implements TextEmbedder {

  static float[] vector(String text) {
    double angle = text.chars().filter(c -> c == 's').count() * 0.1;
    return new float[] {(float) Math.cos(angle), (float) Math.sin(angle)};
  }

  @Override
  public int dimension() {
    return 2;
  }

  @Override
  public String fingerprint() {
    return "fake";
  }

  @Override
  public float[] embedQuery(String text) {
    return vector(text);
  }

  @Override
  public List<float[]> embedDocuments(List<String> texts) {
    return texts.stream().map(FakeEmbedder::vector).toList();
  }

  @Override
  public void close() {}
}
