package dev.lucenesemantic.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What happens to a text before the tokenizer and to its vector at the end.
 *
 * @param prompts text put in front, by name; as in Python there is always one for {@code query} and
 *     one for {@code document}, empty where the configuration says nothing
 * @param defaultPromptName the prompt of a plain {@code encode}, if there is one
 * @param similarityName the function the model was trained for, as Python names it
 * @param truncateDim how many leading components of a vector are kept, if not all
 */
public record SentenceTransformerConfig(
    Map<String, String> prompts,
    Optional<String> defaultPromptName,
    String similarityName,
    OptionalInt truncateDim) {

  /**
   * What Python has where a folder says nothing.
   *
   * @return no prompts, cosine similarity, all components
   */
  public static SentenceTransformerConfig defaults() {
    return new SentenceTransformerConfig(
        Map.of(), Optional.empty(), ModelDirectory.DEFAULT_SIMILARITY, OptionalInt.empty());
  }

  /** Copies the collections and checks the numbers. */
  public SentenceTransformerConfig {
    Map<String, String> all = new LinkedHashMap<>(prompts);
    all.putIfAbsent("query", "");
    all.putIfAbsent("document", "");
    prompts = Collections.unmodifiableMap(all);
    Objects.requireNonNull(defaultPromptName, "defaultPromptName");
    Objects.requireNonNull(similarityName, "similarityName");
    if (truncateDim.isPresent() && truncateDim.getAsInt() < 1) {
      throw new IllegalArgumentException("truncateDim is " + truncateDim.getAsInt());
    }
  }
}
