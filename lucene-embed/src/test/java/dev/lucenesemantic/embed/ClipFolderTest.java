package dev.lucenesemantic.embed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.image.ImageSource;
import dev.lucenesemantic.image.InvalidImageException;
import dev.lucenesemantic.inference.ModelClosedException;
import dev.lucenesemantic.inference.NativeHandles;
import dev.lucenesemantic.model.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Folders of CLIP that cannot be honoured are refused by name, and so is what is no image. */
class ClipFolderTest {
  private static final String PROCESSOR = "preprocessor_config.json";

  @TempDir private Path folder;
  private long handlesBefore;

  @BeforeEach
  void countHandles() {
    handlesBefore = NativeHandles.open();
  }

  @AfterEach
  void nothingStaysOpen() {
    assertEquals(handlesBefore, NativeHandles.open(), "native objects");
  }

  private void assertFails(String... parts) {
    ModelException e =
        assertThrows(ModelException.class, () -> SentenceTransformer.load(folder).close());
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), part + " in: " + e.getMessage());
    }
  }

  private void replace(String file, String old, String by) throws IOException {
    Path path = folder.resolve(file);
    String content = Files.readString(path);
    assertTrue(content.contains(old), content);
    Files.writeString(path, content.replace(old, by));
  }

  @Test
  void withoutAnOnnxFileTheErrorNamesTheCommandThatMakesIt() throws IOException {
    ClipFolder.plain(folder);
    Files.delete(folder.resolve("onnx/text_model.onnx"));
    assertFails("vision_model.onnx", "neither text_model.onnx");
    Files.delete(folder.resolve("onnx/vision_model.onnx"));
    assertFails("has no ONNX file", "optimum-cli export onnx", folder.toString());
    Files.createFile(folder.resolve("pytorch_model.bin"));
    assertFails("has PyTorch weights", "--library transformers --task feature-extraction");
  }

  @Test
  void theFilesMayStandInTheFolderItself() throws IOException {
    ClipFolder.plain(folder);
    for (String name : new String[] {"text_model.onnx", "vision_model.onnx"}) {
      Files.move(folder.resolve("onnx").resolve(name), folder.resolve(name));
    }
    try (SentenceTransformer model = SentenceTransformer.load(folder)) {
      assertTrue(model.embedsImages());
      assertEquals(2, model.modelFiles().size());
    }
  }

  @Test
  void twoFilesThatDoNotBelongTogether() throws IOException {
    ClipFolder.plain(folder);
    Files.copy(
        folder.resolve("onnx/vision_model.onnx"),
        folder.resolve("onnx/text_model.onnx"),
        StandardCopyOption.REPLACE_EXISTING);
    assertFails("text_model.onnx", "pixel_values", "input_ids and text_embeds were expected");
  }

  @Test
  void aFileInWhichAnImageChangesTheVectorsOfTexts() {
    ClipFolder.plain("leaky", folder);
    assertFails("model.onnx", "an image changes the vectors of texts");
  }

  @Test
  void imagesOfAnotherSizeThanTheNetworkReads() throws IOException {
    ClipFolder.plain(folder);
    replace(PROCESSOR, "\"crop_size\": 32", "\"crop_size\": 40");
    assertFails("vision_model.onnx", "32 x 32", "40 x 40");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"resample\": 3 | \"resample\": 4 | 'resample' is 4",
        "\"size\": 32 | \"size\": {\"longest_edge\": 32} | longest_edge",
        "\"size\": 32 | \"size\": 0 | must be a number of pixels",
        "\"do_center_crop\": true | \"do_center_crop\": false | several sizes",
        "\"do_resize\": true | \"do_resize\": true, \"do_pad\": true | option do_pad",
        "CLIPFeatureExtractor | ViTFeatureExtractor | only CLIP's own",
        "0.48145466 | \"a lot\" | image_mean",
      })
  void whatTheImageProcessorCannotDoIsRefused(String old, String by, String problem)
      throws IOException {
    ClipFolder.plain(folder);
    replace(PROCESSOR, old, by);
    assertFails(PROCESSOR, problem);
  }

  @Test
  void withoutAnImageProcessorNothingIsGuessed() throws IOException {
    ClipFolder.plain(folder);
    Files.delete(folder.resolve(PROCESSOR));
    assertFails(PROCESSOR, "is missing");
  }

  @Test
  void otherModelsForTextsAndImagesAreRefused() throws IOException {
    ClipFolder.old("split", folder);
    replace("0_CLIPModel/config.json", "\"model_type\": \"clip\"", "\"model_type\": \"siglip\"");
    assertFails("'siglip'", "only clip is supported");
  }

  @Test
  void otherOutputsThanPythonsAreRefused() throws IOException {
    ClipFolder.six("split", folder);
    replace("sentence_bert_config.json", "get_image_features", "forward");
    assertFails("modality_config", "only get_image_features");
  }

  @Test
  void vectorsThatLostTheirLengthServeTheCosineOnly() throws IOException {
    ClipFolder.six("single", folder);
    replace("config_sentence_transformers.json", "\"cosine\"", "\"dot\"");
    assertFails("vectors of length 1", "dot");
  }

  @Test
  void aModelOfTextsRefusesImages() throws IOException {
    try (SentenceTransformer model =
        SentenceTransformer.load(ModelFolder.variant("pooling-mean", folder))) {
      assertFalse(model.embedsImages());
      UnsupportedOperationException e =
          assertThrows(
              UnsupportedOperationException.class, () -> model.embedImages(ClipFolder.images()));
      assertTrue(e.getMessage().contains(folder.toString()), e.getMessage());
      assertTrue(e.getMessage().contains("texts only"), e.getMessage());
    }
  }

  @Test
  void aListWithSomethingElseThanImages() throws IOException {
    ImageSource good = ClipFolder.images().get(0);
    try (SentenceTransformer model = SentenceTransformer.load(ClipFolder.plain(folder))) {
      assertEquals(List.of(), model.embedImages(List.of()));
      assertThrows(InvalidImageException.class, () -> model.embedImages(null));
      InvalidImageException e =
          assertThrows(
              InvalidImageException.class, () -> model.embedImages(Arrays.asList(good, null)));
      assertTrue(e.getMessage().contains("image 1 of 2 is null"), e.getMessage());
      Path text = Files.writeString(folder.resolve("notes.jpg"), "no image");
      e =
          assertThrows(
              InvalidImageException.class,
              () -> model.embedImages(List.of(good, ImageSource.of(text))));
      assertTrue(e.getMessage().contains("notes.jpg"), e.getMessage());
      assertEquals(1, model.embedImages(List.of(good)).size());
    }
  }

  @Test
  void aClosedModelRefusesImages() throws IOException {
    SentenceTransformer model = SentenceTransformer.load(ClipFolder.plain(folder));
    model.close();
    assertThrows(ModelClosedException.class, () -> model.embedImages(ClipFolder.images()));
    assertThrows(ModelClosedException.class, () -> model.encode("a cat"));
  }
}
