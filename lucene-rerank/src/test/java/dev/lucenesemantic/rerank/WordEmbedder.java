package dev.lucenesemantic.rerank;

import dev.lucenesemantic.embed.TextEmbedder;
import java.util.List;
import java.util.Locale;

/** An embedder without a model: texts are near each other if they share words. */
final class WordEmbedder implements TextEmbedder {

  @Override
  public int dimension() {
    return 32;
  }

  @Override
  public String fingerprint() {
    return "words";
  }

  @Override
  public float[] embedQuery(String text) {
    float[] vector = new float[dimension()];
    double squares = 0;
    for (String word : text.toLowerCase(Locale.ROOT).split(" ")) {
      vector[Math.floorMod(word.hashCode() * 0x9E3779B9, dimension())]++;
    }
    for (float v : vector) {
      squares += v * v;
    }
    for (int i = 0; i < vector.length; i++) {
      vector[i] /= (float) Math.sqrt(squares);
    }
    return vector;
  }

  @Override
  public List<float[]> embedDocuments(List<String> texts) {
    return texts.stream().map(this::embedQuery).toList();
  }

  @Override
  public void close() {}
}
