package dev.lucenesemantic.codec;

/**
 * In how many bits the graph search sees each component of a vector. Whatever it is, the vectors
 * also lie on disk as they were indexed, and the scores of a {@link
 * dev.lucenesemantic.search.SemanticQuery} are computed from those. So fewer bits do not change a
 * hit's score: they save memory, take a little more disk, and need more candidates for the same
 * recall.
 *
 * <p>All but {@link #FLOAT32} need Lucene 10.4 or newer, for writing as for reading.
 */
public enum VectorStorage {
  /** As indexed: 32 bits. What Lucene does by default. */
  FLOAT32(32),

  /** 8 bits: a good quarter of the memory. */
  INT8(8),

  /** 4 bits: about a sixth of the memory. */
  INT4(4),

  /** 1 bit: about a fifteenth of the memory for 384 components, a twentieth for 1024. */
  BIT(1);

  // With every quantised vector Lucene keeps three floats and an int that correct its dot products.
  private static final int CORRECTION_BYTES = 16;

  // Measured on 132,612 real embeddings: 39, and 42 for single bits.
  private static final int GRAPH_BYTES = 40;

  private final int bits;

  VectorStorage(int bits) {
    this.bits = bits;
  }

  /**
   * The size of a component.
   *
   * @return 32, 8, 4 or 1
   */
  public int bits() {
    return bits;
  }

  /**
   * Estimates the memory that a fast search needs: vectors and graph that should stay in the
   * operating system's cache. It is no heap.
   *
   * @param vectors how many there are
   * @param dimension how many components each has
   * @return bytes
   * @throws IllegalArgumentException if {@code vectors} is negative or {@code dimension} below 1
   */
  public long hotBytes(long vectors, int dimension) {
    if (vectors < 0 || dimension < 1) {
      throw new IllegalArgumentException(
          "no such vectors: " + vectors + " of " + dimension + " components");
    }
    long vectorBytes = (dimension * (long) bits + 7) / 8;
    return Math.multiplyExact(
        vectors, vectorBytes + (this == FLOAT32 ? 0 : CORRECTION_BYTES) + GRAPH_BYTES);
  }

  /**
   * The most precise storage whose hot memory stays within a limit, {@link #BIT} if none does.
   *
   * @param vectors how many there will be
   * @param dimension how many components each has
   * @param memoryBytes what the operating system has left for caching these vectors: not the heap,
   *     and less than the machine's memory
   * @return the storage
   * @throws IllegalArgumentException if {@code vectors} is negative or {@code dimension} below 1
   */
  public static VectorStorage forVectors(long vectors, int dimension, long memoryBytes) {
    for (VectorStorage storage : values()) {
      if (storage.hotBytes(vectors, dimension) <= memoryBytes) {
        return storage;
      }
    }
    return BIT;
  }
}
