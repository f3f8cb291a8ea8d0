package dev.lucenesemantic.model;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A JSON file of a model, read with errors that name the file and the key. */
final class JsonFile {
  private final String location;
  private final JsonElement root;

  private JsonFile(String location, JsonElement root) {
    this.location = location;
    this.root = root;
  }

  static JsonFile read(ModelFile file) {
    JsonElement root = file.readJson();
    if (root.isJsonNull()) {
      throw new ModelException(file.location(), "is empty; fetch the file again");
    }
    return new JsonFile(file.location(), root);
  }

  static Optional<JsonFile> readIfExists(Path path) {
    return Files.exists(path) ? Optional.of(read(new ModelFile.OnDisk(path))) : Optional.empty();
  }

  /** This file with what another one says instead or besides. */
  JsonFile with(JsonFile other) {
    JsonObject both = object().deepCopy();
    other.object().entrySet().forEach(each -> both.add(each.getKey(), each.getValue()));
    return new JsonFile(location, both);
  }

  String location() {
    return location;
  }

  JsonElement root() {
    return root;
  }

  JsonObject object() {
    if (!root.isJsonObject()) {
      throw new ModelException(location, "must hold a JSON object");
    }
    return root.getAsJsonObject();
  }

  ModelException error(String key, String problem) {
    return new ModelException(location, "'" + key + "' " + problem);
  }

  boolean has(String key) {
    return object().has(key) && !object().get(key).isJsonNull();
  }

  Optional<String> string(String key) {
    if (!has(key)) {
      return Optional.empty();
    }
    JsonElement value = object().get(key);
    if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isString()) {
      throw error(key, "must be a string and is " + value);
    }
    return Optional.of(value.getAsString());
  }

  Optional<Boolean> bool(String key) {
    if (!has(key)) {
      return Optional.empty();
    }
    JsonElement value = object().get(key);
    if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isBoolean()) {
      throw error(key, "must be true or false and is " + value);
    }
    return Optional.of(value.getAsBoolean());
  }

  /** The object under a key; empty where there is none. */
  Optional<JsonObject> child(String key) {
    if (!has(key)) {
      return Optional.empty();
    }
    JsonElement value = object().get(key);
    if (!value.isJsonObject()) {
      throw error(key, "must be an object and is " + value);
    }
    return Optional.of(value.getAsJsonObject());
  }

  /** The object under a key as a file of its own; empty where there is none. */
  Optional<JsonFile> part(String key) {
    return child(key).map(object -> new JsonFile(location + " (" + key + ")", object));
  }

  /** A number that counts something. */
  Optional<Integer> wholeNumber(String key) {
    if (!has(key)) {
      return Optional.empty();
    }
    JsonElement value = object().get(key);
    double number =
        value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber()
            ? value.getAsDouble()
            : Double.NaN;
    if (!(number >= 0) || number != (int) number) {
      throw error(key, "must be a whole number of at least 0 and is " + value);
    }
    return Optional.of((int) number);
  }

  /** A positive number; Python's "very large" lengths (1e30) become the largest int. */
  Optional<Integer> positiveInt(String key) {
    if (!has(key)) {
      return Optional.empty();
    }
    JsonElement value = object().get(key);
    if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isNumber()) {
      throw error(key, "must be a number and is " + value);
    }
    double number = value.getAsDouble();
    if (!(number >= 1) || number != Math.rint(number)) {
      throw error(key, "must be a whole number of at least 1 and is " + value);
    }
    return Optional.of((int) Math.min(number, Integer.MAX_VALUE));
  }

  /**
   * Fails for a key outside {@code known} that holds anything but null, false or an empty value.
   */
  void refuseUnknownKeys(Set<String> known, String whatItIs) {
    Set<String> unknown = new TreeSet<>();
    for (var entry : object().entrySet()) {
      if (!known.contains(entry.getKey()) && !isBlank(entry.getValue())) {
        unknown.add(entry.getKey());
      }
    }
    if (!unknown.isEmpty()) {
      throw new ModelException(
          location,
          "option "
              + String.join(", ", unknown)
              + " of "
              + whatItIs
              + " is not supported, and leaving it out could change the results");
    }
  }

  static boolean isBlank(JsonElement value) {
    return value.isJsonNull()
        || (value.isJsonObject() && value.getAsJsonObject().isEmpty())
        || (value.isJsonArray() && value.getAsJsonArray().isEmpty())
        || (value.isJsonPrimitive()
            && ((value.getAsJsonPrimitive().isBoolean() && !value.getAsBoolean())
                || (value.getAsJsonPrimitive().isString() && value.getAsString().isEmpty())));
  }
}
