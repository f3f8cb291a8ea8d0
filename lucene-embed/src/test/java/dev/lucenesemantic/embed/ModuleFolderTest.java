package dev.lucenesemantic.embed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.inference.Device;
import dev.lucenesemantic.inference.NativeHandles;
import dev.lucenesemantic.model.ModelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Modules with weights, roads and unusual ONNX files: what cannot be honoured is refused by name.
 */
class ModuleFolderTest {
  private static final String DENSE = "2_Dense/config.json";
  private static final String ROUTER = "router_config.json";

  @TempDir private Path temp;
  private Path folder;
  private long handlesBefore;

  @BeforeEach
  void countHandles() {
    handlesBefore = NativeHandles.open();
  }

  @AfterEach
  void nothingStaysOpen() {
    assertEquals(handlesBefore, NativeHandles.open(), "native objects");
  }

  @Test
  void weightsOfADenseLayerInPythonsFormatNeedToBeConverted() throws IOException {
    use("dense");
    Files.move(
        folder.resolve("2_Dense/model.safetensors"), folder.resolve("2_Dense/pytorch_model.bin"));
    assertFails("2_Dense", "pytorch_model.bin", "Convert it once with: python -c", "save_file");
    Files.delete(folder.resolve("2_Dense/pytorch_model.bin"));
    assertFails("2_Dense", "is missing");
  }

  @Test
  void denseLayersThatCannotBeHonoured() throws IOException {
    use("dense");
    String good = Files.readString(folder.resolve(DENSE));
    write(DENSE, good.replace("Tanh", "Threshold"));
    assertFails(DENSE, "Threshold", "Tanh");
    write(DENSE, good.replace("torch.nn.modules.activation.Tanh", "mine.Activation"));
    assertFails(DENSE, "mine.Activation");
    write(DENSE, good.replace("\"in_features\": 16", "\"in_features\": 17"));
    assertFails("2_Dense", "17", "[12, 16]");
    write(DENSE, good.replace("\"bias\": true", "\"bias\": true, \"rank\": 4"));
    assertFails(DENSE, "rank");
    write(DENSE, "{'in_features': 16, 'out_features': 12, 'module_input_name': 'scores'}");
    assertFails(DENSE, "scores");
    write(
        DENSE, "{'in_features': 16, 'out_features': 12, 'module_output_name': 'token_embeddings'}");
    assertFails(DENSE, "token_embeddings");
    Files.delete(folder.resolve(DENSE));
    assertFails(DENSE, "is missing");
  }

  @Test
  void modulesInAnOrderThatMakesNoSense() throws IOException {
    use("dense");
    write(
        "modules.json",
        """
        [{'path': '', 'type': 'sentence_transformers.models.Transformer'},
         {'path': '2_Dense', 'type': 'sentence_transformers.models.Dense'},
         {'path': '1_Pooling', 'type': 'sentence_transformers.models.Pooling'}]
        """);
    assertFails("modules.json", "Dense before Pooling");
    write(
        "modules.json",
        """
        [{'path': '', 'type': 'sentence_transformers.models.Transformer'},
         {'path': '1_Pooling', 'type': 'sentence_transformers.models.Pooling'},
         {'path': '1_Pooling', 'type': 'sentence_transformers.models.Pooling'}]
        """);
    assertFails("modules.json", "Pooling behind");
  }

  @Test
  void everyFileOfAModuleCountsInTheFingerprint() throws IOException {
    use("dense");
    String before = fingerprint();
    write(DENSE, Files.readString(folder.resolve(DENSE)).replace("Tanh", "ReLU"));
    String withOtherActivation = fingerprint();
    assertNotEquals(before, withOtherActivation);
    Path weights = folder.resolve("2_Dense/model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] ^= 1;
    Files.write(weights, bytes);
    assertNotEquals(withOtherActivation, fingerprint());
  }

  @Test
  void everyRoadCountsInTheFingerprint() throws IOException {
    use("router");
    String before = fingerprint();
    Path weights = folder.resolve("query_0_StaticEmbedding/model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] ^= 1;
    Files.write(weights, bytes);
    String changed = fingerprint();
    assertNotEquals(before, changed);
    write(
        ROUTER, Files.readString(folder.resolve(ROUTER)).replace(": \"document\"", ": \"query\""));
    assertNotEquals(changed, fingerprint());
  }

  @Test
  void aTaskWithoutARoadIsRefused() {
    use("asym");
    try (SentenceTransformer model = SentenceTransformer.load(folder)) {
      assertEquals(Set.of("query", "doc"), model.tasks());
      model.embedQuery("the war");
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class, () -> model.embedDocuments(List.of("the war")));
      assertTrue(e.getMessage().contains("'document'"), e.getMessage());
      assertTrue(e.getMessage().contains("doc"), e.getMessage());
    }
  }

  @Test
  void aTextWithoutATaskIsRefusedWhereThereIsNoDefaultRoute() {
    use("router-no-default");
    try (SentenceTransformer model = SentenceTransformer.load(folder)) {
      assertThrows(IllegalArgumentException.class, () -> model.encode("the war"));
      assertEquals(12, model.embedQuery("the war").length);
    }
  }

  @Test
  void aModelWithoutARouterMakesNoDifferenceBetweenTasks() {
    use("dense");
    try (SentenceTransformer model = SentenceTransformer.load(folder)) {
      assertEquals(Set.of(), model.tasks());
      assertArrayEquals(
          model.encode("the war"), model.encodeFor(List.of("the war"), "anything").get(0));
    }
  }

  @Test
  void routersThatCannotBeHonoured() throws IOException {
    use("router-mapped");
    String good = Files.readString(folder.resolve(ROUTER));
    for (String[] change :
        new String[][] {
          {"(None, 'text')", "whatever", "whatever"},
          {": \"long\"", ": \"nowhere\"", "nowhere"},
          {"\"structure\"", "\"structures\"", "structure"},
          {"\"short_0_StaticEmbedding\"", "\"../short\"", "../short"},
          {"\"allow_empty_key\"", "\"temperature\"", "temperature"}
        }) {
      String changed = good.replace(change[0], change[1]);
      assertNotEquals(good, changed);
      Files.writeString(folder.resolve(ROUTER), changed);
      assertFails(ROUTER, change[2]);
    }
    Files.delete(folder.resolve(ROUTER));
    assertFails(ROUTER, "is missing");
  }

  @Test
  void roadsOfDifferentDimensionsAreRefused() throws IOException {
    use("router-no-default");
    String good = Files.readString(folder.resolve(ROUTER));
    String changed = good.replaceFirst(",\\s*\"document_2_Dense\"\\s*\\]", "]");
    assertNotEquals(good, changed);
    Files.writeString(folder.resolve(ROUTER), changed);
    assertFails("different dimensions", "12", "16");
  }

  @Test
  void aStaticEmbeddingReadsATextToItsEnd() throws IOException {
    use("static-model2vec");
    String once = "the war of the world and the time. ";
    String longText = once.repeat(60_000);
    try (SentenceTransformer model = SentenceTransformer.load(folder)) {
      assertEquals(Integer.MAX_VALUE, model.maxSequenceLength());
      float[] vector = model.encode(longText);
      assertTrue(Reference.maxDifference(model.encode(once), vector) < 1e-5f);
      assertNotEquals(
          0f, Reference.maxDifference(vector, model.encode(longText + "people".repeat(9))));
      assertEquals(0, model.truncatedTexts());
      assertArrayEquals(model.encode("a\uFFFDb"), model.encode("a\uD800b"));
    }
    EncoderOptions limited = EncoderOptions.defaults().withMaxSequenceLength(3);
    try (SentenceTransformer model = SentenceTransformer.load(folder, limited)) {
      assertEquals(3, model.tokenize(longText).length());
    }
  }

  @Test
  void staticEmbeddingsThatCannotBeHonoured() throws IOException {
    use("static-model2vec");
    Path weights = folder.resolve("model.safetensors");
    byte[] good = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(good, good.length - 4));
    assertFails("model.safetensors", "fetch it again");
    String text = new String(good, StandardCharsets.ISO_8859_1);
    Files.write(
        weights,
        text.replace("\"embeddings\"", "\"embeddingz\"").getBytes(StandardCharsets.ISO_8859_1));
    assertFails("model.safetensors", "'embeddings'", "embeddingz");
    Files.write(
        weights,
        text.replace("\"embeddings\"", "\"mapping\"   ").getBytes(StandardCharsets.ISO_8859_1));
    assertFails("model.safetensors", "'mapping'");
  }

  @Test
  void aFinishedVectorIsTakenOnlyWhereItIsClearWhatIsInIt() throws IOException {
    use("bert-pooled");
    SentenceTransformer.load(folder).close();
    write("1_Pooling/config.json", "{'embedding_dimension': 16, 'pooling_mode': ['mean', 'max']}");
    assertFails("model.onnx", "sentence_embedding", "32");
    write(
        "1_Pooling/config.json",
        "{'embedding_dimension': 16, 'pooling_mode': 'mean', 'include_prompt': false}");
    SentenceTransformer.load(folder).close();
    write("config_sentence_transformers.json", "{'prompts': {'query': 'find: '}}");
    assertFails("model.onnx", "leaves the prompt out", "token_embeddings");

    Path dense = FamilyFolder.make("dense", temp.resolve("dense"));
    Files.copy(
        folder.resolve("onnx/model.onnx"),
        dense.resolve("onnx/model.onnx"),
        StandardCopyOption.REPLACE_EXISTING);
    folder = dense;
    assertFails("model.onnx", "Dense", "token_embeddings");
  }

  @Test
  void layersThatTheExportDoesNotCarryAreRefused() throws IOException {
    use("weighted-layers");
    Files.copy(
        FamilyFolder.make("family-bert", temp.resolve("bert")).resolve("onnx/model.onnx"),
        folder.resolve("onnx/model.onnx"),
        StandardCopyOption.REPLACE_EXISTING);
    assertFails("model.onnx", "WeightedLayerPooling", "output_hidden_states=True");
  }

  @Test
  void weightsThatLieBesideTheOnnxFileAreMissedByName() throws IOException {
    use("bert-external-data");
    Files.delete(folder.resolve("onnx/model.onnx_data"));
    assertFails("model.onnx", "in the file model.onnx_data beside it, which is missing");
  }

  @Test
  void theFileThatWasTakenIsNamedWithTheReason() {
    use("dense");
    try (SentenceTransformer model = SentenceTransformer.load(folder)) {
      String file = model.modelFiles().get(0);
      assertTrue(file.contains("model.onnx") && file.contains("full precision"), file);
    }
    use("static");
    try (SentenceTransformer model = SentenceTransformer.load(folder)) {
      assertEquals(List.of(), model.modelFiles());
    }
  }

  @Test
  void aDeviceThatIsNotThereIsAnErrorThatHelps() {
    use("family-bert");
    EncoderOptions options = EncoderOptions.defaults().withDevice(Device.cuda(0));
    ModelException e =
        assertThrows(ModelException.class, () -> SentenceTransformer.load(folder, options));
    assertTrue(e.getMessage().contains("onnxruntime_gpu"), e.getMessage());
    assertTrue(e.getMessage().contains("Device.CPU"), e.getMessage());
  }

  @Test
  void vectorsAreNormalisedOnlyIfThatIsTheLastThingDoneToThem() {
    assertTrue(normalized("dense-normalized"));
    assertTrue(normalized("router"));
    assertFalse(normalized("dense"));
    assertFalse(normalized("layer-norm-normalized"), "truncated");
    assertFalse(normalized("dense-tokens"));
  }

  private boolean normalized(String name) {
    use(name);
    try (SentenceTransformer model = SentenceTransformer.load(folder)) {
      return model.normalized();
    }
  }

  private void use(String name) {
    folder = FamilyFolder.make(name, temp.resolve(name));
  }

  private String fingerprint() {
    try (SentenceTransformer model = SentenceTransformer.load(folder)) {
      return model.fingerprint();
    }
  }

  private void write(String file, String json) throws IOException {
    Files.writeString(folder.resolve(file), json.replace('\'', '"'));
  }

  private void assertFails(String... parts) {
    String message =
        assertThrows(ModelException.class, () -> SentenceTransformer.load(folder)).getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), message + " should say: " + part);
    }
  }
}
