package dev.lucenesemantic.benchmarks;

import dev.lucenesemantic.embed.BundledModel;
import dev.lucenesemantic.embed.EncoderOptions;
import dev.lucenesemantic.embed.SentenceTransformer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds a model by what stands in an argument: the name of a bundled model, in any case and with
 * {@code -} or {@code _}, or a model folder, with {@code #} and the ONNX file in it where that is
 * not the usual one.
 */
final class Models {
  private Models() {}

  /**
   * Loads a model.
   *
   * @throws UsageException if there is neither a bundled model nor a folder of that name
   */
  static SentenceTransformer load(String name, EncoderOptions options) {
    Optional<BundledModel> bundled = bundled(name);
    if (bundled.isPresent()) {
      return SentenceTransformer.load(bundled.get(), options);
    }
    int hash = name.lastIndexOf('#');
    Path folder = Path.of(hash < 0 ? name : name.substring(0, hash));
    if (!Files.isDirectory(folder)) {
      throw new UsageException(
          "'"
              + name
              + "' is neither a folder nor one of "
              + Arrays.toString(BundledModel.values()));
    }
    return SentenceTransformer.load(
        folder, hash < 0 ? options : options.withModelFile(name.substring(hash + 1)));
  }

  /** The short name of a model for tables and run files. */
  static String label(String name) {
    return bundled(name)
        .map(BundledModel::name)
        .orElseGet(
            () -> {
              Path file = Path.of(name.replace('#', '-')).normalize().getFileName();
              return file == null ? "model" : file.toString().replaceAll("\\s+", "_");
            });
  }

  /** The int8 form of a bundled model; empty for any other. */
  static Optional<String> int8(String name) {
    return bundled(name).flatMap(model -> bundled(model.name() + "_INT8")).map(BundledModel::name);
  }

  private static Optional<BundledModel> bundled(String name) {
    String constant = name.toUpperCase(Locale.ROOT).replace('-', '_').replace(".", "");
    return Arrays.stream(BundledModel.values())
        .filter(model -> model.name().equals(constant))
        .findFirst();
  }
}
