package dev.lucenesemantic.document;

import dev.lucenesemantic.embed.FakeEmbedder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Encodes like a {@link FakeEmbedder}, but for texts that name a way to fail. */
final class BrokenEmbedder extends FakeEmbedder {
  /** Texts that cannot be encoded, each in its own way. */
  static final List<String> BROKEN_TEXTS =
      List.of("nan", "infinite", "zero", "half", "long", "short", "null", "none", "many", "throw");

  BrokenEmbedder(String fingerprint, int dimension) {
    super(fingerprint, dimension);
  }

  @Override
  public List<float[]> embedDocuments(List<String> texts) {
    List<float[]> vectors = new ArrayList<>(super.embedDocuments(texts));
    if (texts.contains("none")) {
      return null;
    }
    if (texts.contains("many")) {
      vectors.add(vectors.getFirst());
    }
    if (texts.contains("throw")) {
      throw new IllegalStateException("no memory left on the device");
    }
    return vectors;
  }

  @Override
  public float[] vector(String text) {
    float[] vector = super.vector(text);
    switch (text) {
      case "nan" -> vector[1] = Float.NaN;
      case "infinite" -> vector[1] = Float.POSITIVE_INFINITY;
      case "zero" -> Arrays.fill(vector, 0);
      case "half" -> {
        for (int i = 0; i < vector.length; i++) {
          vector[i] /= 2;
        }
      }
      case "long" -> vector = Arrays.copyOf(vector, vector.length + 1);
      case "short" -> vector = Arrays.copyOf(vector, vector.length - 1);
      case "null" -> vector = null;
      default -> {}
    }
    return vector;
  }
}
