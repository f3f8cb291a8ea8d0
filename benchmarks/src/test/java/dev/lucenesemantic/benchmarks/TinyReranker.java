package dev.lucenesemantic.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A cross-encoder of a few kilobytes, with which lucene-rerank is tested; reads 64 tokens. */
final class TinyReranker {
  private static final Path SOURCE =
      Path.of("..", "lucene-rerank", "src", "test", "resources", "reference", "networks", "bert");

  private TinyReranker() {}

  /** Puts it into a folder, twice: what is called int8 is the same model. */
  static Path copyTo(Path folder) throws IOException {
    Files.createDirectories(folder.resolve("onnx"));
    for (String file : List.of("config.json", "tokenizer.json", "tokenizer_config.json")) {
      Files.copy(SOURCE.resolve(file), folder.resolve(file));
    }
    for (String file : List.of("model.onnx", "model_int8.onnx")) {
      Files.copy(
          SOURCE.resolve("onnx").resolve("model.onnx"), folder.resolve("onnx").resolve(file));
    }
    return folder;
  }
}
