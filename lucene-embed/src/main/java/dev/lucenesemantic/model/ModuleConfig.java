package dev.lucenesemantic.model;

import java.util.List;
import java.util.Objects;

/**
 * A step behind the transformer, in the order of {@code modules.json}. A new kind of module becomes
 * a new record here, and every place that must handle it then fails to compile until it does.
 */
public sealed interface ModuleConfig {

  /**
   * Token vectors become one vector.
   *
   * @param modes the modes whose results are concatenated, in this order; at least one
   * @param embeddingDimension the components of a token's vector; 0 where the configuration does
   *     not say
   * @param includePrompt whether the tokens of the prompt count
   */
  record Pooling(List<PoolingMode> modes, int embeddingDimension, boolean includePrompt)
      implements ModuleConfig {
    /** Copies the modes and checks that there is one. */
    public Pooling {
      modes = List.copyOf(modes);
      if (modes.isEmpty()) {
        throw new IllegalArgumentException("a pooling needs at least one mode");
      }
      if (embeddingDimension < 0) {
        throw new IllegalArgumentException("embeddingDimension is " + embeddingDimension);
      }
    }

    /**
     * The pooling that Python gives a transformer without {@code modules.json}.
     *
     * @return the mean over all tokens
     */
    public static Pooling mean() {
      return new Pooling(List.of(PoolingMode.MEAN), 0, true);
    }
  }

  /** The vector gets unit length. */
  record Normalize() implements ModuleConfig {}

  /**
   * Does nothing when a text is encoded; kept so that a folder reads as it is written.
   *
   * @param type the module's type as the folder spells it
   */
  record Identity(String type) implements ModuleConfig {
    /** Checks that there is a type. */
    public Identity {
      Objects.requireNonNull(type, "type");
    }
  }
}
