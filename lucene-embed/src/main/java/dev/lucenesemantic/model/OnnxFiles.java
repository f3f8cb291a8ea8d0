package dev.lucenesemantic.model;

import dev.lucenesemantic.model.convert.OnnxConverter;
import dev.lucenesemantic.model.convert.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the ONNX file of a transformer's folder, and the files that hold its weights beside it. */
final class OnnxFiles {
  private static final Logger LOG = LoggerFactory.getLogger(OnnxFiles.class);

  private static final List<String> NEVER_WEIGHTS =
      List.of(OnnxSelection.SUFFIX, ".json", ".txt", ".md", ".safetensors", ".gitattributes");

  /** What is no such name, or leads elsewhere, is for ONNX Runtime to refuse. */
  private static final Pattern PLAIN_NAME = Pattern.compile("[\\w.-]+");

  /**
   * The file that is taken.
   *
   * @param path where it is
   * @param why what made it the one, in words
   */
  record Chosen(Path path, String why) {}

  private final Path folder;
  private final TransformerTask task;

  OnnxFiles(Path folder, TransformerTask task) {
    this.folder = folder;
    this.task = task;
  }

  Chosen choose(OnnxChoice choice) {
    List<String> names = names();
    if (names.isEmpty() && !(choice instanceof OnnxChoice.Named)) {
      return converted(choice instanceof OnnxChoice.Fastest ? Precision.INT8 : Precision.FP32);
    }
    OnnxSelection.Selected selected =
        OnnxSelection.select(choice, names).orElseThrow(() -> noneSelected(choice, names));
    Chosen chosen = new Chosen(folder.resolve(selected.name()), selected.why());
    if (choice instanceof OnnxChoice.Fastest) {
      LOG.info("{} is taken: {}", chosen.path(), chosen.why());
    }
    return chosen;
  }

  private ModelException noneSelected(OnnxChoice choice, List<String> names) {
    if (choice instanceof OnnxChoice.Named named) {
      boolean convertible = names.isEmpty() && OnnxConverter.obstacle(folder).isEmpty();
      return new ModelException(
          folder.toString(),
          "has no model file '"
              + named.file()
              + "'; it has "
              + (names.isEmpty()
                  ? (convertible ? "no ONNX file" : "none")
                  : String.join(", ", names))
              + (convertible
                  ? ", but safetensors, of which one is made where no file is named"
                  : ""));
    }
    return ambiguous(names);
  }

  /** The files beside it that hold weights of the ONNX file. */
  static List<Path> externalData(Path onnx) {
    OnnxGraph graph = OnnxGraph.read(new ModelFile.OnDisk(onnx));
    if (graph.externalData().isEmpty()) {
      return List.of();
    }
    refuseMissing(onnx, graph);
    try (Stream<Path> siblings = Files.list(onnx.toAbsolutePath().getParent())) {
      return siblings
          .filter(Files::isRegularFile)
          .filter(path -> NEVER_WEIGHTS.stream().noneMatch(path.toString()::endsWith))
          .filter(path -> graph.hasWeightsIn(path.getFileName().toString()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new ModelException(onnx.toString(), "its folder cannot be listed: " + e, e);
    }
  }

  /** ONNX Runtime's message would be taken for one of damage. */
  private static void refuseMissing(Path onnx, OnnxGraph graph) {
    for (String place : graph.externalData()) {
      String name = place.substring(place.lastIndexOf('/') + 1);
      boolean isMissing =
          PLAIN_NAME.matcher(name).matches() && !Files.exists(onnx.resolveSibling(place));
      if (isMissing) {
        throw new ModelException(
            onnx.toString(),
            "keeps weights in the file "
                + place
                + " beside it, which is missing; fetch the model again, with that file");
      }
    }
  }

  private Chosen converted(Precision precision) {
    Optional<String> obstacle = OnnxConverter.obstacle(folder);
    if (obstacle.isPresent()) {
      throw missing(obstacle.get());
    }
    return new Chosen(
        ConvertedModels.find(folder, task.head(), precision),
        "made of the safetensors in "
            + folder
            + (precision == Precision.INT8 ? " with 8-bit weights" : "")
            + ", which has no ONNX file");
  }

  private ModelException missing(String obstacle) {
    return new ModelException(
        folder.toString(),
        NetworkFolder.hasWeights(folder)
            ? "has PyTorch weights but no ONNX file, and none can be made of them here: "
                + obstacle
                + ". "
                + NetworkFolder.advice(folder, task.export())
            : NetworkFolder.isAdapter(folder)
                ? "has only an adapter (adapter_config.json) and not the model that it belongs to. "
                    + NetworkFolder.advice(folder, task.export())
                : "has no ONNX file: onnx/model.onnx or model.onnx was expected");
  }

  private ModelException ambiguous(List<String> names) {
    return new ModelException(
        folder.toString(),
        "has several ONNX files and none is called model.onnx; choose one of "
            + String.join(", ", names));
  }

  /** All ONNX files, as paths inside the folder, those of {@code onnx} first. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    for (String place : List.of("onnx/", "")) {
      Path within = folder.resolve(place);
      if (!Files.isDirectory(within)) {
        continue;
      }
      try (Stream<Path> files = Files.list(within)) {
        files
            .filter(Files::isRegularFile)
            .map(path -> path.getFileName().toString())
            .filter(name -> name.endsWith(OnnxSelection.SUFFIX))
            .sorted()
            .forEach(name -> names.add(place + name));
      } catch (IOException e) {
        throw new ModelException(within.toString(), "cannot be listed: " + e, e);
      }
    }
    return names;
  }
}
