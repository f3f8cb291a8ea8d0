package dev.lucenesemantic.mining;

import java.util.List;

/** Python's {@code paraphrase_mining_embeddings}: every vector is compared with every other. */
final class ExactPairs {
  /** Python leaves out what is no better than this, also of dot products. */
  static final float FLOOR = -1;

  private ExactPairs() {}

  /** The nearest pairs, best first. */
  static List<ParaphrasePair> mine(VectorTable vectors, ParaphraseOptions options) {
    // Python takes the worst away as soon as it has as many as it may have.
    PairHeap pairs = new PairHeap(options.maxPairs() - 1);
    int size = vectors.size();
    try (CallThreads threads = new CallThreads(size, size, vectors.dimension())) {
      for (int start = 0, next; start < size; start = next) {
        int first = start;
        int end = (int) Math.min(size, (long) start + options.corpusChunkSize());
        // A vector is among those nearest to it.
        int k = (int) Math.min(options.topK() + 1L, end - first);
        threads.forEach(
            0,
            size,
            NearestRows.BLOCK,
            (from, to) -> {
              NearestRows nearest = new NearestRows(vectors, from, to, k);
              nearest.collect(vectors, first, end);
              for (int row = from; row < to; row++) {
                pairs.offerAll(row, nearest.drain(row), FLOOR);
              }
            });
        next = end;
      }
    }
    return pairs.toList();
  }
}
