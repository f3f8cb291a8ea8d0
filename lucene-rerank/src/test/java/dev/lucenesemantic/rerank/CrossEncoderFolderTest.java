package dev.lucenesemantic.rerank;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.hub.HubSettings;
import dev.lucenesemantic.inference.NativeHandles;
import dev.lucenesemantic.model.Activation;
import dev.lucenesemantic.model.ModelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder that cannot be loaded as it is fails with the file's name and what to do. */
class CrossEncoderFolderTest {
  private static final String OVERALL = "config_sentence_transformers.json";
  private static final String TRANSFORMER = "sentence_bert_config.json";
  private static final List<TextPair> PAIRS = List.of(new TextPair("a", "b"));

  @TempDir private Path temp;
  private Path folder;

  @BeforeEach
  void makeFolder() {
    folder = Reference.folder("saved-by-version-6-bert", temp.resolve("model"));
    assertEquals(0, NativeHandles.open());
  }

  @AfterEach
  void nothingStaysOpen() {
    assertEquals(0, NativeHandles.open(), "native objects");
  }

  @Test
  void folderLoadsByItsName() {
    CrossEncoder.load(folder).close();
    CrossEncoder.load(folder.toString()).close();
    assertFails("there is no such folder", () -> CrossEncoder.load(temp + "/nobody-has"));
    assertFails("no such folder", () -> CrossEncoder.load(temp.resolve("nowhere")));
    assertFails("is a file", () -> CrossEncoder.load(folder.resolve("config.json")));
  }

  @Test
  void aShortNameIsFoundInTheCacheOfTheHub() throws IOException {
    String commit = "0123456789abcdef0123456789abcdef01234567";
    Path repository = temp.resolve("hub/models--cross-encoder--tiny-reranker");
    Files.createDirectories(repository.resolve("refs"));
    Files.writeString(repository.resolve("refs/main"), commit);
    Reference.folder(
        "saved-by-version-6-bert",
        Files.createDirectories(repository.resolve("snapshots")).resolve(commit));
    HubSettings offline =
        HubSettings.fromEnvironment().withCache(temp.resolve("hub")).withOffline(true);
    CrossEncoderOptions options = CrossEncoderOptions.defaults();
    try (CrossEncoder local = CrossEncoder.load(folder);
        CrossEncoder cached = CrossEncoder.load("tiny-reranker", options, offline)) {
      assertArrayEquals(local.predict(PAIRS), cached.predict(PAIRS));
      assertEquals("cross-encoder/tiny-reranker", cached.modelName());
    }
    assertFails("cross-encoder/another@main", () -> CrossEncoder.load("another", options, offline));
  }

  @Test
  void rerankerThatIsNotOnTheClassPath() {
    assertFails(
        "dev.lucenesemantic:lucene-rerank-model", () -> CrossEncoder.load(BundledReranker.DEFAULT));
    assertFails(
        "one model file only",
        () ->
            CrossEncoder.load(
                BundledReranker.DEFAULT, CrossEncoderOptions.defaults().withModelFile("other")));
  }

  @Test
  void folderWithoutAModel() throws IOException {
    Path empty = Files.createDirectory(temp.resolve("empty"));
    assertFails("no config.json", () -> CrossEncoder.load(empty));
    Files.delete(folder.resolve("tokenizer.json"));
    assertLoadFails("tokenizer.json", "is missing");
  }

  @Test
  void modelFileIsChosen() throws IOException {
    Path onnx = folder.resolve("onnx/model.onnx");
    Files.copy(onnx, folder.resolve("onnx/model_O2.onnx"));
    Files.writeString(onnx, "damaged");
    assertLoadFails("model.onnx", "fetch it again");
    CrossEncoderOptions options = CrossEncoderOptions.defaults();
    for (String name : List.of("model_O2", "model_O2.onnx", "onnx/model_O2.onnx")) {
      CrossEncoder.load(folder, options.withModelFile(name)).close();
    }
    assertFails(
        "model_O2.onnx", () -> CrossEncoder.load(folder, options.withModelFile("model_O3")));
    Files.delete(onnx);
    Files.move(folder.resolve("onnx/model_O2.onnx"), folder.resolve("model.onnx"));
    CrossEncoder.load(folder).close();
    Files.delete(folder.resolve("model.onnx"));
    Files.delete(folder.resolve("onnx/model_quantized.onnx"));
    Files.writeString(folder.resolve("pytorch_model.bin"), "weights");
    assertLoadFails("optimum-cli export onnx", "text-classification");
  }

  @Test
  void damagedOnnx() throws IOException {
    Path onnx = folder.resolve("onnx/model.onnx");
    byte[] bytes = Files.readAllBytes(onnx);
    for (int length : new int[] {0, 1, 100, bytes.length / 2, bytes.length - 1}) {
      Files.write(onnx, Arrays.copyOf(bytes, length));
      assertLoadFails("model.onnx", "fetch it again");
    }
  }

  @Test
  void networkOfABiEncoder() throws IOException {
    Files.write(folder.resolve("onnx/model.onnx"), Reference.bytes("foreign/bi-encoder.onnx"));
    assertLoadFails("last_hidden_state", "SentenceTransformer");
    Files.write(folder.resolve("onnx/model.onnx"), Reference.bytes("foreign/pooled.onnx"));
    assertLoadFails("sentence_embedding", "SentenceTransformer");
  }

  @Test
  void networkWithAnotherNumberOfLabels() throws IOException {
    change("config.json", "\"0\": \"LABEL_0\"", "\"0\": \"no\", \"1\": \"yes\"");
    assertLoadFails("model.onnx", "gives 1 scores", "2 labels");
  }

  @Test
  void decoder() throws IOException {
    change("config.json", "BertForSequenceClassification", "Qwen3ForCausalLM");
    assertLoadFails("config.json", "architectures", "decoder");
  }

  @Test
  void tokenizerOfAnotherModel() throws IOException {
    change("tokenizer.json", "\"##nk\":859", "\"##nk\":30521");
    assertLoadFails("model.onnx", "belongs to another model");
  }

  @Test
  void fusionIsTheModelsOwn() throws IOException {
    try (CrossEncoder model = CrossEncoder.load(folder)) {
      assertEquals(ScoreFusion.crossEncoder(), model.fusion());
    }
    String key = "\"architectures\"";
    change("config.json", key, "\"lucene_semantic\": {\"first_stage_weight\": 0.25}, " + key);
    try (CrossEncoder model = CrossEncoder.load(folder)) {
      assertEquals(ScoreFusion.weightedSum(0.25f), model.fusion());
    }
    change("config.json", "0.25", "-1");
    assertLoadFails("lucene_semantic.first_stage_weight", "-1");
  }

  @Test
  void activationThatIsNotSupported() throws IOException {
    change(OVERALL, "torch.nn.modules.linear.Identity", "torch.nn.modules.activation.Threshold");
    assertLoadFails(OVERALL, "activation_fn", "torch.nn.modules.activation.Threshold", "Sigmoid");
    change(OVERALL, "torch.nn.modules.activation.Threshold", "somebody.code.Sigmoid");
    assertLoadFails(OVERALL, "somebody.code.Sigmoid");
    CrossEncoderOptions options =
        CrossEncoderOptions.defaults().withActivation(Activation.IDENTITY);
    try (CrossEncoder model = CrossEncoder.load(folder, options)) {
      assertEquals(1, model.predict(PAIRS).length);
    }
    change(OVERALL, "\"somebody.code.Sigmoid\"", "7");
    assertLoadFails(OVERALL, "activation_fn", "7");

    Path older = Reference.folder("folder-of-version-2", temp.resolve("older"));
    String key = "sbert_ce_default_activation_function";
    change(older, "config.json", "torch.nn.modules.linear.Identity", "torch.sigmoid");
    assertFails(key, () -> CrossEncoder.load(older));
    Path newer = Reference.folder("folder-of-version-4", temp.resolve("newer"));
    change(newer, "config.json", "torch.nn.modules.linear.Identity", "torch.nn.Bilinear");
    assertFails("sentence_transformers.activation_fn", () -> CrossEncoder.load(newer));
  }

  @Test
  void modulesThatAreNotSupported() throws IOException {
    change(
        "modules.json",
        "]",
        ", {\"idx\": 1, \"name\": \"1\", \"path\": \"1_LogitScore\", \"type\":"
            + " \"sentence_transformers.cross_encoder.modules.logit_score.LogitScore\"}]");
    assertLoadFails("modules.json", "LogitScore");
    Files.writeString(folder.resolve("modules.json"), "[]");
    assertLoadFails("modules.json", "names no module");
    Files.writeString(folder.resolve("modules.json"), "{}");
    assertLoadFails("modules.json", "array");
  }

  @Test
  void optionsThatAreNotSupported() throws IOException {
    String original = Files.readString(folder.resolve(OVERALL));
    change(OVERALL, "\"model_type\"", "\"something_new\": 1, \"model_type\"");
    assertLoadFails(OVERALL, "something_new");
    Files.writeString(folder.resolve(OVERALL), original);
    change(OVERALL, "\"default_prompt_name\": \"web\"", "\"default_prompt_name\": \"other\"");
    assertLoadFails(OVERALL, "default_prompt_name", "other", "web");
    Files.writeString(folder.resolve(OVERALL), original);

    change(TRANSFORMER, "sequence-classification", "text-generation");
    assertLoadFails(TRANSFORMER, "transformer_task", "text-generation");
    change(TRANSFORMER, "text-generation", "feature-extraction");
    assertLoadFails(TRANSFORMER, "transformer_task", "feature-extraction");
    change(TRANSFORMER, "feature-extraction", "sequence-classification");
    change(TRANSFORMER, "\"scores\"", "\"something\"");
    assertLoadFails(TRANSFORMER, "module_output_name", "something");
    change(TRANSFORMER, "\"something\"", "\"scores\", \"processing_kwargs\": {\"text\": {}}");
    assertLoadFails(TRANSFORMER, "processing_kwargs");
  }

  @Test
  void limitsThatDoNotFit() throws IOException {
    CrossEncoderOptions options = CrossEncoderOptions.defaults();
    assertFails("64 positions", () -> CrossEncoder.load(folder, options.withMaxLength(65)));
    assertFails("raise the limit", () -> CrossEncoder.load(folder, options.withMaxLength(3)));
    assertThrows(IllegalArgumentException.class, () -> options.withMaxLength(0));
    change("tokenizer_config.json", "\"truncation_side\"", "\"x\"");
    change("tokenizer_config.json", "\"model_max_length\": 48", "\"truncation_side\": \"middle\"");
    assertLoadFails("tokenizer_config.json", "truncation_side", "middle");
    change("tokenizer_config.json", "\"middle\"", "\"left\", \"model_input_names\": 7");
    assertLoadFails("tokenizer_config.json", "model_input_names");
  }

  @Test
  void positionsOfARobertaAreFewerThanItsTable() throws IOException {
    Path roberta = Reference.folder("roberta", temp.resolve("roberta"));
    change(roberta, "tokenizer_config.json", "\"model_max_length\": 64", "\"x\": 0");
    try (CrossEncoder model = CrossEncoder.load(roberta)) {
      assertEquals(64, model.maxLength());
      TextPair longest = new TextPair("a ".repeat(500), "b ".repeat(500));
      assertEquals(64, model.tokenize(longest).length());
      assertEquals(1, model.predictLabels(List.of(longest)).length);
    }
  }

  @Test
  void tokenizerThatSwapsTheTexts() throws IOException {
    // The class of BERT would put the texts in their places again.
    change("tokenizer_config.json", "BertTokenizer", "PreTrainedTokenizerFast");
    Path tokenizer = folder.resolve("tokenizer.json");
    String json = Files.readString(tokenizer);
    int pair = json.indexOf("\"pair\"");
    String swapped =
        json.substring(pair)
            .replaceFirst("\"id\":\"A\"", "\"id\":\"C\"")
            .replaceFirst("\"id\":\"B\"", "\"id\":\"A\"")
            .replaceFirst("\"id\":\"C\"", "\"id\":\"B\"");
    Files.writeString(tokenizer, json.substring(0, pair) + swapped);
    assertLoadFails("tokenizer.json", "pair of texts");
  }

  private void change(String file, String from, String to) throws IOException {
    change(folder, file, from, to);
  }

  private static void change(Path folder, String file, String from, String to) throws IOException {
    Path path = folder.resolve(file);
    Files.writeString(
        path,
        Files.readString(path, StandardCharsets.UTF_8).replace(from, to),
        StandardCharsets.UTF_8);
  }

  private void assertLoadFails(String... parts) {
    ModelException e = assertThrows(ModelException.class, () -> CrossEncoder.load(folder).close());
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), e.getMessage());
    }
  }

  private static void assertFails(String part, Runnable call) {
    ModelException e = assertThrows(ModelException.class, call::run);
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }
}
