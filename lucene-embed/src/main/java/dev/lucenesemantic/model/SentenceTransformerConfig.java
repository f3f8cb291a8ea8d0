package dev.lucenesemantic.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What happens to a text before the tokenizer and behind the transformer.
 *
 * @param modules the steps behind the transformer, in order
 * @param prompts text put in front, by name; as in Python there is always one for {@code query} and
 *     one for {@code document}, empty where the configuration says nothing
 * @param defaultPromptName the prompt of a plain {@code encode}, if there is one
 * @param similarityName the function the model was trained for, as Python names it
 * @param truncateDim how many leading components of a vector are kept, if not all
 */
public record SentenceTransformerConfig(
    List<ModuleConfig> modules,
    Map<String, String> prompts,
    Optional<String> defaultPromptName,
    String similarityName,
    OptionalInt truncateDim) {

  /**
   * A pooling and nothing else, which is what Python makes of a plain transformer.
   *
   * @return mean pooling, no prompts, cosine similarity
   */
  public static SentenceTransformerConfig meanPooling() {
    return new SentenceTransformerConfig(
        List.of(ModuleConfig.Pooling.mean()),
        Map.of(),
        Optional.empty(),
        ModelDirectory.DEFAULT_SIMILARITY,
        OptionalInt.empty());
  }

  /** Copies the collections and checks the numbers. */
  public SentenceTransformerConfig {
    modules = List.copyOf(modules);
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

  /**
   * The pooling module.
   *
   * @return the first pooling of {@link #modules}, which every model that can be loaded has
   */
  public ModuleConfig.Pooling pooling() {
    for (ModuleConfig module : modules) {
      if (module instanceof ModuleConfig.Pooling pooling) {
        return pooling;
      }
    }
    throw new IllegalStateException("no pooling among " + modules);
  }

  /**
   * Whether a step gives vectors unit length, before they are truncated.
   *
   * @return true if a {@link ModuleConfig.Normalize} is among the modules
   */
  public boolean normalizes() {
    return modules.stream().anyMatch(module -> module instanceof ModuleConfig.Normalize);
  }
}
