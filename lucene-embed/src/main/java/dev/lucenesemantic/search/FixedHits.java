package dev.lucenesemantic.search;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Scorer;

/**
 * Documents of one reader and their scores, for a query whose hits were found when it was
 * rewritten: the weight of what it was rewritten to takes its scorers from here.
 */
public final class FixedHits {

  /** Identifies the reader without holding it. */
  private final Object readerId;

  /** In ascending order. */
  private final int[] docs;

  private final float[] scores;

  /**
   * Takes hits over.
   *
   * @param reader the top-level reader that the hits are of; it is not held
   * @param hits documents, each once and in any order, with scores that are not negative
   */
  public FixedHits(IndexReader reader, ScoreDoc[] hits) {
    readerId = reader.getContext().id();
    docs = new int[hits.length];
    scores = new float[hits.length];
    ScoreDoc[] byDoc = hits.clone();
    Arrays.sort(byDoc, Comparator.comparingInt(hit -> hit.doc));
    for (int i = 0; i < byDoc.length; i++) {
      docs[i] = byDoc[i].doc;
      scores[i] = byDoc[i].score;
    }
  }

  /**
   * Whether these are hits of a reader.
   *
   * @param reader a top-level reader
   * @return whether it is the one that they were found in
   */
  public boolean areOf(IndexReader reader) {
    return reader.getContext().id() == readerId;
  }

  /**
   * Checks that a searcher has the reader of these hits.
   *
   * @param searcher who wants to score them
   * @param query named in the message
   * @throws IllegalStateException if it searches another reader
   */
  public void checkReader(IndexSearcher searcher, Object query) {
    if (!areOf(searcher.getIndexReader())) {
      throw new IllegalStateException("these hits of " + query + " are those of another reader");
    }
  }

  /**
   * How many hits there are.
   *
   * @return the number of documents
   */
  public int size() {
    return docs.length;
  }

  /**
   * Where a document stands.
   *
   * @param doc its number in the whole reader
   * @return its place in ascending order, from 0; negative if it is no hit
   */
  public int indexOf(int doc) {
    return Arrays.binarySearch(docs, doc);
  }

  /**
   * The score of a hit.
   *
   * @param index its place, as {@link #indexOf} gives it
   * @return the score
   */
  public float score(int index) {
    return scores[index];
  }

  /**
   * How many hits a segment has.
   *
   * @param context the segment
   * @return the number of its documents
   */
  public int count(LeafReaderContext context) {
    return firstFrom(context.docBase + context.reader().maxDoc()) - firstFrom(context.docBase);
  }

  /**
   * Matches the hits of a segment.
   *
   * @param context the segment
   * @param boost what scores are multiplied by
   * @return a new scorer, or null if the segment has no hits
   */
  public Scorer scorer(LeafReaderContext context, float boost) {
    int from = firstFrom(context.docBase);
    int to = firstFrom(context.docBase + context.reader().maxDoc());
    return from == to ? null : new HitsScorer(from, to, context.docBase, boost);
  }

  /** The place of the first hit that is not before a document. */
  private int firstFrom(int doc) {
    int found = Arrays.binarySearch(docs, doc);
    return found < 0 ? -1 - found : found;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FixedHits hits
        && readerId == hits.readerId
        && Arrays.equals(docs, hits.docs)
        && Arrays.equals(scores, hits.scores);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(docs);
  }

  private final class HitsScorer extends Scorer {
    private final int from;
    private final int to;
    private final int docBase;
    private final float boost;
    private int at;

    HitsScorer(int from, int to, int docBase, float boost) {
      this.from = from;
      this.to = to;
      this.docBase = docBase;
      this.boost = boost;
      at = from - 1;
    }

    @Override
    public int docID() {
      if (at < from) {
        return -1;
      }
      return at < to ? docs[at] - docBase : DocIdSetIterator.NO_MORE_DOCS;
    }

    @Override
    public float score() {
      return scores[at] * boost;
    }

    @Override
    public float getMaxScore(int upTo) {
      float max = 0;
      for (int i = from; i < to && docs[i] - docBase <= upTo; i++) {
        max = Math.max(max, scores[i]);
      }
      return max * boost;
    }

    @Override
    public DocIdSetIterator iterator() {
      return new DocIdSetIterator() {
        @Override
        public int docID() {
          return HitsScorer.this.docID();
        }

        @Override
        public int nextDoc() {
          at++;
          return docID();
        }

        @Override
        public int advance(int target) throws IOException {
          return slowAdvance(target);
        }

        @Override
        public long cost() {
          return (long) to - from;
        }
      };
    }
  }
}
