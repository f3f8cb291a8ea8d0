package dev.lucenesemantic.inference;

import java.util.Arrays;

/**
 * Where the tokens of a text stand in it.
 *
 * @param starts for each token, the offset in {@code char}s at which it begins
 * @param ends for each token, the offset behind it
 * @param complete whether these are all tokens of the text
 */
public record TokenSpans(int[] starts, int[] ends, boolean complete) {

  /** Checks that every token has a beginning and an end. */
  public TokenSpans {
    if (starts.length != ends.length) {
      throw new IllegalArgumentException(
          starts.length + " beginnings and " + ends.length + " ends");
    }
  }

  /**
   * The number of tokens.
   *
   * @return how many there are
   */
  public int size() {
    return starts.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenSpans that
        && Arrays.equals(starts, that.starts)
        && Arrays.equals(ends, that.ends)
        && complete == that.complete;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(starts);
  }

  @Override
  public String toString() {
    return "TokenSpans" + Arrays.toString(starts) + Arrays.toString(ends);
  }
}
