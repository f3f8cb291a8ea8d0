package dev.lucenesemantic.model.convert;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.lucenesemantic.model.ModelException;
import dev.lucenesemantic.model.ModelFile;
import dev.lucenesemantic.model.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The weights of a transformer, in one safetensors file or in several with an index. It remembers
 * what was read, so that nothing that belongs to the encoder stays unnoticed.
 */
final class Weights {
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final String WORDS = "embeddings.word_embeddings.weight";

  /** Numbers from 0 on, which some versions saved with the weights. */
  private static final List<String> BUFFERS = List.of("position_ids", "token_type_ids");

  private final String location;
  private final Map<String, Safetensors> files;
  private final String prefix;
  private final Set<String> read = new HashSet<>();

  private Weights(String location, Map<String, Safetensors> files, String prefix) {
    this.location = location;
    this.files = files;
    this.prefix = prefix;
  }

  /** The files of a folder that hold its weights; empty if there are none. */
  static List<Path> files(Path folder) {
    if (Files.isRegularFile(folder.resolve(SINGLE))) {
      return List.of(folder.resolve(SINGLE));
    }
    Path index = folder.resolve(INDEX);
    return Files.isRegularFile(index)
        ? List.copyOf(new LinkedHashSet<>(inIndex(index).values()))
        : List.of();
  }

  private static Map<String, Path> inIndex(Path index) {
    JsonElement json = new ModelFile.OnDisk(index).readJson();
    JsonElement map = json.isJsonObject() ? json.getAsJsonObject().get("weight_map") : null;
    if (map == null || !map.isJsonObject()) {
      throw new ModelException(index.toString(), "has no weight_map; fetch it again");
    }
    Map<String, Path> files = new LinkedHashMap<>();
    for (Map.Entry<String, JsonElement> entry : ((JsonObject) map).entrySet()) {
      String name = entry.getValue().isJsonPrimitive() ? entry.getValue().getAsString() : "";
      boolean isBeside =
          name.endsWith(".safetensors") && !name.contains("/") && !name.contains("\\");
      if (!isBeside) {
        throw new ModelException(
            index.toString(),
            "has tensor '"
                + entry.getKey()
                + "' in "
                + entry.getValue()
                + ", which is no file"
                + " beside it");
      }
      files.put(entry.getKey(), index.resolveSibling(name));
    }
    return files;
  }

  static Weights open(Path folder) {
    Path single = folder.resolve(SINGLE);
    Map<String, Safetensors> files = new LinkedHashMap<>();
    String location = single.toString();
    if (Files.isRegularFile(single)) {
      Safetensors file = Safetensors.open(single);
      file.names().forEach(name -> files.put(name, file));
    } else {
      Path index = folder.resolve(INDEX);
      location = index.toString();
      Map<Path, Safetensors> opened = new HashMap<>();
      inIndex(index)
          .forEach(
              (name, path) -> files.put(name, opened.computeIfAbsent(path, Safetensors::open)));
    }
    return new Weights(location, files, prefix(location, files.keySet()));
  }

  /** What stands in front of the encoder's names: nothing, {@code bert.}, {@code roberta.}, ... */
  private static String prefix(String location, Set<String> names) {
    List<String> found = new ArrayList<>();
    for (String name : names) {
      String before =
          name.endsWith(WORDS) ? name.substring(0, name.length() - WORDS.length()) : "?";
      if (before.isEmpty() || before.endsWith(".")) {
        found.add(before);
      }
    }
    if (found.size() != 1) {
      throw new ModelException(
          location,
          "has "
              + (found.isEmpty() ? "no" : "more than one")
              + " tensor "
              + WORDS
              + ", so it does not hold the encoder that its config.json describes; it has "
              + names.stream().limit(5).toList()
              + (names.size() > 5 ? " and " + (names.size() - 5) + " others" : ""));
    }
    return found.get(0);
  }

  String location() {
    return location;
  }

  // ---- tensors of the encoder -------------------------------------------------------------------

  boolean has(String name) {
    return files.containsKey(prefix + name);
  }

  List<Long> shape(String name) {
    return file(prefix + name).shape(prefix + name);
  }

  float[] floats(String name, long... shape) {
    return whole(prefix + name, shape);
  }

  void rows(String name, int width, Safetensors.RowConsumer rows) throws IOException {
    Safetensors file = file(prefix + name);
    List<Long> shape = file.shape(prefix + name);
    if (shape.size() != 2 || shape.get(1) != width) {
      throw new ModelException(
          location,
          "has tensor '" + prefix + name + "' of shape " + shape + " and not of rows of " + width);
    }
    file.rows(prefix + name, width, rows);
  }

  // ---- those of a head, which stand beside the encoder
  // --------------------------------------------

  /** The number of rows of a matrix. */
  long headRows(String name) {
    List<Long> shape = file(name).shape(name);
    if (shape.size() != 2) {
      throw new ModelException(location, "has tensor '" + name + "' of shape " + shape);
    }
    return shape.get(0);
  }

  /** The full name of something that is in the encoder. */
  String inEncoder(String name) {
    return prefix + name;
  }

  float[] headFloats(String name, long... shape) {
    return whole(name, shape);
  }

  private float[] whole(String name, long... shape) {
    return file(name).floats(name, shape);
  }

  private Safetensors file(String name) {
    Safetensors file = files.get(name);
    if (file == null) {
      throw new ModelException(
          location,
          "has no tensor '"
              + name
              + "', which the model needs that its config.json describes: one of the two files"
              + " belongs to another model, or the weights are not complete; fetch both again");
    }
    read.add(name);
    return file;
  }

  /** Fails if the encoder has weights that were not read: they would make a difference. */
  void checkAllRead() {
    Set<String> unread = new TreeSet<>();
    for (String name : files.keySet()) {
      String inner = name.startsWith(prefix) ? name.substring(prefix.length()) : "";
      boolean ofEncoder =
          inner.startsWith("embeddings")
              || inner.startsWith("encoder.")
              || inner.startsWith("transformer.");
      boolean isBuffer = BUFFERS.contains(name.substring(name.lastIndexOf('.') + 1));
      if (ofEncoder && !isBuffer && !read.contains(name)) {
        unread.add(name);
      }
    }
    if (!unread.isEmpty()) {
      throw new ModelException(
          location,
          "has weights that an encoder as its config.json describes it does not have: "
              + unread.stream().limit(5).toList()
              + ". Leaving them out could change the results; export the model with Optimum");
    }
  }
}
