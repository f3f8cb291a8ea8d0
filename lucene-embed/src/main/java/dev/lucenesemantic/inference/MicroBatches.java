package dev.lucenesemantic.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Divides texts into batches of similar length under a budget of tokens, the longest first. Small
 * batches keep the memory of a run small, and on a CPU they are as fast as large ones.
 */
final class MicroBatches {

  /** Positions in the list of texts that was divided, and their tokens. */
  record MicroBatch(int[] positions, TokenBatch tokens) {}

  private MicroBatches() {}

  /**
   * @param texts the texts' tokens
   * @param tokenBudget rows times length of a batch at the most; a longer text is alone
   * @param oneByOne whether every text is alone
   */
  static List<MicroBatch> divide(List<TokenIds> texts, int tokenBudget, boolean oneByOne) {
    Integer[] order = new Integer[texts.size()];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingInt(i -> -texts.get(i).length()));
    List<MicroBatch> batches = new ArrayList<>();
    int from = 0;
    while (from < order.length) {
      // Sorted by length: the first row of a batch decides how long it is.
      int length = texts.get(order[from]).length();
      int rows = oneByOne ? 1 : Math.max(1, tokenBudget / Math.max(1, length));
      int to = Math.min(order.length, from + rows);
      batches.add(batch(texts, order, from, to));
      from = to;
    }
    return batches;
  }

  private static MicroBatch batch(List<TokenIds> texts, Integer[] order, int from, int to) {
    int[] positions = new int[to - from];
    List<TokenIds> rows = new ArrayList<>(to - from);
    for (int i = from; i < to; i++) {
      positions[i - from] = order[i];
      rows.add(texts.get(order[i]));
    }
    return new MicroBatch(positions, TokenBatch.of(rows));
  }
}
