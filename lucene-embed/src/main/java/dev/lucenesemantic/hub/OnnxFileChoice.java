package dev.lucenesemantic.hub;

import java.util.List;
import java.util.Optional;

/**
 * Which of a repository's ONNX files is fetched. It must be the one that the folder's reader takes
 * afterwards, when it sees only what was fetched.
 */
final class OnnxFileChoice {
  static final String SUFFIX = ".onnx";
  private static final List<String> USUAL = List.of("onnx/model.onnx", "model.onnx");

  private OnnxFileChoice() {}

  /**
   * Chooses.
   *
   * @param wanted a path inside the transformer's folder or a file name, with or without {@code
   *     .onnx}
   * @param names the ONNX files of the transformer's folder and of {@code onnx} in it, as paths
   *     inside the former
   * @return one of the names; empty if the one that is wanted is not there, or nothing says which
   */
  static Optional<String> choose(Optional<String> wanted, List<String> names) {
    if (wanted.isPresent()) {
      String file = wanted.get().endsWith(SUFFIX) ? wanted.get() : wanted.get() + SUFFIX;
      return names.stream()
          .filter(name -> name.equals(file) || name.substring(name.indexOf('/') + 1).equals(file))
          .findFirst();
    }
    Optional<String> usual = USUAL.stream().filter(names::contains).findFirst();
    return usual.isPresent() || names.size() != 1 ? usual : Optional.of(names.get(0));
  }
}
