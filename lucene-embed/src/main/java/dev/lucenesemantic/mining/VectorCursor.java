package dev.lucenesemantic.mining;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.util.LongHeap;
import org.apache.lucene.util.VectorUtil;

/**
 * Reads vectors of an index and finds what is near them; for one thread. It holds a few vectors at
 * a time, and the hits of one search.
 *
 * <p>Lucene's search chooses the candidates, and its scores may come from quantised vectors. The
 * scores here are computed anew from the vectors as they were indexed, so that a pair has the same
 * score from both sides.
 */
final class VectorCursor {
  /** How far the square of a length may be from 1; half precision rounds by less. */
  private static final double UNIT_TOLERANCE = 0.01;

  private final IndexedVectors index;
  private final FloatVectorValues[] values;

  /** Whether scores are dot products; cosines if not. */
  private final boolean dotProducts;

  /** Whether the field's function puts vectors into the order of their cosines only if unit. */
  private final boolean unitVectorsOnly;

  private final float[] target;
  private double targetInverseNorm;

  private VectorCursor(IndexedVectors index, boolean dotProducts) {
    this.index = index;
    this.dotProducts = dotProducts;
    values = new FloatVectorValues[index.leafCount()];
    target = new float[index.dimension()];
    unitVectorsOnly = !dotProducts && index.function() != VectorSimilarityFunction.COSINE;
  }

  /** A cursor whose scores are cosines. */
  static VectorCursor ofCosines(IndexedVectors index) {
    return new VectorCursor(index, false);
  }

  /** A cursor whose scores are dot products where the field compares by them, else cosines. */
  static VectorCursor ofFieldScores(IndexedVectors index) {
    return new VectorCursor(
        index, index.function() == VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT);
  }

  interface Visitor {
    /** Is given a document whose vector has become the cursor's target. */
    void visit(int doc) throws IOException;
  }

  /**
   * Makes the vectors of some documents the target, one after the other. Documents without a vector
   * and with a vector of zeros, which is near nothing, are left out.
   */
  void forEach(int fromDoc, int toDoc, Visitor visitor) throws IOException {
    if (fromDoc >= toDoc) {
      return;
    }
    for (int ord = index.leafOf(fromDoc); ord <= index.leafOf(toDoc - 1); ord++) {
      IndexedVectors.Leaf leaf = index.leaf(ord);
      if (leaf == null) {
        continue;
      }
      FloatVectorValues vectors = values(ord);
      KnnVectorValues.DocIndexIterator iterator = vectors.iterator();
      int end = Math.min(leaf.reader().maxDoc(), toDoc - leaf.docBase());
      for (int doc = iterator.advance(Math.max(0, fromDoc - leaf.docBase()));
          doc < end;
          doc = iterator.nextDoc()) {
        if (leaf.accepts(doc)
            && setTarget(leaf.docBase() + doc, vectors.vectorValue(iterator.index()))) {
          visitor.visit(leaf.docBase() + doc);
        }
      }
    }
  }

  /** Makes the vector of a document the target; it must be one that {@link #forEach} gave. */
  void setTarget(int doc) throws IOException {
    int ord = index.leafOf(doc);
    FloatVectorValues vectors = values(ord);
    KnnVectorValues.DocIndexIterator iterator = vectors.iterator();
    iterator.advance(doc - index.leaf(ord).docBase());
    setTarget(doc, vectors.vectorValue(iterator.index()));
  }

  private boolean setTarget(int doc, float[] vector) {
    System.arraycopy(vector, 0, target, 0, target.length);
    double square = square(doc, target);
    targetInverseNorm = VectorTable.inverseNorm(square);
    return square > 0;
  }

  /**
   * Makes a vector from elsewhere the target.
   *
   * @param name what messages call it
   */
  void setTarget(String name, float[] vector) {
    if (vector.length != target.length) {
      throw new IllegalArgumentException(
          name
              + " has "
              + vector.length
              + " components and the vectors of field '"
              + index.field()
              + "' have "
              + target.length
              + "; only vectors of one model can be compared");
    }
    double square = Checks.finite(name, vector);
    if (square == 0) {
      throw new IllegalArgumentException(
          name + " is zero in all components, and near nothing in field '" + index.field() + "'");
    }
    // Lucene compares with a unit vector, whose length then is 1 here as well.
    double scale = dotProducts ? 1 : VectorTable.inverseNorm(square);
    for (int i = 0; i < target.length; i++) {
      target[i] = (float) (vector[i] * scale);
    }
    targetInverseNorm = 1;
  }

  /**
   * The vectors nearest to the target, best first.
   *
   * @param k how many, at most
   * @param beam how many candidates each segment is searched for
   */
  long[] nearest(int k, int beam) throws IOException {
    int size = Math.min(k, index.count());
    if (size == 0) {
      return new long[0];
    }
    LongHeap best = new LongHeap(size);
    for (int ord = 0; ord < values.length; ord++) {
      IndexedVectors.Leaf leaf = index.leaf(ord);
      if (leaf != null && !collectCandidates(ord, leaf, Math.max(k, beam), best)) {
        collectAll(ord, leaf, best);
      }
    }
    return Ranked.drain(best);
  }

  /**
   * The vectors that are near the target, best first: the search is repeated for twice as many
   * until it finds one that is not.
   *
   * @param beam how many the first search asks for
   */
  long[] within(float threshold, int beam) throws IOException {
    int k = Math.min(beam, index.count());
    long[] nearest = nearest(k, k);
    while (!isComplete(nearest, threshold)) {
      k = (int) Math.min(2L * k, index.count());
      nearest = nearest(k, k);
    }
    return near(nearest, threshold);
  }

  /** Whether there is nothing near beyond what was found. */
  boolean isComplete(long[] nearest, float threshold) {
    return nearest.length == index.count() || Ranked.score(nearest[nearest.length - 1]) < threshold;
  }

  /** Those of the nearest that are near. */
  static long[] near(long[] nearest, float threshold) {
    int count = nearest.length;
    while (count > 0 && Ranked.score(nearest[count - 1]) < threshold) {
      count--;
    }
    return Arrays.copyOf(nearest, count);
  }

  /**
   * Has Lucene search a segment.
   *
   * @return false if all vectors must be looked at, because that is less work, or because the graph
   *     does not lead to enough of those that take part
   */
  private boolean collectCandidates(int ord, IndexedVectors.Leaf leaf, int beam, LongHeap best)
      throws IOException {
    if (leaf.count() <= beam) {
      return false;
    }
    TopKnnCollector collector =
        new TopKnnCollector(beam, leaf.accepted() == null ? Integer.MAX_VALUE : leaf.count() + 1);
    leaf.reader().searchNearestVectors(index.field(), target, collector, leaf.acceptDocs());
    ScoreDoc[] candidates = collector.topDocs().scoreDocs;
    if (collector.earlyTerminated() || candidates.length < beam) {
      return false;
    }
    Arrays.sort(candidates, Comparator.comparingInt(candidate -> candidate.doc));
    FloatVectorValues vectors = values(ord);
    KnnVectorValues.DocIndexIterator iterator = vectors.iterator();
    for (ScoreDoc candidate : candidates) {
      iterator.advance(candidate.doc);
      collect(leaf.docBase() + candidate.doc, vectors.vectorValue(iterator.index()), best);
    }
    return true;
  }

  private void collectAll(int ord, IndexedVectors.Leaf leaf, LongHeap best) throws IOException {
    FloatVectorValues vectors = values(ord);
    KnnVectorValues.DocIndexIterator iterator = vectors.iterator();
    for (int doc = iterator.nextDoc();
        doc != DocIdSetIterator.NO_MORE_DOCS;
        doc = iterator.nextDoc()) {
      if (leaf.accepts(doc)) {
        collect(leaf.docBase() + doc, vectors.vectorValue(iterator.index()), best);
      }
    }
  }

  private void collect(int doc, float[] vector, LongHeap best) {
    float dot = VectorUtil.dotProduct(target, vector);
    float score =
        dotProducts
            ? dot
            : (float) (dot * (targetInverseNorm * VectorTable.inverseNorm(square(doc, vector))));
    best.insertWithOverflow(Ranked.of(score, doc));
  }

  private double square(int doc, float[] vector) {
    double square = VectorUtil.dotProduct(vector, vector);
    if (!(square <= Float.MAX_VALUE)) {
      Checks.finite(name(doc), vector);
    }
    if (unitVectorsOnly && !(Math.abs(square - 1) <= UNIT_TOLERANCE)) {
      throw new IllegalArgumentException(
          name(doc)
              + " has the length "
              + Math.sqrt(square)
              + ", but a field with similarity "
              + index.function()
              + " finds the nearest by cosine only among vectors of length 1; scale them, or index"
              + " them with similarity COSINE");
    }
    return square;
  }

  private String name(int doc) {
    return "the vector of document " + doc + " in field '" + index.field() + "'";
  }

  /** The vectors of a segment, to be read once: their iterator may not be had a second time. */
  private FloatVectorValues values(int ord) throws IOException {
    if (values[ord] == null) {
      values[ord] = index.leaf(ord).reader().getFloatVectorValues(index.field());
    }
    return values[ord].copy();
  }
}
