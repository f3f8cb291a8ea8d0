package dev.lucenesemantic.search;

import dev.lucenesemantic.codec.StoredVectors;

/**
 * How many candidates a search explores if nobody says otherwise.
 *
 * <p>What is missed with floats, 8 and 4 bits the graph misses, and the more, the less the question
 * is like the texts. Of the ten nearest among 132,612 passages (all-MiniLM-L6-v2, one segment) 200
 * candidates found 0.993 for real questions and 0.940 for one to three words of the texts, 400
 * found 0.997 and 0.968, and the 727 of the default 0.998 and 0.980. Among 18,000 of them 155 found
 * 0.998 for questions and 0.979 for single words, 400 found 0.994 for those. With 1 bit 400 found
 * 0.957 for words among the many, where they found 0.968 with more bits. The benchmark Storage
 * measures it.
 */
final class DefaultBeam {
  private static final int LEAST = 300;

  /** Up to here the least beam is enough. */
  private static final double SMALL_INDEX = 5_000;

  /** With fewer, the nearest are often far down among the candidates. */
  private static final int ENOUGH_BITS = 4;

  /** Of fewer components, few bits each make worse estimates. */
  private static final double ENOUGH_COMPONENTS = 384;

  private static final double WIDER = 1.5;
  private static final int TIMES_K = 5;

  private DefaultBeam() {}

  /** The beam for an index that is not large. */
  static int least(int k) {
    return Math.clamp(k + k / 2L, LEAST, Integer.MAX_VALUE);
  }

  /**
   * The beam for the vectors of an index.
   *
   * @param dimension how many components a vector has
   */
  static int of(int k, StoredVectors vectors, int dimension) {
    double beam = least(k);
    if (vectors.count() > SMALL_INDEX) {
      beam *= 1 + Math.log10(vectors.count() / SMALL_INDEX);
    }
    if (vectors.bits() < ENOUGH_BITS) {
      beam = Math.max(beam * WIDER, (double) TIMES_K * k);
      beam *= Math.max(1, ENOUGH_COMPONENTS / dimension);
    }
    return Math.clamp((long) beam, LEAST, Integer.MAX_VALUE);
  }
}
