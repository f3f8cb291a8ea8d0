package dev.lucenesemantic.search;

import dev.lucenesemantic.document.CompanionFields;
import java.io.IOException;
import java.util.Arrays;
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
 * Whether the same vectors stand so often in a segment that its graph cannot be searched: a
 * disclaimer in every document, the footers of a few publishers, one picture for whatever has none.
 * Lucene's HNSW graph links a vector to such neighbours only as are nearer to it than to each
 * other, so that equal vectors lead nowhere but to each other; and a search of it, also the one
 * that finds a new vector its neighbours, keeps as many candidates as its beam is wide. Once it
 * comes upon more equal vectors than that, it sees nothing else, and what is added then can be
 * found by no search.
 *
 * <p>Measured with passages of SciFact, texts times copies among 20,000 others, recall@10: none
 * .997; 1 x 280 .997, 2 x 99 .995, 3 x 99 .959, 6 x 50 .980, 15 x 20 .997, 5 x 99 .951, 20 x 99
 * .698, 20 x 50 .959, 100 x 10 .999, 400 x 5 .999. Of 20,000 in all: 10,000 x 2 .995, 4,000 x 5
 * .980, 2,000 x 10 .945, 1,000 x 20 .825, 400 x 50 .240.
 */
final class CrowdedGraph {
  /** The more copies of a vector there are, the smaller a part of all may have so many. */
  private static final int[] COPIES = {4, 8, 32};

  private static final double[] PARTS = {0.5, 0.1, 0.01};

  /** Of a segment whose texts are not known so many vectors are compared, in runs. */
  private static final int SAMPLE = 20_000;

  /** As each page of a file that is read costs as much as many vectors of it. */
  private static final int RUN = 100;

  private static final SegmentFacts CROWDED = new SegmentFacts();

  /** How many vectors there are of which there are so many copies. */
  private final int[] vectors = new int[COPIES.length];

  private final double sampled;

  /**
   * @param sampled the part of all vectors that is looked at
   */
  private CrowdedGraph(double sampled) {
    this.sampled = sampled;
  }

  /**
   * Looks it up in the hashes of the texts, or in the vectors, once for each segment.
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
    if (vectors == null) {
      return false;
    }
    Terms hashes = segment.terms(CompanionFields.textHash(field));
    // Images have none, nor what another writer has added.
    boolean known = hashes != null && hashes.getSumDocFreq() >= vectors.size();
    return known ? hasManyCopies(hashes) : hasManyCopies(vectors);
  }

  private static boolean hasManyCopies(Terms hashes) throws IOException {
    long documents = hashes.getSumDocFreq();
    long texts = hashes.size();
    // Mostly there are hardly more documents than texts, and nothing is to be read.
    double least = PARTS[PARTS.length - 1] * documents / 2;
    if (texts >= 0 && documents - texts < least) {
      return false;
    }
    CrowdedGraph copies = new CrowdedGraph(1);
    TermsEnum each = hashes.iterator();
    while (each.next() != null) {
      copies.add(each.docFreq());
    }
    return copies.areMany(documents);
  }

  private static boolean hasManyCopies(FloatVectorValues vectors) throws IOException {
    int size = Math.min(vectors.size(), SAMPLE);
    int[] hashes = new int[size];
    for (int i = 0; i < size; i++) {
      int inRun = i % RUN;
      long run = (long) (i - inRun) * vectors.size() / size;
      hashes[i] = Arrays.hashCode(vectors.vectorValue((int) run + inRun));
    }
    Arrays.sort(hashes);
    CrowdedGraph copies = new CrowdedGraph((double) size / Math.max(1, vectors.size()));
    for (int from = 0, to = 0; from < size; from = to) {
      while (to < size && hashes[to] == hashes[from]) {
        to++;
      }
      copies.add(to - from);
    }
    return copies.areMany(size);
  }

  private void add(int count) {
    for (int i = 0; i < COPIES.length; i++) {
      // Of few copies one at the most is in a small sample, and nothing can be told.
      if (count >= Math.max(2, COPIES[i] * sampled)) {
        vectors[i] += count;
      }
    }
  }

  private boolean areMany(long all) {
    for (int i = 0; i < COPIES.length; i++) {
      if (vectors[i] > 0 && vectors[i] >= PARTS[i] * all) {
        return true;
      }
    }
    return false;
  }
}
