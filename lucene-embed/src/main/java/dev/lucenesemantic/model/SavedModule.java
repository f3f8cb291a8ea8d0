package dev.lucenesemantic.model;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One entry of {@code modules.json}, or of a router within it.
 *
 * @param type the module's type as the file spells it
 * @param kind the last part of it
 * @param folder where the module's files are
 */
record SavedModule(String type, String kind, Path folder) {

  /** The entries of a model's folder; at least one. */
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
    if (modules.isEmpty()) {
      throw new ModelException(path.toString(), "names no module");
    }
    return modules;
  }

  /** A module whose folder is named relative to that of the module it is a part of. */
  static SavedModule of(Path folder, Path namedIn, String type, String relative) {
    if (ModuleTypes.isForeign(type)) {
      throw new ModelException(namedIn.toString(), ModuleTypes.foreign(type));
    }
    Path moduleFolder = folder;
    if (!relative.isEmpty()) {
      moduleFolder = resolve(folder, namedIn, relative);
      if (!moduleFolder.startsWith(folder)) {
        throw new ModelException(
            namedIn.toString(),
            "names the path '" + relative + "', which is outside of the folder");
      }
    }
    return new SavedModule(type, ModuleTypes.kind(type), moduleFolder);
  }

  private static SavedModule read(Path folder, Path path, JsonElement entry) {
    if (!entry.isJsonObject()) {
      throw new ModelException(path.toString(), "has an entry that is not an object: " + entry);
    }
    JsonObject object = entry.getAsJsonObject();
    return of(folder, path, text(path, object, "type"), text(path, object, "path"));
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
