package dev.lucenesemantic.document;

import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues.DocIndexIterator;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.ArrayUtil;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.FixedBitSet;

/**
 * The documents of a segment that get a vector, and what comes of the segment's values with them.
 * Values of other documents stay as they are.
 */
final class FilledDocuments {
  private final int dimension;

  /** The documents in ascending order, each with its position in the selection. */
  private final int[] docs;

  private final int[] positions;
  private final StagedVectors.Selection vectors;
  private final boolean anyTruncated;

  /** Those whose counts are of a longer text and have nothing to do with their vector. */
  private final FixedBitSet wholeTextCounts;

  /**
   * @param documents documents in ascending order
   * @param vectors one for each of them, or none
   * @param wholeTextCounts the documents of the segment that have {@link WholeTextCounts}
   */
  FilledDocuments(
      int dimension, int[] documents, StagedVectors.Selection vectors, FixedBitSet wholeTextCounts)
      throws IOException {
    this.dimension = dimension;
    this.wholeTextCounts = wholeTextCounts;
    this.vectors = vectors;
    int[] filled = new int[documents.length];
    int[] from = new int[documents.length];
    int size = 0;
    boolean truncated = false;
    StagedVectors.Cursor cursor = vectors.cursor();
    for (int i = 0; i < documents.length; i++) {
      if (vectors.has(i)) {
        filled[size] = documents[i];
        from[size++] = i;
        truncated =
            truncated
                || (!wholeTextCounts.get(documents[i])
                    && cursor.tokensSeen(i) > cursor.tokensEncoded(i));
      }
    }
    docs = ArrayUtil.copyOfSubArray(filled, 0, size);
    positions = ArrayUtil.copyOfSubArray(from, 0, size);
    anyTruncated = truncated;
  }

  int size() {
    return docs.length;
  }

  /** Whether a filled document lost text. */
  boolean anyTruncated() {
    return anyTruncated;
  }

  /** The index of a document among the filled ones; negative if it is not one. */
  private int indexOf(int doc) {
    return Arrays.binarySearch(docs, doc);
  }

  /**
   * The vectors of the segment.
   *
   * @param old those that it has already; null if none
   */
  FloatVectorValues vectors(FloatVectorValues old) throws IOException {
    int most = docs.length + (old == null ? 0 : old.size());
    int[] all = new int[most];
    int[] sources = new int[most];
    int size = 0;
    DocIndexIterator before = old == null ? null : old.iterator();
    int oldDoc = before == null ? DocIdSetIterator.NO_MORE_DOCS : before.nextDoc();
    int next = 0;
    while (next < docs.length || oldDoc != DocIdSetIterator.NO_MORE_DOCS) {
      if (next < docs.length && docs[next] <= oldDoc) {
        if (docs[next] == oldDoc) {
          oldDoc = before.nextDoc();
        }
        all[size] = docs[next];
        sources[size++] = -1 - positions[next++];
      } else {
        all[size] = oldDoc;
        sources[size++] = before.index();
        oldDoc = before.nextDoc();
      }
    }
    return new Vectors(old, ArrayUtil.copyOfSubArray(all, 0, size), sources);
  }

  /** Vectors of the segment and new ones, in the order of the documents. */
  private final class Vectors extends FloatVectorValues {
    private final FloatVectorValues old;
    private final int[] all;

    /** For each vector its ordinal in the segment, or -1 minus its position in the selection. */
    private final int[] sources;

    private final StagedVectors.Cursor cursor = vectors.cursor();
    private final float[] scratch = new float[dimension];

    Vectors(FloatVectorValues old, int[] all, int[] sources) {
      this.old = old;
      this.all = all;
      this.sources = sources;
    }

    @Override
    public int dimension() {
      return dimension;
    }

    @Override
    public int size() {
      return all.length;
    }

    @Override
    public int ordToDoc(int ord) {
      return all[ord];
    }

    @Override
    public float[] vectorValue(int ord) throws IOException {
      if (sources[ord] >= 0) {
        return old.vectorValue(sources[ord]);
      }
      cursor.read(-1 - sources[ord], scratch);
      return scratch;
    }

    @Override
    public FloatVectorValues copy() throws IOException {
      return new Vectors(old == null ? null : old.copy(), all, sources);
    }

    @Override
    public DocIndexIterator iterator() {
      return createSparseIterator();
    }
  }

  /** Reads a number of a vector. */
  @FunctionalInterface
  interface TokenNumber {
    int read(StagedVectors.Cursor cursor, int position) throws IOException;
  }

  /**
   * The numbers that truncated documents have.
   *
   * @param old those of the segment; null if there are none
   */
  NumericDocValues tokens(NumericDocValues old, TokenNumber number) {
    return new Tokens(old, number);
  }

  private final class Tokens extends NumericDocValues {
    private final NumericDocValues old;
    private final TokenNumber number;
    private final StagedVectors.Cursor cursor = vectors.cursor();
    private int oldDoc = -1;
    private int next;
    private int doc = -1;
    private long value;

    Tokens(NumericDocValues old, TokenNumber number) {
      this.old = old;
      this.number = number;
    }

    @Override
    public int nextDoc() throws IOException {
      if (oldDoc <= doc) {
        do {
          oldDoc = old == null ? NO_MORE_DOCS : old.nextDoc();
          // What was true of the old vector is not of the new one.
        } while (oldDoc != NO_MORE_DOCS && indexOf(oldDoc) >= 0 && !wholeTextCounts.get(oldDoc));
      }
      while (next < docs.length && (docs[next] <= doc || !isTruncated(next))) {
        next++;
      }
      int nextFilled = next < docs.length ? docs[next] : NO_MORE_DOCS;
      doc = Math.min(oldDoc, nextFilled);
      if (doc != NO_MORE_DOCS) {
        value = doc == oldDoc ? old.longValue() : number.read(cursor, positions[next]);
      }
      return doc;
    }

    private boolean isTruncated(int index) throws IOException {
      return !wholeTextCounts.get(docs[index])
          && cursor.tokensSeen(positions[index]) > cursor.tokensEncoded(positions[index]);
    }

    @Override
    public long longValue() {
      return value;
    }

    @Override
    public boolean advanceExact(int target) throws IOException {
      while (doc < target) {
        nextDoc();
      }
      return doc == target;
    }

    @Override
    public int advance(int target) throws IOException {
      return slowAdvance(target);
    }

    @Override
    public int docID() {
      return doc;
    }

    @Override
    public long cost() {
      return docs.length + (old == null ? 0 : old.cost());
    }
  }

  /** The values without those of filled documents. */
  BinaryDocValues without(BinaryDocValues old) {
    return new Without(old);
  }

  private final class Without extends BinaryDocValues {
    private final BinaryDocValues old;

    Without(BinaryDocValues old) {
      this.old = old;
    }

    @Override
    public int nextDoc() throws IOException {
      int doc = old.nextDoc();
      while (doc != NO_MORE_DOCS && indexOf(doc) >= 0) {
        doc = old.nextDoc();
      }
      return doc;
    }

    @Override
    public BytesRef binaryValue() throws IOException {
      return old.binaryValue();
    }

    @Override
    public boolean advanceExact(int target) throws IOException {
      return indexOf(target) < 0 && old.advanceExact(target);
    }

    @Override
    public int advance(int target) throws IOException {
      return slowAdvance(target);
    }

    @Override
    public int docID() {
      return old.docID();
    }

    @Override
    public long cost() {
      return old.cost();
    }
  }
}
