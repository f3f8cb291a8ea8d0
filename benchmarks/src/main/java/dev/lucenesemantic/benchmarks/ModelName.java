package dev.lucenesemantic.benchmarks;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A model folder as it stands in an argument: {@code FOLDER}, or {@code FOLDER#FILE} for another
 * ONNX file in it than the usual one.
 *
 * @param folder the folder
 * @param file the file in it; empty for the usual one
 */
record ModelName(Path folder, Optional<String> file) {

  static ModelName parse(String name) {
    int hash = name.lastIndexOf('#');
    return hash < 0
        ? new ModelName(Path.of(name), Optional.empty())
        : new ModelName(Path.of(name.substring(0, hash)), Optional.of(name.substring(hash + 1)));
  }

  /** The names of folder and file without their paths and without white space. */
  String label() {
    String label = lastName(folder) + file.map(name -> "-" + lastName(Path.of(name))).orElse("");
    return label.replaceAll("\\s+", "_");
  }

  private static String lastName(Path path) {
    Path name = path.toAbsolutePath().normalize().getFileName();
    return name == null ? "model" : name.toString();
  }

  @Override
  public String toString() {
    return folder + file.map(name -> "#" + name).orElse("");
  }
}
