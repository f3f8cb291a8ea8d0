package dev.lucenesemantic.model;

import com.google.gson.JsonElement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** What can be said of a transformer's folder that has no ONNX file. */
final class NetworkFolder {
  private NetworkFolder() {}

  /** Whether it has the weights of a whole network, in whatever form. */
  static boolean hasWeights(Path folder) {
    return Stream.of(
            "model.safetensors",
            "model.safetensors.index.json",
            "pytorch_model.bin",
            "pytorch_model.bin.index.json")
        .anyMatch(name -> Files.exists(folder.resolve(name)));
  }

  /** Whether it has weights that are added to those of another model. */
  static boolean isAdapter(Path folder) {
    return Files.exists(folder.resolve("adapter_config.json"));
  }

  /** What to do to get an ONNX file, in one sentence. */
  static String advice(Path folder, OptimumExport export) {
    String where = folder.toString();
    if (isAdapter(folder)) {
      return "Merge both once with Python (peft): "
          + export.adapterClass()
          + ".from_pretrained('"
          + where
          + "').merge_and_unload().save_pretrained('"
          + where
          + "'), and remove adapter_config.json"
          + base(folder).map(name -> "; the adapter belongs to " + name).orElse("");
    }
    return JsonFile.readIfExists(folder.resolve("config.json"))
        .flatMap(config -> OptimumExport.obstacle(config.root()))
        .orElseGet(
            () ->
                "Export it once with: " + export.command(where, folder.resolve("onnx").toString()));
  }

  private static Optional<String> base(Path folder) {
    return JsonFile.readIfExists(folder.resolve("adapter_config.json"))
        .map(JsonFile::object)
        .map(object -> object.get("base_model_name_or_path"))
        .filter(JsonElement::isJsonPrimitive)
        .map(JsonElement::getAsString);
  }
}
