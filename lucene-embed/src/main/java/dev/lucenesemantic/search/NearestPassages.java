package dev.lucenesemantic.search;

import java.io.IOException;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.QueryTimeout;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.join.BitSetProducer;
import org.apache.lucene.search.join.DiversifyingChildrenFloatKnnVectorQuery;
import org.apache.lucene.search.knn.KnnCollectorManager;

/** Lucene's search for the nearest child of each parent, of which this gives the hits. */
final class NearestPassages extends DiversifyingChildrenFloatKnnVectorQuery {
  private final String baseField;
  private QueryTimeout timeout;
  private ScoreDoc[] hits = new ScoreDoc[0];

  /**
   * @param baseField the field by the application's name
   * @param field the Lucene field of the vectors
   */
  NearestPassages(
      String baseField,
      String field,
      float[] target,
      Query childFilter,
      int beam,
      BitSetProducer parents) {
    super(field, target, childFilter, beam, parents);
    this.baseField = baseField;
  }

  /** Searches; to be called once. The hits are children with global ids, best first. */
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
