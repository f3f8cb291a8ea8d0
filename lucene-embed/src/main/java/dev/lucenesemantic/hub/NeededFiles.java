package dev.lucenesemantic.hub;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.lucenesemantic.model.ClipSelection;
import dev.lucenesemantic.model.OnnxChoice;
import dev.lucenesemantic.model.OnnxSelection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which files of a model are needed to load it: the configurations and the tokenizer's files at the
 * top and in the modules' folders, one ONNX file for each transformer or two for a CLIP, and the
 * weights of the other modules. Of a transformer without an ONNX file its safetensors, if one can
 * be made of them; never pickled weights, and never code.
 */
final class NeededFiles {
  static final String MODULES = "modules.json";

  /** Modules whose weights are an ONNX file, or two. */
  private static final Set<String> NETWORKS = Set.of("Transformer", "CLIPModel");

  private static final String STATIC_EMBEDDING = "StaticEmbedding";
  private static final Set<String> ROUTERS = Set.of("Router", "Asym");
  private static final Pattern ROUTED = Pattern.compile("[^/]*_?\\d+_([A-Za-z0-9]+)/");
  private static final List<String> CONFIGURATION = List.of(".json", ".txt", ".model");
  private static final String WEIGHTS_INDEX = ".index.json";
  private static final String SAFETENSORS = ".safetensors";
  private static final String TOKENIZER = "tokenizer.json";
  private static final String WEIGHTS = "model" + SAFETENSORS;
  private static final String ARCHITECTURE = "config.json";
  private static final String PICKLED_WEIGHTS = "pytorch_model.bin";

  /** Modules, besides networks, that are nothing without weights. */
  private static final Set<String> WEIGHED = Set.of(STATIC_EMBEDDING, "Dense", "LayerNorm");

  private static final Pattern PART = Pattern.compile("model-(\\d+)-of-(\\d+)\\.safetensors");

  /** The largest tokenizers have half of this; what is larger is data. */
  private static final long MOST_CONFIGURATION_BYTES = 64L << 20;

  /** Files that the reader knows not to be weights of the ONNX file beside them. */
  private static final List<String> NEVER_EXTERNAL_DATA =
      List.of(OnnxSelection.SUFFIX, ".json", ".txt", ".md", SAFETENSORS, ".py", ".gitattributes");

  /** Modules that may have nothing to configure. */
  private static final Set<String> WITHOUT_CONFIGURATION = Set.of("Normalize", "Dropout");

  private final Map<String, Long> sizes;
  private final Map<String, String> kinds;
  private final OnnxChoice modelFile;

  /** The transformers' folders, each with a slash at its end; empty for the top. */
  private final List<String> transformers;

  /** Those among them whose ONNX file is made here. */
  private final Set<String> converted;

  private NeededFiles(
      Map<String, Long> sizes,
      Map<String, String> kinds,
      OnnxChoice modelFile,
      Set<String> converted) {
    this.converted = converted;
    this.sizes = sizes;
    this.kinds = kinds;
    this.modelFile = modelFile;
    // A folder without modules is a transformer's.
    this.transformers =
        kinds.isEmpty()
            ? List.of("")
            : kinds.entrySet().stream()
                .filter(module -> NETWORKS.contains(module.getValue()))
                .map(Map.Entry::getKey)
                .toList();
  }

  /**
   * Looks at a model.
   *
   * @param sizes the files that there are, with their sizes
   * @param modules the content of its {@code modules.json}, if it has one
   * @param modelFile which ONNX file is wanted
   * @param location for messages
   * @throws HubException if a module's folder is none
   */
  static NeededFiles of(
      Map<String, Long> sizes,
      Optional<JsonElement> modules,
      OnnxChoice modelFile,
      String location) {
    Map<String, String> kinds = new LinkedHashMap<>();
    if (modules.isPresent() && modules.get().isJsonArray()) {
      for (JsonElement entry : modules.get().getAsJsonArray()) {
        String path = text(entry, "path");
        String type = text(entry, "type");
        if (!path.isEmpty() && !RepositoryPath.isPortable(path)) {
          throw new HubException(
              location, MODULES + " names the folder '" + path + "', which is none of the model's");
        }
        String folder = path.isEmpty() ? "" : path + "/";
        String kind = type.substring(type.lastIndexOf('.') + 1);
        kinds.putIfAbsent(folder, kind);
        if (ROUTERS.contains(kind)) {
          sizes.keySet().forEach(file -> addRouted(kinds, folder, file));
        }
      }
    }
    return new NeededFiles(sizes, kinds, modelFile, Set.of());
  }

  /** The folder of a router's module says in its name what it is: {@code query_0_Transformer}. */
  private static void addRouted(Map<String, String> kinds, String router, String file) {
    if (file.startsWith(router)) {
      Matcher routed = ROUTED.matcher(file.substring(router.length()));
      if (routed.lookingAt()) {
        kinds.putIfAbsent(router + routed.group(), routed.group(1));
      }
    }
  }

  private static String text(JsonElement entry, String key) {
    JsonElement value = entry.isJsonObject() ? ((JsonObject) entry).get(key) : null;
    boolean isText =
        value != null && value.isJsonPrimitive() && value.getAsJsonPrimitive().isString();
    // The reader of the folder says what is wrong with it.
    return isText ? value.getAsString() : "";
  }

  /** The transformers without an ONNX file, of which one can be made if their kind is known. */
  List<String> withSafetensorsOnly() {
    return transformers.stream()
        .filter(folder -> onnxFiles(folder).isEmpty() && !(modelFile instanceof OnnxChoice.Named))
        .filter(folder -> sizes.containsKey(folder + ARCHITECTURE))
        .filter(folder -> !safetensors(folder).isEmpty())
        .toList();
  }

  /** The file that says of which kind a transformer is. */
  static String architecture(String transformer) {
    return transformer + ARCHITECTURE;
  }

  /** The ONNX file of a transformer under its usual name. */
  static String usualNetwork(String transformer) {
    return transformer + "onnx/model.onnx";
  }

  /** The transformers whose ONNX file is made here. */
  Set<String> converted() {
    return converted;
  }

  /**
   * The same where ONNX files are made of some transformers' safetensors.
   *
   * @param folders theirs, among {@link #withSafetensorsOnly}
   */
  NeededFiles converting(Set<String> folders) {
    return new NeededFiles(sizes, kinds, modelFile, folders);
  }

  /** The weights of a transformer in one file, or in several with an index; empty if none. */
  private List<String> safetensors(String folder) {
    if (sizes.containsKey(folder + WEIGHTS)) {
      return List.of(folder + WEIGHTS);
    }
    String index = folder + WEIGHTS + WEIGHTS_INDEX;
    if (!sizes.containsKey(index)) {
      return List.of();
    }
    List<String> files = new ArrayList<>(List.of(index));
    sizes.keySet().stream()
        .filter(path -> isIn(folder, path))
        .filter(path -> PART.matcher(path.substring(folder.length())).matches())
        .forEach(files::add);
    return files;
  }

  private boolean hasAllParts(String folder) {
    return safetensors(folder).stream()
        .map(path -> PART.matcher(path.substring(folder.length())))
        .filter(Matcher::matches)
        .allMatch(part -> Long.parseLong(part.group(2)) == safetensors(folder).size() - 1);
  }

  /** The files of a transformer without which there is no network; empty if there are none. */
  List<String> network(String transformer) {
    return converted.contains(transformer)
        ? safetensors(transformer)
        : List.copyOf(onnx(transformer));
  }

  /** The folders of the networks that only an ONNX file can give. */
  List<String> transformers() {
    return transformers;
  }

  /** The folders of the modules whose weights are there in Python's own format alone. */
  List<String> pickledModules() {
    return kinds.entrySet().stream()
        .filter(module -> WEIGHED.contains(module.getValue()))
        .map(Map.Entry::getKey)
        .filter(folder -> !sizes.containsKey(folder + WEIGHTS))
        .filter(folder -> sizes.containsKey(folder + PICKLED_WEIGHTS))
        .toList();
  }

  /** The ONNX files of a transformer, as paths inside its folder. */
  List<String> onnxFiles(String transformer) {
    List<String> names = new ArrayList<>();
    for (String folder : List.of(transformer + "onnx/", transformer)) {
      sizes.keySet().stream()
          .filter(path -> isIn(folder, path) && path.endsWith(OnnxSelection.SUFFIX))
          .map(path -> path.substring(transformer.length()))
          .sorted()
          .forEach(names::add);
    }
    return names;
  }

  /**
   * The ONNX files to load for a transformer: one, or two that belong together, as those of a CLIP
   * may; empty if there is none, or nothing says which.
   */
  Set<String> onnx(String transformer) {
    Set<String> selected = new LinkedHashSet<>();
    ClipSelection.select(modelFile, onnxFiles(transformer)).stream()
        .flatMap(found -> found.names().stream())
        .forEach(name -> selected.add(transformer + name));
    return selected;
  }

  /** Everything but further files of the ONNX files, which only they can name. */
  Set<String> all() {
    Set<String> needed = new TreeSet<>();
    for (Map.Entry<String, Long> file : sizes.entrySet()) {
      if (isBesideNetworks(file.getKey(), file.getValue())) {
        needed.add(file.getKey());
      }
    }
    transformers.forEach(folder -> needed.addAll(network(folder)));
    return needed;
  }

  /** Whether a file is a configuration, a tokenizer's, or has the weights of a module. */
  boolean isBesideNetworks(String path, long size) {
    return isConfiguration(path, size) || isModuleWeights(path);
  }

  private boolean isConfiguration(String path, long size) {
    return (isIn("", path) || kinds.keySet().stream().anyMatch(folder -> isIn(folder, path)))
        && CONFIGURATION.stream().anyMatch(path::endsWith)
        && !path.endsWith(WEIGHTS_INDEX)
        && size <= MOST_CONFIGURATION_BYTES;
  }

  /** Weights of a first module are a whole network's, of which only the one kind can be run. */
  private boolean isModuleWeights(String path) {
    boolean isFirst = true;
    for (Map.Entry<String, String> module : kinds.entrySet()) {
      boolean hasWeights =
          isFirst
              ? module.getValue().equals(STATIC_EMBEDDING)
              : !NETWORKS.contains(module.getValue());
      if (hasWeights && isIn(module.getKey(), path) && path.endsWith(SAFETENSORS)) {
        return true;
      }
      isFirst = false;
    }
    return false;
  }

  /**
   * The files beside an ONNX file that may hold weights of it: those whose names stand in it do.
   */
  List<String> externalDataCandidates(String onnx) {
    String folder = onnx.substring(0, onnx.lastIndexOf('/') + 1);
    return sizes.keySet().stream()
        .filter(path -> isIn(folder, path))
        .filter(path -> NEVER_EXTERNAL_DATA.stream().noneMatch(path::endsWith))
        .toList();
  }

  /**
   * What a local folder lacks, as far as it can be told without a listing of the repository.
   *
   * @param mayLackModules whether the folder may be the whole of a plain transformer, and not what
   *     another library has fetched of a model that has modules
   */
  List<String> missing(boolean mayLackModules) {
    List<String> missing = new ArrayList<>();
    if (!sizes.containsKey(MODULES)) {
      if (!mayLackModules) {
        missing.add(MODULES);
      } else if (!sizes.containsKey("config.json")) {
        missing.add("config.json");
      }
    }
    for (String folder : transformers) {
      if (!sizes.containsKey(folder + TOKENIZER)) {
        missing.add(folder + TOKENIZER);
      }
      boolean complete = network(folder).size() != 0 && hasAllParts(folder);
      if (!complete) {
        missing.add(
            modelFile instanceof OnnxChoice.Named named
                ? "the ONNX file " + named.file()
                : "an ONNX file (" + usualNetwork(folder) + ")");
      }
    }
    kinds.forEach(
        (folder, kind) -> {
          if (kind.equals(STATIC_EMBEDDING)) {
            Stream.of(TOKENIZER, WEIGHTS)
                .filter(name -> !sizes.containsKey(folder + name))
                .forEach(name -> missing.add(folder + name));
          }
        });
    kinds.forEach(
        (folder, kind) -> {
          boolean optional = folder.isEmpty() || WITHOUT_CONFIGURATION.contains(kind);
          if (!optional && sizes.keySet().stream().noneMatch(path -> isIn(folder, path))) {
            missing.add(folder + "config.json");
          }
        });
    return missing;
  }

  private static boolean isIn(String folder, String path) {
    return path.startsWith(folder) && path.indexOf('/', folder.length()) < 0;
  }
}
