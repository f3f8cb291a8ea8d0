package dev.lucenesemantic.mining;

import java.util.Arrays;
import org.apache.lucene.util.LongHeap;

/** The nearest rows of a table to each of a block of queries. */
final class NearestRows {
  /** So many queries are compared with a row while it is in the processor's cache. */
  static final int BLOCK = 16;

  private final VectorTable queries;
  private final int firstQuery;
  private final LongHeap[] heaps;

  /** What a row must be better than, for each query. */
  private final float[] worst;

  private final int k;

  /**
   * @param k how many are kept for each query, at least 1
   */
  NearestRows(VectorTable queries, int firstQuery, int endQuery, int k) {
    this.queries = queries;
    this.firstQuery = firstQuery;
    this.k = k;
    heaps = new LongHeap[endQuery - firstQuery];
    Arrays.setAll(heaps, i -> new LongHeap(k));
    worst = new float[heaps.length];
    Arrays.fill(worst, Float.NEGATIVE_INFINITY);
  }

  /** Compares with rows; to be called with ascending ranges, as the first of equal scores stays. */
  void collect(VectorTable corpus, int firstRow, int endRow) {
    for (int row = firstRow; row < endRow; row++) {
      for (int i = 0; i < heaps.length; i++) {
        float score = queries.score(firstQuery + i, corpus, row);
        if (score > worst[i]) {
          heaps[i].insertWithOverflow(Ranked.of(score, row));
          if (heaps[i].size() == k) {
            worst[i] = Ranked.score(heaps[i].top());
          }
        }
      }
    }
  }

  /** The nearest rows of a query, best first; leaves nothing behind. */
  long[] drain(int query) {
    return Ranked.drain(heaps[query - firstQuery]);
  }
}
