package dev.lucenesemantic.model;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Reads the folder of a CLIP model: a {@code CLIPModel} module, the {@code Transformer} module that
 * version 6 makes of it, or a plain one from transformers.
 */
final class ClipReader {
  private static final String MODEL_TYPE = "clip";

  /** What Python does without being told, and the only thing that is supported. */
  private static final Map<String, String> METHODS =
      Map.of("text", "get_text_features", "image", "get_image_features");

  /** What transformers takes where a configuration does not say it. */
  private static final int POSITIONS = 77;

  private static final int VOCABULARY = 49408;
  private static final int IMAGE_SIDE = 224;
  private static final int PATCH_SIDE = 32;

  private final String name;
  private final Path folder;
  private final JsonFile config;
  private final TransformerFiles files;

  private ClipReader(String name, Path folder, JsonFile config, boolean hasModules) {
    this.name = name;
    this.folder = folder;
    this.config = config;
    TransformerFiles plain = TransformerFiles.in(folder, TransformerTask.FEATURE_EXTRACTION, false);
    this.files =
        hasModules
            ? plain.withModule(TransformerFiles.moduleConfigIn(folder).map(this::checkModule))
            : plain;
  }

  /** Whether a folder has a CLIP model in it. */
  static boolean isClip(Path folder) {
    return JsonFile.readIfExists(folder.resolve("config.json"))
        .flatMap(file -> file.string("model_type"))
        .filter(MODEL_TYPE::equals)
        .isPresent();
  }

  /**
   * Reads a folder.
   *
   * @param hasModules whether sentence-transformers saved it as a module; otherwise it reads no
   *     file of its own, and neither does this
   */
  static ClipSource read(
      String name, Path folder, boolean hasModules, OnnxChoice choice, OptionalInt maxLength) {
    Path path = folder.resolve("config.json");
    JsonFile config =
        JsonFile.readIfExists(path)
            .orElseThrow(
                () -> new ModelException(path.toString(), "is missing; fetch the model again"));
    Optional<String> type = config.string("model_type");
    if (!type.equals(Optional.of(MODEL_TYPE))) {
      throw config.error(
          "model_type",
          "is '"
              + type.orElse("")
              + "'; of the models for texts and images only "
              + MODEL_TYPE
              + " is supported");
    }
    return new ClipReader(name, folder, config, hasModules).read(choice, maxLength);
  }

  private ClipSource read(OnnxChoice choice, OptionalInt maxLength) {
    List<String> names = new OnnxFiles(folder, TransformerTask.FEATURE_EXTRACTION).names();
    ClipSelection.Selected onnx =
        ClipSelection.select(choice, names).orElseThrow(() -> noneSelected(choice, names));
    Set<ModelFile> data = new LinkedHashSet<>();
    for (String each : onnx.names()) {
      OnnxFiles.externalData(folder.resolve(each))
          .forEach(file -> data.add(new ModelFile.OnDisk(file)));
    }
    JsonObject text = part("text_config");
    return new ClipSource(
        name,
        new ModelFile.OnDisk(folder.resolve(onnx.text())),
        new ModelFile.OnDisk(folder.resolve(onnx.image())),
        List.copyOf(data),
        onnx.why(),
        OptionalInt.of(number("text_config", text, "vocab_size", VOCABULARY)),
        files.tokenizerSource(
            files.lengthLimit(
                maxLength, number("text_config", text, "max_position_embeddings", POSITIONS))),
        ImageProcessingReader.in(folder),
        tokensOfImage());
  }

  private int tokensOfImage() {
    JsonObject vision = part("vision_config");
    int side = number("vision_config", vision, "image_size", IMAGE_SIDE);
    int patch = number("vision_config", vision, "patch_size", PATCH_SIDE);
    int along = Math.min(4096, Math.max(1, side / patch));
    return along * along + 1;
  }

  private JsonObject part(String key) {
    return config.child(key).orElseGet(JsonObject::new);
  }

  private int number(String key, JsonObject part, String name, int otherwise) {
    JsonElement value = part.get(name);
    if (value == null || value.isJsonNull()) {
      return otherwise;
    }
    double number =
        value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber()
            ? value.getAsDouble()
            : Double.NaN;
    if (!(number >= 1) || number != (int) number) {
      throw config.error(key + "." + name, "must be a number of at least 1 and is " + value);
    }
    return (int) number;
  }

  private JsonFile checkModule(JsonFile file) {
    TransformerFiles.checkSettings(file, TransformerTask.FEATURE_EXTRACTION);
    Optional<String> output = file.string("module_output_name");
    if (output.isPresent() && !output.get().equals("sentence_embedding")) {
      throw file.error("module_output_name", "is '" + output.get() + "', which is not supported");
    }
    Optional<JsonObject> modalities = file.child("modality_config");
    METHODS.forEach(
        (kind, method) ->
            modalities.ifPresent(config -> checkModality(file, config.get(kind), kind, method)));
    return file;
  }

  private static void checkModality(JsonFile file, JsonElement asked, String kind, String method) {
    boolean usual = asked instanceof JsonObject object && isText(object.get("method"), method);
    if (usual) {
      JsonElement output = asked.getAsJsonObject().get("method_output_name");
      usual = output == null || output.isJsonNull() || isText(output, "pooler_output");
    }
    if (!usual) {
      throw file.error(
          "modality_config",
          "asks for " + asked + " for " + kind + "; only " + method + " is supported");
    }
  }

  private static boolean isText(JsonElement value, String expected) {
    return value != null && value.isJsonPrimitive() && value.getAsString().equals(expected);
  }

  private ModelException noneSelected(OnnxChoice choice, List<String> names) {
    if (choice instanceof OnnxChoice.Named named) {
      return new ModelException(
          folder.toString(),
          "has no model file '"
              + named.file()
              + "', or not the one that belongs to it; it has "
              + (names.isEmpty() ? "none" : String.join(", ", names)));
    }
    if (!names.isEmpty()) {
      return new ModelException(
          folder.toString(),
          "has the ONNX files "
              + String.join(", ", names)
              + ", and neither text_model.onnx with vision_model.onnx nor model.onnx, which has"
              + " both; choose one, or rename them");
    }
    boolean hasOtherWeights =
        List.of("model.safetensors", "pytorch_model.bin").stream()
            .anyMatch(each -> Files.exists(folder.resolve(each)));
    return new ModelException(
        folder.toString(),
        (hasOtherWeights ? "has PyTorch weights but no ONNX file" : "has no ONNX file")
            + ". Export it once with: "
            + OptimumExport.FEATURE_EXTRACTION.command(
                folder.toString(), folder.resolve("onnx").toString()));
  }
}
