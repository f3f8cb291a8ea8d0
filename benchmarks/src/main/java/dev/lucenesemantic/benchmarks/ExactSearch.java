package dev.lucenesemantic.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.VectorUtil;

/** Compares a query with every vector of a field: the answer that a graph search approximates. */
final class ExactSearch {
  private final IndexReader reader;
  private final String field;

  ExactSearch(IndexReader reader, String field) {
    this.reader = reader;
    this.field = field;
  }

  /**
   * A document and its dot product with the query.
   *
   * @param doc the document's number in the reader
   * @param dotProduct with the query's vector
   */
  record Neighbor(int doc, float dotProduct) {}

  /** The {@code k} documents with the greatest dot products, best first; of equal ones any. */
  List<Neighbor> search(float[] query, int k) throws IOException {
    Comparator<Neighbor> byDotProduct = Comparator.comparing(Neighbor::dotProduct);
    PriorityQueue<Neighbor> best = new PriorityQueue<>(k, byDotProduct);
    for (LeafReaderContext leaf : reader.leaves()) {
      FloatVectorValues vectors = leaf.reader().getFloatVectorValues(field);
      if (vectors == null) {
        continue;
      }
      KnnVectorValues.DocIndexIterator docs = vectors.iterator();
      for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
        float dotProduct = VectorUtil.dotProduct(query, vectors.vectorValue(docs.index()));
        if (best.size() < k) {
          best.add(new Neighbor(leaf.docBase + doc, dotProduct));
        } else if (dotProduct > best.element().dotProduct()) {
          best.remove();
          best.add(new Neighbor(leaf.docBase + doc, dotProduct));
        }
      }
    }
    List<Neighbor> neighbors = new ArrayList<>(best);
    neighbors.sort(byDotProduct.reversed());
    return neighbors;
  }
}
