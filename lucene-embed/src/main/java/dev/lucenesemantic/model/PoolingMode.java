package dev.lucenesemantic.model;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How the vectors of a text's tokens become one vector. Names and definitions are those of
 * sentence-transformers' {@code Pooling} module.
 */
public enum PoolingMode {
  /** The vector of the first token. */
  CLS("cls", "pooling_mode_cls_token"),
  /** The largest value of each component over all tokens. */
  MAX("max", "pooling_mode_max_tokens"),
  /** The sum over all tokens divided by their number. */
  MEAN("mean", "pooling_mode_mean_tokens"),
  /** The sum over all tokens divided by the square root of their number. */
  MEAN_SQRT_LEN("mean_sqrt_len_tokens", "pooling_mode_mean_sqrt_len_tokens"),
  /** The mean with each token weighted by its position, counted from 1. */
  WEIGHTED_MEAN("weightedmean", "pooling_mode_weightedmean_tokens"),
  /** The vector of the last token. */
  LAST_TOKEN("lasttoken", "pooling_mode_lasttoken");

  private final String configName;
  private final String legacyKey;

  PoolingMode(String configName, String legacyKey) {
    this.configName = configName;
    this.legacyKey = legacyKey;
  }

  /**
   * The name that sentence-transformers 6 writes as {@code pooling_mode}.
   *
   * @return the name
   */
  public String configName() {
    return configName;
  }

  /** The boolean key that versions up to 5 write for this mode. */
  String legacyKey() {
    return legacyKey;
  }

  static PoolingMode ofConfigName(String name, String location) {
    for (PoolingMode mode : values()) {
      if (mode.configName.equals(name)) {
        return mode;
      }
    }
    List<String> known = Arrays.stream(values()).map(PoolingMode::configName).toList();
    throw new ModelException(
        location,
        "pooling mode '"
            + name
            + "' is not known; known are "
            + known.stream().collect(Collectors.joining(", ")));
  }
}
