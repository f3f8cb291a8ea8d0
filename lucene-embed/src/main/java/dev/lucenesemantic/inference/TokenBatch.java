package dev.lucenesemantic.inference;

import java.util.List;

/**
 * Texts that go through the model together, padded at the end to the length of the longest.
 *
 * @param rows the texts' tokens; at least one
 * @param length tokens per row, padding included
 */
public record TokenBatch(List<TokenIds> rows, int length) {

  /** Copies the rows and checks that each fits. */
  public TokenBatch {
    rows = List.copyOf(rows);
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("a batch needs a row");
    }
    for (TokenIds row : rows) {
      if (row.length() > length) {
        throw new IllegalArgumentException("a row of " + row.length() + " tokens in " + length);
      }
    }
  }

  /**
   * A batch just long enough for its rows.
   *
   * @param rows the texts' tokens; at least one
   * @return the batch
   */
  public static TokenBatch of(List<TokenIds> rows) {
    int length = 0;
    for (TokenIds row : rows) {
      length = Math.max(length, row.length());
    }
    return new TokenBatch(rows, length);
  }
}
