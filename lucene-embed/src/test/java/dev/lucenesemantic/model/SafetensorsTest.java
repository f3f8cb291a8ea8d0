package dev.lucenesemantic.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A safetensors file is read as its header says, and refused where the header cannot be true. */
class SafetensorsTest {
  @TempDir private Path temp;

  @Test
  void everyFloatingPointTypeIsReadAsFloats() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(28).order(ByteOrder.LITTLE_ENDIAN);
    data.putFloat(1.5f).putFloat(-2).putDouble(0.25);
    data.putShort(Float.floatToFloat16(-0.5f)).putShort(Float.floatToFloat16(65504));
    data.putShort((short) (Float.floatToIntBits(3) >>> 16)).putShort((short) 0x7f80);
    data.putInt(7);
    Path file =
        file(
            "{'__metadata__': {'format': 'pt'},"
                + "'a': {'dtype': 'F32', 'shape': [2, 1], 'data_offsets': [0, 8]},"
                + "'b': {'dtype': 'F64', 'shape': [], 'data_offsets': [8, 16]},"
                + "'c': {'dtype': 'F16', 'shape': [2], 'data_offsets': [16, 20]},"
                + "'d': {'dtype': 'BF16', 'shape': [2], 'data_offsets': [20, 24]},"
                + "'e': {'dtype': 'I32', 'shape': [1], 'data_offsets': [24, 28]},"
                + "'empty': {'dtype': 'F32', 'shape': [0, 3], 'data_offsets': [28, 28]}}",
            data.array());
    Safetensors tensors = Safetensors.open(file);
    assertEquals(Set.of("a", "b", "c", "d", "e", "empty"), tensors.names());
    assertEquals(List.of(2L, 1L), tensors.shape("a"));
    assertArrayEquals(new float[] {1.5f, -2}, tensors.floats("a", 2, 1));
    assertArrayEquals(new float[] {0.25f}, tensors.floats("b"));
    assertArrayEquals(new float[] {-0.5f, 65504}, tensors.floats("c"));
    assertArrayEquals(new float[] {3, Float.POSITIVE_INFINITY}, tensors.floats("d"));
    assertArrayEquals(new float[0], tensors.floats("empty"));
    assertFails(() -> tensors.floats("e"), "'e'", "I32");
    assertFails(() -> tensors.floats("f"), "no tensor 'f'", "[a, b, c, d, e, empty]");
    assertFails(() -> tensors.floats("a", 1, 2), "[2, 1]", "[1, 2]");
  }

  @Test
  void aTensorLongerThanOneReadIsWhole() throws IOException {
    int size = 700_001;
    ByteBuffer data = ByteBuffer.allocate(4 * size).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < size; i++) {
      data.putFloat(i);
    }
    Path file =
        file(
            "{'x': {'dtype': 'F32', 'shape': [700001], 'data_offsets': [0, 2800004]}}",
            data.array());
    float[] values = Safetensors.open(file).floats("x");
    for (int i = 0; i < size; i++) {
      assertEquals(i, values[i]);
    }
  }

  @Test
  void aFileThatIsCutOffIsRefused() throws IOException {
    Path file =
        file("{'x': {'dtype': 'F32', 'shape': [4], 'data_offsets': [0, 16]}}", new byte[16]);
    byte[] bytes = Files.readAllBytes(file);
    Safetensors.open(file);
    for (int length : new int[] {0, 7, 8, 20, bytes.length - 1}) {
      Files.write(file, Arrays.copyOf(bytes, length));
      assertFails(() -> Safetensors.open(file), file.toString(), "fetch it again");
    }
  }

  @Test
  void aHeaderThatCannotBeTrueIsRefused() throws IOException {
    for (String header :
        new String[] {
          "{'x': {'dtype': 'F32', 'shape': [3], 'data_offsets': [0, 16]}}",
          "{'x': {'dtype': 'F32', 'shape': [-4], 'data_offsets': [0, 16]}}",
          "{'x': {'dtype': 'F32', 'shape': [4], 'data_offsets': [16, 0]}}",
          "{'x': {'dtype': 'F32', 'shape': [4], 'data_offsets': [-16, 0]}}",
          "{'x': {'dtype': 'F32', 'shape': [4294967296, 4294967296], 'data_offsets': [0, 0]}}",
          "{'x': {'dtype': 'F32', 'shape': 4, 'data_offsets': [0, 16]}}",
          "{'x': {'dtype': 'F32', 'shape': [4]}}",
          "{'x': 4}",
          "[1, 2]",
          "not JSON"
        }) {
      Path file = file(header, new byte[16]);
      assertFails(() -> Safetensors.open(file), file.toString(), "fetch it again");
    }
  }

  @Test
  void somethingElseUnderTheNameIsRefused() throws IOException {
    Path file = temp.resolve("model.safetensors");
    Files.writeString(file, "version https://git-lfs.github.com/spec/v1\noid sha256:0\n");
    assertFails(() -> Safetensors.open(file), "LFS");
    assertFails(() -> Safetensors.open(temp.resolve("nothing")), "nothing", "cannot be read");
  }

  private Path file(String header, byte[] data) throws IOException {
    byte[] json = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(Long.BYTES + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(json.length).put(json).put(data);
    return Files.write(temp.resolve("model.safetensors"), bytes.array());
  }

  private static void assertFails(Runnable action, String... parts) {
    String message = assertThrows(ModelException.class, action::run).getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), message + " should say: " + part);
    }
  }
}
