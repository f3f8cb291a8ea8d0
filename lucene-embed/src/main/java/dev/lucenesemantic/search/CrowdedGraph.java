package dev.lucenesemantic.search;

import dev.lucenesemantic.document.CompanionFields;
import java.io.IOException;
import java.util.List;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.ConjunctionUtils;
import org.apache.lucene.search.DocIdSetIterator;

/**
 * Whether one text stands so often in a segment that its graph cannot be searched: a disclaimer in
 * every document, or the same words for whatever has none. A search of Lucene's HNSW graph, also
 * the one that finds a new vector its neighbours, keeps as many candidates as its beam is wide.
 * Once it comes upon more equal vectors than that, it sees nothing else, and what is added then can
 * be found by no search.
 *
 * <p>Measured with passages of SciFact, the paragraph in 1, 2 and 5 of 100 among 16,000 others:
 * recall@10 .996 as without it, .988 to .996, .981 to .991; in 5 of 100 among 4,000 .905 to .999;
 * in as many as there are others 0.
 */
final class CrowdedGraph {
  /** The beam with which Lucene builds graphs: fewer equal vectors do no harm. */
  private static final int BEAM = 100;

  /** Nor does a smaller part of all vectors. */
  private static final double PART = 0.015;

  private static final SegmentFacts CROWDED = new SegmentFacts();

  private CrowdedGraph() {}

  /**
   * Looks it up in the hashes of the texts, once for each segment.
   *
   * @param segment the segment
   * @param field the field by the application's name
   * @param vectorField the Lucene field of the vectors
   */
  static boolean isIn(LeafReader segment, String field, String vectorField) throws IOException {
    return CROWDED.get(segment, vectorField, () -> look(segment, field, vectorField));
  }

  /** The documents that Lucene's exact search is to be given: only such as have a vector. */
  static DocIdSetIterator withVector(
      LeafReaderContext context, AcceptDocs acceptDocs, String vectorField) throws IOException {
    return ConjunctionUtils.intersectIterators(
        List.of(
            acceptDocs.iterator(), context.reader().getFloatVectorValues(vectorField).iterator()));
  }

  private static boolean look(LeafReader segment, String field, String vectorField)
      throws IOException {
    FloatVectorValues vectors = segment.getFloatVectorValues(vectorField);
    Terms hashes = segment.terms(CompanionFields.textHash(field));
    if (vectors == null || hashes == null) {
      return false;
    }
    double most = Math.max(BEAM, PART * vectors.size());
    // Mostly there are hardly more documents than texts, and nothing is to be read.
    if (hashes.size() >= 0 && hashes.getSumDocFreq() - hashes.size() < most - 1) {
      return false;
    }
    TermsEnum texts = hashes.iterator();
    while (texts.next() != null) {
      if (texts.docFreq() >= most) {
        return true;
      }
    }
    return false;
  }
}
