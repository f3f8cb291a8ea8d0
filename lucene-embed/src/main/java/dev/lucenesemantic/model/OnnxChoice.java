package dev.lucenesemantic.model;

import java.util.Objects;

/** Which of a model's ONNX files is taken. */
public sealed interface OnnxChoice {

  /**
   * {@code onnx/model.onnx}, the model in full precision, whose numbers are Python's; or the only
   * file that there is.
   */
  record Usual() implements OnnxChoice {}

  /**
   * The file that was asked for.
   *
   * @param file a path inside the model's folder or a file name, with or without {@code .onnx}
   */
  record Named(String file) implements OnnxChoice {
    /** Checks that there is a name. */
    public Named {
      Objects.requireNonNull(file, "file");
    }
  }

  /**
   * The quantised file that a processor computes fastest, or the usual one if the folder has none
   * for it, or the most optimised one if there is no usual one either. Its numbers are near to
   * Python's, and not the same.
   *
   * @param cpu what the processor can do
   */
  record Fastest(CpuFeatures cpu) implements OnnxChoice {
    /** Checks that the processor is known. */
    public Fastest {
      Objects.requireNonNull(cpu, "cpu");
    }
  }
}
