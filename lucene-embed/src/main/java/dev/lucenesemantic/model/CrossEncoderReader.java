package dev.lucenesemantic.model;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Reads a cross-encoder as sentence-transformers 2 to 6 save it. Versions 2 to 5 write a plain
 * transformer for sequence classification and add the activation to {@code config.json}; version 6
 * adds {@code modules.json} with one module, and {@code config_sentence_transformers.json} with the
 * activation and prompts.
 */
final class CrossEncoderReader {
  private static final TransformerTask TASK = TransformerTask.SEQUENCE_CLASSIFICATION;

  /** The labels of a configuration that says nothing of them. */
  private static final int DEFAULT_LABELS = 2;

  private final TransformerFiles files;
  private final Optional<JsonFile> overall;

  private CrossEncoderReader(TransformerFiles files, Optional<JsonFile> overall) {
    this.files = files;
    this.overall = overall;
  }

  /** Reads a folder. */
  static CrossEncoderSource read(
      String name,
      Path folder,
      OnnxChoice modelFile,
      OptionalInt maxLength,
      Optional<Activation> activation) {
    Path transformer = folder;
    Optional<JsonFile> overall = overall(folder);
    if (overall.isPresent()) {
      transformer = onlyModule(folder).folder();
    }
    if (!Files.exists(transformer.resolve("config.json"))) {
      throw new ModelException(
          transformer.toString(), "is not the folder of a cross-encoder: it has no config.json");
    }
    TransformerFiles files = TransformerFiles.in(transformer, TASK, overall.isPresent());
    CrossEncoderConfig config = new CrossEncoderReader(files, overall).config(activation);
    return new CrossEncoderSource(
        TransformerFiles.source(name, transformer, files, TASK, modelFile, maxLength), config);
  }

  /** Reads single files, as a jar has them. */
  static CrossEncoderSource read(
      String name,
      ModelFile weights,
      ModelFile tokenizer,
      ModelFile architecture,
      Optional<ModelFile> tokenizerConfig,
      OptionalInt maxLength,
      Optional<Activation> activation) {
    TransformerFiles files =
        new TransformerFiles(
            name,
            tokenizer,
            Optional.of(JsonFile.read(architecture)),
            tokenizerConfig.map(JsonFile::read),
            Optional.empty());
    CrossEncoderConfig config = new CrossEncoderReader(files, Optional.empty()).config(activation);
    return new CrossEncoderSource(
        files.source(name, new TransformerFiles.Weights(weights, List.of(), ""), maxLength),
        config);
  }

  /**
   * The {@code config_sentence_transformers.json}, if it counts. As in Python, it does only beside
   * a {@code modules.json}, and only where it calls the model a cross-encoder; of everything else
   * the transformer at the top of the folder is taken.
   */
  private static Optional<JsonFile> overall(Path folder) {
    if (!Files.exists(folder.resolve("modules.json"))) {
      return Optional.empty();
    }
    Optional<JsonFile> file =
        JsonFile.readIfExists(folder.resolve("config_sentence_transformers.json"))
            .filter(found -> found.string("model_type").equals(Optional.of("CrossEncoder")));
    file.ifPresent(
        found ->
            found.refuseUnknownKeys(
                Set.of(
                    "__version__",
                    "requirements",
                    "model_type",
                    "prompts",
                    "default_prompt_name",
                    "activation_fn"),
                "the model"));
    return file;
  }

  private static SavedModule onlyModule(Path folder) {
    List<SavedModule> modules = SavedModule.readAll(folder);
    if (!modules.get(0).kind().equals("Transformer")) {
      throw new ModelException(
          folder.resolve("modules.json").toString(),
          "starts with module "
              + modules.get(0).type()
              + ", which is not supported; a Transformer was expected first");
    }
    if (modules.size() > 1) {
      throw new ModelException(
          folder.resolve("modules.json").toString(),
          "names the module "
              + modules.get(1).type()
              + " behind the transformer, which is not supported: only a transformer for sequence"
              + " classification is");
    }
    return modules.get(0);
  }

  private CrossEncoderConfig config(Optional<Activation> wanted) {
    JsonFile architecture = files.architecture().orElseThrow();
    List<String> labels = labels(architecture);
    Prompts prompts =
        overall
            .map(file -> Prompts.read(file, Set.of()))
            .orElse(new Prompts(Map.of(), Optional.empty()));
    return new CrossEncoderConfig(
        labels,
        wanted.orElseGet(() -> activation(architecture, labels.size())),
        prompts.texts(),
        prompts.defaultName(),
        firstStageWeight(architecture));
  }

  /** Not known to Python: what a model's makers measured to be best. */
  private static float firstStageWeight(JsonFile architecture) {
    String key = "first_stage_weight";
    JsonElement weight =
        architecture.child("lucene_semantic").map(object -> object.get(key)).orElse(null);
    if (weight == null) {
      return 0;
    }
    boolean isNumber = weight.isJsonPrimitive() && weight.getAsJsonPrimitive().isNumber();
    float value = isNumber ? weight.getAsFloat() : Float.NaN;
    if (!(value >= 0 && value <= Float.MAX_VALUE)) {
      throw architecture.error(
          "lucene_semantic." + key, "is " + weight + ", but must be 0 or a positive number");
    }
    return value;
  }

  // ---- labels -----------------------------------------------------------------------------------

  private static List<String> labels(JsonFile architecture) {
    String names =
        architecture.has("architectures")
            ? architecture.object().get("architectures").toString()
            : "";
    if (names.contains("ForCausalLM")) {
      throw architecture.error(
          "architectures",
          "names a decoder, whose scores are made of single words' probabilities; that is not"
              + " supported, only models for sequence classification are");
    }
    if (!names.contains("ForSequenceClassification")) {
      // What Python makes of a network that was not saved as a classifier.
      return List.of("LABEL_0");
    }
    Optional<JsonObject> named = architecture.child("id2label");
    int count =
        named
            .map(JsonObject::size)
            .or(() -> architecture.positiveInt("num_labels"))
            .orElse(DEFAULT_LABELS);
    if (count < 1) {
      throw architecture.error("id2label", "names no label");
    }
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      JsonElement label = named.map(o -> o.get(Integer.toString(labels.size()))).orElse(null);
      labels.add(label != null && label.isJsonPrimitive() ? label.getAsString() : "LABEL_" + i);
    }
    return labels;
  }

  // ---- activation -------------------------------------------------------------------------------

  private Activation activation(JsonFile architecture, int labels) {
    String key = "activation_fn";
    Optional<String> named = overall.flatMap(file -> file.string(key));
    if (named.isPresent()) {
      return activation(overall.get(), key, named.get());
    }
    Optional<JsonObject> saved = architecture.child("sentence_transformers");
    if (saved.isPresent() && saved.get().has(key)) {
      JsonElement value = saved.get().get(key);
      if (!value.isJsonNull()) {
        boolean isText = value.isJsonPrimitive() && value.getAsJsonPrimitive().isString();
        return activation(
            architecture,
            "sentence_transformers." + key,
            isText ? value.getAsString() : value.toString());
      }
    } else {
      String older = "sbert_ce_default_activation_function";
      named = architecture.string(older);
      if (named.isPresent()) {
        return activation(architecture, older, named.get());
      }
    }
    return labels == 1 ? Activation.SIGMOID : Activation.IDENTITY;
  }

  private static Activation activation(JsonFile file, String key, String path) {
    return Activation.ofTorchPath(path)
        .orElseThrow(
            () ->
                file.error(
                    key,
                    "is '"
                        + path
                        + "', which is not supported; known are, in torch.nn, "
                        + Activation.torchNames()
                        + ". Choose one in the options to load the model in spite of it"));
  }
}
