package dev.lucenesemantic.inference;

/** How a pair of texts that is too long for a model is cut. */
public enum PairTruncation {
  /**
   * The longer text is cut to what the shorter one leaves; if both are long, each gets half. This
   * is what Python does when a cross-encoder reads a pair.
   */
  LONGEST_FIRST {
    @Override
    int lengthOfFirst(int first, int second, int room) {
      if (first + second <= room) {
        return first;
      }
      int shorter = Math.min(first, second);
      int forShorter = room / 2;
      if (shorter + Math.max(shorter, room - shorter) <= room) {
        forShorter = shorter;
      }
      // Texts of equal length: the second gets the odd token.
      return first > second ? room - forShorter : forShorter;
    }
  },
  /** The second text is cut, the first one never. */
  ONLY_SECOND {
    @Override
    int lengthOfFirst(int first, int second, int room) {
      return first;
    }
  };

  /**
   * How many tokens of the first text are kept; the second one gets the rest of the room.
   *
   * @param first how many it has
   * @param second how many the second text has
   * @param room how many there may be of both together
   */
  abstract int lengthOfFirst(int first, int second, int room);
}
