package dev.lucenesemantic.model.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import dev.lucenesemantic.embed.ModelFolder;
import dev.lucenesemantic.inference.Device;
import dev.lucenesemantic.inference.FloatTensor;
import dev.lucenesemantic.inference.OnnxModel;
import dev.lucenesemantic.inference.TokenBatch;
import dev.lucenesemantic.inference.TokenIds;
import dev.lucenesemantic.model.ModelFile;
import dev.lucenesemantic.model.TokenizerSource;
import dev.lucenesemantic.model.TransformerSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A converted network for sequence classification gives Python's scores. */
class ConvertedClassifierTest {
  @ParameterizedTest
  @ValueSource(strings = {"bert", "distilbert", "roberta", "xlm-roberta", "electra", "mpnet"})
  void scoresArePythons(String family, @TempDir Path temp) throws IOException {
    Path folder = ModelFolder.resource("families/classifiers/" + family);
    List<TokenIds> rows = rows(folder.resolve("rows.ids"));
    float[] expected = floats(folder.resolve("scores.f32"));
    int labels = expected.length / rows.size();
    for (Precision precision : Precision.values()) {
      Path onnx = temp.resolve(precision.name()).resolve("model.onnx");
      OnnxConverter.of(folder).write(onnx, Head.LABEL_SCORES, precision);
      float tolerance = precision == Precision.FP32 ? 2e-5f : 0.15f;
      try (OnnxModel model = OnnxModel.loadSequenceClassifier(source(folder, onnx), Device.CPU)) {
        assertEquals(precision == Precision.INT8, model.mixesRows());
        for (int i = 0; i < rows.size(); i++) {
          float[] alone = model.run(TokenBatch.of(List.of(rows.get(i)))).data();
          float[] python = Arrays.copyOfRange(expected, i * labels, (i + 1) * labels);
          assertArrayEquals(python, alone, tolerance, family + " " + precision + " row " + i);
        }
        if (precision == Precision.FP32) {
          FloatTensor together = model.run(TokenBatch.of(rows));
          assertArrayEquals(expected, together.data(), tolerance, family + " together");
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gelu_10",
        "gelu_python_tanh",
        "leaky_relu",
        "linear",
        "mish",
        "quick_gelu",
        "relu2",
        "relu6",
        "sigmoid",
        "tanh"
      })
  void soTheyAreWithAnyActivation(String activation, @TempDir Path temp) throws IOException {
    Path bert = ModelFolder.resource("families/classifiers/bert");
    Path folder = Files.createDirectory(temp.resolve("model"));
    Files.copy(bert.resolve("model.safetensors"), folder.resolve("model.safetensors"));
    String config = Files.readString(bert.resolve("config.json"));
    assertTrue(config.contains("\"gelu_new\""), config);
    Files.writeString(
        folder.resolve("config.json"), config.replace("\"gelu_new\"", "\"" + activation + "\""));
    List<TokenIds> rows = rows(bert.resolve("rows.ids"));
    float[] expected = floats(bert.resolve("scores." + activation + ".f32"));
    Path onnx = temp.resolve("onnx/model.onnx");
    OnnxConverter.of(folder).write(onnx, Head.LABEL_SCORES, Precision.FP32);
    try (OnnxModel model = OnnxModel.loadSequenceClassifier(source(folder, onnx), Device.CPU)) {
      assertArrayEquals(expected, model.run(TokenBatch.of(rows)).data(), 2e-5f, activation);
    }
  }

  private static TransformerSource source(Path folder, Path onnx) throws IOException {
    int padding =
        JsonParser.parseString(Files.readString(folder.resolve("config.json")))
            .getAsJsonObject()
            .get("pad_token_id")
            .getAsInt();
    return new TransformerSource(
        "test",
        new ModelFile.OnDisk(onnx),
        List.of(),
        "",
        OptionalInt.empty(),
        padding,
        0,
        TokenizerSource.of(new ModelFile.OnDisk(folder.resolve("tokenizer.json")), 40));
  }

  private static List<TokenIds> rows(Path file) throws IOException {
    ByteBuffer buffer = buffer(file);
    List<TokenIds> rows = new ArrayList<>();
    while (buffer.hasRemaining()) {
      int[] ids = new int[buffer.getInt()];
      int[] types = new int[ids.length];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = buffer.getInt();
        types[i] = i >= ids.length / 2 ? 1 : 0;
      }
      rows.add(new TokenIds(ids, types, false));
    }
    return rows;
  }

  private static float[] floats(Path file) throws IOException {
    ByteBuffer buffer = buffer(file);
    float[] values = new float[buffer.remaining() / Float.BYTES];
    buffer.asFloatBuffer().get(values);
    return values;
  }

  private static ByteBuffer buffer(Path file) throws IOException {
    return ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
  }
}
