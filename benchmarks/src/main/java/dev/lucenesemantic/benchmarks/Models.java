package dev.lucenesemantic.benchmarks;

import dev.lucenesemantic.embed.BundledModel;
import dev.lucenesemantic.embed.EncoderOptions;
import dev.lucenesemantic.embed.SentenceTransformer;
import dev.lucenesemantic.rerank.BundledReranker;
import dev.lucenesemantic.rerank.CrossEncoder;
import dev.lucenesemantic.rerank.CrossEncoderOptions;
import java.nio.file.Files;
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
   * Loads a bi-encoder.
   *
   * @throws UsageException if there is neither a bundled model nor a folder of that name
   */
  static SentenceTransformer load(String name, EncoderOptions options) {
    Optional<BundledModel> bundled = bundled(name);
    if (bundled.isPresent()) {
      return SentenceTransformer.load(bundled.get(), options);
    }
    ModelName model = ModelName.parse(name);
    requireFolder(model, BundledModel.values());
    return SentenceTransformer.load(
        model.folder(), model.file().map(options::withModelFile).orElse(options));
  }

  /**
   * Loads a cross-encoder.
   *
   * @throws UsageException if there is neither a bundled model nor a folder of that name
   */
  static CrossEncoder loadReranker(String name, CrossEncoderOptions options) {
    Optional<BundledReranker> bundled = bundledReranker(name);
    if (bundled.isPresent()) {
      return CrossEncoder.load(bundled.get(), options);
    }
    ModelName model = ModelName.parse(name);
    requireFolder(model, BundledReranker.values());
    return CrossEncoder.load(
        model.folder(), model.file().map(options::withModelFile).orElse(options));
  }

  private static void requireFolder(ModelName model, Enum<?>[] bundled) {
    if (!Files.isDirectory(model.folder())) {
      throw new UsageException(
          "'" + model + "' is neither a folder nor one of " + Arrays.toString(bundled));
    }
  }

  /** The short name of a bi-encoder for tables and run files. */
  static String label(String name) {
    return bundled(name).map(BundledModel::name).orElseGet(() -> ModelName.parse(name).label());
  }

  /** The short name of a cross-encoder for tables. */
  static String rerankerLabel(String name) {
    return bundledReranker(name)
        .map(BundledReranker::modelName)
        .orElseGet(() -> ModelName.parse(name).label());
  }

  /** Whether two names are one bundled model, or one folder and file. */
  static boolean same(String one, String other) {
    boolean bundled = bundled(one).isPresent() || bundledReranker(one).isPresent();
    return bundled
        ? bundled(one).equals(bundled(other)) && bundledReranker(one).equals(bundledReranker(other))
        : ModelName.parse(one).equals(ModelName.parse(other));
  }

  /** The int8 form of a bundled model; empty for any other. */
  static Optional<String> int8(String name) {
    return bundled(name).flatMap(model -> bundled(model.name() + "_INT8")).map(BundledModel::name);
  }

  private static Optional<BundledModel> bundled(String name) {
    return constant(name, BundledModel.values());
  }

  private static Optional<BundledReranker> bundledReranker(String name) {
    return constant(name, BundledReranker.values());
  }

  private static <E extends Enum<E>> Optional<E> constant(String name, E[] values) {
    String constant = name.toUpperCase(Locale.ROOT).replace('-', '_').replace(".", "");
    return Arrays.stream(values).filter(value -> value.name().equals(constant)).findFirst();
  }
}
