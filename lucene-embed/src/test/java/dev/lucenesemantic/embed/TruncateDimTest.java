package dev.lucenesemantic.embed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.document.SemanticFieldType;
import dev.lucenesemantic.model.ModelException;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.lucene.util.VectorUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Vectors cut to their first components, because the caller asks for it. */
class TruncateDimTest {
  private static final String TEXT = "a text of some words";

  @TempDir private Path temp;
  private Path folder;

  @BeforeEach
  void makeFolder() {
    folder = ModelFolder.variant("pooling-mean", temp.resolve("model"));
  }

  @Test
  void theFirstComponentsAreKept() {
    float[] whole = encode(folder, EncoderOptions.defaults());
    float[] cut = encode(folder, EncoderOptions.defaults().withTruncateDim(20));
    assertArrayEquals(Arrays.copyOf(whole, 20), cut);
    assertArrayEquals(
        whole, encode(folder, EncoderOptions.defaults().withTruncateDim(whole.length)));
  }

  @Test
  void theIndexHoldsThemScaledToUnitLength() {
    try (SentenceTransformer model =
        SentenceTransformer.load(folder, EncoderOptions.defaults().withTruncateDim(20))) {
      assertEquals(20, model.dimension());
      assertFalse(model.normalized());
      float[] indexed = new SemanticFieldType(model).toUnitLength(model.encode(TEXT));
      assertEquals(20, indexed.length);
      assertEquals(1, VectorUtil.dotProduct(indexed, indexed), 1e-6f);
    }
  }

  @Test
  void theFingerprintIsThatOfAModelWhoseFolderSaysSo() {
    Path saying = ModelFolder.variant("truncate-dim", temp.resolve("saying"));
    int components = encode(saying, EncoderOptions.defaults()).length;
    String asked = fingerprint(saying, EncoderOptions.defaults().withTruncateDim(components));
    assertEquals(fingerprint(saying, EncoderOptions.defaults()), asked);
    assertNotEquals(
        asked, fingerprint(saying, EncoderOptions.defaults().withTruncateDim(components - 1)));
  }

  @Test
  void theCallersChoiceCountsBeforeTheFolders() {
    Path saying = ModelFolder.variant("truncate-dim", temp.resolve("saying"));
    int components = encode(saying, EncoderOptions.defaults()).length;
    assertEquals(
        components + 1,
        encode(saying, EncoderOptions.defaults().withTruncateDim(components + 1)).length);
  }

  @Test
  void moreThanThereAreIsAnErrorThatNamesTheModel() {
    ModelException e =
        assertThrows(
            ModelException.class,
            () -> encode(folder, EncoderOptions.defaults().withTruncateDim(33)));
    assertTrue(e.getMessage().contains(folder.getFileName().toString()), e.getMessage());
    assertTrue(e.getMessage().contains("32 components"), e.getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> EncoderOptions.defaults().withTruncateDim(0));
  }

  private static float[] encode(Path folder, EncoderOptions options) {
    try (SentenceTransformer model = SentenceTransformer.load(folder, options)) {
      return model.encode(TEXT);
    }
  }

  private static String fingerprint(Path folder, EncoderOptions options) {
    try (SentenceTransformer model = SentenceTransformer.load(folder, options)) {
      return model.fingerprint();
    }
  }
}
