package dev.lucenesemantic.mining;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.util.ArrayUtil;

/**
 * The best pairs of all that are offered, at most so many: a heap with the worst on top. A pair may
 * be offered in both directions, and then counts twice. Of equal scores the lower numbers stay, so
 * that the order in which pairs are offered does not matter.
 */
final class PairHeap {
  private final int capacity;

  /** The score and the vector that was searched with, see {@link Ranked}. */
  private long[] keys = new long[0];

  /** The vector that was found. */
  private int[] found = new int[0];

  private int size;

  PairHeap(int capacity) {
    this.capacity = capacity;
  }

  /**
   * Offers what was found near a vector, without the vector itself.
   *
   * @param floor what a score must be better than
   */
  synchronized void offerAll(int searched, long[] nearest, float floor) {
    for (long ranked : nearest) {
      int other = Ranked.index(ranked);
      if (other != searched && Ranked.score(ranked) > floor) {
        offer(Ranked.score(ranked), searched, other);
      }
    }
  }

  private void offer(float score, int searched, int other) {
    long key = Ranked.of(score, searched);
    if (size < capacity) {
      if (size == keys.length) {
        int length = (int) Math.min(capacity, Math.max(64L, size + (size >> 1)));
        keys = ArrayUtil.growExact(keys, length);
        found = ArrayUtil.growExact(found, length);
      }
      siftUp(size++, key, other);
    } else if (capacity > 0 && isWorse(keys[0], found[0], key, other)) {
      siftDown(key, other);
    }
  }

  private static boolean isWorse(long key, int found, long otherKey, int otherFound) {
    return key < otherKey || (key == otherKey && found > otherFound);
  }

  private void siftUp(int hole, long key, int other) {
    int at = hole;
    while (at > 0) {
      int parent = (at - 1) >>> 1;
      if (!isWorse(key, other, keys[parent], found[parent])) {
        break;
      }
      keys[at] = keys[parent];
      found[at] = found[parent];
      at = parent;
    }
    keys[at] = key;
    found[at] = other;
  }

  private void siftDown(long key, int other) {
    int at = 0;
    while (2L * at + 1 < size) {
      int child = 2 * at + 1;
      if (child + 1 < size
          && isWorse(keys[child + 1], found[child + 1], keys[child], found[child])) {
        child++;
      }
      if (!isWorse(keys[child], found[child], key, other)) {
        break;
      }
      keys[at] = keys[child];
      found[at] = found[child];
      at = child;
    }
    keys[at] = key;
    found[at] = other;
  }

  /** Each pair once, best first, of equal scores the lower numbers first. */
  List<ParaphrasePair> toList() {
    ParaphrasePair[] pairs = new ParaphrasePair[size];
    for (int i = 0; i < size; i++) {
      int searched = Ranked.index(keys[i]);
      pairs[i] =
          new ParaphrasePair(
              Ranked.score(keys[i]), Math.min(searched, found[i]), Math.max(searched, found[i]));
    }
    // The two directions of a pair have the same score, and so stand side by side.
    Arrays.sort(pairs, ParaphrasePair.BEST_FIRST);
    List<ParaphrasePair> distinct = new ArrayList<>(size);
    for (ParaphrasePair pair : pairs) {
      if (distinct.isEmpty() || !distinct.getLast().equals(pair)) {
        distinct.add(pair);
      }
    }
    return distinct;
  }
}
