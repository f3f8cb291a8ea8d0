package dev.lucenesemantic.hub;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.lucenesemantic.model.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The content of a {@code models.lock}:
 *
 * <pre>{@code
 * {
 *   "version": 1,
 *   "models": {
 *     "sentence-transformers/all-MiniLM-L6-v2@main": {
 *       "commit": "c9745ed1d9f207416be6d2e6f8de32d1f16199bf",
 *       "files": {"config.json": {"size": 612, "sha256": "953f9c0d..."}, ...}
 *     }
 *   }
 * }
 * }</pre>
 *
 * Its keys are sorted, so that a version control system shows what has changed.
 */
final class LockFile {
  private static final int VERSION = 1;
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private final Path path;
  private final Map<String, Locked> models;

  /**
   * A model that is locked.
   *
   * @param commit its commit
   * @param files its files, by their paths
   */
  record Locked(String commit, Map<String, LockedFile> files) {}

  /**
   * A file that is locked.
   *
   * @param size in bytes
   * @param sha256 64 hexadecimal digits
   */
  record LockedFile(long size, String sha256) {}

  private LockFile(Path path, Map<String, Locked> models) {
    this.path = path;
    this.models = models;
  }

  static LockFile read(Path path) {
    if (!Files.exists(path)) {
      throw new HubException(
          path.toString(),
          "there is no such lock file; make it with ModelLock.write and keep it with your program");
    }
    JsonElement root = new ModelFile.OnDisk(path).readJson();
    Map<String, Locked> models = new TreeMap<>();
    try {
      JsonObject object = root.getAsJsonObject();
      if (object.get("version").getAsInt() != VERSION) {
        throw new HubException(
            path.toString(),
            "is of version " + object.get("version") + ", and " + VERSION + " is known");
      }
      for (var model : object.getAsJsonObject("models").entrySet()) {
        models.put(model.getKey(), locked(model.getValue().getAsJsonObject()));
      }
    } catch (RuntimeException e) {
      if (e instanceof HubException) {
        throw e;
      }
      throw new HubException(
          path.toString(),
          "is no lock file, or a damaged one: make it anew with ModelLock.write",
          e);
    }
    return new LockFile(path, models);
  }

  private static Locked locked(JsonObject model) {
    String commit = model.get("commit").getAsString();
    if (!HubId.isCommit(commit)) {
      throw new IllegalArgumentException("not a commit: " + commit);
    }
    Map<String, LockedFile> files = new TreeMap<>();
    for (var entry : model.getAsJsonObject("files").entrySet()) {
      JsonObject file = entry.getValue().getAsJsonObject();
      files.put(
          entry.getKey(),
          new LockedFile(file.get("size").getAsLong(), file.get("sha256").getAsString()));
    }
    return new Locked(commit, files);
  }

  /** The commit that a model is locked to. */
  String commit(HubId id) {
    return locked(id).commit();
  }

  /** The files that a model is locked to, by their paths in it. */
  Map<String, LockedFile> files(HubId id) {
    return locked(id).files();
  }

  private Locked locked(HubId id) {
    Locked model = models.get(id.toString());
    if (model == null) {
      throw new HubException(
          path.toString(),
          "does not name " + id + ", only " + models.keySet() + "; add it with ModelLock.write");
    }
    return model;
  }

  /**
   * Compares a model's files with what they must be.
   *
   * @param folder where they are
   * @param needed those that are going to be loaded
   */
  void check(HubId id, Path folder, Set<String> needed) {
    Map<String, LockedFile> files = locked(id).files();
    for (String name : needed) {
      LockedFile expected = files.get(name);
      if (expected == null) {
        throw new HubException(
            folder.resolve(name).toString(), "is not among the files that " + path + " allows");
      }
      LockedFile found = measure(folder.resolve(name));
      if (!found.equals(expected)) {
        throw new HubException(
            folder.resolve(name).toString(),
            "is not the file that was locked: "
                + found
                + " in place of "
                + expected
                + " in "
                + path
                + "; it is not loaded");
      }
    }
  }

  /** Puts a model into a lock file, which need not exist. */
  static void update(Path path, HubId id, String commit, Path folder, Set<String> needed)
      throws IOException {
    Map<String, Locked> models =
        Files.exists(path) ? new TreeMap<>(read(path).models) : new TreeMap<>();
    Map<String, LockedFile> files = new TreeMap<>();
    Locked before = models.get(id.toString());
    if (before != null && before.commit().equals(commit)) {
      // Another choice of the same model's files, for example of its ONNX file.
      files.putAll(before.files());
    }
    for (String name : needed) {
      files.put(name, measure(folder.resolve(name)));
    }
    models.put(id.toString(), new Locked(commit, files));
    Map<String, Object> root = new TreeMap<>(Map.of("version", VERSION, "models", models));
    HubCache.writeAtomically(path.toAbsolutePath(), GSON.toJson(root) + "\n");
  }

  private static LockedFile measure(Path file) {
    try {
      return new LockedFile(Files.size(file), BlobHash.sha256(file));
    } catch (IOException e) {
      throw new HubException(file.toString(), "cannot be read: " + e, e);
    }
  }
}
