package dev.lucenesemantic.embed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.image.ImageSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A tiny CLIP in all its forms gives what sentence-transformers 6 gives for it. */
class ClipParityTest {
  private static final double NEAR = 0.9999;

  /** The colours of a lossy WebP are computed again from what its reader makes of them. */
  private static final double NEAR_IN_WEBP = 0.9995;

  @TempDir Path folder;

  private SentenceTransformer load(String form, String networks) throws IOException {
    return SentenceTransformer.load(
        switch (form) {
          case "plain" -> ClipFolder.plain(networks, folder);
          case "old" -> ClipFolder.old(networks, folder);
          case "six" -> ClipFolder.six(networks, folder);
          default -> throw new AssertionError(form);
        });
  }

  @ParameterizedTest
  @CsvSource({"plain,split", "plain,single", "old,split", "old,single", "six,split", "six,single"})
  void textsAndImagesHavePythonsVectors(String form, String networks) throws IOException {
    try (SentenceTransformer model = load(form, networks)) {
      assertNear(ClipFolder.texts(), model.encode(ClipFolder.texts()), "text_vectors", 0.999999);
      assertNear(
          ClipFolder.imageNames(), model.embedImages(ClipFolder.images()), "image_vectors", NEAR);
    }
  }

  private static void assertNear(
      List<String> names, List<float[]> vectors, String key, double cosine) {
    List<float[]> expected = ClipFolder.expected(key);
    assertEquals(expected.size(), vectors.size());
    List<String> far = new ArrayList<>();
    for (int i = 0; i < vectors.size(); i++) {
      double near = Reference.cosine(expected.get(i), vectors.get(i));
      boolean lossy = names.get(i).matches("(lossy|lossy-alpha|animation)\\.webp");
      if (!(near >= (lossy ? NEAR_IN_WEBP : cosine))) {
        far.add(names.get(i) + ": " + near);
      }
    }
    assertEquals(List.of(), far);
  }

  @Test
  void twoFilesGiveVectorsOfPythonsLength() throws IOException {
    try (SentenceTransformer model = load("old", "split")) {
      assertFalse(model.normalized());
      List<float[]> expected = ClipFolder.expected("text_vectors");
      List<float[]> vectors = model.encode(ClipFolder.texts());
      for (int i = 0; i < vectors.size(); i++) {
        assertTrue(Reference.maxDifference(expected.get(i), vectors.get(i)) < 1e-4);
      }
    }
  }

  @Test
  void textsHavePythonsTokens() throws IOException {
    try (SentenceTransformer model = load("plain", "split")) {
      assertEquals(77, model.maxSequenceLength());
      String file = ClipFolder.description().get("ids").getAsString();
      List<int[]> expected = Reference.ids("clip/" + file);
      for (int i = 0; i < expected.size(); i++) {
        assertArrayEquals(expected.get(i), model.tokenize(ClipFolder.texts().get(i)).ids());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"split", "single"})
  void anImageHasTheSameVectorAloneAndInAnyCompany(String networks) throws IOException {
    try (SentenceTransformer model = load("plain", networks)) {
      List<ImageSource> images = new ArrayList<>(ClipFolder.images());
      Collections.shuffle(images, new Random(3));
      List<float[]> together = model.embedImages(images);
      for (int i = 0; i < images.size(); i++) {
        float[] alone = model.embedImages(List.of(images.get(i))).get(0);
        assertTrue(Reference.maxDifference(alone, together.get(i)) < 1e-5);
      }
    }
  }

  @Test
  void anImageIsTheSameAsAFileInMemoryAndAsPixels() throws IOException {
    try (SentenceTransformer model = load("plain", "split")) {
      Path file = ClipFolder.image("rgb.png");
      List<float[]> vectors =
          model.embedImages(
              List.of(
                  ImageSource.of(file),
                  ImageSource.of(Files.readAllBytes(file)),
                  ImageSource.of(ImageIO.read(file.toFile()))));
      assertArrayEquals(vectors.get(0), vectors.get(1));
      assertArrayEquals(vectors.get(0), vectors.get(2));
    }
  }

  @Test
  void allFormsOfAModelAreTheSameModel() throws IOException {
    List<String> fingerprints = new ArrayList<>();
    for (String form : List.of("plain", "old", "six")) {
      Path own = Files.createDirectory(folder.resolve(form));
      Path made =
          switch (form) {
            case "plain" -> ClipFolder.plain("split", own);
            case "old" -> ClipFolder.old("split", own);
            default -> ClipFolder.six("split", own);
          };
      try (SentenceTransformer model = SentenceTransformer.load(made)) {
        fingerprints.add(model.fingerprint());
      }
    }
    assertEquals(Collections.nCopies(3, fingerprints.get(0)), fingerprints);
  }

  @Test
  void anotherWayToPrepareImagesIsAnotherModel() throws IOException {
    String before;
    try (SentenceTransformer model = load("plain", "split")) {
      before = model.fingerprint();
    }
    Path config = folder.resolve("preprocessor_config.json");
    Files.writeString(
        config, Files.readString(config).replace("\"resample\": 3", "\"resample\": 2"));
    try (SentenceTransformer model = SentenceTransformer.load(folder)) {
      assertFalse(model.fingerprint().equals(before));
    }
  }

  @Test
  void whatStandsBehindTheNetworksIsDoneToImagesToo() throws IOException {
    ClipFolder.old("split", folder);
    ClipFolder.modules(
        folder,
        "{'path': '0_CLIPModel', 'type': 'sentence_transformers.models.CLIPModel'}",
        "{'path': '1_Normalize', 'type': 'sentence_transformers.models.Normalize'}");
    Files.writeString(
        folder.resolve("config_sentence_transformers.json"), "{\"truncate_dim\": 10}");
    try (SentenceTransformer model = SentenceTransformer.load(folder)) {
      float[] vector = model.embedImages(ClipFolder.images().subList(0, 1)).get(0);
      assertEquals(10, vector.length);
      float[] whole = ClipFolder.expected("image_vectors").get(0);
      double squares = 0;
      for (float component : whole) {
        squares += component * component;
      }
      for (int i = 0; i < vector.length; i++) {
        assertEquals(whole[i] / Math.sqrt(squares), vector[i], 2e-2);
      }
    }
  }
}
