package dev.lucenesemantic.mining;

import java.util.Comparator;

/**
 * Two vectors that are near each other.
 *
 * @param score how near they are: the larger, the nearer
 * @param first the place of one in the list, from 0; in an index its document id
 * @param second the place of the other, greater than {@code first}
 */
public record ParaphrasePair(float score, int first, int second) {

  static final Comparator<ParaphrasePair> BEST_FIRST =
      (a, b) -> {
        int byScore = Float.compare(b.score, a.score);
        if (byScore != 0) {
          return byScore;
        }
        int byFirst = Integer.compare(a.first, b.first);
        return byFirst != 0 ? byFirst : Integer.compare(a.second, b.second);
      };
}
