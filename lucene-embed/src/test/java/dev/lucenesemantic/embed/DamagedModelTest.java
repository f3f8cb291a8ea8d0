package dev.lucenesemantic.embed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.inference.NativeHandles;
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
class DamagedModelTest {
  private static final String MODULES = "modules.json";
  private static final String POOLING = "1_Pooling/config.json";
  private static final String OVERALL = "config_sentence_transformers.json";
  private static final String TRANSFORMER = "sentence_bert_config.json";

  @TempDir private Path temp;
  private Path folder;
  private long handlesBefore;

  @BeforeEach
  void makeFolder() {
    folder = ModelFolder.variant("saved-by-version-6", temp.resolve("model"));
    handlesBefore = NativeHandles.open();
  }

  @AfterEach
  void nothingStaysOpen() {
    assertEquals(handlesBefore, NativeHandles.open(), "native objects");
  }

  @Test
  void theFolderItselfLoads() {
    SentenceTransformer.load(folder).close();
  }

  @Test
  void folderLoadsByARelativePathToo() {
    Path here = Path.of("").toAbsolutePath();
    SentenceTransformer.load(here.relativize(folder.toAbsolutePath())).close();
    SentenceTransformer.load(folder.resolve("onnx/../.")).close();
    SentenceTransformer.load(folder.toString()).close();
  }

  @Test
  void missingFolder() {
    assertFails(temp.resolve("nowhere"), "nowhere", "no such folder");
    ModelException byName =
        assertThrows(
            ModelException.class, () -> SentenceTransformer.load(temp + "/some-model-nobody-has"));
    assertContains(byName, "some-model-nobody-has", "no such folder");
  }

  @Test
  void fileInPlaceOfAFolder() {
    assertFails(folder.resolve("config.json"), "config.json", "is a file");
  }

  @Test
  void folderWithoutAModel() throws IOException {
    assertFails(Files.createDirectory(temp.resolve("empty")), "empty", "modules.json");
  }

  @Test
  void missingOnnx() throws IOException {
    Files.delete(folder.resolve("onnx/model.onnx"));
    assertFails(folder, "model", "onnx/model.onnx");
    Files.writeString(folder.resolve("pytorch_model.bin"), "weights");
    assertFails(folder, "model", "optimum-cli export onnx");
  }

  @Test
  void truncatedOnnx() throws IOException {
    Path onnx = folder.resolve("onnx/model.onnx");
    byte[] bytes = Files.readAllBytes(onnx);
    for (int length : new int[] {0, 1, 100, bytes.length / 2, bytes.length - 1}) {
      Files.write(onnx, Arrays.copyOf(bytes, length));
      assertFails(folder, "model.onnx", "fetch it again");
    }
  }

  @Test
  void somethingElseUnderTheNameOfTheOnnxFile() throws IOException {
    Files.writeString(
        folder.resolve("onnx/model.onnx"),
        "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 90387606\n");
    assertFails(folder, "model.onnx", "LFS");
  }

  @Test
  void foreignOnnx() throws IOException {
    useOnnx("pixels");
    assertFails(folder, "model.onnx", "pixel_values");
    useOnnx("logits");
    assertFails(folder, "model.onnx", "logits");
    useOnnx("doubled");
    assertFails(folder, "model.onnx", "shape");
    useOnnx("cache");
    assertFails(folder, "model.onnx", "past_key_values.0.key", "use_cache=False");
  }

  private void useOnnx(String name) throws IOException {
    Files.write(folder.resolve("onnx/model.onnx"), Reference.bytes("foreign/" + name + ".onnx"));
  }

  @Test
  void missingTokenizer() throws IOException {
    Files.delete(folder.resolve("tokenizer.json"));
    assertFails(folder, "tokenizer.json", "is missing");
  }

  @Test
  void truncatedTokenizer() throws IOException {
    Path tokenizer = folder.resolve("tokenizer.json");
    byte[] bytes = Files.readAllBytes(tokenizer);
    for (int length : new int[] {0, 1, bytes.length / 2, bytes.length - 3}) {
      Files.write(tokenizer, Arrays.copyOf(bytes, length));
      assertFails(folder, "tokenizer.json", "fetch");
    }
    Files.writeString(tokenizer, "{}");
    assertFails(folder, "tokenizer.json", "no 'model'");
    write(
        "tokenizer.json",
        "{'model': {'type': 'Mystery', 'vocab': {'[CLS]': 0, '[SEP]': 1, 'a': 2}}}");
    assertFails(folder, "tokenizer.json", "not a tokenizer");
    Files.write(tokenizer, new byte[] {'{', (byte) 0xff, (byte) 0xfe, '}'});
    assertFails(folder, "tokenizer.json", "not valid JSON");
  }

  @Test
  void tokenizerWithValuesOfAnotherKind() throws IOException {
    Path tokenizer = folder.resolve("tokenizer.json");
    for (String json :
        new String[] {
          "{'model': {'type': 'WordPiece', 'vocab': {'a': 'x'}}}",
          "{'model': {'type': 'WordPiece', 'vocab': {'a': null}}}",
          "{'model': {'type': 'WordPiece', 'vocab': {'a': 0}}, 'added_tokens': [7]}",
          "{'model': {'type': 'WordPiece', 'vocab': {'a': 0}}, 'added_tokens': [{}]}",
          "{'model': 7}",
          "{'model': {}, 'truncation': {'direction': 7}}",
          "[]"
        }) {
      write("tokenizer.json", json);
      assertFails(folder, "tokenizer.json", "fetch");
    }
    Files.delete(tokenizer);
  }

  @Test
  void tokenizerWithoutATokenForUnknownWords() throws IOException {
    write(
        "tokenizer.json",
        "{'version': '1.0', 'added_tokens': [], 'pre_tokenizer': {'type': 'Whitespace'},"
            + " 'model': {'type': 'WordPiece', 'unk_token': '[UNK]',"
            + " 'continuing_subword_prefix': '##', 'max_input_chars_per_word': 100,"
            + " 'vocab': {'a': 0, 'b': 1214}}}");
    assertFails(folder, "tokenizer.json");
  }

  @Test
  void aTokenizerOfFewTokensIsNoneOfAnotherModel() throws IOException {
    write(
        "tokenizer.json",
        "{'version': '1.0', 'added_tokens': [], 'pre_tokenizer': {'type': 'Whitespace'},"
            + " 'model': {'type': 'WordPiece', 'unk_token': '[UNK]',"
            + " 'continuing_subword_prefix': '##', 'max_input_chars_per_word': 100,"
            + " 'vocab': {'[PAD]': 0, '[UNK]': 1, '[CLS]': 2, '[SEP]': 3, '[MASK]': 4, 'a': 5}}}");
    try (SentenceTransformer model = SentenceTransformer.load(folder)) {
      assertEquals(List.of(2, 5, 1, 3), ids(model, "a b"));
    }
  }

  private static List<Integer> ids(SentenceTransformer model, String text) {
    return Arrays.stream(model.tokenize(text).ids()).boxed().toList();
  }

  @Test
  void lengthLimitThatLeavesNoRoom() {
    EncoderOptions options = EncoderOptions.defaults().withMaxSequenceLength(1);
    ModelException e =
        assertThrows(ModelException.class, () -> SentenceTransformer.load(folder, options));
    assertContains(e, "limit of 1", "raise the limit");
  }

  @Test
  void weightsBesideTheOnnxFileBelongToTheModel() throws IOException {
    folder = FamilyFolder.make("bert-external-data", temp.resolve("external"));
    String before = fingerprint();
    // Nothing refers to these, though the name of one stands in the ONNX file.
    Files.writeString(folder.resolve("onnx/unrelated.bin"), "x");
    Files.writeString(folder.resolve("onnx/last_hidden_state"), "x");
    assertEquals(before, fingerprint());
    Path data = folder.resolve("onnx/model.onnx_data");
    byte[] weights = Files.readAllBytes(data);
    weights[weights.length - 1] ^= 1;
    Files.write(data, weights);
    assertNotEquals(before, fingerprint());
  }

  private String fingerprint() {
    try (SentenceTransformer model = SentenceTransformer.load(folder)) {
      return model.fingerprint();
    }
  }

  @Test
  void tokenizerOfAnotherModel() throws IOException {
    try (var in =
        DamagedModelTest.class.getResourceAsStream("/all-minilm-l6-v2-q-tokenizer.json")) {
      Files.write(folder.resolve("tokenizer.json"), in.readAllBytes());
    }
    assertFails(folder, "model.onnx", "belongs to another model");
  }

  @Test
  void aWrongDimensionOfThePoolingCountsForNothingAsInPython() throws IOException {
    write(POOLING, "{'embedding_dimension': 384, 'pooling_mode': 'mean'}");
    try (SentenceTransformer model = SentenceTransformer.load(folder)) {
      assertEquals(32, model.dimension());
      assertEquals(32, model.encode("a").length);
    }
  }

  @Test
  void modulesThatAreNotSupported() throws IOException {
    write(
        MODULES,
        """
        [{'path': '', 'type': 'sentence_transformers.models.Transformer'},
         {'path': '1_Pooling', 'type': 'sentence_transformers.models.Pooling'},
         {'path': '2_CNN', 'type': 'sentence_transformers.models.CNN'}]
        """);
    assertFails(folder, "2_CNN", "sentence_transformers.models.CNN");
    write(MODULES, "[{'path': '', 'type': 'sentence_transformers.models.CLIPModel'}]");
    assertFails(folder, "config.json", "only clip is supported");
    write(MODULES, "[{'path': '', 'type': 'modeling_special.Transformer'}]");
    assertFails(folder, MODULES, "modeling_special.Transformer");
    write(MODULES, "[{'path': '../other', 'type': 'sentence_transformers.models.Transformer'}]");
    assertFails(folder, MODULES, "outside");
    write(MODULES, "[{'path': '', 'type': 'sentence_transformers.models.Transformer'}]");
    assertFails(folder, MODULES, "Pooling");
    write(MODULES, "[{'path': 'a\\u0000b', 'type': 'sentence_transformers.models.Transformer'}]");
    assertFails(folder, MODULES, "path");
    write(MODULES, "[]");
    assertFails(folder, MODULES, "no module");
    write(MODULES, "{'path': ''}");
    assertFails(folder, MODULES, "array");
    write(MODULES, "[7]");
    assertFails(folder, MODULES, "7");
    write(MODULES, "[{'path': 7, 'type': null}]");
    assertFails(folder, MODULES, "type");
  }

  @Test
  void normalizeBeforePooling() throws IOException {
    write(
        MODULES,
        """
        [{'path': '', 'type': 'sentence_transformers.models.Transformer'},
         {'path': '2_Normalize', 'type': 'sentence_transformers.models.Normalize'},
         {'path': '1_Pooling', 'type': 'sentence_transformers.models.Pooling'}]
        """);
    assertFails(folder, MODULES, "Normalize before Pooling");
  }

  @Test
  void optionsThatAreNotKnown() throws IOException {
    write(POOLING, "{'pooling_mode': 'attention'}");
    assertFails(folder, POOLING, "attention");
    write(POOLING, "{'pooling_mode': 'mean', 'temperature': 3}");
    assertFails(folder, POOLING, "temperature");
    write(POOLING, "{'pooling_mode_mean_tokens': 'yes'}");
    assertFails(folder, POOLING, "pooling_mode_mean_tokens");
    write(POOLING, "{'pooling_mode': 'mean'}");

    write(TRANSFORMER, "{'max_seq_length': 'long'}");
    assertFails(folder, TRANSFORMER, "max_seq_length");
    write(TRANSFORMER, "{'max_seq_length': 0}");
    assertFails(folder, TRANSFORMER, "max_seq_length");
    write(TRANSFORMER, "{'query_expansion': true}");
    assertFails(folder, TRANSFORMER, "query_expansion");
    write(TRANSFORMER, "{'transformer_task': 'fill-mask'}");
    assertFails(folder, TRANSFORMER, "fill-mask");
    write(TRANSFORMER, "{'tokenizer_args': {'truncation_side': 'left'}}");
    assertFails(folder, TRANSFORMER, "truncation_side");
    write(TRANSFORMER, "{'tokenizer_args': {'padding_side': 'left'}}");
    SentenceTransformer.load(folder).close();
    write(TRANSFORMER, "{'modality_config': {'text': {'method': {}}}}");
    assertFails(folder, TRANSFORMER, "modality_config");
    write(TRANSFORMER, "{}");

    write(OVERALL, "{'model_type': 'CrossEncoder'}");
    assertFails(folder, OVERALL, "CrossEncoder");
    write(OVERALL, "{'prompts': {'q': 'x'}, 'default_prompt_name': 'other'}");
    assertFails(folder, OVERALL, "other");
    write(OVERALL, "{'prompts': {'q': 5}}");
    assertFails(folder, OVERALL, "'q'");
    write(OVERALL, "{'truncate_dim': -4}");
    assertFails(folder, OVERALL, "truncate_dim");
  }

  @Test
  void anUnknownSimilarityIsTheCosineAsInPython() throws IOException {
    write(OVERALL, "{'similarity_fn_name': 'cos_sim'}");
    try (SentenceTransformer model = SentenceTransformer.load(folder)) {
      assertEquals(Similarity.COSINE, model.similarity());
    }
  }

  @Test
  void missingPoolingConfiguration() throws IOException {
    Files.delete(folder.resolve(POOLING));
    assertFails(folder, "config.json", "is missing");
  }

  @Test
  void modelFileThatIsNotThere() {
    EncoderOptions options = EncoderOptions.defaults().withModelFile("model_O3");
    ModelException e =
        assertThrows(ModelException.class, () -> SentenceTransformer.load(folder, options));
    assertContains(e, "model_O3", "onnx/model.onnx");
  }

  @Test
  void modelFileIsChosenByArgument() throws IOException {
    Files.move(folder.resolve("onnx/model.onnx"), folder.resolve("onnx/model_O2.onnx"));
    Files.write(folder.resolve("onnx/model_O3.onnx"), new byte[] {1, 2, 3});
    assertFails(folder, "model_O2.onnx", "model_O3.onnx");
    for (String name : new String[] {"model_O2", "model_O2.onnx", "onnx/model_O2.onnx"}) {
      SentenceTransformer.load(folder, EncoderOptions.defaults().withModelFile(name)).close();
    }
  }

  @Test
  void moreTokensThanPositions() {
    EncoderOptions options = EncoderOptions.defaults().withMaxSequenceLength(65);
    ModelException e =
        assertThrows(ModelException.class, () -> SentenceTransformer.load(folder, options));
    assertContains(e, "65", "64");
  }

  private void write(String file, String json) throws IOException {
    Files.writeString(folder.resolve(file), json.replace('\'', '"'), StandardCharsets.UTF_8);
  }

  private static void assertFails(Path folder, String... parts) {
    assertContains(
        assertThrows(ModelException.class, () -> SentenceTransformer.load(folder)), parts);
  }

  private static void assertContains(ModelException e, String... parts) {
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), e.getMessage() + " should say: " + part);
    }
  }
}
