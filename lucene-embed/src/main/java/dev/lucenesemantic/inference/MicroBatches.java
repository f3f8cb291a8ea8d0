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

  /**
   * The tokens that a batch may be padded by, all rows together: what it costs to begin another run
   * instead. Measured with all-MiniLM-L6-v2 in fp32, 20 to 30. It matters where a few texts of very
   * different lengths come together; among a thousand there are enough of each length.
   */
  private static final int MOST_PADDING = 20;

  /** Positions in the list of texts that was divided, and their tokens. */
  record MicroBatch(int[] positions, TokenBatch tokens) {}

  private MicroBatches() {}

  /**
   * @param texts the texts' tokens
   * @param tokenBudget rows times length of a batch at the most, padding included; a longer text is
   *     alone
   * @param oneByOne whether every text is alone
   */
  static List<MicroBatch> divide(List<TokenIds> texts, int tokenBudget, boolean oneByOne) {
    Integer[] order = new Integer[texts.size()];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingInt(i -> -texts.get(i).length()));
    List<MicroBatch> batches = new ArrayList<>();
    int from = 0;
    while (from < order.length) {
      int to = oneByOne ? from + 1 : end(texts, order, from, tokenBudget);
      batches.add(batch(texts, order, from, to));
      from = to;
    }
    return batches;
  }

  /** Where a batch ends. */
  private static int end(List<TokenIds> texts, Integer[] order, int from, int tokenBudget) {
    // Sorted by length: the first row of a batch decides how long it is.
    int length = texts.get(order[from]).length();
    int most = Math.min(order.length, from + Math.max(1, tokenBudget / Math.max(1, length)));
    int to = from;
    int padding = 0;
    while (to < most && padding <= MOST_PADDING) {
      to++;
      padding += to < most ? length - texts.get(order[to]).length() : 0;
    }
    return to;
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
