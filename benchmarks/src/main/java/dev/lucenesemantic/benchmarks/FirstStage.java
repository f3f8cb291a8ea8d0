package dev.lucenesemantic.benchmarks;

import java.io.IOException;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.TopDocs;

/** A search whose hits are reranked. */
interface FirstStage {

  /** What the tables call it. */
  String name();

  /** What the figures depend on, in one line for the report. */
  String settings();

  /** The best {@code n} documents. */
  TopDocs search(IndexSearcher searcher, String query, int n) throws IOException;

  /** The search of one system. */
  static FirstStage of(RetrievalSystem system) {
    return new Single(system);
  }

  /** Two searches, united by the ranks that they give. */
  static FirstStage hybrid(RetrievalSystem one, RetrievalSystem other) {
    return new Hybrid(new Single(one), new Single(other));
  }

  /**
   * One system.
   *
   * @param system it
   */
  record Single(RetrievalSystem system) implements FirstStage {
    @Override
    public String name() {
      return system.name();
    }

    @Override
    public String settings() {
      return system.settings();
    }

    @Override
    public TopDocs search(IndexSearcher searcher, String query, int n) throws IOException {
      return searcher.search(system.query(query, n), n);
    }
  }

  /**
   * Reciprocal rank fusion.
   *
   * @param one one search
   * @param other the other
   */
  record Hybrid(FirstStage one, FirstStage other) implements FirstStage {
    /** The usual constant. */
    private static final int K = 60;

    /** So much of each search is united at least, so that the window does not change the order. */
    private static final int DEPTH = 200;

    @Override
    public String name() {
      return "hybrid";
    }

    @Override
    public String settings() {
      return "reciprocal rank fusion, k="
          + K
          + ", of the best "
          + DEPTH
          + " of "
          + one.name()
          + " and of "
          + other.name();
    }

    @Override
    public TopDocs search(IndexSearcher searcher, String query, int n) throws IOException {
      int depth = Math.max(n, DEPTH);
      TopDocs[] both = {one.search(searcher, query, depth), other.search(searcher, query, depth)};
      return TopDocs.rrf(n, K, both);
    }
  }
}
