package dev.lucenesemantic.model;

import com.google.gson.JsonElement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads the configuration of a pooling module: one boolean for each mode, as sentence-transformers
 * up to 5 writes it, or a name or list of names, as version 6 does.
 */
final class PoolingReader {
  private static final Set<String> KEYS = keys();

  private PoolingReader() {}

  static ModuleConfig.Pooling read(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new ModelException(
          path.toString(), "is missing, so how to pool is not known; fetch the model again");
    }
    JsonFile file = JsonFile.read(new ModelFile.OnDisk(path));
    file.refuseUnknownKeys(KEYS, "the pooling");
    int dimension =
        file.positiveInt("embedding_dimension")
            .or(() -> file.positiveInt("word_embedding_dimension"))
            .orElse(0);
    return new ModuleConfig.Pooling(
        modes(file), dimension, file.bool("include_prompt").orElse(true));
  }

  private static List<PoolingMode> modes(JsonFile file) {
    if (file.has("pooling_mode")) {
      return named(file, file.object().get("pooling_mode"));
    }
    // In the order in which Python concatenates them, which is that of the constants.
    List<PoolingMode> modes = new ArrayList<>();
    for (PoolingMode mode : PoolingMode.values()) {
      if (file.bool(mode.legacyKey()).orElse(false)) {
        modes.add(mode);
      }
    }
    return modes.isEmpty() ? List.of(PoolingMode.MEAN) : modes;
  }

  private static List<PoolingMode> named(JsonFile file, JsonElement value) {
    List<JsonElement> names =
        value.isJsonArray() ? value.getAsJsonArray().asList() : List.of(value);
    List<PoolingMode> modes = new ArrayList<>();
    for (JsonElement name : names) {
      if (!name.isJsonPrimitive()) {
        throw file.error("pooling_mode", "must be a name or a list of names and is " + value);
      }
      modes.add(PoolingMode.ofConfigName(name.getAsString(), file.location()));
    }
    if (modes.isEmpty()) {
      throw file.error("pooling_mode", "names no mode");
    }
    return modes;
  }

  private static Set<String> keys() {
    Set<String> keys =
        new HashSet<>(
            List.of(
                "embedding_dimension",
                "word_embedding_dimension",
                "pooling_mode",
                "include_prompt"));
    for (PoolingMode mode : PoolingMode.values()) {
      keys.add(mode.legacyKey());
    }
    return Set.copyOf(keys);
  }
}
