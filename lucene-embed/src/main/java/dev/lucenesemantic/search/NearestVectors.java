package dev.lucenesemantic.search;

import java.io.IOException;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.QueryTimeout;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.knn.KnnCollectorManager;

/**
 * Lucene's search for nearest vectors, of which this gives the hits instead of a query.
 *
 * <p>Lucene merges the hits of the segments once or twice: the worst hit of the first merge decides
 * which segments it searches again. So hits must not be cut to fewer than the beam while it
 * searches, but only of the last merge.
 */
final class NearestVectors extends KnnFloatVectorQuery {
  private final String baseField;
  private QueryTimeout timeout;
  private ScoreDoc[] hits = new ScoreDoc[0];

  /**
   * @param baseField the field by the application's name
   * @param field the Lucene field of the vectors
   */
  NearestVectors(String baseField, String field, float[] target, int beam, Query filter) {
    super(field, target, beam, filter);
    this.baseField = baseField;
  }

  /** Searches; to be called once. The hits have global document ids and come best first. */
  ScoreDoc[] search(IndexSearcher searcher) throws IOException {
    timeout = searcher.getTimeout();
    rewrite(searcher);
    return hits;
  }

  @Override
  protected TopDocs approximateSearch(
      LeafReaderContext context,
      AcceptDocs acceptDocs,
      int visitedLimit,
      KnnCollectorManager knnCollectorManager)
      throws IOException {
    return CrowdedGraph.isIn(context.reader(), baseField, field)
        ? exactSearch(context, CrowdedGraph.withVector(context, acceptDocs, field), timeout)
        : super.approximateSearch(context, acceptDocs, visitedLimit, knnCollectorManager);
  }

  @Override
  protected TopDocs mergeLeafResults(TopDocs[] perLeafResults) {
    TopDocs merged = super.mergeLeafResults(perLeafResults);
    // Lucene sorts the array by document afterwards.
    hits = merged.scoreDocs.clone();
    return merged;
  }
}
