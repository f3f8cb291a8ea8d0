package dev.lucenesemantic.embed;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The values that Python gave; the README beside them says how they are stored. */
final class Reference {
  private Reference() {}

  record NamedText(String name, String text) {}

  static List<NamedText> texts() {
    return texts("texts.json");
  }

  static List<NamedText> texts(String file) {
    String json = new String(bytes(file), StandardCharsets.UTF_8);
    List<NamedText> texts = new ArrayList<>();
    for (JsonElement element : JsonParser.parseString(json).getAsJsonArray()) {
      JsonObject entry = element.getAsJsonObject();
      String text =
          entry.has("repeat")
              ? entry.get("repeat").getAsString().repeat(entry.get("times").getAsInt())
              : entry.get("text").getAsString();
      texts.add(new NamedText(entry.get("name").getAsString(), text));
    }
    return texts;
  }

  static List<float[]> vectors(String file, int dimension) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<float[]> vectors = new ArrayList<>();
    while (buffer.hasRemaining()) {
      float[] vector = new float[dimension];
      for (int i = 0; i < dimension; i++) {
        vector[i] = buffer.getFloat();
      }
      vectors.add(vector);
    }
    return vectors;
  }

  static List<int[]> ids(String file) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<int[]> all = new ArrayList<>();
    while (buffer.hasRemaining()) {
      int[] ids = new int[buffer.getInt()];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = buffer.getInt();
      }
      all.add(ids);
    }
    return all;
  }

  static byte[] bytes(String file) {
    try (InputStream in = Reference.class.getResourceAsStream("/reference/" + file)) {
      if (in == null) {
        throw new AssertionError("no reference file " + file);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static double cosine(float[] a, float[] b) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return dot / Math.sqrt(aa * bb);
  }

  static float maxDifference(float[] a, float[] b) {
    if (a.length != b.length) {
      throw new AssertionError(a.length + " components and " + b.length);
    }
    float max = 0;
    for (int i = 0; i < a.length; i++) {
      // A NaN would pass every comparison with a bound.
      if (Float.isNaN(a[i]) || Float.isNaN(b[i])) {
        return Float.POSITIVE_INFINITY;
      }
      max = a[i] == b[i] ? max : Math.max(max, Math.abs(a[i] - b[i]));
    }
    return max;
  }
}
