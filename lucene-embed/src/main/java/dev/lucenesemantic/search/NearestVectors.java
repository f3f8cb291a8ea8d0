package dev.lucenesemantic.search;

import java.io.IOException;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;

/**
 * Lucene's search for nearest vectors, of which this gives the hits instead of a query.
 *
 * <p>Lucene merges the hits of the segments once or twice: the worst hit of the first merge decides
 * which segments it searches again. So hits must not be cut to fewer than the beam while it
 * searches, but only of the last merge.
 */
final class NearestVectors extends KnnFloatVectorQuery {
  private ScoreDoc[] hits = new ScoreDoc[0];

  NearestVectors(String field, float[] target, int beam, Query filter) {
    super(field, target, beam, filter);
  }

  /** Searches; to be called once. The hits have global document ids and come best first. */
  ScoreDoc[] search(IndexSearcher searcher) throws IOException {
    rewrite(searcher);
    return hits;
  }

  @Override
  protected TopDocs mergeLeafResults(TopDocs[] perLeafResults) {
    TopDocs merged = super.mergeLeafResults(perLeafResults);
    // Lucene sorts the array by document afterwards.
    hits = merged.scoreDocs.clone();
    return merged;
  }
}
