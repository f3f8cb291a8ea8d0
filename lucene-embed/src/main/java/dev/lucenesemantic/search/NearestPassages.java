package dev.lucenesemantic.search;

import java.io.IOException;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.join.BitSetProducer;
import org.apache.lucene.search.join.DiversifyingChildrenFloatKnnVectorQuery;

/** Lucene's search for the nearest child of each parent, of which this gives the hits. */
final class NearestPassages extends DiversifyingChildrenFloatKnnVectorQuery {
  private ScoreDoc[] hits = new ScoreDoc[0];

  NearestPassages(
      String field, float[] target, Query childFilter, int beam, BitSetProducer parents) {
    super(field, target, childFilter, beam, parents);
  }

  /** Searches; to be called once. The hits are children with global ids, best first. */
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
