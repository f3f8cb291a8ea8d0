package dev.lucenesemantic.search;

import dev.lucenesemantic.codec.StoredVectors;
import dev.lucenesemantic.codec.VectorStorage;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.ScoreDoc;

/**
 * Scores computed from the vectors as they were indexed. The search of a quantised segment compares
 * shortened vectors, and its scores are estimates.
 */
final class ExactScores {
  static final Comparator<ScoreDoc> BEST_FIRST =
      Comparator.<ScoreDoc>comparingDouble(hit -> -hit.score).thenComparingInt(hit -> hit.doc);

  private final String field;
  private final float[] query;

  ExactScores(String field, float[] query) {
    this.field = field;
    this.query = query;
  }

  /**
   * Replaces estimated scores by exact ones. Hits of segments that are not quantised stay as they
   * are.
   *
   * @param hits hits with a vector, with global document ids, best first; not changed
   * @return hits of the same documents, best first, of equal ones the lower id
   */
  ScoreDoc[] of(IndexReader reader, ScoreDoc[] hits) throws IOException {
    List<LeafReaderContext> leaves = reader.leaves();
    ScoreDoc[] rescored = hits.clone();
    // In the order in which they lie on disk.
    Arrays.sort(rescored, Comparator.comparingInt(hit -> hit.doc));
    boolean changed = false;
    for (int from = 0; from < rescored.length; ) {
      LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(rescored[from].doc, leaves));
      int end = leaf.docBase + leaf.reader().maxDoc();
      int to = from + 1;
      while (to < rescored.length && rescored[to].doc < end) {
        to++;
      }
      if (areEstimated(leaf.reader())) {
        rescore(leaf, rescored, from, to);
        changed = true;
      }
      from = to;
    }
    if (!changed) {
      return hits;
    }
    Arrays.sort(rescored, BEST_FIRST);
    return rescored;
  }

  /** Whether the search of a segment gives estimates. */
  boolean areEstimated(LeafReader segment) throws IOException {
    return StoredVectors.of(segment, field).bits() != VectorStorage.FLOAT32.bits();
  }

  private void rescore(LeafReaderContext leaf, ScoreDoc[] hits, int from, int to)
      throws IOException {
    Segment segment = segment(leaf.reader());
    for (int i = from; i < to; i++) {
      if (!segment.advance(hits[i].doc - leaf.docBase)) {
        throw new IllegalStateException("document " + hits[i].doc + " was found without a vector");
      }
      hits[i] = new ScoreDoc(hits[i].doc, segment.score(), hits[i].shardIndex);
    }
  }

  /** The scores of one segment; null if it has no vectors in the field. */
  Segment segment(LeafReader reader) throws IOException {
    FieldInfo info = reader.getFieldInfos().fieldInfo(field);
    FloatVectorValues values = info == null ? null : reader.getFloatVectorValues(field);
    return values == null ? null : new Segment(info, values);
  }

  /** The scores of one segment's documents, to be asked for in ascending order. */
  final class Segment {
    private final FieldInfo info;
    private final FloatVectorValues values;
    private final KnnVectorValues.DocIndexIterator iterator;

    private Segment(FieldInfo info, FloatVectorValues values) {
      this.info = info;
      this.values = values;
      this.iterator = values.iterator();
    }

    /** Goes to a document of the segment; false if it has no vector. */
    boolean advance(int doc) throws IOException {
      return iterator.advance(doc) == doc;
    }

    float score() throws IOException {
      return info.getVectorSimilarityFunction()
          .compare(query, values.vectorValue(iterator.index()));
    }
  }
}
