package dev.lucenesemantic.model;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A cross-encoder found and understood, ready to be loaded.
 *
 * @param transformer the network and its tokenizer
 * @param config what happens before and behind them
 */
public record CrossEncoderSource(TransformerSource transformer, CrossEncoderConfig config) {

  /** Checks that nothing is null. */
  public CrossEncoderSource {
    Objects.requireNonNull(transformer, "transformer");
    Objects.requireNonNull(config, "config");
  }

  /**
   * Reads a cross-encoder whose files are not in a folder.
   *
   * @param name what to call the model
   * @param weights the ONNX file
   * @param tokenizer the {@code tokenizer.json}
   * @param config the {@code config.json}
   * @param tokenizerConfig the {@code tokenizer_config.json}, if there is one
   * @param maxLength a length limit in tokens to use in place of the model's own
   * @param activation what the scores go through, in place of what the configuration says
   * @return what is needed to load the model
   * @throws ModelException if a file is damaged or asks for what is not supported
   */
  public static CrossEncoderSource of(
      String name,
      ModelFile weights,
      ModelFile tokenizer,
      ModelFile config,
      Optional<ModelFile> tokenizerConfig,
      OptionalInt maxLength,
      Optional<Activation> activation) {
    return CrossEncoderReader.read(
        name, weights, tokenizer, config, tokenizerConfig, maxLength, activation);
  }
}
