package dev.lucenesemantic.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the ONNX file of a transformer's folder, and the files that hold its weights beside it. */
final class OnnxFiles {
  private static final String SUFFIX = ".onnx";

  private static final List<String> NEVER_WEIGHTS =
      List.of(SUFFIX, ".json", ".txt", ".md", ".safetensors", ".gitattributes");

  private final Path folder;
  private final TransformerTask task;

  OnnxFiles(Path folder, TransformerTask task) {
    this.folder = folder;
    this.task = task;
  }

  /** The file that was asked for, or {@code onnx/model.onnx}, or the only one there is. */
  Path choose(Optional<String> wanted) {
    List<Path> all = all();
    if (wanted.isPresent()) {
      return named(wanted.get(), all);
    }
    for (String usual : List.of("onnx/model.onnx", "model.onnx")) {
      Path path = folder.resolve(usual);
      if (Files.isRegularFile(path)) {
        return path;
      }
    }
    if (all.size() == 1) {
      return all.get(0);
    }
    throw all.isEmpty() ? missing() : ambiguous(all);
  }

  /** The files beside it whose names stand in the ONNX file: they hold weights of it. */
  List<Path> externalData(Path onnx) {
    ModelFile file = new ModelFile.OnDisk(onnx);
    try (Stream<Path> siblings = Files.list(onnx.toAbsolutePath().getParent())) {
      return siblings
          .filter(Files::isRegularFile)
          .filter(path -> NEVER_WEIGHTS.stream().noneMatch(path.toString()::endsWith))
          .filter(path -> file.contains(path.getFileName().toString()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new ModelException(onnx.toString(), "its folder cannot be listed: " + e, e);
    }
  }

  private Path named(String wanted, List<Path> all) {
    String withSuffix = wanted.endsWith(SUFFIX) ? wanted : wanted + SUFFIX;
    for (Path path : all) {
      String relative = folder.relativize(path).toString().replace('\\', '/');
      if (relative.equals(withSuffix) || path.getFileName().toString().equals(withSuffix)) {
        return path;
      }
    }
    throw new ModelException(
        folder.toString(),
        "has no model file '" + wanted + "'; it has " + (all.isEmpty() ? "none" : names(all)));
  }

  private ModelException missing() {
    String where = folder.toString();
    boolean hasOtherWeights =
        Files.exists(folder.resolve("model.safetensors"))
            || Files.exists(folder.resolve("model.safetensors.index.json"))
            || Files.exists(folder.resolve("pytorch_model.bin"));
    if (hasOtherWeights) {
      return new ModelException(
          where,
          "has PyTorch weights but no ONNX file. Export it once with: optimum-cli export onnx"
              + " --library transformers --task "
              + task.exportName()
              + " --model "
              + where
              + " "
              + folder.resolve("onnx"));
    }
    return new ModelException(
        where, "has no ONNX file: onnx/model.onnx or model.onnx was expected");
  }

  private ModelException ambiguous(List<Path> all) {
    return new ModelException(
        folder.toString(),
        "has several ONNX files and none is called model.onnx; choose one of " + names(all));
  }

  private String names(List<Path> all) {
    List<String> names = new ArrayList<>();
    for (Path path : all) {
      names.add(folder.relativize(path).toString().replace('\\', '/'));
    }
    return String.join(", ", names);
  }

  private List<Path> all() {
    List<Path> found = new ArrayList<>();
    for (Path place : List.of(folder.resolve("onnx"), folder)) {
      if (!Files.isDirectory(place)) {
        continue;
      }
      try (Stream<Path> files = Files.list(place)) {
        files
            .filter(path -> path.getFileName().toString().endsWith(SUFFIX))
            .filter(Files::isRegularFile)
            .sorted()
            .forEach(found::add);
      } catch (IOException e) {
        throw new ModelException(place.toString(), "cannot be listed: " + e, e);
      }
    }
    return found;
  }
}
