package dev.lucenesemantic.model;

/** Which command of Python's Optimum makes the ONNX file of a model that has none. */
public enum OptimumExport {
  /** One vector per token, for a bi-encoder. */
  FEATURE_EXTRACTION("feature-extraction"),
  /** One score per label, for a cross-encoder. */
  TEXT_CLASSIFICATION("text-classification");

  private final String task;

  OptimumExport(String task) {
    this.task = task;
  }

  /**
   * The command.
   *
   * @param folder where the model is
   * @param target where the ONNX file is to be
   * @return one line for a shell
   */
  public String command(String folder, String target) {
    return "optimum-cli export onnx --library transformers --task "
        + task
        + " --model "
        + folder
        + " "
        + target;
  }
}
