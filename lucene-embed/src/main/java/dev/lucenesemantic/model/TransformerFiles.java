package dev.lucenesemantic.model;

import com.google.gson.JsonElement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The files of one transformer, and what they say about its tokenizer: the same for a bi-encoder
 * and a cross-encoder, in a folder or in a jar.
 *
 * @param location the folder, for messages
 * @param tokenizer the {@code tokenizer.json}
 * @param architecture the {@code config.json}
 * @param tokenizerConfig the {@code tokenizer_config.json}
 * @param moduleConfig what sentence-transformers wrote about the transformer
 */
record TransformerFiles(
    String location,
    ModelFile tokenizer,
    Optional<JsonFile> architecture,
    Optional<JsonFile> tokenizerConfig,
    Optional<JsonFile> moduleConfig) {

  /** Versions before 2 named the file after the architecture. */
  private static final List<String> MODULE_CONFIGS =
      List.of(
          "sentence_bert_config.json",
          "sentence_roberta_config.json",
          "sentence_distilbert_config.json",
          "sentence_camembert_config.json",
          "sentence_albert_config.json",
          "sentence_xlm-roberta_config.json",
          "sentence_xlnet_config.json");

  private static final Set<String> MODULE_KEYS =
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

  private static final Set<String> HARMLESS_ARGUMENTS =
      Set.of(
          "attn_implementation",
          "dtype",
          "torch_dtype",
          "trust_remote_code",
          "unpad_inputs",
          "use_memory_efficient_attention",
          "low_cpu_mem_usage",
          // Fillers do not change the vector of a text, on whichever side they stand.
          "padding_side",
          "device_map",
          "use_fast",
          "revision",
          "add_pooling_layer",
          "return_dict");

  /** Their positions are counted from the one behind that of the padding token. */
  private static final Set<String> POSITIONS_BEHIND_PADDING =
      Set.of(
          "camembert",
          "data2vec-text",
          "ibert",
          "longformer",
          "mpnet",
          "roberta",
          "roberta-prelayernorm",
          "xlm-roberta",
          "xlm-roberta-xl",
          "xmod");

  /**
   * Reads the files in a folder.
   *
   * @param folder the transformer's folder
   * @param task what it must be for
   * @param hasModules whether sentence-transformers saved it as a module; otherwise it reads no
   *     file of its own, and neither does this
   */
  static TransformerFiles in(Path folder, TransformerTask task, boolean hasModules) {
    Optional<JsonFile> architecture = JsonFile.readIfExists(folder.resolve("config.json"));
    Optional<JsonFile> tokenizerConfig =
        withSpecialTokens(
            JsonFile.readIfExists(folder.resolve("tokenizer_config.json")),
            JsonFile.readIfExists(folder.resolve("special_tokens_map.json")));
    // A class that is refused has no tokenizer.json, or one that is not what Python uses.
    TokenizerClass.of(tokenizerConfig, architecture);
    return new TransformerFiles(
        folder.toString(),
        tokenizerIn(folder),
        architecture,
        tokenizerConfig,
        hasModules
            ? moduleConfigIn(folder).map(file -> checkModule(file, task))
            : Optional.empty());
  }

  /** As Python: the older file wins, unless the other has a list that newer versions write. */
  private static Optional<JsonFile> withSpecialTokens(
      Optional<JsonFile> tokenizerConfig, Optional<JsonFile> specialTokens) {
    if (specialTokens.isEmpty() || tokenizerConfig.isEmpty()) {
      return tokenizerConfig.or(() -> specialTokens);
    }
    return tokenizerConfig.get().object().has("added_tokens_decoder")
        ? tokenizerConfig
        : tokenizerConfig.map(file -> file.with(specialTokens.get()));
  }

  private static ModelFile tokenizerIn(Path folder) {
    Path path = folder.resolve("tokenizer.json");
    if (!Files.isRegularFile(path)) {
      throw new ModelException(
          path.toString(),
          "is missing; make it with Python: AutoTokenizer.from_pretrained('"
              + folder
              + "').save_pretrained('"
              + folder
              + "')");
    }
    return new ModelFile.OnDisk(path);
  }

  /** The transformer of a folder with its weights. */
  static TransformerSource source(
      String name,
      Path folder,
      TransformerFiles files,
      TransformerTask task,
      OnnxChoice modelFile,
      OptionalInt maxLength) {
    OnnxFiles.Chosen onnx = new OnnxFiles(folder, task).choose(modelFile);
    List<ModelFile> externalData = new ArrayList<>();
    for (Path path : OnnxFiles.externalData(onnx.path())) {
      externalData.add(new ModelFile.OnDisk(path));
    }
    return files.source(
        name, new Weights(new ModelFile.OnDisk(onnx.path()), externalData, onnx.why()), maxLength);
  }

  /**
   * The weights of a transformer.
   *
   * @param onnx the ONNX file
   * @param externalData the files that it refers to
   * @param why what made this file the one that is taken; empty where there was no choice
   */
  record Weights(ModelFile onnx, List<ModelFile> externalData, String why) {}

  /** The transformer with given weights. */
  TransformerSource source(String name, Weights weights, OptionalInt maxLength) {
    Optional<Integer> vocabulary = architecture.flatMap(file -> file.positiveInt("vocab_size"));
    return new TransformerSource(
        name,
        weights.onnx(),
        weights.externalData(),
        weights.why(),
        vocabulary.isPresent() ? OptionalInt.of(vocabulary.get()) : OptionalInt.empty(),
        padId().orElse(0),
        positionsBehindPadding() ? padId().orElse(1) + 1 : 0,
        tokenizerSource(lengthLimit(maxLength, positions())));
  }

  /** The tokenizer with a given length limit. */
  TokenizerSource tokenizerSource(int maxLength) {
    TokenizerClass tokenizerClass = TokenizerClass.of(tokenizerConfig, architecture);
    return new TokenizerSource(
        tokenizer,
        maxLength,
        truncationSide(),
        moduleConfig.flatMap(file -> file.bool("do_lower_case")).orElse(false),
        tokenizerClass.parts(tokenizer),
        tokenizerClass.segments(),
        true);
  }

  /** The same files with what sentence-transformers wrote. */
  TransformerFiles withModule(Optional<JsonFile> config) {
    return new TransformerFiles(location, tokenizer, architecture, tokenizerConfig, config);
  }

  // ---- what sentence-transformers wrote ---------------------------------------------------------

  /** What is written of the module, not checked. */
  static Optional<JsonFile> moduleConfigIn(Path folder) {
    for (String name : MODULE_CONFIGS) {
      Optional<JsonFile> file = JsonFile.readIfExists(folder.resolve(name));
      // An empty one counts as none, as in Python.
      if (file.isPresent() && !file.get().object().isEmpty()) {
        return file;
      }
    }
    return Optional.empty();
  }

  private static JsonFile checkModule(JsonFile file, TransformerTask task) {
    checkSettings(file, task);
    Optional<String> output = file.string("module_output_name");
    if (output.isPresent() && !output.get().equals(task.moduleOutput())) {
      throw file.error("module_output_name", "is '" + output.get() + "', which is not supported");
    }
    if (file.has("modality_config")) {
      checkModality(file, task);
    }
    return file;
  }

  /** Checks all but what of the network is taken. */
  static void checkSettings(JsonFile file, TransformerTask task) {
    file.refuseUnknownKeys(MODULE_KEYS, "the transformer");
    Optional<String> given = file.string("transformer_task");
    if (given.isPresent() && !given.get().equals(task.taskName())) {
      throw file.error(
          "transformer_task",
          "is '" + given.get() + "'; only " + task.taskName() + " gives " + task.results());
    }
    for (String key :
        List.of(
            "model_args",
            "model_kwargs",
            "config_args",
            "config_kwargs",
            "tokenizer_args",
            "processor_kwargs")) {
      checkArguments(file, key, task);
    }
    if (file.has("tokenizer_name_or_path")
        && !JsonFile.isBlank(file.object().get("tokenizer_name_or_path"))) {
      throw file.error(
          "tokenizer_name_or_path",
          "points to another model; copy its tokenizer files into this folder and remove the key");
    }
  }

  private static void checkModality(JsonFile file, TransformerTask task) {
    JsonElement modalities = file.object().get("modality_config");
    JsonElement text = modalities.isJsonObject() ? modalities.getAsJsonObject().get("text") : null;
    if (text == null || !text.isJsonObject()) {
      throw file.error("modality_config", "has no text, and only texts are supported");
    }
    JsonElement method = text.getAsJsonObject().get("method");
    JsonElement output = text.getAsJsonObject().get("method_output_name");
    boolean usual = isAbsentOr(method, "forward") && isAbsentOr(output, task.methodOutput());
    if (!usual) {
      throw file.error(
          "modality_config",
          "asks for " + text + "; only " + task.methodOutput() + " is supported");
    }
  }

  private static boolean isAbsentOr(JsonElement value, String expected) {
    return value == null
        || value.isJsonNull()
        || (value.isJsonPrimitive() && value.getAsString().equals(expected));
  }

  private static void checkArguments(JsonFile file, String key, TransformerTask task) {
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
                + ", which is not supported and could change the "
                + task.results());
      }
    }
  }

  // ---- the tokenizer ----------------------------------------------------------------------------

  /**
   * As Python: an explicit limit wins; without one it is the tokenizer's, but no more than the
   * model has positions.
   */
  int lengthLimit(OptionalInt wanted, int positions) {
    int own =
        moduleConfig
            .flatMap(file -> file.positiveInt("max_seq_length"))
            .or(() -> tokenizerConfig.flatMap(file -> file.positiveInt("model_max_length")))
            .or(() -> tokenizerConfig.flatMap(file -> file.positiveInt("max_len")))
            .orElse(Integer.MAX_VALUE);
    int limit = Math.min(own, positions);
    if (wanted.isPresent()) {
      if (wanted.getAsInt() > positions) {
        throw new ModelException(
            location,
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
          location,
          "names no length limit (max_seq_length in sentence_bert_config.json, model_max_length in"
              + " tokenizer_config.json or max_position_embeddings in config.json); give one in the"
              + " options");
    }
    return limit;
  }

  /** How many tokens the network can tell apart by their place. */
  private int positions() {
    // XLNet writes -1 for "no limit".
    boolean unlimited =
        architecture
            .filter(file -> file.has("max_position_embeddings"))
            .map(file -> file.object().get("max_position_embeddings").toString().equals("-1"))
            .orElse(true);
    if (unlimited) {
      return Integer.MAX_VALUE;
    }
    int all = architecture.flatMap(file -> file.positiveInt("max_position_embeddings")).get();
    // Python lets such a model read two tokens more, and then fails.
    return positionsBehindPadding() ? Math.max(1, all - padId().orElse(1) - 1) : all;
  }

  private boolean positionsBehindPadding() {
    return architecture
        .flatMap(file -> file.string("model_type"))
        .filter(POSITIONS_BEHIND_PADDING::contains)
        .isPresent();
  }

  /** Whether Python's network gives the vectors of all its layers. */
  boolean givesAllLayers() {
    return architecture.flatMap(file -> file.bool("output_hidden_states")).orElse(false);
  }

  private Optional<Integer> padId() {
    Optional<JsonFile> file = architecture.filter(each -> each.has("pad_token_id"));
    if (file.isEmpty()) {
      return Optional.empty();
    }
    JsonElement value = file.get().object().get("pad_token_id");
    double number =
        value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber()
            ? value.getAsDouble()
            : Double.NaN;
    // Some write -1 for "none".
    if (number == -1) {
      return Optional.empty();
    }
    if (!(number >= 0) || number != (int) number) {
      throw file.get().error("pad_token_id", "must be the number of a token and is " + value);
    }
    return Optional.of((int) number);
  }

  private Optional<TokenizerSource.Side> truncationSide() {
    Optional<String> side = tokenizerConfig.flatMap(file -> file.string("truncation_side"));
    if (side.isEmpty()) {
      return Optional.empty();
    }
    return switch (side.get()) {
      case "right" -> Optional.of(TokenizerSource.Side.RIGHT);
      case "left" -> Optional.of(TokenizerSource.Side.LEFT);
      default ->
          throw tokenizerConfig
              .orElseThrow()
              .error("truncation_side", "must be left or right and is " + side.get());
    };
  }
}
