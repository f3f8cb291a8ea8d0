package dev.lucenesemantic.benchmarks;

import dev.lucenesemantic.embed.TextEmbedder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An embedder that knows the vectors of its texts, so that a search is measured without it. */
final class KnownVectors implements TextEmbedder {
  private final TextEmbedder model;
  private final Map<String, float[]> vectors = new HashMap<>();

  /**
   * Makes an embedder that passes for a model.
   *
   * @param model whose vectors they are; not closed
   */
  KnownVectors(TextEmbedder model) {
    this.model = model;
  }

  void add(List<String> texts, List<float[]> vectors) {
    for (int i = 0; i < texts.size(); i++) {
      this.vectors.put(texts.get(i), vectors.get(i));
    }
  }

  @Override
  public float[] embedQuery(String text) {
    return vectors.get(text);
  }

  @Override
  public List<float[]> embedDocuments(List<String> texts) {
    return texts.stream().map(vectors::get).toList();
  }

  @Override
  public int dimension() {
    return model.dimension();
  }

  @Override
  public String fingerprint() {
    return model.fingerprint();
  }

  @Override
  public String modelName() {
    return model.modelName();
  }

  @Override
  public void close() {}
}
