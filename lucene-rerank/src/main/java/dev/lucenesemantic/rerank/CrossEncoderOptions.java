package dev.lucenesemantic.rerank;

import dev.lucenesemantic.embed.EncoderOptions;
import dev.lucenesemantic.inference.Device;
import dev.lucenesemantic.inference.TruncationPolicy;
import dev.lucenesemantic.model.Activation;
import dev.lucenesemantic.model.OnnxChoice;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a {@link CrossEncoder} is loaded and run. Only the model file, the length limit and the
 * activation change scores.
 *
 * @param encoder what can be chosen for a bi-encoder as well
 * @param activation what the scores go through, in place of what the model's folder says
 */
public record CrossEncoderOptions(EncoderOptions encoder, Optional<Activation> activation) {

  /** Checks that nothing is null. */
  public CrossEncoderOptions {
    Objects.requireNonNull(encoder, "encoder");
    Objects.requireNonNull(activation, "activation");
  }

  /**
   * The model's own file, limit and activation, and all cores. Documents that are too long are cut
   * without a warning, as it happens in most searches; they are counted.
   *
   * @return the options
   */
  public static CrossEncoderOptions defaults() {
    return new CrossEncoderOptions(
        EncoderOptions.defaults().withTruncation(TruncationPolicy.SILENT), Optional.empty());
  }

  /**
   * Which ONNX file is taken.
   *
   * @return the choice
   */
  public OnnxChoice modelFile() {
    return encoder.modelFile();
  }

  /**
   * A length limit for pairs in place of the model's own.
   *
   * @return tokens, special tokens included
   */
  public OptionalInt maxLength() {
    return encoder.maxSequenceLength();
  }

  /**
   * What happens to a pair beyond the limit.
   *
   * @return the policy
   */
  public TruncationPolicy truncation() {
    return encoder.truncation();
  }

  /**
   * How many batches run at once, each on one core.
   *
   * @return at least 1
   */
  public int threads() {
    return encoder.threads();
  }

  /**
   * Tokens of a batch at the most, padding included; bounds the memory of a run.
   *
   * @return at least 1
   */
  public int tokenBudget() {
    return encoder.tokenBudget();
  }

  /**
   * The same with another {@link #modelFile}.
   *
   * @param file for example {@code onnx/model_O2.onnx} or {@code model_qint8_avx512_vnni}
   * @return new options
   */
  public CrossEncoderOptions withModelFile(String file) {
    return new CrossEncoderOptions(encoder.withModelFile(file), activation);
  }

  /**
   * The same with the quantised file that this machine's processor computes fastest; see {@link
   * EncoderOptions#withFastestModelFile}.
   *
   * @return new options
   */
  public CrossEncoderOptions withFastestModelFile() {
    return new CrossEncoderOptions(encoder.withFastestModelFile(), activation);
  }

  /**
   * The same on another device.
   *
   * @param place what the network runs on, for example {@code Device.cuda(0)}
   * @return new options
   */
  public CrossEncoderOptions withDevice(Device place) {
    return new CrossEncoderOptions(encoder.withDevice(place), activation);
  }

  /**
   * The same with another {@link #maxLength}.
   *
   * @param tokens the limit, no more than the model has positions
   * @return new options
   */
  public CrossEncoderOptions withMaxLength(int tokens) {
    return new CrossEncoderOptions(encoder.withMaxSequenceLength(tokens), activation);
  }

  /**
   * The same with another {@link #activation}.
   *
   * @param function what the scores go through
   * @return new options
   */
  public CrossEncoderOptions withActivation(Activation function) {
    return new CrossEncoderOptions(encoder, Optional.of(function));
  }

  /**
   * The same with another {@link #truncation}.
   *
   * @param policy what happens to a pair beyond the limit
   * @return new options
   */
  public CrossEncoderOptions withTruncation(TruncationPolicy policy) {
    return new CrossEncoderOptions(encoder.withTruncation(policy), activation);
  }

  /**
   * The same with another number of {@link #threads}.
   *
   * @param count at least 1
   * @return new options
   */
  public CrossEncoderOptions withThreads(int count) {
    return new CrossEncoderOptions(encoder.withThreads(count), activation);
  }

  /**
   * The same with another {@link #tokenBudget}.
   *
   * @param tokens at least 1
   * @return new options
   */
  public CrossEncoderOptions withTokenBudget(int tokens) {
    return new CrossEncoderOptions(encoder.withTokenBudget(tokens), activation);
  }
}
