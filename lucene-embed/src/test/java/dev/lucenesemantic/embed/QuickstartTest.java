package dev.lucenesemantic.embed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The first example of sentence-transformers' documentation, with the numbers printed there. */
class QuickstartTest {
  @Test
  void similarityMatrixIsThatOfTheDocumentation() {
    try (SentenceTransformer model = SentenceTransformer.load(BundledModel.ALL_MINILM_L6_V2)) {
      float[][] vectors =
          model
              .encode(
                  List.of(
                      "The weather is lovely today.",
                      "It's so sunny outside!",
                      "He drove to the stadium."))
              .toArray(float[][]::new);
      float[][] similarity = model.similarity().matrix(vectors, vectors);
      float[][] expected = {
        {1.0000f, 0.6660f, 0.1046f}, {0.6660f, 1.0000f, 0.1411f}, {0.1046f, 0.1411f, 1.0000f}
      };
      for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++) {
          assertEquals(expected[i][j], similarity[i][j], 5e-5f, i + "," + j);
        }
      }
    }
  }
}
