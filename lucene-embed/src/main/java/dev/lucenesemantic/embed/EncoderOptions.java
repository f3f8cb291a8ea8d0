package dev.lucenesemantic.embed;

import dev.lucenesemantic.inference.TruncationPolicy;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a {@link SentenceTransformer} is loaded and run. Only the model file and the length limit
 * change vectors.
 *
 * @param modelFile the ONNX file to take, as a path inside the model's folder or a file name, with
 *     or without {@code .onnx}; empty for the usual one
 * @param maxSequenceLength a length limit in tokens in place of the model's own
 * @param truncation what happens to a text beyond the limit
 * @param threads how many batches run at once, each on one core
 * @param tokenBudget tokens of a batch at the most, padding included; bounds the memory of a run
 */
public record EncoderOptions(
    Optional<String> modelFile,
    OptionalInt maxSequenceLength,
    TruncationPolicy truncation,
    int threads,
    int tokenBudget) {

  /** Measured: more gives nothing on a CPU, where a batch of one is as fast from 64 tokens on. */
  private static final int DEFAULT_TOKEN_BUDGET = 300;

  /** Checks that nothing is null and the numbers are positive. */
  public EncoderOptions {
    Objects.requireNonNull(modelFile, "modelFile");
    Objects.requireNonNull(maxSequenceLength, "maxSequenceLength");
    Objects.requireNonNull(truncation, "truncation");
    requirePositive("maxSequenceLength", maxSequenceLength.orElse(1));
    requirePositive("threads", threads);
    requirePositive("tokenBudget", tokenBudget);
  }

  /**
   * The model's own file and limit, a warning for the first text that is cut, and all cores.
   *
   * @return the options
   */
  public static EncoderOptions defaults() {
    return new EncoderOptions(
        Optional.empty(),
        OptionalInt.empty(),
        TruncationPolicy.WARN,
        Runtime.getRuntime().availableProcessors(),
        DEFAULT_TOKEN_BUDGET);
  }

  /**
   * The same with another {@link #modelFile}.
   *
   * @param file for example {@code onnx/model_O2.onnx} or {@code model_qint8_avx512_vnni}
   * @return new options
   */
  public EncoderOptions withModelFile(String file) {
    return new EncoderOptions(
        Optional.of(file), maxSequenceLength, truncation, threads, tokenBudget);
  }

  /**
   * The same with another {@link #maxSequenceLength}.
   *
   * @param tokens the limit, no more than the model has positions
   * @return new options
   */
  public EncoderOptions withMaxSequenceLength(int tokens) {
    return new EncoderOptions(modelFile, OptionalInt.of(tokens), truncation, threads, tokenBudget);
  }

  /**
   * The same with another {@link #truncation}.
   *
   * @param policy what happens to a text beyond the limit
   * @return new options
   */
  public EncoderOptions withTruncation(TruncationPolicy policy) {
    return new EncoderOptions(modelFile, maxSequenceLength, policy, threads, tokenBudget);
  }

  /**
   * The same with another number of {@link #threads}.
   *
   * @param count at least 1
   * @return new options
   */
  public EncoderOptions withThreads(int count) {
    return new EncoderOptions(modelFile, maxSequenceLength, truncation, count, tokenBudget);
  }

  /**
   * The same with another {@link #tokenBudget}.
   *
   * @param tokens at least 1
   * @return new options
   */
  public EncoderOptions withTokenBudget(int tokens) {
    return new EncoderOptions(modelFile, maxSequenceLength, truncation, threads, tokens);
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1 and is " + value);
    }
  }
}
