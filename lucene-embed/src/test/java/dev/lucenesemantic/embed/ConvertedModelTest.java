package dev.lucenesemantic.embed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.lucenesemantic.inference.NativeHandles;
import dev.lucenesemantic.model.CacheFolder;
import dev.lucenesemantic.model.ModelException;
import dev.lucenesemantic.model.convert.Head;
import dev.lucenesemantic.model.convert.OnnxConverter;
import dev.lucenesemantic.model.convert.Precision;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder with safetensors and without an ONNX file loads if it is of a kind that is known. */
class ConvertedModelTest {
  private static final List<String> TEXTS =
      List.of("one", "a longer text than the others are", "", "two words");

  @TempDir private Path temp;
  private Path folder;
  private String cacheBefore;
  private long handlesBefore;

  @BeforeEach
  void makeFolder() {
    folder = FamilyFolder.withSafetensors("bert", temp.resolve("model"));
    cacheBefore = System.getProperty(CacheFolder.PROPERTY, "");
    System.setProperty(CacheFolder.PROPERTY, temp.resolve("cache").toString());
    handlesBefore = NativeHandles.open();
  }

  @AfterEach
  void nothingStaysBehind() {
    System.setProperty(CacheFolder.PROPERTY, cacheBefore);
    assertEquals(handlesBefore, NativeHandles.open(), "native objects");
  }

  @Test
  void itIsConvertedOnceIntoTheCache() throws IOException {
    Set<String> before = files(folder);
    String fingerprint;
    try (SentenceTransformer model = SentenceTransformer.load(folder)) {
      fingerprint = model.fingerprint();
      assertEquals(1, model.modelFiles().size());
      String file = model.modelFiles().get(0);
      assertTrue(file.startsWith(temp.resolve("cache").toString()), file);
      assertTrue(file.contains("made of the safetensors in " + folder), file);
    }
    assertEquals(before, files(folder));
    Set<String> made = files(temp.resolve("cache/onnx"));
    assertEquals(2, made.size(), made::toString);
    Path copy = FamilyFolder.withSafetensors("bert", temp.resolve("copy"));
    try (SentenceTransformer model = SentenceTransformer.load(copy)) {
      assertEquals(fingerprint, model.fingerprint());
    }
    assertEquals(made, files(temp.resolve("cache/onnx")));
  }

  @Test
  void otherWeightsAreAnotherModel() throws IOException {
    String before = fingerprint();
    Path weights = folder.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    int unused = place(bytes, "cls.predictions.bias");
    bytes[unused] ^= 1;
    Files.write(weights, bytes);
    assertEquals(before, fingerprint());
    int used = place(bytes, "bert.encoder.layer.0.intermediate.dense.weight");
    bytes[used] ^= 1;
    Files.write(weights, bytes);
    assertNotEquals(before, fingerprint());
  }

  private String fingerprint() {
    try (SentenceTransformer model = SentenceTransformer.load(folder)) {
      return model.fingerprint();
    }
  }

  @Test
  void theFastestFileHasEightBits() {
    EncoderOptions fastest = EncoderOptions.defaults().withFastestModelFile();
    try (SentenceTransformer usual = SentenceTransformer.load(folder);
        SentenceTransformer int8 = SentenceTransformer.load(folder, fastest)) {
      assertTrue(int8.modelFiles().get(0).contains("8-bit"), int8.modelFiles()::toString);
      assertNotEquals(usual.fingerprint(), int8.fingerprint());
      List<float[]> together = int8.encode(TEXTS);
      for (int i = 0; i < TEXTS.size(); i++) {
        assertArrayEquals(int8.encode(TEXTS.get(i)), together.get(i), TEXTS.get(i));
        double cosine = Reference.cosine(usual.encode(TEXTS.get(i)), together.get(i));
        assertTrue(cosine > 0.98 && cosine < 1, TEXTS.get(i) + " has cosine " + cosine);
      }
    }
  }

  @Test
  void anOnnxFileCanBeWrittenIntoTheFolder() throws IOException {
    for (Precision precision : Precision.values()) {
      Path onnx = folder.resolve("onnx").resolve(precision + ".onnx");
      OnnxConverter.of(folder).write(onnx, Head.TOKEN_VECTORS, precision);
      EncoderOptions options = EncoderOptions.defaults().withModelFile(precision + ".onnx");
      try (SentenceTransformer model = SentenceTransformer.load(folder, options)) {
        assertTrue(model.modelFiles().get(0).startsWith(onnx.toString()));
      }
      assertFails(
          () -> OnnxConverter.of(folder).write(onnx, Head.TOKEN_VECTORS, precision),
          onnx.toString(),
          "is there already");
    }
    assertFalse(Files.exists(temp.resolve("cache/onnx")));
  }

  @Test
  void aCacheThatCannotBeWrittenIsNamed() throws IOException {
    Path blocked = Files.writeString(temp.resolve("blocked"), "a file");
    System.setProperty(CacheFolder.PROPERTY, blocked.toString());
    assertLoadFails(blocked.toString(), "choose another folder", CacheFolder.PROPERTY);
  }

  @Test
  void whatCannotBeConvertedNamesTheCommand() throws IOException {
    for (String wrong :
        List.of(
            "model_type=unheard-of",
            "hidden_act=prelu",
            "position_embedding_type=relative_key",
            "is_decoder=true")) {
      String key = wrong.substring(0, wrong.indexOf('='));
      String value = wrong.substring(wrong.indexOf('=') + 1);
      config(config -> config.add(key, json(value)));
      assertLoadFails(folder.toString(), key, "optimum-cli export onnx");
      config(config -> config.add(key, json(key.equals("model_type") ? "bert" : "null")));
    }
    Files.delete(folder.resolve("model.safetensors"));
    Files.writeString(folder.resolve("pytorch_model.bin"), "pickled");
    assertLoadFails("model.safetensors", "optimum-cli export onnx");
  }

  @Test
  void optimumIsNotAdvisedWhereItWouldBeOfNoUse() throws IOException {
    config(config -> config.add("model_type", json("t5")));
    assertLoadFails("'t5'", "with its decoder", "export its encoder alone");
    config(config -> config.add("model_type", json("whisper")));
    assertLoadFails("whisper does not read texts");
    config(config -> config.add("auto_map", json("{\"AutoModel\": \"code.Model\"}")));
    assertLoadFails("auto_map", "Python code that comes with the model");
  }

  @Test
  void ofAnAdapterItIsSaidHowToMergeIt() throws IOException {
    Files.writeString(
        folder.resolve("adapter_config.json"), "{\"base_model_name_or_path\": \"some/base\"}");
    assertLoadFails("an adapter beside its weights", "merge_and_unload()", "some/base");
    Files.delete(folder.resolve("model.safetensors"));
    assertLoadFails(
        "has only an adapter (adapter_config.json)",
        "AutoPeftModelForFeatureExtraction.from_pretrained('" + folder,
        "some/base");
  }

  @Test
  void aFileThatIsNamedIsNotMade() {
    EncoderOptions named = EncoderOptions.defaults().withModelFile("onnx/model.onnx");
    assertFails(
        () -> SentenceTransformer.load(folder, named).close(),
        "has no ONNX file, but safetensors, of which one is made where no file is named");
  }

  @Test
  void anotherModelsConfigurationIsFoundOut() throws IOException {
    for (String wrong :
        List.of(
            "hidden_size=32",
            "num_hidden_layers=3",
            "num_hidden_layers=1",
            "num_attention_heads=3",
            "num_attention_heads=0",
            "intermediate_size=64",
            "vocab_size=300",
            "max_position_embeddings=128",
            "type_vocab_size=1",
            "layer_norm_eps=-1")) {
      String key = wrong.substring(0, wrong.indexOf('='));
      String before = Files.readString(folder.resolve("config.json"));
      config(config -> config.add(key, json(wrong.substring(wrong.indexOf('=') + 1))));
      ModelException e =
          assertThrows(ModelException.class, () -> SentenceTransformer.load(folder), wrong);
      assertTrue(e.getMessage().contains(folder.toString()), e.getMessage());
      Files.writeString(folder.resolve("config.json"), before);
    }
    assertEquals(Set.of(), files(temp.resolve("cache/onnx")));
  }

  @Test
  void damagedWeightsAreNamed() throws IOException {
    Path file = folder.resolve("model.safetensors");
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {0, 7, 100, whole.length / 2, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertLoadFails(file.toString(), "fetch it again");
    }
    byte[] header = whole.clone();
    // A length that would be the bits of a NaN.
    ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).putDouble(0, Double.NaN);
    Files.write(file, header);
    assertLoadFails(file.toString(), "header", "fetch it again");
    String name = "encoder.layer.1.output.dense.weight";
    Files.write(file, replaced(whole, name, "encoder.layer.1.output.dense.weigh_"));
    assertLoadFails(file.toString(), name, "fetch both again");
    Files.write(file, replaced(whole, "\"shape\":[32,16]", "\"shape\":[16,32]"));
    assertLoadFails(file.toString(), "shape");
    Files.write(file, replaced(whole, "cls.predictions.bias", "bert.encoder.addend_"));
    assertLoadFails(file.toString(), "bert.encoder.addend_", "could change the results");
    Files.write(file, replaced(whole, "embeddings.word_embeddings", "embeddings.word_embeddingz"));
    assertLoadFails(file.toString(), "word_embeddings");
  }

  @Test
  void aWeightThatIsNoNumberIsNotQuantised() throws IOException {
    Path file = folder.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    int place = place(bytes, "bert.encoder.layer.0.intermediate.dense.weight");
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(place, Float.NaN);
    Files.write(file, bytes);
    EncoderOptions fastest = EncoderOptions.defaults().withFastestModelFile();
    assertFails(
        () -> SentenceTransformer.load(folder, fastest), "intermediate.dense", "no finite number");
  }

  @Test
  void anIndexThatLeadsElsewhereIsRefused() throws IOException {
    folder = FamilyFolder.withSafetensors("roberta", temp.resolve("sharded"));
    Path index = folder.resolve("model.safetensors.index.json");
    String text = Files.readString(index);
    for (String name : List.of("../model-00001-of-00002.safetensors", "model.bin")) {
      Files.writeString(index, text.replace("model-00001-of-00002.safetensors", name));
      assertLoadFails(index.toString(), name);
    }
    Files.writeString(index, "{}");
    assertLoadFails(index.toString(), "weight_map");
    Files.writeString(index, text);
    Files.delete(folder.resolve("model-00002-of-00002.safetensors"));
    assertLoadFails("model-00002-of-00002.safetensors");
  }

  /** Where the values of a tensor begin. */
  private static int place(byte[] bytes, String name) {
    int data = 8 + (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    JsonObject header =
        JsonParser.parseString(new String(bytes, 8, data - 8, StandardCharsets.UTF_8))
            .getAsJsonObject();
    JsonArray offsets = header.getAsJsonObject(name).getAsJsonArray("data_offsets");
    return data + offsets.get(0).getAsInt();
  }

  private static byte[] replaced(byte[] bytes, String from, String to) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    assertTrue(text.contains(from) && from.length() == to.length(), from);
    return text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static com.google.gson.JsonElement json(String value) {
    return value.matches("[a-z_]*[a-z]\\d?") && !value.matches("true|null")
        ? new JsonPrimitive(value)
        : JsonParser.parseString(value);
  }

  private void config(Consumer<JsonObject> change) throws IOException {
    Path file = folder.resolve("config.json");
    JsonObject config = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    change.accept(config);
    Files.writeString(file, config.toString());
  }

  private void assertLoadFails(String... parts) {
    assertFails(() -> SentenceTransformer.load(folder), parts);
  }

  private static void assertFails(
      org.junit.jupiter.api.function.Executable action, String... parts) {
    String message = assertThrows(ModelException.class, action).getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), message + " should say: " + part);
    }
  }

  private static Set<String> files(Path folder) throws IOException {
    Set<String> files = new TreeSet<>();
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        all.filter(Files::isRegularFile)
            .forEach(file -> files.add(folder.relativize(file).toString()));
      }
    }
    return files;
  }
}
