package dev.lucenesemantic.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Models of some kilobytes, with which lucene-embed and lucene-rerank are tested. */
final class TinyModels {
  private static final Path EMBED =
      Path.of("..", "lucene-embed", "src", "test", "resources", "reference");
  private static final Path RERANK =
      Path.of("..", "lucene-rerank", "src", "test", "resources", "reference");

  private TinyModels() {}

  /** A bi-encoder of 32 components that reads 64 tokens, with the files of a variant. */
  static Path encoder(String variant, Path target) {
    copy(EMBED.resolve("tiny/base"), target);
    copy(EMBED.resolve("tiny/variants").resolve(variant), target);
    return target;
  }

  /** The vectors that Python gives for the tiny model's texts. */
  static Path expected(String file) {
    return EMBED.resolve("tiny/expected").resolve(file);
  }

  /** A bi-encoder with one road for queries and one for documents. */
  static Path router(String name, Path target) {
    copy(EMBED.resolve("families/networks/bert"), target.resolve("document_0_Transformer"));
    copy(EMBED.resolve("families/folders").resolve(name), target);
    return target;
  }

  /** A bi-encoder of one of the families' folders, on the network of BERT. */
  static Path onBert(String name, Path target) {
    copy(EMBED.resolve("families/networks/bert"), target);
    copy(EMBED.resolve("families/folders").resolve(name), target);
    return target;
  }

  /** A bi-encoder that has PyTorch's weights alone. */
  static Path withSafetensors(Path target) {
    copy(EMBED.resolve("families/networks/electra"), target);
    copy(EMBED.resolve("families/safetensors/electra"), target);
    try {
      Files.delete(target.resolve("onnx/model.onnx"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return target;
  }

  /** A cross-encoder that reads 64 tokens. */
  static Path crossEncoder(Path target) {
    copy(RERANK.resolve("networks/bert"), target);
    return target;
  }

  private static void copy(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.deleteIfExists(target);
          Files.copy(file, target);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
