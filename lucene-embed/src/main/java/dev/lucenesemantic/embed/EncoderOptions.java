package dev.lucenesemantic.embed;

import dev.lucenesemantic.inference.Device;
import dev.lucenesemantic.inference.TruncationPolicy;
import dev.lucenesemantic.model.CpuFeatures;
import dev.lucenesemantic.model.OnnxChoice;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * How a {@link SentenceTransformer} is loaded and run. Only the model file, the length limit and
 * the number of components change vectors.
 *
 * @param modelFile which ONNX file of a model's folder is taken
 * @param maxSequenceLength a length limit in tokens in place of the model's own
 * @param truncation what happens to a text beyond the limit
 * @param threads how many batches run at once, each on one core
 * @param tokenBudget tokens of a batch at the most, padding included; bounds the memory of a run
 * @param device what the network runs on
 * @param truncateDim how many leading components of a vector are kept, in place of the model's own
 *     choice
 */
public record EncoderOptions(
    OnnxChoice modelFile,
    OptionalInt maxSequenceLength,
    TruncationPolicy truncation,
    int threads,
    int tokenBudget,
    Device device,
    OptionalInt truncateDim) {

  /** Measured: more gives nothing on a CPU, where a batch of one is as fast from 64 tokens on. */
  private static final int DEFAULT_TOKEN_BUDGET = 300;

  /** Checks that nothing is null and the numbers are positive. */
  public EncoderOptions {
    Objects.requireNonNull(modelFile, "modelFile");
    Objects.requireNonNull(maxSequenceLength, "maxSequenceLength");
    Objects.requireNonNull(truncation, "truncation");
    Objects.requireNonNull(device, "device");
    Objects.requireNonNull(truncateDim, "truncateDim");
    requirePositive("maxSequenceLength", maxSequenceLength.orElse(1));
    requirePositive("threads", threads);
    requirePositive("tokenBudget", tokenBudget);
    requirePositive("truncateDim", truncateDim.orElse(1));
  }

  /**
   * The model's own file and limit, a warning for the first text that is cut, and all cores.
   *
   * @return the options
   */
  public static EncoderOptions defaults() {
    return new EncoderOptions(
        new OnnxChoice.Usual(),
        OptionalInt.empty(),
        TruncationPolicy.WARN,
        Runtime.getRuntime().availableProcessors(),
        DEFAULT_TOKEN_BUDGET,
        Device.CPU,
        OptionalInt.empty());
  }

  /**
   * The same with a certain {@link #modelFile}.
   *
   * @param file a path inside the model's folder or a file name, with or without {@code .onnx}; for
   *     example {@code onnx/model_O2.onnx} or {@code model_qint8_avx512_vnni}; of a CLIP in two
   *     files the name of either, for example {@code text_model_quantized}
   * @return new options
   */
  public EncoderOptions withModelFile(String file) {
    return with(new OnnxChoice.Named(file));
  }

  /**
   * The same with the quantised file that this machine's processor computes fastest, where the
   * model's folder has one: for a processor with VNNI {@code model_qint8_avx512_vnni}, {@code
   * model_qint8_avx512}, {@code model_quantized}, {@code model_int8} or {@code model_quint8_avx2},
   * for one with AVX-512 the second or the last of these, with AVX2 the last one, on ARM {@code
   * model_qint8_arm64}, {@code model_quantized} or {@code model_int8}; the first that is there. Its
   * vectors are near to those of the usual file, and not the same: an index needs one or the other.
   * {@link SentenceTransformer#modelFiles()} says which file it was, and why.
   *
   * @return new options
   */
  public EncoderOptions withFastestModelFile() {
    return with(new OnnxChoice.Fastest(CpuFeatures.ofThisMachine()));
  }

  private EncoderOptions with(OnnxChoice file) {
    return new EncoderOptions(
        file, maxSequenceLength, truncation, threads, tokenBudget, device, truncateDim);
  }

  /**
   * The same with another {@link #maxSequenceLength}.
   *
   * @param tokens the limit, no more than the model has positions
   * @return new options
   */
  public EncoderOptions withMaxSequenceLength(int tokens) {
    return new EncoderOptions(
        modelFile, OptionalInt.of(tokens), truncation, threads, tokenBudget, device, truncateDim);
  }

  /**
   * The same with another {@link #truncation}.
   *
   * @param policy what happens to a text beyond the limit
   * @return new options
   */
  public EncoderOptions withTruncation(TruncationPolicy policy) {
    return new EncoderOptions(
        modelFile, maxSequenceLength, policy, threads, tokenBudget, device, truncateDim);
  }

  /**
   * The same with another number of {@link #threads}.
   *
   * @param count at least 1
   * @return new options
   */
  public EncoderOptions withThreads(int count) {
    return new EncoderOptions(
        modelFile, maxSequenceLength, truncation, count, tokenBudget, device, truncateDim);
  }

  /**
   * The same with another {@link #tokenBudget}.
   *
   * @param tokens at least 1
   * @return new options
   */
  public EncoderOptions withTokenBudget(int tokens) {
    return new EncoderOptions(
        modelFile, maxSequenceLength, truncation, threads, tokens, device, truncateDim);
  }

  /**
   * The same with another {@link #device}.
   *
   * @param place for example {@code Device.cuda(0)}
   * @return new options
   */
  public EncoderOptions withDevice(Device place) {
    return new EncoderOptions(
        modelFile, maxSequenceLength, truncation, threads, tokenBudget, place, truncateDim);
  }

  /**
   * The same with shorter vectors: the first components of each, which is Python's {@code
   * truncate_dim}. It makes sense for models that were trained for it (Matryoshka); of another one
   * the first components say little. An index holds them scaled to unit length again.
   *
   * @param components how many, no more than the model's vectors have
   * @return new options
   */
  public EncoderOptions withTruncateDim(int components) {
    return new EncoderOptions(
        modelFile,
        maxSequenceLength,
        truncation,
        threads,
        tokenBudget,
        device,
        OptionalInt.of(components));
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1 and is " + value);
    }
  }
}
