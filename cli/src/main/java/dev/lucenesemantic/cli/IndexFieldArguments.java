package dev.lucenesemantic.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which field of which index a command is about, and with which model. */
final class IndexFieldArguments {
  @Parameters(index = "0", paramLabel = "INDEX", description = "The folder of a Lucene index.")
  Path index;

  @Parameters(
      index = "1",
      paramLabel = "MODEL",
      description = "A folder, an id on the hub (with @REVISION), or a bundled model's name.")
  String model;

  @Option(
      names = "--field",
      paramLabel = "NAME",
      required = true,
      description = "The semantic field, by the name that the application uses.")
  String field;

  @Option(
      names = "--model-file",
      paramLabel = "NAME",
      description = "Which ONNX file to take, for example onnx/model_O2.onnx.")
  String modelFile;

  ModelArguments modelArguments() {
    ModelArguments arguments = new ModelArguments();
    arguments.model = model;
    arguments.file.name = modelFile;
    return arguments;
  }
}
