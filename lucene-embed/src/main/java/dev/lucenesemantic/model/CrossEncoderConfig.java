package dev.lucenesemantic.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What happens to a pair of texts before the tokenizer and to its scores behind the transformer.
 *
 * @param labelNames one name per score of a pair, in order; at least one
 * @param activation what the scores go through
 * @param prompts text put in front of the query, by name
 * @param defaultPromptName the prompt that is used where none is asked for, if there is one
 * @param firstStageWeight how much the first stage's score should count beside the model's, both
 *     normalised; 0 if the model is best alone
 */
public record CrossEncoderConfig(
    List<String> labelNames,
    Activation activation,
    Map<String, String> prompts,
    Optional<String> defaultPromptName,
    float firstStageWeight) {

  /** Copies the collections and checks that they fit. */
  public CrossEncoderConfig {
    labelNames = List.copyOf(labelNames);
    if (labelNames.isEmpty()) {
      throw new IllegalArgumentException("a cross-encoder needs at least one label");
    }
    Objects.requireNonNull(activation, "activation");
    prompts = Collections.unmodifiableMap(new LinkedHashMap<>(prompts));
    Objects.requireNonNull(defaultPromptName, "defaultPromptName");
    if (defaultPromptName.isPresent() && !prompts.containsKey(defaultPromptName.get())) {
      throw new IllegalArgumentException("no prompt named " + defaultPromptName.get());
    }
    if (!(firstStageWeight >= 0 && firstStageWeight <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "the weight of the first stage must be 0 or a positive number, got: " + firstStageWeight);
    }
  }

  /**
   * The prompt that is used where none is asked for.
   *
   * @return the text; empty for none
   */
  public String defaultPrompt() {
    return defaultPromptName.map(prompts::get).orElse("");
  }
}
