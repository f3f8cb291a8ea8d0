package dev.lucenesemantic.benchmarks;

import java.util.Locale;
import java.util.Map;

/** nDCG@10 as others have published it for the same collection and system. */
final class PublishedFigures {
  /** From the BEIR and MTEB leaderboards and, for BM25, from BEIR and from Anserini. */
  private static final Map<String, String> NDCG_AT_10 =
      Map.ofEntries(
          Map.entry("scifact/bm25", ".665-.679"),
          Map.entry("scifact/all_minilm_l6_v2", ".645"),
          Map.entry("scifact/bge_small_en_v15", ".713"),
          Map.entry("scifact/e5_small_v2", ".689"),
          Map.entry("nfcorpus/bm25", ".322"),
          Map.entry("nfcorpus/all_minilm_l6_v2", ".316"),
          Map.entry("nfcorpus/bge_small_en_v15", ".343"),
          Map.entry("nfcorpus/e5_small_v2", ".325"));

  private PublishedFigures() {}

  /**
   * The published figure.
   *
   * @param collection the name of the collection's folder
   * @param system the name of the system
   * @return the figure, or {@code -} where none is known
   */
  static String ndcgAt10(String collection, String system) {
    return NDCG_AT_10.getOrDefault((collection + "/" + system).toLowerCase(Locale.ROOT), "-");
  }
}
