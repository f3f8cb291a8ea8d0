package dev.lucenesemantic.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A folder that holds a sentence-transformers model, as versions 2 to 6 of that library write it,
 * or a plain transformer, which gets mean pooling as it does in Python.
 *
 * <p>What the folder asks for is either honoured or refused with a {@link ModelException} that
 * names it: an option that is left out would give vectors that look right and are not.
 */
public final class ModelDirectory {
  /** Python's cosine similarity, also where a folder names no function. */
  public static final String DEFAULT_SIMILARITY = "cosine";

  private static final String CACHED_MODEL = "models--";

  /** Prompts that Python has in every model. */
  private static final Set<String> ALWAYS_THERE = Set.of("query", "document");

  private static final Set<String> SIMILARITIES = Set.of("cosine", "dot", "euclidean", "manhattan");

  private final Path folder;

  private ModelDirectory(Path folder) {
    this.folder = folder;
  }

  /**
   * Opens a model's folder; nothing is read but its listing.
   *
   * @param folder where the model is
   * @return the folder, ready to be read
   * @throws ModelException if it is not a folder with a model
   */
  public static ModelDirectory open(Path folder) {
    if (!Files.exists(folder)) {
      throw new ModelException(
          folder.toString(),
          "there is no such folder; give the path of a sentence-transformers model folder");
    }
    if (!Files.isDirectory(folder)) {
      throw new ModelException(
          folder.toString(), "is a file; give the model's folder, which has modules.json in it");
    }
    return new ModelDirectory(folder.toAbsolutePath().normalize());
  }

  /**
   * Reads the configuration and finds the files.
   *
   * @param modelFile the ONNX file to take, as a path inside the folder or a file name, with or
   *     without {@code .onnx}; empty for the usual one
   * @param maxSequenceLength a length limit in tokens to use in place of the model's own
   * @return what is needed to load the model
   * @throws ModelException if a file is missing or damaged or asks for what is not supported
   */
  public ModelSource read(Optional<String> modelFile, OptionalInt maxSequenceLength) {
    if (!Files.exists(folder.resolve("modules.json"))) {
      checkPlainTransformer();
      // As Python, which reads none of its own files where there is no modules.json.
      return source(
          folder, false, SentenceTransformerConfig.meanPooling(), modelFile, maxSequenceLength);
    }
    List<SavedModule> modules = SavedModule.readAll(folder);
    List<ModuleConfig> steps = new ArrayList<>();
    for (SavedModule module : modules.subList(1, modules.size())) {
      steps.add(step(module));
    }
    checkOrder(steps);
    return source(modules.get(0).folder(), true, overall(steps), modelFile, maxSequenceLength);
  }

  /**
   * Reads the folder as that of a cross-encoder.
   *
   * @param modelFile the ONNX file to take, as a path inside the folder or a file name, with or
   *     without {@code .onnx}; empty for the usual one
   * @param maxLength a length limit in tokens to use in place of the model's own
   * @param activation what the scores go through, in place of what the folder says
   * @return what is needed to load the model
   * @throws ModelException if a file is missing or damaged or asks for what is not supported
   */
  public CrossEncoderSource readCrossEncoder(
      Optional<String> modelFile, OptionalInt maxLength, Optional<Activation> activation) {
    return CrossEncoderReader.read(name(), folder, modelFile, maxLength, activation);
  }

  private ModelSource source(
      Path transformer,
      boolean hasModules,
      SentenceTransformerConfig config,
      Optional<String> modelFile,
      OptionalInt maxSequenceLength) {
    TransformerTask task = TransformerTask.FEATURE_EXTRACTION;
    return new ModelSource(
        TransformerFiles.source(
            name(),
            transformer,
            TransformerFiles.in(transformer, task, hasModules),
            task,
            modelFile,
            maxSequenceLength),
        config);
  }

  /** The folder's own name; in a cache of the Hugging Face hub, where that is a commit, the id. */
  private String name() {
    Path name = folder.getFileName();
    Path snapshots = folder.getParent();
    Path repository = snapshots == null ? null : snapshots.getParent();
    if (repository != null && repository.getFileName() != null && snapshots.endsWith("snapshots")) {
      String cached = repository.getFileName().toString();
      if (cached.startsWith(CACHED_MODEL)) {
        return cached.substring(CACHED_MODEL.length()).replace("--", "/");
      }
    }
    return name == null ? folder.toString() : name.toString();
  }

  // ---- modules.json -----------------------------------------------------------------------------

  private static ModuleConfig step(SavedModule module) {
    return switch (module.kind()) {
      case "Pooling" -> PoolingReader.read(module.folder().resolve("config.json"));
      case "Normalize" -> normalize(module);
      case "Dropout" -> new ModuleConfig.Identity(module.type());
      default ->
          throw new ModelException(
              module.folder().toString(),
              "module "
                  + module.type()
                  + " is not supported, and without it the vectors would be wrong; supported are"
                  + " Transformer, Pooling, Normalize and Dropout");
    };
  }

  private static ModuleConfig normalize(SavedModule module) {
    Optional<JsonFile> config = JsonFile.readIfExists(module.folder().resolve("config.json"));
    if (config.isPresent()) {
      config
          .get()
          .refuseUnknownKeys(
              Set.of("module_input_name", "module_output_name"), "the normalisation");
      for (String key : List.of("module_input_name", "module_output_name")) {
        Optional<String> feature = config.get().string(key);
        if (feature.isPresent() && !feature.get().equals("sentence_embedding")) {
          throw config.get().error(key, "is '" + feature.get() + "', which is not supported");
        }
      }
    }
    return new ModuleConfig.Normalize();
  }

  private void checkPlainTransformer() {
    JsonFile config =
        JsonFile.readIfExists(folder.resolve("config.json"))
            .orElseThrow(
                () ->
                    new ModelException(
                        folder.toString(),
                        "is not a model folder: it has neither modules.json nor config.json"));
    if (config.has("architectures")
        && config.object().get("architectures").toString().contains("ForCausalLM")) {
      throw config.error(
          "architectures",
          "names a decoder, which needs its pooling in a modules.json; save the model with"
              + " sentence-transformers first");
    }
  }

  private void checkOrder(List<ModuleConfig> steps) {
    int poolings = 0;
    for (ModuleConfig step : steps) {
      if (step instanceof ModuleConfig.Pooling) {
        poolings++;
      } else if (step instanceof ModuleConfig.Normalize && poolings == 0) {
        throw new ModelException(
            folder.resolve("modules.json").toString(),
            "puts Normalize before Pooling, which is not supported");
      }
    }
    if (poolings != 1) {
      throw new ModelException(
          folder.resolve("modules.json").toString(),
          "must name exactly one Pooling module and names " + poolings);
    }
  }

  // ---- config_sentence_transformers.json --------------------------------------------------------

  private SentenceTransformerConfig overall(List<ModuleConfig> steps) {
    Optional<JsonFile> found =
        JsonFile.readIfExists(folder.resolve("config_sentence_transformers.json"));
    if (found.isEmpty()) {
      return new SentenceTransformerConfig(
          steps, Map.of(), Optional.empty(), DEFAULT_SIMILARITY, OptionalInt.empty());
    }
    JsonFile file = found.get();
    file.refuseUnknownKeys(
        Set.of(
            "__version__",
            "requirements",
            "model_type",
            "prompts",
            "default_prompt_name",
            "similarity_fn_name",
            "truncate_dim"),
        "the model");
    Optional<String> type = file.string("model_type");
    if (type.isPresent() && !type.get().equals("SentenceTransformer")) {
      throw file.error(
          "model_type",
          "is "
              + type.get()
              + "; this class loads SentenceTransformer models only"
              + (type.get().equals("CrossEncoder") ? ", a CrossEncoder loads this one" : ""));
    }
    Prompts prompts = Prompts.read(file, ALWAYS_THERE);
    String similarity = file.string("similarity_fn_name").orElse(DEFAULT_SIMILARITY);
    if (!SIMILARITIES.contains(similarity)) {
      throw file.error("similarity_fn_name", "is '" + similarity + "'; known are " + SIMILARITIES);
    }
    Optional<Integer> truncateDim = file.positiveInt("truncate_dim");
    return new SentenceTransformerConfig(
        steps,
        prompts.texts(),
        prompts.defaultName(),
        similarity,
        truncateDim.isPresent() ? OptionalInt.of(truncateDim.get()) : OptionalInt.empty());
  }
}
