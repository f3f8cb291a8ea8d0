package dev.lucenesemantic.model;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One entry of {@code modules.json}.
 *
 * @param type the module's type as the file spells it
 * @param kind the last part of it
 * @param folder where the module's files are
 */
record SavedModule(String type, String kind, Path folder) {

  /** The entries of a model's folder, of which the first is its transformer. */
  static List<SavedModule> readAll(Path folder) {
    Path path = folder.resolve("modules.json");
    JsonFile file = JsonFile.read(new ModelFile.OnDisk(path));
    if (!file.root().isJsonArray()) {
      throw new ModelException(path.toString(), "must hold a JSON array of modules");
    }
    List<SavedModule> modules = new ArrayList<>();
    for (JsonElement entry : file.root().getAsJsonArray()) {
      modules.add(read(folder, path, entry));
    }
    if (modules.isEmpty() || !modules.get(0).kind().equals("Transformer")) {
      throw new ModelException(
          path.toString(),
          modules.isEmpty()
              ? "names no module"
              : "starts with module "
                  + modules.get(0).type()
                  + ", which is not supported; a Transformer was expected first");
    }
    return modules;
  }

  private static SavedModule read(Path folder, Path path, JsonElement entry) {
    if (!entry.isJsonObject()) {
      throw new ModelException(path.toString(), "has an entry that is not an object: " + entry);
    }
    JsonObject object = entry.getAsJsonObject();
    String type = text(path, object, "type");
    if (!type.startsWith("sentence_transformers.")) {
      throw new ModelException(
          path.toString(),
          "names the module " + type + ", which is code of the model's own and is never run");
    }
    Path moduleFolder = folder;
    String relative = text(path, object, "path");
    if (!relative.isEmpty()) {
      moduleFolder = resolve(folder, path, relative);
      if (!moduleFolder.startsWith(folder)) {
        throw new ModelException(
            path.toString(), "names the path '" + relative + "', which is outside of the folder");
      }
    }
    return new SavedModule(type, type.substring(type.lastIndexOf('.') + 1), moduleFolder);
  }

  private static Path resolve(Path folder, Path modulesFile, String relative) {
    try {
      return folder.resolve(relative).normalize();
    } catch (InvalidPathException e) {
      throw new ModelException(
          modulesFile.toString(), "names a path that is none: " + e.getMessage(), e);
    }
  }

  private static String text(Path path, JsonObject object, String key) {
    JsonElement value = object.get(key);
    if (value == null || !value.isJsonPrimitive() || !value.getAsJsonPrimitive().isString()) {
      throw new ModelException(
          path.toString(), "has a module without a text for '" + key + "': " + object);
    }
    return value.getAsString();
  }
}
