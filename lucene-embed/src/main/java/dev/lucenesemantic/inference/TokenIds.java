package dev.lucenesemantic.inference;

import java.util.Arrays;

/**
 * A text as the model reads it.
 *
 * @param ids one number per token, special tokens included
 * @param typeIds the segment of each token, as many as {@code ids}
 * @param truncated whether the text had more tokens than these
 */
public record TokenIds(int[] ids, int[] typeIds, boolean truncated) {

  /** Checks that there is a segment for every token. */
  public TokenIds {
    if (ids.length != typeIds.length) {
      throw new IllegalArgumentException(ids.length + " ids and " + typeIds.length + " type ids");
    }
  }

  /**
   * The number of tokens.
   *
   * @return the length of {@link #ids}
   */
  public int length() {
    return ids.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenIds that
        && Arrays.equals(ids, that.ids)
        && Arrays.equals(typeIds, that.typeIds)
        && truncated == that.truncated;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ids);
  }

  @Override
  public String toString() {
    return "TokenIds" + Arrays.toString(ids) + (truncated ? " (truncated)" : "");
  }
}
