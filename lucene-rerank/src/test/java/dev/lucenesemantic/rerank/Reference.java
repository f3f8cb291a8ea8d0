package dev.lucenesemantic.rerank;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The values that Python gave, and the models it gave them for; the README there describes them.
 */
final class Reference {
  private Reference() {}

  /** A model folder of {@code variants.json}; printed by its name. */
  record Variant(JsonObject json) {
    String name() {
      return json.get("name").getAsString();
    }

    @Override
    public String toString() {
      return name();
    }
  }

  static List<TextPair> pairs() {
    List<TextPair> pairs = new ArrayList<>();
    for (JsonElement element : JsonParser.parseString(text("pairs.json")).getAsJsonArray()) {
      JsonObject pair = element.getAsJsonObject();
      pairs.add(
          new TextPair(
              side(pair.get("query").getAsJsonObject()),
              side(pair.get("document").getAsJsonObject())));
    }
    return pairs;
  }

  private static String side(JsonObject side) {
    return side.has("text")
        ? side.get("text").getAsString()
        : side.get("repeat").getAsString().repeat(side.get("times").getAsInt());
  }

  static List<Variant> variants() {
    List<Variant> variants = new ArrayList<>();
    JsonParser.parseString(text("variants.json"))
        .getAsJsonArray()
        .forEach(entry -> variants.add(new Variant(entry.getAsJsonObject())));
    return variants;
  }

  static Variant variant(String name) {
    return variants().stream().filter(each -> each.name().equals(name)).findAny().orElseThrow();
  }

  /** Puts the folder of a variant together. */
  static Path folder(String variant, Path target) {
    JsonObject json = variant(variant).json();
    copy("networks/" + json.get("network").getAsString(), target);
    if (!json.get("folder").isJsonNull()) {
      copy(json.get("folder").getAsString(), target);
    }
    return target;
  }

  private static void copy(String name, Path to) {
    try {
      Path from = Path.of(Reference.class.getResource("/reference/" + name).toURI());
      try (Stream<Path> files = Files.walk(from)) {
        for (Path file : (Iterable<Path>) files::iterator) {
          Path target = to.resolve(from.relativize(file).toString());
          if (Files.isDirectory(file)) {
            Files.createDirectories(target);
          } else {
            Files.deleteIfExists(target);
            Files.copy(file, target);
          }
        }
      }
    } catch (IOException | URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  static float[][] scores(String file, int labels) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    float[][] scores = new float[buffer.remaining() / Float.BYTES / labels][labels];
    for (float[] row : scores) {
      for (int i = 0; i < labels; i++) {
        row[i] = buffer.getFloat();
      }
    }
    return scores;
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

  private static String text(String file) {
    return new String(bytes(file), StandardCharsets.UTF_8);
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
}
