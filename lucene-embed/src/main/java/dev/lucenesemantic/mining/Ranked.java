package dev.lucenesemantic.mining;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.util.LongHeap;
import org.apache.lucene.util.NumericUtils;

/**
 * A score and the number of a vector in one {@code long}. The larger one has the better score, or
 * of equal scores the lower number, so that results depend neither on threads nor on blocks.
 */
final class Ranked {
  private Ranked() {}

  static long of(float score, int index) {
    // A negative zero would come after a positive one.
    return ((long) NumericUtils.floatToSortableInt(score + 0f) << 32) | (~index & 0xFFFFFFFFL);
  }

  static float score(long ranked) {
    return NumericUtils.sortableIntToFloat((int) (ranked >> 32));
  }

  static int index(long ranked) {
    return ~(int) ranked;
  }

  /** Empties a heap, the best first. */
  static long[] drain(LongHeap heap) {
    long[] best = new long[heap.size()];
    for (int i = best.length - 1; i >= 0; i--) {
      best[i] = heap.pop();
    }
    return best;
  }

  /** Sorts a part of an array, the best first. */
  static long[] bestFirst(long[] ranked, int count) {
    long[] sorted = new long[count];
    for (int i = 0; i < count; i++) {
      sorted[i] = ~ranked[i];
    }
    Arrays.sort(sorted);
    for (int i = 0; i < count; i++) {
      sorted[i] = ~sorted[i];
    }
    return sorted;
  }

  static List<SearchHit> hits(long[] bestFirst) {
    List<SearchHit> hits = new ArrayList<>(bestFirst.length);
    for (long ranked : bestFirst) {
      hits.add(new SearchHit(index(ranked), score(ranked)));
    }
    return hits;
  }
}
