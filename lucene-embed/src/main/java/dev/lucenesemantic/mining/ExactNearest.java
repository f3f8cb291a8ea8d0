package dev.lucenesemantic.mining;

import java.util.Arrays;
import java.util.List;

/** Python's {@code semantic_search}: every query is compared with the whole corpus. */
final class ExactNearest {
  private ExactNearest() {}

  /** For each query its nearest of the corpus, best first. */
  static List<List<SearchHit>> search(VectorTable queries, VectorTable corpus, int topK) {
    @SuppressWarnings({"unchecked", "rawtypes"})
    List<SearchHit>[] hits = new List[queries.size()];
    Arrays.fill(hits, List.of());
    if (corpus.size() == 0) {
      return Arrays.asList(hits);
    }
    int k = Math.min(topK, corpus.size());
    try (CallThreads threads = new CallThreads(queries.size(), corpus.size(), corpus.dimension())) {
      threads.forEach(
          0,
          queries.size(),
          NearestRows.BLOCK,
          (from, to) -> {
            NearestRows nearest = new NearestRows(queries, from, to, k);
            nearest.collect(corpus, 0, corpus.size());
            for (int query = from; query < to; query++) {
              hits[query] = Ranked.hits(nearest.drain(query));
            }
          });
    }
    return Arrays.asList(hits);
  }
}
