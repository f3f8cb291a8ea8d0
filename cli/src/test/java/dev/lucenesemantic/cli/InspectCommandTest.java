package dev.lucenesemantic.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.lucenesemantic.hub.HubSettings;
import dev.lucenesemantic.model.CacheFolder;
import dev.lucenesemantic.model.OnnxChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is shown of a model is what runs. */
class InspectCommandTest {
  @TempDir Path temp;

  private Shell.Result inspect(String model, String... more) {
    String[] arguments = new String[more.length + 2];
    arguments[0] = "inspect";
    arguments[1] = model;
    System.arraycopy(more, 0, arguments, 2, more.length);
    return Shell.offline(temp.resolve("hub")).run(arguments).fine();
  }

  @Test
  void aBundledModelIsShownWithItsRoad() {
    inspect("BGE_SMALL_EN_V15_INT8")
        .shows("bge-small-en-v1.5-int8, a bi-encoder")
        .shows("dimensions    384; every vector has length 1", "similarity    cosine")
        .shows("512 tokens", "query: \"Represent this sentence for searching relevant passages: \"")
        .shows(
            "document: none",
            "8-bit",
            "SentenceTransformer.load(BundledModel.BGE_SMALL_EN_V15_INT8)")
        .shows("pooling           the vector of the first token (cls)", "normalize");
  }

  @Test
  void aCrossEncoderIsToldByItsFolder() {
    Path folder = TinyModels.crossEncoder(temp.resolve("pairs"));
    inspect(folder.toString())
        .shows("a cross-encoder", "64 tokens", "The road of a pair", "CrossEncoder.load(Path.of(");
    JsonObject json = inspect("DEFAULT", "--json").json();
    assertEquals("cross-encoder", json.get("kind").getAsString());
    assertEquals(512, json.get("max_tokens").getAsInt());
    assertEquals(1, json.getAsJsonArray("labels").size());
    assertEquals(32, json.get("fingerprint").getAsString().length());
  }

  @Test
  void soIsOneWhoseNetworkHasANameOfItsOwn() throws IOException {
    Path folder = TinyModels.crossEncoder(temp.resolve("pairs"));
    Path config = folder.resolve("config.json");
    JsonObject json = JsonParser.parseString(Files.readString(config)).getAsJsonObject();
    json.add("architectures", JsonParser.parseString("[\"PairEncoder\"]"));
    json.remove("sentence_transformers");
    Files.writeString(config, json.toString());
    assertEquals("bi-encoder", kind(folder));
    JsonObject activation = new JsonObject();
    activation.addProperty("activation_fn", "torch.nn.modules.linear.Identity");
    json.add("sentence_transformers", activation);
    Files.writeString(config, json.toString());
    assertEquals("cross-encoder", kind(folder));
    json.remove("sentence_transformers");
    json.add("lucene_semantic", JsonParser.parseString("{\"first_stage_weight\": 0.5}"));
    Files.writeString(config, json.toString());
    assertEquals("cross-encoder", kind(folder));
  }

  private String kind(Path folder) {
    ModelReference found =
        new ModelFinder(HubSettings.fromEnvironment())
            .find(folder.toString(), false, new OnnxChoice.Usual());
    return Kinds.name(((ModelReference.InFolder) found).kind());
  }

  @Test
  void jsonSaysTheSame() {
    Path folder = TinyModels.encoder("prompts-default", temp.resolve("model"));
    JsonObject json = inspect(folder.toString(), "--json").json();
    assertEquals("bi-encoder", json.get("kind").getAsString());
    assertEquals("model", json.get("model").getAsString());
    assertEquals(32, json.get("dimensions").getAsInt());
    assertEquals(64, json.get("max_tokens").getAsInt());
    assertEquals("clustering", json.get("default_prompt").getAsString());
    assertEquals("query: ", json.getAsJsonObject("prompts").get("query").getAsString());
    JsonObject weights = json.getAsJsonArray("files").get(0).getAsJsonObject();
    assertTrue(weights.get("file").getAsString().endsWith("model.onnx"));
    assertTrue(weights.get("why").getAsString().contains("full precision"), weights.toString());
    JsonObject road = json.getAsJsonArray("roads").get(0).getAsJsonObject();
    assertEquals("a text", road.get("texts").getAsString());
    assertEquals(
        "tokenizer",
        road.getAsJsonArray("steps").get(0).getAsJsonObject().get("step").getAsString());
  }

  @Test
  void ofAConvertedModelItIsShownWhereItsOnnxFileLies() {
    String before = System.getProperty(CacheFolder.PROPERTY, "");
    System.setProperty(CacheFolder.PROPERTY, temp.resolve("cache").toString());
    try {
      Path folder = TinyModels.withSafetensors(temp.resolve("model"));
      inspect(folder.toString())
          .shows(
              "made of the safetensors in " + folder,
              "weights       " + temp.resolve("cache").resolve("onnx"));
    } finally {
      System.setProperty(CacheFolder.PROPERTY, before);
    }
  }

  @Test
  void everyRoadOfARouterIsShown() {
    Path folder = TinyModels.router("router", temp.resolve("router"));
    inspect(folder.toString())
        .shows("The road of the task query", "static embedding", "the task document", "transformer")
        .shows("length limit  none");
  }

  @Test
  void everyModuleAndACutAreInTheRoad() {
    inspect(TinyModels.onBert("dense", temp.resolve("dense")).toString())
        .shows("dense             16 to 12 components, tanh");
    inspect(TinyModels.encoder("truncate-dim", temp.resolve("cut")).toString())
        .shows(
            "12; vectors have different lengths; cut to so many", "truncate_dim", "the first 12");
  }

  @Test
  void whichFileAndWhyAndWhichElse() throws IOException {
    Path folder = TinyModels.encoder("prompts", temp.resolve("model"));
    for (String name : new String[] {"model_quint8_avx2", "model_qint8_arm64"}) {
      Files.copy(folder.resolve("onnx/model.onnx"), folder.resolve("onnx/" + name + ".onnx"));
    }
    inspect(folder.toString())
        .shows("model.onnx", "it is the model in full precision, which is the usual one")
        .shows("also there", "onnx/model_qint8_arm64.onnx, onnx/model_quint8_avx2.onnx");
    inspect(folder.toString(), "--model-file", "model_quint8_avx2")
        .shows(
            "model_quint8_avx2.onnx", "it was asked for", ".withModelFile(\"model_quint8_avx2\")");
    JsonObject json = inspect(folder.toString(), "--fastest", "--json").json();
    String fastest = json.getAsJsonObject("fastest_here").get("file").getAsString();
    String taken = json.getAsJsonArray("files").get(0).getAsJsonObject().get("file").getAsString();
    assertTrue(taken.endsWith(fastest), taken + " " + fastest);
    assertEquals(3, json.getAsJsonArray("model_files").size());
  }
}
