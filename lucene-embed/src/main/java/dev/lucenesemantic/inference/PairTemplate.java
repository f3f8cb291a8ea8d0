package dev.lucenesemantic.inference;

import java.util.Arrays;
import java.util.Optional;

/**
 * The special tokens of a pair of texts: what stands before the first text, between the two and
 * behind the second, each with its segment.
 */
final class PairTemplate {
  private final TokenIds before;
  private final TokenIds between;
  private final TokenIds behind;
  private final int firstSegment;
  private final int secondSegment;

  private PairTemplate(
      TokenIds before, TokenIds between, TokenIds behind, int firstSegment, int secondSegment) {
    this.before = before;
    this.between = between;
    this.behind = behind;
    this.firstSegment = firstSegment;
    this.secondSegment = secondSegment;
  }

  /**
   * Reads it off a pair that the tokenizer put together.
   *
   * @param pair the pair with special tokens
   * @param first the tokens of the first text alone
   * @param second the tokens of the second text alone
   * @return empty if the pair is not the two texts in this order with something around each
   */
  static Optional<PairTemplate> of(NativeEncoding pair, long[] first, long[] second) {
    long[] ids = pair.ids();
    long[] special = pair.specials();
    int firstFrom = leading(special, 0);
    int firstTo = firstFrom + first.length;
    int secondFrom = firstTo + leading(special, firstTo);
    int secondTo = secondFrom + second.length;
    boolean fits =
        first.length > 0
            && second.length > 0
            // Equal texts would not show which one comes first.
            && !Arrays.equals(first, second)
            && secondTo <= ids.length
            && secondTo + leading(special, secondTo) == ids.length
            && Arrays.equals(first, 0, first.length, ids, firstFrom, firstTo)
            && Arrays.equals(second, 0, second.length, ids, secondFrom, secondTo);
    if (!fits) {
      return Optional.empty();
    }
    long[] types = pair.types();
    return Optional.of(
        new PairTemplate(
            specials(ids, types, 0, firstFrom),
            specials(ids, types, firstTo, secondFrom),
            specials(ids, types, secondTo, ids.length),
            Math.toIntExact(types[firstFrom]),
            Math.toIntExact(types[secondFrom])));
  }

  private static int leading(long[] special, int from) {
    int to = from;
    while (to < special.length && special[to] == 1) {
      to++;
    }
    return to - from;
  }

  private static TokenIds specials(long[] ids, long[] types, int from, int to) {
    return new TokenIds(
        HuggingFaceTextTokenizer.toInts(ids, from, to - from),
        HuggingFaceTextTokenizer.toInts(types, from, to - from),
        false);
  }

  /** How many special tokens a pair has. */
  int size() {
    return before.length() + between.length() + behind.length();
  }

  /**
   * Puts a pair together.
   *
   * @param segments whether the network is told of the segments; otherwise all are 0
   * @param truncated whether a text had more tokens
   */
  TokenIds join(int[] first, int[] second, boolean segments, boolean truncated) {
    int[] ids = new int[size() + first.length + second.length];
    int[] types = new int[ids.length];
    int at = 0;
    for (TokenIds part :
        new TokenIds[] {
          before, filled(first, firstSegment), between, filled(second, secondSegment), behind
        }) {
      System.arraycopy(part.ids(), 0, ids, at, part.length());
      if (segments) {
        System.arraycopy(part.typeIds(), 0, types, at, part.length());
      }
      at += part.length();
    }
    return new TokenIds(ids, types, truncated);
  }

  private static TokenIds filled(int[] ids, int segment) {
    int[] types = new int[ids.length];
    Arrays.fill(types, segment);
    return new TokenIds(ids, types, false);
  }
}
