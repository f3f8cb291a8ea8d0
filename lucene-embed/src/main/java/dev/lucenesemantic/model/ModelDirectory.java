package dev.lucenesemantic.model;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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

  /** Prompts that Python has in every model. */
  private static final Set<String> ALWAYS_THERE = Set.of("query", "document");

  private static final Set<String> SIMILARITIES = Set.of("cosine", "dot", "euclidean", "manhattan");

  /** Versions before 2 named the file after the architecture. */
  private static final List<String> TRANSFORMER_CONFIGS =
      List.of(
          "sentence_bert_config.json",
          "sentence_roberta_config.json",
          "sentence_distilbert_config.json",
          "sentence_camembert_config.json",
          "sentence_albert_config.json",
          "sentence_xlm-roberta_config.json",
          "sentence_xlnet_config.json");

  private static final Set<String> TRANSFORMER_KEYS =
      Set.of(
          "max_seq_length",
          "do_lower_case",
          "transformer_task",
          "modality_config",
          "module_output_name",
          // How PyTorch computes, not what.
          "unpad_inputs",
          "backend",
          "trust_remote_code",
          "model_args",
          "model_kwargs",
          "config_args",
          "config_kwargs",
          "tokenizer_args",
          "processor_kwargs",
          "tokenizer_name_or_path",
          "cache_dir");

  private static final Set<String> BERT_TOKENIZERS =
      Set.of("BertTokenizer", "DistilBertTokenizer", "ElectraTokenizer");

  private static final Set<String> HARMLESS_ARGUMENTS =
      Set.of(
          "attn_implementation",
          "dtype",
          "torch_dtype",
          "trust_remote_code",
          "unpad_inputs",
          "use_memory_efficient_attention",
          "low_cpu_mem_usage",
          "device_map",
          "use_fast",
          "revision",
          "add_pooling_layer",
          "return_dict");

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
    Path modulesFile = folder.resolve("modules.json");
    if (!Files.exists(modulesFile)) {
      checkPlainTransformer();
      // As Python, which reads none of its own files where there is no modules.json.
      return source(
          folder,
          Optional.empty(),
          SentenceTransformerConfig.meanPooling(),
          modelFile,
          maxSequenceLength);
    }
    List<Module> modules = modules(JsonFile.read(new ModelFile.OnDisk(modulesFile)));
    List<ModuleConfig> steps = new ArrayList<>();
    for (Module module : modules.subList(1, modules.size())) {
      steps.add(module.read());
    }
    checkOrder(steps);
    Path transformer = modules.get(0).folder();
    return source(
        transformer, transformerConfig(transformer), overall(steps), modelFile, maxSequenceLength);
  }

  private ModelSource source(
      Path transformer,
      Optional<JsonFile> transformerConfig,
      SentenceTransformerConfig config,
      Optional<String> modelFile,
      OptionalInt maxSequenceLength) {
    Optional<JsonFile> architecture = JsonFile.readIfExists(transformer.resolve("config.json"));
    Optional<JsonFile> tokenizerConfig =
        JsonFile.readIfExists(transformer.resolve("tokenizer_config.json"));
    OnnxFiles onnxFiles = new OnnxFiles(transformer);
    Path onnx = onnxFiles.choose(modelFile);
    List<ModelFile> externalData = new ArrayList<>();
    for (Path path : onnxFiles.externalData(onnx)) {
      externalData.add(new ModelFile.OnDisk(path));
    }
    TokenizerSource tokenizer =
        new TokenizerSource(
            new ModelFile.OnDisk(tokenizer(transformer)),
            lengthLimit(transformerConfig, tokenizerConfig, architecture, maxSequenceLength),
            truncationSide(tokenizerConfig),
            transformerConfig.flatMap(file -> file.bool("do_lower_case")).orElse(false),
            bertNormalization(tokenizerConfig, architecture));
    Optional<Integer> vocabulary = architecture.flatMap(file -> file.positiveInt("vocab_size"));
    return new ModelSource(
        name(),
        new ModelFile.OnDisk(onnx),
        externalData,
        vocabulary.isPresent() ? OptionalInt.of(vocabulary.get()) : OptionalInt.empty(),
        tokenizer,
        config);
  }

  private String name() {
    Path name = folder.getFileName();
    return name == null ? folder.toString() : name.toString();
  }

  // ---- modules.json -----------------------------------------------------------------------------

  private record Module(String type, String kind, Path folder) {
    ModuleConfig read() {
      return switch (kind) {
        case "Pooling" -> PoolingReader.read(folder.resolve("config.json"));
        case "Normalize" -> readNormalize();
        case "Dropout" -> new ModuleConfig.Identity(type);
        default ->
            throw new ModelException(
                folder.toString(),
                "module "
                    + type
                    + " is not supported, and without it the vectors would be wrong; supported are"
                    + " Transformer, Pooling, Normalize and Dropout");
      };
    }

    private ModuleConfig readNormalize() {
      Optional<JsonFile> config = JsonFile.readIfExists(folder.resolve("config.json"));
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
  }

  private List<Module> modules(JsonFile file) {
    Path path = folder.resolve("modules.json");
    if (!file.root().isJsonArray()) {
      throw new ModelException(path.toString(), "must hold a JSON array of modules");
    }
    List<Module> modules = new ArrayList<>();
    for (JsonElement entry : file.root().getAsJsonArray()) {
      modules.add(module(path, entry));
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

  private Module module(Path path, JsonElement entry) {
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
      moduleFolder = resolve(path, relative);
      if (!moduleFolder.startsWith(folder)) {
        throw new ModelException(
            path.toString(), "names the path '" + relative + "', which is outside of the folder");
      }
    }
    return new Module(type, type.substring(type.lastIndexOf('.') + 1), moduleFolder);
  }

  private Path resolve(Path modulesFile, String relative) {
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

  // ---- the transformer's own files --------------------------------------------------------------

  private static Optional<JsonFile> transformerConfig(Path transformer) {
    for (String name : TRANSFORMER_CONFIGS) {
      Optional<JsonFile> file = JsonFile.readIfExists(transformer.resolve(name));
      // An empty one counts as none, as in Python.
      if (file.isPresent() && !file.get().object().isEmpty()) {
        checkTransformer(file.get());
        return file;
      }
    }
    return Optional.empty();
  }

  private static void checkTransformer(JsonFile file) {
    file.refuseUnknownKeys(TRANSFORMER_KEYS, "the transformer");
    Optional<String> task = file.string("transformer_task");
    if (task.isPresent() && !task.get().equals("feature-extraction")) {
      throw file.error(
          "transformer_task",
          "is '" + task.get() + "'; only feature-extraction gives sentence embeddings");
    }
    Optional<String> output = file.string("module_output_name");
    if (output.isPresent() && !output.get().equals("token_embeddings")) {
      throw file.error("module_output_name", "is '" + output.get() + "', which is not supported");
    }
    if (file.has("modality_config")) {
      checkModality(file);
    }
    for (String key :
        List.of(
            "model_args",
            "model_kwargs",
            "config_args",
            "config_kwargs",
            "tokenizer_args",
            "processor_kwargs")) {
      checkArguments(file, key);
    }
    if (file.has("tokenizer_name_or_path")
        && !JsonFile.isBlank(file.object().get("tokenizer_name_or_path"))) {
      throw file.error(
          "tokenizer_name_or_path",
          "points to another model; copy its tokenizer files into this folder and remove the key");
    }
  }

  private static void checkModality(JsonFile file) {
    JsonElement modalities = file.object().get("modality_config");
    JsonElement text = modalities.isJsonObject() ? modalities.getAsJsonObject().get("text") : null;
    if (text == null || !text.isJsonObject()) {
      throw file.error("modality_config", "has no text, and only texts are supported");
    }
    JsonElement method = text.getAsJsonObject().get("method");
    JsonElement output = text.getAsJsonObject().get("method_output_name");
    boolean usual = isAbsentOr(method, "forward") && isAbsentOr(output, "last_hidden_state");
    if (!usual) {
      throw file.error(
          "modality_config", "asks for " + text + "; only the last hidden state is supported");
    }
  }

  private static boolean isAbsentOr(JsonElement value, String expected) {
    return value == null
        || value.isJsonNull()
        || (value.isJsonPrimitive() && value.getAsString().equals(expected));
  }

  private static void checkArguments(JsonFile file, String key) {
    if (!file.has(key) || JsonFile.isBlank(file.object().get(key))) {
      return;
    }
    JsonElement arguments = file.object().get(key);
    if (!arguments.isJsonObject()) {
      throw file.error(key, "must be an object and is " + arguments);
    }
    for (var argument : arguments.getAsJsonObject().entrySet()) {
      boolean harmless =
          HARMLESS_ARGUMENTS.contains(argument.getKey()) || JsonFile.isBlank(argument.getValue());
      if (!harmless) {
        throw file.error(
            key,
            "asks for "
                + argument.getKey()
                + "="
                + argument.getValue()
                + ", which is not supported and could change the vectors");
      }
    }
  }

  /**
   * As Python: an explicit limit wins; without one it is the tokenizer's, but no more than the
   * model has positions.
   */
  private int lengthLimit(
      Optional<JsonFile> transformerConfig,
      Optional<JsonFile> tokenizerConfig,
      Optional<JsonFile> architecture,
      OptionalInt wanted) {
    int positions =
        architecture
            .filter(file -> !isMinusOne(file, "max_position_embeddings"))
            .flatMap(file -> file.positiveInt("max_position_embeddings"))
            .orElse(Integer.MAX_VALUE);
    int own =
        transformerConfig
            .flatMap(file -> file.positiveInt("max_seq_length"))
            .or(() -> tokenizerConfig.flatMap(file -> file.positiveInt("model_max_length")))
            .or(() -> tokenizerConfig.flatMap(file -> file.positiveInt("max_len")))
            .orElse(Integer.MAX_VALUE);
    int limit = Math.min(own, positions);
    if (wanted.isPresent()) {
      if (wanted.getAsInt() > positions) {
        throw new ModelException(
            folder.toString(),
            "was asked for "
                + wanted.getAsInt()
                + " tokens and has only "
                + positions
                + " positions");
      }
      limit = wanted.getAsInt();
    }
    if (limit == Integer.MAX_VALUE) {
      throw new ModelException(
          folder.toString(),
          "names no length limit (max_seq_length in sentence_bert_config.json, model_max_length in"
              + " tokenizer_config.json or max_position_embeddings in config.json); give one with"
              + " EncoderOptions.withMaxSequenceLength");
    }
    return limit;
  }

  private static boolean isMinusOne(JsonFile file, String key) {
    // XLNet writes -1 for "no limit".
    return file.has(key) && file.object().get(key).toString().equals("-1");
  }

  private static Optional<TokenizerSource.Side> truncationSide(Optional<JsonFile> tokenizerConfig) {
    Optional<String> side = tokenizerConfig.flatMap(file -> file.string("truncation_side"));
    if (side.isEmpty()) {
      return Optional.empty();
    }
    if (side.get().equals("right")) {
      return Optional.of(TokenizerSource.Side.RIGHT);
    }
    if (side.get().equals("left")) {
      return Optional.of(TokenizerSource.Side.LEFT);
    }
    throw tokenizerConfig
        .orElseThrow()
        .error("truncation_side", "must be left or right and is " + side.get());
  }

  /** Python builds these tokenizers from their options and ignores the file's normaliser. */
  private static Optional<TokenizerSource.BertNormalization> bertNormalization(
      Optional<JsonFile> tokenizerConfig, Optional<JsonFile> architecture) {
    Optional<String> tokenizerClass = tokenizerConfig.flatMap(f -> f.string("tokenizer_class"));
    boolean bert =
        tokenizerClass.isPresent()
            ? BERT_TOKENIZERS.contains(tokenizerClass.get().replaceAll("Fast$", ""))
            : architecture
                .flatMap(file -> file.string("model_type"))
                .filter("bert"::equals)
                .isPresent();
    if (!bert) {
      return Optional.empty();
    }
    return Optional.of(
        new TokenizerSource.BertNormalization(
            tokenizerConfig.flatMap(file -> file.bool("do_lower_case")).orElse(true),
            tokenizerConfig.flatMap(file -> file.bool("strip_accents")),
            tokenizerConfig.flatMap(file -> file.bool("tokenize_chinese_chars")).orElse(true)));
  }

  private static Path tokenizer(Path transformer) {
    Path path = transformer.resolve("tokenizer.json");
    if (!Files.isRegularFile(path)) {
      throw new ModelException(
          path.toString(),
          "is missing; make it with Python: AutoTokenizer.from_pretrained('"
              + transformer
              + "').save_pretrained('"
              + transformer
              + "')");
    }
    return path;
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
          "model_type", "is " + type.get() + "; this class loads SentenceTransformer models only");
    }
    Map<String, String> prompts = prompts(file);
    Optional<String> defaultPrompt = file.string("default_prompt_name");
    boolean known =
        defaultPrompt.isEmpty()
            || prompts.containsKey(defaultPrompt.get())
            || ALWAYS_THERE.contains(defaultPrompt.get());
    if (!known) {
      throw file.error(
          "default_prompt_name",
          "is '" + defaultPrompt.get() + "', which is not among the prompts " + prompts.keySet());
    }
    String similarity = file.string("similarity_fn_name").orElse(DEFAULT_SIMILARITY);
    if (!SIMILARITIES.contains(similarity)) {
      throw file.error("similarity_fn_name", "is '" + similarity + "'; known are " + SIMILARITIES);
    }
    Optional<Integer> truncateDim = file.positiveInt("truncate_dim");
    return new SentenceTransformerConfig(
        steps,
        prompts,
        defaultPrompt,
        similarity,
        truncateDim.isPresent() ? OptionalInt.of(truncateDim.get()) : OptionalInt.empty());
  }

  private static Map<String, String> prompts(JsonFile file) {
    Map<String, String> prompts = new LinkedHashMap<>();
    if (!file.has("prompts")) {
      return prompts;
    }
    JsonElement object = file.object().get("prompts");
    if (!object.isJsonObject()) {
      throw file.error("prompts", "must be an object and is " + object);
    }
    for (var entry : object.getAsJsonObject().entrySet()) {
      JsonElement text = entry.getValue();
      boolean isText = text.isJsonPrimitive() && text.getAsJsonPrimitive().isString();
      if (!isText && !text.isJsonNull()) {
        throw file.error("prompts", "has " + text + " for '" + entry.getKey() + "', not a text");
      }
      prompts.put(entry.getKey(), isText ? text.getAsString() : "");
    }
    return prompts;
  }
}
