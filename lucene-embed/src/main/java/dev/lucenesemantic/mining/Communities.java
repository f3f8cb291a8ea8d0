package dev.lucenesemantic.mining;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.lucene.util.FixedBitSet;

/**
 * The second half of Python's {@code community_detection}: of overlapping communities the larger
 * one keeps what they share.
 *
 * <p>Python holds the members of all of them at once. Here only their sizes are known; members are
 * asked for when their turn comes, and only those that no larger community has claimed.
 */
final class Communities {
  /** Members that are held at once, unless one community alone has more. */
  private static final long MEMBER_BUDGET = 1 << 20;

  /** What is claimed counts from one batch to the next, so that a batch must not be large. */
  private static final int BATCH = 256;

  private Communities() {}

  interface Members {
    /**
     * The vectors near each of some.
     *
     * @param centres the numbers of vectors
     * @param claimed vectors that are not wanted; not changed meanwhile
     * @return for each centre the vectors near it, itself first, then the nearest first
     */
    List<int[]> of(int[] centres, FixedBitSet claimed) throws IOException;
  }

  /**
   * Divides vectors into communities.
   *
   * @param sizes for each number of a vector how many are near it, itself included
   * @param vectors how many vectors there are
   * @param minSize how many members a community must have
   */
  static List<List<Integer>> of(int[] sizes, int vectors, int minSize, Members members)
      throws IOException {
    long[] centres = largestFirst(sizes, minSize);
    FixedBitSet claimed = new FixedBitSet(sizes.length);
    int unclaimed = vectors;
    List<List<Integer>> communities = new ArrayList<>();
    for (int start = 0, end; start < centres.length && unclaimed >= minSize; start = end) {
      end = endOfBatch(centres, start);
      int[] batch = new int[end - start];
      for (int i = 0; i < batch.length; i++) {
        batch[i] = (int) centres[start + i];
      }
      for (int[] near : members.of(batch, claimed)) {
        List<Integer> left = new ArrayList<>(near.length);
        for (int member : near) {
          if (!claimed.get(member)) {
            left.add(member);
          }
        }
        if (left.size() >= minSize) {
          left.forEach(claimed::set);
          unclaimed -= left.size();
          communities.add(List.copyOf(left));
        }
      }
    }
    communities.sort(Comparator.comparingInt((List<Integer> c) -> c.size()).reversed());
    return communities;
  }

  /** Sizes and centres, of equal sizes the lower number first. */
  private static long[] largestFirst(int[] sizes, int minSize) {
    int count = 0;
    for (int size : sizes) {
      count += size >= minSize ? 1 : 0;
    }
    long[] centres = new long[count];
    int at = 0;
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] >= minSize) {
        centres[at++] = ((long) -sizes[i] << 32) | i;
      }
    }
    Arrays.sort(centres);
    return centres;
  }

  private static int size(long centre) {
    return (int) -(centre >> 32);
  }

  private static int endOfBatch(long[] centres, int start) {
    long total = size(centres[start]);
    int end = start + 1;
    while (end < centres.length && end - start < BATCH) {
      total += size(centres[end]);
      if (total > MEMBER_BUDGET) {
        break;
      }
      end++;
    }
    return end;
  }

  /** Members from what was found near a centre: itself first, then as ranked. */
  static int[] centreFirst(int centre, long[] nearBestFirst) {
    int[] members = new int[nearBestFirst.length];
    for (int i = 0; i < members.length; i++) {
      members[i] = Ranked.index(nearBestFirst[i]);
    }
    for (int i = 1; i < members.length; i++) {
      // A duplicate may stand before it.
      if (members[i] == centre) {
        System.arraycopy(members, 0, members, 1, i);
        members[0] = centre;
      }
    }
    return members;
  }
}
