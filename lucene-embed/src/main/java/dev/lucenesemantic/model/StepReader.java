package dev.lucenesemantic.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the modules behind the first one, each with its configuration and the file of its weights.
 */
final class StepReader {
  private static final String SENTENCE = "sentence_embedding";
  private static final String TOKENS = "token_embeddings";

  private StepReader() {}

  /**
   * Reads a module.
   *
   * @param module what is written of it
   * @param allLayers whether Python's transformer in front of it gives the vectors of all layers
   */
  static ModuleConfig read(SavedModule module, boolean allLayers) {
    Path folder = module.folder();
    return switch (module.kind()) {
      case "Pooling" -> PoolingReader.read(folder.resolve("config.json"));
      case "Normalize" -> normalize(folder);
      case "Dense" -> dense(folder);
      case "LayerNorm" -> layerNorm(folder);
      // Without the layers Python passes the last one on.
      case "WeightedLayerPooling" ->
          allLayers ? weightedLayers(folder) : new ModuleConfig.Identity(module.type());
      case "Dropout" -> new ModuleConfig.Identity(module.type());
      default ->
          throw new ModelException(module.folder().toString(), ModuleTypes.notLater(module.type()));
    };
  }

  private static ModuleConfig normalize(Path folder) {
    Optional<JsonFile> config = JsonFile.readIfExists(folder.resolve("config.json"));
    if (config.isEmpty()) {
      return new ModuleConfig.Normalize(false);
    }
    config
        .get()
        .refuseUnknownKeys(Set.of("module_input_name", "module_output_name"), "the normalisation");
    return new ModuleConfig.Normalize(worksOnTokens(config.get()));
  }

  /** Where a module reads and writes: the vectors of the tokens, or that of the text. */
  private static boolean worksOnTokens(JsonFile file) {
    String input = file.string("module_input_name").orElse(SENTENCE);
    if (!input.equals(SENTENCE) && !input.equals(TOKENS)) {
      throw file.error("module_input_name", "is '" + input + "', which is not supported");
    }
    String output = file.string("module_output_name").orElse(input);
    if (!output.equals(input)) {
      throw file.error(
          "module_output_name",
          "is '" + output + "' and not what is read ('" + input + "'), which is not supported");
    }
    return input.equals(TOKENS);
  }

  private static ModuleConfig dense(Path folder) {
    JsonFile file = required(folder.resolve("config.json"));
    file.refuseUnknownKeys(
        Set.of(
            "in_features",
            "out_features",
            "bias",
            "activation_function",
            "module_input_name",
            "module_output_name",
            "use_residual"),
        "the dense layer");
    boolean tokens = worksOnTokens(file);
    return new ModuleConfig.Dense(
        Safetensors.in(folder),
        size(file, "in_features"),
        size(file, "out_features"),
        file.bool("bias").orElse(true),
        activation(file, tokens),
        file.bool("use_residual").orElse(false),
        tokens);
  }

  private static Activation activation(JsonFile file, boolean tokens) {
    String key = "activation_function";
    if (!file.object().has(key)) {
      return Activation.TANH;
    }
    String path = file.string(key).orElseThrow(() -> file.error(key, "must be a name and is null"));
    Activation activation =
        Activation.ofTorchPath(path)
            .orElseThrow(
                () ->
                    file.error(
                        key,
                        "is '"
                            + path
                            + "', which is not supported; known are, in torch.nn, "
                            + Activation.torchNames()));
    if (tokens && !activation.worksOnSingleNumbers()) {
      throw file.error(
          key, "is '" + path + "' over the vectors of the tokens, which is not supported");
    }
    return activation;
  }

  private static ModuleConfig layerNorm(Path folder) {
    JsonFile file = required(folder.resolve("config.json"));
    file.refuseUnknownKeys(Set.of("dimension"), "the layer normalisation");
    return new ModuleConfig.LayerNorm(Safetensors.in(folder), size(file, "dimension"));
  }

  private static ModuleConfig weightedLayers(Path folder) {
    JsonFile file = required(folder.resolve("config.json"));
    file.refuseUnknownKeys(
        Set.of(
            "embedding_dimension", "word_embedding_dimension", "layer_start", "num_hidden_layers"),
        "the pooling over layers");
    int hidden = file.positiveInt("num_hidden_layers").orElse(12);
    int start = file.wholeNumber("layer_start").orElse(4);
    if (start > hidden) {
      throw file.error("layer_start", "is " + start + " of " + hidden + " layers");
    }
    float[] weights =
        Safetensors.open(Safetensors.in(folder)).floats("layer_weights", hidden + 1L - start);
    List<Float> list = new ArrayList<>();
    for (float weight : weights) {
      list.add(weight);
    }
    return new ModuleConfig.WeightedLayers(start, list);
  }

  private static JsonFile required(Path path) {
    return JsonFile.readIfExists(path)
        .orElseThrow(
            () -> new ModelException(path.toString(), "is missing; fetch the model again"));
  }

  private static int size(JsonFile file, String key) {
    return file.positiveInt(key).orElseThrow(() -> file.error(key, "is missing"));
  }
}
