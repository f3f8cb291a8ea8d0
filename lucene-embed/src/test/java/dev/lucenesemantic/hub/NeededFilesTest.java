package dev.lucenesemantic.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.lucenesemantic.model.OnnxChoice;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Of real repositories' files, those that a model is loaded from. */
class NeededFilesTest {

  private static Map<String, Long> sizes(String... paths) {
    Map<String, Long> sizes = new TreeMap<>();
    for (String path : paths) {
      sizes.put(path, 1000L);
    }
    return sizes;
  }

  private static Optional<JsonElement> modules(String... pathsAndTypes) {
    StringBuilder json = new StringBuilder("[");
    for (int i = 0; i < pathsAndTypes.length; i += 2) {
      json.append(i == 0 ? "" : ",")
          .append("{\"path\": \"" + pathsAndTypes[i] + "\", \"type\": \"")
          .append("sentence_transformers.models." + pathsAndTypes[i + 1] + "\"}");
    }
    return Optional.of(JsonParser.parseString(json + "]"));
  }

  private static NeededFiles of(
      Map<String, Long> sizes, Optional<JsonElement> modules, OnnxChoice modelFile) {
    return NeededFiles.of(sizes, modules, modelFile, "test");
  }

  @Test
  void aSentenceTransformerWithADenseLayer() {
    Map<String, Long> sizes =
        sizes(
            ".gitattributes",
            "1_Pooling/config.json",
            "2_Dense/config.json",
            "2_Dense/model.safetensors",
            "2_Dense/pytorch_model.bin",
            "README.md",
            "config.json",
            "config_sentence_transformers.json",
            "model.safetensors",
            "model.safetensors.index.json",
            "modules.json",
            "onnx/model.onnx",
            "onnx/model_O4.onnx",
            "onnx/config.json",
            "openvino/openvino_model.bin",
            "pytorch_model.bin",
            "sentence_bert_config.json",
            "tokenizer.json",
            "train_script.py",
            "unigram.json",
            "vocab.txt");
    sizes.put("data.json", 65L << 20);
    assertEquals(
        Set.of(
            "1_Pooling/config.json",
            "2_Dense/config.json",
            "2_Dense/model.safetensors",
            "config.json",
            "config_sentence_transformers.json",
            "modules.json",
            "onnx/model.onnx",
            "sentence_bert_config.json",
            "tokenizer.json",
            "unigram.json",
            "vocab.txt"),
        of(
                sizes,
                modules("", "Transformer", "1_Pooling", "Pooling", "2_Dense", "Dense"),
                new OnnxChoice.Usual())
            .all());
  }

  @Test
  void aTransformerInAFolderOfItsOwn() {
    Map<String, Long> sizes =
        sizes(
            "0_Transformer/config.json",
            "0_Transformer/model.safetensors",
            "0_Transformer/onnx/model.onnx",
            "0_Transformer/sentencepiece.bpe.model",
            "0_Transformer/tokenizer.json",
            "1_Pooling/config.json",
            "modules.json",
            "onnx/model.onnx");
    NeededFiles needed =
        of(
            sizes,
            modules("0_Transformer", "Transformer", "1_Pooling", "Pooling"),
            new OnnxChoice.Usual());
    assertEquals(
        Set.of(
            "0_Transformer/config.json",
            "0_Transformer/onnx/model.onnx",
            "0_Transformer/sentencepiece.bpe.model",
            "0_Transformer/tokenizer.json",
            "1_Pooling/config.json",
            "modules.json"),
        needed.all());
  }

  @Test
  void aStaticEmbeddingNeedsItsWeightsAndNoNetwork() {
    NeededFiles needed =
        of(
            sizes("modules.json", "model.safetensors", "tokenizer.json", "onnx/model.onnx"),
            modules("", "StaticEmbedding"),
            new OnnxChoice.Usual());
    assertEquals(Set.of("modules.json", "model.safetensors", "tokenizer.json"), needed.all());
  }

  @Test
  void aRoutersModulesAreFetchedWithIt() {
    NeededFiles needed =
        of(
            sizes(
                "modules.json",
                "router_config.json",
                "config_sentence_transformers.json",
                "query_0_StaticEmbedding/model.safetensors",
                "query_0_StaticEmbedding/tokenizer.json",
                "document_0_Transformer/config.json",
                "document_0_Transformer/model.safetensors",
                "document_0_Transformer/onnx/model.onnx",
                "document_0_Transformer/tokenizer.json",
                "document_1_Pooling/config.json",
                "document_2_Dense/config.json",
                "document_2_Dense/model.safetensors",
                "checkpoint_100/model.safetensors",
                "1_Normalize/config.json"),
            modules("", "Router", "1_Normalize", "Normalize"),
            new OnnxChoice.Usual());
    assertEquals(
        Set.of(
            "modules.json",
            "router_config.json",
            "config_sentence_transformers.json",
            "query_0_StaticEmbedding/model.safetensors",
            "query_0_StaticEmbedding/tokenizer.json",
            "document_0_Transformer/config.json",
            "document_0_Transformer/onnx/model.onnx",
            "document_0_Transformer/tokenizer.json",
            "document_1_Pooling/config.json",
            "document_2_Dense/config.json",
            "document_2_Dense/model.safetensors",
            "1_Normalize/config.json"),
        needed.all());
    assertEquals(List.of(), needed.missing(false));
  }

  @Test
  void aFirstModuleThatCannotBeRunIsNotFetched() {
    NeededFiles needed =
        of(
            sizes("modules.json", "model.safetensors", "0_CNN/model.safetensors"),
            modules("0_CNN", "CNN"),
            new OnnxChoice.Usual());
    assertEquals(Set.of("modules.json"), needed.all());
  }

  @Test
  void theOnnxFileIsTheOneThatTheFoldersReaderTakes() {
    Map<String, Long> sizes = sizes("model.onnx", "onnx/model.onnx", "onnx/model_O2.onnx");
    assertEquals(
        Set.of("onnx/model.onnx"), of(sizes, Optional.empty(), new OnnxChoice.Usual()).onnx(""));
    for (String name : new String[] {"model_O2", "model_O2.onnx", "onnx/model_O2"}) {
      assertEquals(
          Set.of("onnx/model_O2.onnx"),
          of(sizes, Optional.empty(), new OnnxChoice.Named(name)).onnx(""));
    }
    assertEquals(Set.of(), of(sizes, Optional.empty(), new OnnxChoice.Named("O2")).onnx(""));
    assertEquals(
        Set.of("onnx/only.onnx"),
        of(sizes("onnx/only.onnx"), Optional.empty(), new OnnxChoice.Usual()).onnx(""));
    assertEquals(
        Set.of(), of(sizes("a.onnx", "b.onnx"), Optional.empty(), new OnnxChoice.Usual()).onnx(""));
  }

  @Test
  void aClipModelNeedsBothNetworksAndWhatPreparesImages() {
    String[] always = {
      "modules.json",
      "config_sentence_transformers.json",
      "0_CLIPModel/config.json",
      "0_CLIPModel/preprocessor_config.json",
      "0_CLIPModel/tokenizer.json",
      "0_CLIPModel/merges.txt"
    };
    Map<String, Long> sizes = sizes(always);
    sizes.putAll(
        sizes(
            "0_CLIPModel/pytorch_model.bin",
            "0_CLIPModel/model.safetensors",
            "0_CLIPModel/onnx/model.onnx",
            "0_CLIPModel/onnx/text_model.onnx",
            "0_CLIPModel/onnx/text_model_quantized.onnx",
            "0_CLIPModel/onnx/vision_model.onnx",
            "0_CLIPModel/onnx/vision_model_quantized.onnx"));
    Set<String> expected = new TreeSet<>(Set.of(always));
    expected.add("0_CLIPModel/onnx/text_model.onnx");
    expected.add("0_CLIPModel/onnx/vision_model.onnx");
    NeededFiles needed = of(sizes, modules("0_CLIPModel", "CLIPModel"), new OnnxChoice.Usual());
    assertEquals(expected, needed.all());
    assertEquals(List.of(), needed.missing(false));
  }

  @Test
  void ofAPlainClipModelTwoFilesComeBeforeOneWithBoth() {
    Map<String, Long> sizes =
        sizes(
            "onnx/model.onnx",
            "onnx/model_quantized.onnx",
            "onnx/text_model.onnx",
            "onnx/text_model_quantized.onnx",
            "onnx/vision_model.onnx",
            "onnx/vision_model_quantized.onnx");
    assertEquals(
        Set.of("onnx/text_model.onnx", "onnx/vision_model.onnx"),
        of(sizes, Optional.empty(), new OnnxChoice.Usual()).onnx(""));
    for (String name :
        new String[] {"text_model_quantized", "onnx/vision_model_quantized", "model_quantized"}) {
      assertEquals(
          Set.of("onnx/text_model_quantized.onnx", "onnx/vision_model_quantized.onnx"),
          of(sizes, Optional.empty(), new OnnxChoice.Named(name)).onnx(""));
    }
    sizes.remove("onnx/vision_model.onnx");
    assertEquals(
        Set.of("onnx/model.onnx"), of(sizes, Optional.empty(), new OnnxChoice.Usual()).onnx(""));
  }
}
