package dev.lucenesemantic.cli;

import dev.lucenesemantic.model.CacheFolder;
import dev.lucenesemantic.model.ClipSource;
import dev.lucenesemantic.model.CpuFeatures;
import dev.lucenesemantic.model.ModelFile;
import dev.lucenesemantic.model.ModuleConfig;
import dev.lucenesemantic.model.OnnxChoice;
import dev.lucenesemantic.model.OnnxGraph;
import dev.lucenesemantic.model.OnnxSelection;
import dev.lucenesemantic.model.Road;
import dev.lucenesemantic.model.StaticEmbeddingSource;
import dev.lucenesemantic.model.TextInput;
import dev.lucenesemantic.model.TransformerSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files that a loaded model was made of. */
final class ModelFiles {
  /**
   * A file of a model.
   *
   * @param role what it is for
   * @param file where it is
   * @param why what made it the one; empty where there was no choice
   */
  record Used(String role, ModelFile file, String why) {
    /** Its name, with its folder where that is not the model's own. */
    String name() {
      boolean isMade =
          file instanceof ModelFile.OnDisk disk && disk.path().startsWith(CacheFolder.path());
      return isMade ? file.location() : RoadSteps.fileName(file.location());
    }

    long bytes() {
      try {
        return file instanceof ModelFile.OnDisk disk
            ? Files.size(disk.path())
            : file.readAllBytes().length;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    String sha256() {
      return file.sha256();
    }
  }

  private ModelFiles() {}

  static List<Used> of(LoadedModel model) {
    Map<String, Used> used = new LinkedHashMap<>();
    for (TextInput input : inputs(model)) {
      String why = whyTaken(input);
      boolean isInJar = !(input.weights() instanceof ModelFile.OnDisk);
      String reason = why.isEmpty() && isInJar ? "it is the only one in the jar" : why;
      put(used, new Used("weights", input.weights(), reason));
      if (input instanceof ClipSource clip) {
        put(used, new Used("weights for images", clip.imageWeights(), reason));
      }
      externalData(input).forEach(data -> put(used, new Used("weights", data, "")));
      put(used, new Used("tokenizer", input.tokenizer().file(), ""));
    }
    if (model instanceof LoadedModel.Encoder encoder) {
      for (Road road : encoder.model().source().roads().all()) {
        road.modules().forEach(module -> weights(module).ifPresent(file -> put(used, file)));
      }
    }
    return List.copyOf(used.values());
  }

  private static String whyTaken(TextInput input) {
    return switch (input) {
      case TransformerSource transformer -> transformer.weightsChoice();
      case ClipSource clip -> clip.weightsChoice();
      case StaticEmbeddingSource embedding -> "";
    };
  }

  private static List<ModelFile> externalData(TextInput input) {
    return switch (input) {
      case TransformerSource transformer -> transformer.externalData();
      case ClipSource clip -> clip.externalData();
      case StaticEmbeddingSource embedding -> List.of();
    };
  }

  private static Collection<TextInput> inputs(LoadedModel model) {
    return switch (model) {
      case LoadedModel.Encoder encoder ->
          encoder.model().source().roads().all().stream().map(Road::input).toList();
      case LoadedModel.Reranker reranker -> List.of(reranker.model().source().transformer());
    };
  }

  private static Optional<Used> weights(ModuleConfig module) {
    return switch (module) {
      case ModuleConfig.Dense dense ->
          Optional.of(new Used("dense", new ModelFile.OnDisk(dense.weights()), ""));
      case ModuleConfig.LayerNorm norm ->
          Optional.of(new Used("layer norm", new ModelFile.OnDisk(norm.weights()), ""));
      case ModuleConfig.Pooling pooling -> Optional.empty();
      case ModuleConfig.Normalize normalize -> Optional.empty();
      case ModuleConfig.WeightedLayers layers -> Optional.empty();
      case ModuleConfig.Identity identity -> Optional.empty();
    };
  }

  private static void put(Map<String, Used> used, Used file) {
    used.putIfAbsent(file.file().location(), file);
  }

  /** Whether a network of the model is {@link OnnxGraph#isDynamicallyQuantized}. */
  static boolean isQuantized(LoadedModel model) {
    return inputs(model).stream()
        .filter(input -> !(input instanceof StaticEmbeddingSource))
        .anyMatch(input -> OnnxGraph.read(input.weights()).isDynamicallyQuantized());
  }

  /** All ONNX files of the first transformer's folder, as choices name them; none in a jar. */
  static List<String> onnxNames(LoadedModel model) {
    Optional<Path> folder = transformerFolder(model);
    if (folder.isEmpty()) {
      return List.of();
    }
    List<String> names = new ArrayList<>();
    Collection<String> files = FolderListing.of(folder.get()).keySet();
    for (String place : List.of("onnx/", "")) {
      files.stream()
          .filter(file -> file.startsWith(place) && file.endsWith(OnnxSelection.SUFFIX))
          .filter(file -> file.indexOf('/', place.length()) < 0)
          .forEach(names::add);
    }
    return names;
  }

  private static Optional<Path> transformerFolder(LoadedModel model) {
    for (TextInput input : inputs(model)) {
      if (!(input instanceof StaticEmbeddingSource)
          && input.weights() instanceof ModelFile.OnDisk disk) {
        Path folder = disk.path().toAbsolutePath().getParent();
        return Optional.of(folder.endsWith("onnx") ? folder.getParent() : folder);
      }
    }
    return Optional.empty();
  }

  /** What --fastest takes on this machine. */
  static Optional<OnnxSelection.Selected> fastest(List<String> onnxNames) {
    return OnnxSelection.select(new OnnxChoice.Fastest(CpuFeatures.ofThisMachine()), onnxNames);
  }
}
