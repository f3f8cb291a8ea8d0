package dev.lucenesemantic.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.embed.ModelFolder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Operators and external data of an ONNX file are found without its weights being read. */
class OnnxGraphTest {
  @Test
  void aQuantisedModelIsToldFromAnother() {
    ModelFile plain = bundled("all-minilm-l6-v2.onnx");
    ModelFile quantised = bundled("all-minilm-l6-v2-q.onnx");
    assertFalse(OnnxGraph.read(plain).operators().contains("DynamicQuantizeLinear"));
    assertTrue(OnnxGraph.read(plain).operators().containsAll(Set.of("MatMul", "Softmax")));
    assertTrue(OnnxGraph.read(quantised).operators().contains("DynamicQuantizeLinear"));
    assertEquals(Set.of(), OnnxGraph.read(plain).externalData());
  }

  @Test
  void filesOfWeightsAreNamed() {
    Path folder = ModelFolder.resource("families/folders/bert-external-data/onnx");
    OnnxGraph graph = OnnxGraph.read(new ModelFile.OnDisk(folder.resolve("model.onnx")));
    assertEquals(Set.of("model.onnx_data"), graph.externalData());
    assertTrue(graph.hasWeightsIn("model.onnx_data"));
    assertFalse(graph.hasWeightsIn("model.onnx"));
  }

  @Test
  void innerGraphsAndFunctionsCount() {
    byte[] loop =
        OnnxBytes.message(
            1,
            OnnxBytes.message(4, "Loop"),
            OnnxBytes.message(5, OnnxBytes.message(6, OnnxBytes.node("Inner"))));
    byte[] list =
        OnnxBytes.message(
            1,
            OnnxBytes.message(4, "If"),
            OnnxBytes.message(5, OnnxBytes.message(11, OnnxBytes.node("Listed"))));
    byte[] model =
        OnnxBytes.join(
            OnnxBytes.message(7, loop, list),
            OnnxBytes.message(25, OnnxBytes.message(7, OnnxBytes.message(4, "OfFunction"))));
    assertEquals(
        Set.of("Loop", "Inner", "If", "Listed", "OfFunction"),
        OnnxGraph.read(file(model)).operators());
  }

  @Test
  void ofADamagedFileWhatStandsBeforeTheDamageIsRead() {
    byte[] whole = OnnxBytes.message(7, OnnxBytes.node("First"), OnnxBytes.node("Second"));
    for (int length = 0; length < whole.length; length++) {
      Set<String> operators = OnnxGraph.read(file(Arrays.copyOf(whole, length))).operators();
      assertTrue(Set.of("First", "Second").containsAll(operators), operators::toString);
    }
    byte[] pointer =
        "version https://git-lfs.github.com/spec/v1\n".getBytes(StandardCharsets.UTF_8);
    assertEquals(Set.of(), OnnxGraph.read(file(pointer)).operators());
    byte[] deep = OnnxBytes.node("Deepest");
    for (int i = 0; i < 10_000; i++) {
      deep = OnnxBytes.message(1, OnnxBytes.message(5, OnnxBytes.message(6, deep)));
      deep = deep.length > 1 << 14 ? OnnxBytes.message(7, deep) : deep;
    }
    assertEquals(Set.of(), OnnxGraph.read(file(OnnxBytes.message(7, deep))).operators());
  }

  private static ModelFile bundled(String name) {
    return ModelFile.onClassPath(OnnxGraphTest.class, name).orElseThrow();
  }

  private static ModelFile file(byte[] bytes) {
    return new ModelFile.InMemory("test", bytes);
  }
}
