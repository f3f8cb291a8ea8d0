package dev.lucenesemantic.mining;

import dev.lucenesemantic.document.FieldModels;
import java.io.IOException;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;

/**
 * The vectors of a field that take part: of documents that are not deleted and match the filter.
 * Which they are is read once, at a bit per document; the vectors stay in the index. For several
 * threads, each of which reads with a {@link VectorCursor} of its own.
 */
final class IndexedVectors {

  /**
   * One segment.
   *
   * @param accepted the documents with a vector that take part; null if all of its vectors do
   * @param count how many vectors take part, at least 1
   */
  record Leaf(
      LeafReader reader, int docBase, FixedBitSet accepted, AcceptDocs acceptDocs, int count) {

    boolean accepts(int doc) {
      return accepted == null || accepted.get(doc);
    }
  }

  private final String field;
  private final IndexReader reader;

  /** One for each segment of the reader; null where no vector takes part. */
  private final Leaf[] leaves;

  private int count;
  private int dimension;
  private VectorSimilarityFunction function;

  private IndexedVectors(String field, IndexReader reader) {
    this.field = field;
    this.reader = reader;
    leaves = new Leaf[reader.leaves().size()];
  }

  /**
   * Looks which vectors take part.
   *
   * @throws IllegalArgumentException if the field's vectors cannot be compared
   */
  static IndexedVectors open(IndexSearcher searcher, String field, Query filter)
      throws IOException {
    IndexReader reader = searcher.getIndexReader();
    requireOneModel(FieldModels.of(reader, field));
    IndexedVectors vectors = new IndexedVectors(field, reader);
    Weight weight =
        filter == null
            ? null
            : searcher.createWeight(searcher.rewrite(filter), ScoreMode.COMPLETE_NO_SCORES, 1);
    for (LeafReaderContext context : reader.leaves()) {
      vectors.open(context, weight);
    }
    return vectors;
  }

  private static void requireOneModel(FieldModels models) {
    if (models.names().size() + (models.unnamed() ? 1 : 0) > 1) {
      throw new IllegalArgumentException(
          "field '"
              + models.field()
              + "' holds vectors of several models, "
              + models.names()
              + (models.unnamed() ? " and others that name none" : "")
              + ", which cannot be compared; index the texts again with one model");
    }
  }

  private void open(LeafReaderContext context, Weight filter) throws IOException {
    LeafReader leaf = context.reader();
    FieldInfo info = leaf.getFieldInfos().fieldInfo(field);
    if (info == null || !info.hasVectorValues()) {
      return;
    }
    check(info);
    FloatVectorValues values = leaf.getFloatVectorValues(field);
    if (values == null || values.size() == 0) {
      return;
    }
    Leaf opened =
        filter == null && leaf.getLiveDocs() == null
            ? new Leaf(
                leaf,
                context.docBase,
                null,
                AcceptDocs.fromLiveDocs(null, leaf.maxDoc()),
                values.size())
            : restricted(context, values, filter);
    if (opened.count() > 0) {
      leaves[context.ord] = opened;
      count += opened.count();
    }
  }

  private static Leaf restricted(LeafReaderContext context, FloatVectorValues values, Weight filter)
      throws IOException {
    LeafReader leaf = context.reader();
    FixedBitSet accepted = new FixedBitSet(leaf.maxDoc());
    DocIdSetIterator matches = matches(context, filter);
    Bits liveDocs = leaf.getLiveDocs();
    KnnVectorValues.DocIndexIterator withVector = values.iterator();
    int count = 0;
    for (int doc = matches.nextDoc();
        doc != DocIdSetIterator.NO_MORE_DOCS;
        doc = matches.nextDoc()) {
      if (withVector.docID() < doc) {
        withVector.advance(doc);
      }
      if (withVector.docID() == doc && (liveDocs == null || liveDocs.get(doc))) {
        accepted.set(doc);
        count++;
      }
    }
    return new Leaf(
        leaf, context.docBase, accepted, AcceptDocs.fromLiveDocs(accepted, leaf.maxDoc()), count);
  }

  private static DocIdSetIterator matches(LeafReaderContext context, Weight filter)
      throws IOException {
    if (filter == null) {
      return DocIdSetIterator.all(context.reader().maxDoc());
    }
    Scorer scorer = filter.scorer(context);
    return scorer == null ? DocIdSetIterator.empty() : scorer.iterator();
  }

  private void check(FieldInfo info) {
    if (info.getVectorEncoding() != VectorEncoding.FLOAT32) {
      throw new IllegalArgumentException(
          "field '" + field + "' holds vectors of bytes; only vectors of floats can be mined");
    }
    if (function == null) {
      function = info.getVectorSimilarityFunction();
      dimension = info.getVectorDimension();
    } else if (function != info.getVectorSimilarityFunction()
        || dimension != info.getVectorDimension()) {
      throw new IllegalArgumentException(
          "field '"
              + field
              + "' differs in dimension or similarity between the indexes of a reader");
    }
  }

  String field() {
    return field;
  }

  /** One more than the largest document id. */
  int maxDoc() {
    return reader.maxDoc();
  }

  /** How many vectors take part. */
  int count() {
    return count;
  }

  int dimension() {
    return dimension;
  }

  /** How the field's graphs compare vectors; null if there are none. */
  VectorSimilarityFunction function() {
    return function;
  }

  int leafCount() {
    return leaves.length;
  }

  /** A segment; null if none of its vectors takes part. */
  Leaf leaf(int ord) {
    return leaves[ord];
  }

  /** The number of the segment that holds a document. */
  int leafOf(int doc) {
    return ReaderUtil.subIndex(doc, reader.leaves());
  }
}
