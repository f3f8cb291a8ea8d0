package dev.lucenesemantic.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

  private static final Logger LOG = LoggerFactory.getLogger(ModelDirectory.class);
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
   * @param modelFile which ONNX file to take, of each transformer that the model has
   * @param maxSequenceLength a length limit in tokens to use in place of the model's own
   * @return what is needed to load the model
   * @throws ModelException if a file is missing or damaged or asks for what is not supported
   */
  public ModelSource read(OnnxChoice modelFile, OptionalInt maxSequenceLength) {
    RoadsReader reader = new RoadsReader(name(), folder, modelFile, maxSequenceLength);
    if (!Files.exists(folder.resolve("modules.json"))) {
      checkPlainTransformer();
      // As Python, which reads none of its own files where there is no modules.json.
      return new ModelSource(name(), reader.plain(), SentenceTransformerConfig.defaults());
    }
    return new ModelSource(name(), reader.read(), overall());
  }

  /**
   * Reads the folder as that of a cross-encoder.
   *
   * @param modelFile which ONNX file to take
   * @param maxLength a length limit in tokens to use in place of the model's own
   * @param activation what the scores go through, in place of what the folder says
   * @return what is needed to load the model
   * @throws ModelException if a file is missing or damaged or asks for what is not supported
   */
  public CrossEncoderSource readCrossEncoder(
      OnnxChoice modelFile, OptionalInt maxLength, Optional<Activation> activation) {
    return CrossEncoderReader.read(name(), folder, modelFile, maxLength, activation);
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

  // ---- config_sentence_transformers.json --------------------------------------------------------

  private SentenceTransformerConfig overall() {
    Optional<JsonFile> found =
        JsonFile.readIfExists(folder.resolve("config_sentence_transformers.json"));
    if (found.isEmpty()) {
      return SentenceTransformerConfig.defaults();
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
      // As Python, which says nothing.
      LOG.warn(
          "{} names the similarity '{}', which is none of {}; {} is taken",
          file.location(),
          similarity,
          SIMILARITIES,
          DEFAULT_SIMILARITY);
      similarity = DEFAULT_SIMILARITY;
    }
    Optional<Integer> truncateDim = file.positiveInt("truncate_dim");
    return new SentenceTransformerConfig(
        prompts.texts(),
        prompts.defaultName(),
        similarity,
        truncateDim.isPresent() ? OptionalInt.of(truncateDim.get()) : OptionalInt.empty());
  }
}
