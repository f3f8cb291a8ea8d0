package dev.lucenesemantic.model;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The way of a text through a model's modules.
 *
 * @param input the module that reads the text
 * @param modules the steps behind it, in order
 */
public record Road(TextInput input, List<ModuleConfig> modules) {

  /** Copies the steps. */
  public Road {
    Objects.requireNonNull(input, "input");
    modules = List.copyOf(modules);
  }

  /**
   * The pooling module.
   *
   * @return the pooling of {@link #modules}; empty where the input gives one vector for the text by
   *     itself
   */
  public Optional<ModuleConfig.Pooling> pooling() {
    return modules.stream()
        .filter(ModuleConfig.Pooling.class::isInstance)
        .map(ModuleConfig.Pooling.class::cast)
        .findFirst();
  }

  /**
   * Whether every vector has unit length at the end, before it is truncated.
   *
   * @return true if the last step that changes a vector is a {@link ModuleConfig.Normalize}
   */
  public boolean normalizes() {
    for (int i = modules.size() - 1; i >= 0; i--) {
      if (!(modules.get(i) instanceof ModuleConfig.Identity)) {
        return modules.get(i) instanceof ModuleConfig.Normalize normalize && !normalize.tokens();
      }
    }
    return false;
  }
}
