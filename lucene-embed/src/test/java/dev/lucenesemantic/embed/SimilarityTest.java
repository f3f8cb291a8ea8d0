package dev.lucenesemantic.embed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The four similarity functions are Python's. */
class SimilarityTest {
  private static final JsonObject REFERENCE =
      JsonParser.parseString(new String(Reference.bytes("similarity.json"), StandardCharsets.UTF_8))
          .getAsJsonObject();

  @ParameterizedTest
  @EnumSource
  void matrixIsPythons(Similarity similarity) {
    float[][] expected = values("matrix of a and b", similarity, float[][].class);
    float[][] actual = similarity.matrix(rows("a"), rows("b"));
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertArrayEquals(expected[i], actual[i], 1e-5f, "row " + i);
    }
  }

  @ParameterizedTest
  @EnumSource
  void pairwiseIsPythons(Similarity similarity) {
    float[] expected = values("pairwise of a and c", similarity, float[].class);
    assertArrayEquals(expected, similarity.pairwise(rows("a"), rows("c")), 1e-5f);
  }

  @Test
  void vectorsOfDifferentDimensionsAreRefused() {
    float[][] two = {{1, 2}};
    float[][] three = {{1, 2, 3}};
    assertThrows(IllegalArgumentException.class, () -> Similarity.DOT.matrix(two, three));
    assertThrows(IllegalArgumentException.class, () -> Similarity.DOT.pairwise(two, three));
    assertThrows(
        IllegalArgumentException.class, () -> Similarity.DOT.pairwise(two, new float[0][]));
  }

  @Test
  void nothingComparedWithSomethingIsEmpty() {
    assertEquals(0, Similarity.COSINE.matrix(new float[0][], rows("b")).length);
    assertEquals(0, Similarity.COSINE.pairwise(new float[0][], new float[0][]).length);
  }

  private static float[][] rows(String name) {
    return new Gson().fromJson(REFERENCE.get(name), float[][].class);
  }

  private static <T> T values(String key, Similarity similarity, Class<T> type) {
    JsonObject all = REFERENCE.get(key).getAsJsonObject();
    return new Gson().fromJson(all.get(similarity.name().toLowerCase(Locale.ROOT)), type);
  }
}
