package dev.lucenesemantic.hub;

import com.google.gson.JsonElement;
import dev.lucenesemantic.model.ModelException;
import dev.lucenesemantic.model.ModelFile;
import dev.lucenesemantic.model.OnnxChoice;
import dev.lucenesemantic.model.convert.OnnxConverter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the cache has of a model, found without asking anybody.
 *
 * @param looked the folder or file that was looked at
 * @param needed the files that are needed and there
 * @param missing what is not there; nothing if the model can be loaded
 */
record CachedModel(Path looked, Set<String> needed, List<String> missing) {

  boolean isComplete() {
    return missing.isEmpty();
  }

  /** The model as it is used. */
  ModelHub.Found found() {
    return new ModelHub.Found(looked, needed);
  }

  /**
   * Looks for a model.
   *
   * @param makesDo whether an ONNX file may be made of a transformer's safetensors though the hub
   *     may have one: what Python has fetched is mostly the former
   */
  static CachedModel find(
      HubCache cache, HubId id, ModelKind kind, OnnxChoice modelFile, boolean makesDo) {
    Optional<String> commit = cache.commit(id);
    if (commit.isEmpty()) {
      return new CachedModel(cache.ref(id), Set.of(), List.of("the commit of its revision"));
    }
    Path snapshot = cache.snapshot(id, commit.get());
    if (!Files.isDirectory(snapshot)) {
      return new CachedModel(snapshot, Set.of(), List.of("the whole snapshot"));
    }
    Map<String, Long> sizes = cache.sizes(snapshot);
    Optional<JsonElement> modules = Optional.empty();
    if (sizes.containsKey(NeededFiles.MODULES)) {
      modules = readable(snapshot.resolve(NeededFiles.MODULES));
      if (modules.isEmpty()) {
        return new CachedModel(snapshot, Set.of(), List.of("a readable " + NeededFiles.MODULES));
      }
    }
    NeededFiles found = NeededFiles.of(sizes, modules, modelFile, snapshot.toString());
    NeededFiles files =
        found.converting(
            found.withSafetensorsOnly().stream()
                .filter(
                    folder ->
                        makesDo
                            || cache.isKnownAbsent(
                                id, commit.get(), NeededFiles.usualNetwork(folder)))
                .filter(folder -> isConvertible(snapshot, folder))
                .collect(Collectors.toSet()));
    boolean mayLackModules =
        kind == ModelKind.CROSS_ENCODER
            || cache.isKnownAbsent(id, commit.get(), NeededFiles.MODULES);
    Set<String> missing = new LinkedHashSet<>(files.missing(mayLackModules));
    // Without one of these a model may well load, and be another one.
    cache.brokenLinks(snapshot).stream()
        .filter(path -> files.isBesideNetworks(path, 0))
        .forEach(missing::add);
    return new CachedModel(snapshot, files.all(), List.copyOf(missing));
  }

  private static boolean isConvertible(Path snapshot, String folder) {
    return readable(snapshot.resolve(NeededFiles.architecture(folder)))
        .filter(config -> OnnxConverter.obstacle(config).isEmpty())
        .isPresent();
  }

  private static Optional<JsonElement> readable(Path file) {
    try {
      return Optional.of(new ModelFile.OnDisk(file).readJson());
    } catch (ModelException e) {
      return Optional.empty();
    }
  }
}
