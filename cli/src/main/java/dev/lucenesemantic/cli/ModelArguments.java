package dev.lucenesemantic.cli;

import dev.lucenesemantic.embed.EncoderOptions;
import dev.lucenesemantic.model.OnnxChoice;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which model a command is about. */
final class ModelArguments {
  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A folder, an id on the hub (with @REVISION), or a bundled model's name.")
  String model;

  @Option(
      names = "--cross-encoder",
      description =
          "MODEL is a cross-encoder; needed only where its folder does not say so, or for a name"
              + " without an organisation.")
  boolean crossEncoder;

  @ArgGroup FileChoice file = new FileChoice();

  /** At most one of them. */
  static final class FileChoice {
    @Option(
        names = "--model-file",
        paramLabel = "NAME",
        description = "Which ONNX file to take, for example onnx/model_O2.onnx.")
    String name;

    @Option(
        names = "--fastest",
        description = "Take the quantised file that this CPU computes fastest, if there is one.")
    boolean fastest;
  }

  /** How the model is loaded: its file; the rest is as usual. */
  EncoderOptions options() {
    if (file.name != null) {
      return EncoderOptions.defaults().withModelFile(file.name);
    }
    return file.fastest
        ? EncoderOptions.defaults().withFastestModelFile()
        : EncoderOptions.defaults();
  }

  OnnxChoice modelFile() {
    return options().modelFile();
  }
}
