package dev.lucenesemantic.benchmarks;

import java.util.Comparator;
import org.apache.lucene.util.BytesRef;

/**
 * A document that a system returned for a query.
 *
 * @param id the document's id in the judgements
 * @param score the higher, the better
 */
record RankedDocument(String id, float score) {

  /**
   * The order in which trec_eval ranks, whatever the order in the run file: by descending score,
   * and among equal scores by <em>descending</em> id, compared byte by byte as strcmp does.
   */
  static final Comparator<RankedDocument> TREC_EVAL_ORDER =
      Comparator.comparing(RankedDocument::score)
          .thenComparing(document -> new BytesRef(document.id()))
          .reversed();
}
