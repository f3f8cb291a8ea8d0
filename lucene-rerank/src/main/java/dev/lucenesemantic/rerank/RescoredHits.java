package dev.lucenesemantic.rerank;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.VectorUtil;

/** What a {@link RescoringQuery} found in one reader: documents and their scores. */
final class RescoredHits extends Query {
  private final RescoringQuery query;
  private final Rescoring rescoring;

  /** Identifies the reader without holding it. */
  private final Object readerId;

  /** The documents, in ascending order, and their scores. */
  private final int[] docs;

  private final float[] scores;

  RescoredHits(RescoringQuery query, IndexReader reader, Rescoring rescoring, ScoreDoc[] ranked) {
    this.query = query;
    this.rescoring = rescoring;
    readerId = reader.getContext().id();
    ScoreDoc[] byDoc = notNegative(ranked);
    Arrays.sort(byDoc, Comparator.comparingInt(hit -> hit.doc));
    docs = Arrays.stream(byDoc).mapToInt(hit -> hit.doc).toArray();
    scores = new float[byDoc.length];
    for (int i = 0; i < byDoc.length; i++) {
      scores[i] = byDoc[i].score;
    }
  }

  private static ScoreDoc[] notNegative(ScoreDoc[] ranked) {
    ScoreDoc[] hits = new ScoreDoc[ranked.length];
    for (int i = 0; i < hits.length; i++) {
      float score = notNegative(ranked[i].score);
      if (i > 0 && score >= hits[i - 1].score) {
        boolean inOrder = ranked[i - 1].doc < ranked[i].doc;
        score = inOrder ? hits[i - 1].score : Math.max(0, Math.nextDown(hits[i - 1].score));
      }
      hits[i] = new ScoreDoc(ranked[i].doc, score);
    }
    return hits;
  }

  private static float notNegative(float score) {
    return Float.isNaN(score)
        ? 0
        : Math.min(Float.MAX_VALUE, VectorUtil.scaleMaxInnerProductScore(score));
  }

  boolean isOf(IndexReader reader) {
    return reader.getContext().id() == readerId;
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost) {
    if (!isOf(searcher.getIndexReader())) {
      throw new IllegalStateException("these hits of " + query + " are those of another reader");
    }
    return new HitsWeight(searcher, boost);
  }

  @Override
  public void visit(QueryVisitor visitor) {
    query.visit(visitor);
  }

  @Override
  public String toString(String field) {
    return query.toString(field) + "[" + docs.length + " hits]";
  }

  @Override
  public boolean equals(Object other) {
    return sameClassAs(other)
        && readerId == ((RescoredHits) other).readerId
        && query.equals(((RescoredHits) other).query)
        && Arrays.equals(docs, ((RescoredHits) other).docs)
        && Arrays.equals(scores, ((RescoredHits) other).scores);
  }

  @Override
  public int hashCode() {
    return 31 * query.hashCode() + Arrays.hashCode(docs);
  }

  /** The index in {@link #docs} of the first hit that is not before a document. */
  private int firstHitFrom(int doc) {
    int found = Arrays.binarySearch(docs, doc);
    return found < 0 ? -1 - found : found;
  }

  private final class HitsWeight extends Weight {
    private final IndexSearcher searcher;
    private final float boost;

    HitsWeight(IndexSearcher searcher, float boost) {
      super(RescoredHits.this);
      this.searcher = searcher;
      this.boost = boost;
    }

    @Override
    public ScorerSupplier scorerSupplier(LeafReaderContext context) {
      int from = firstHitFrom(context.docBase);
      int to = firstHitFrom(context.docBase + context.reader().maxDoc());
      return from == to
          ? null
          : new DefaultScorerSupplier(new HitsScorer(from, to, context.docBase, boost));
    }

    @Override
    public int count(LeafReaderContext context) {
      return firstHitFrom(context.docBase + context.reader().maxDoc())
          - firstHitFrom(context.docBase);
    }

    @Override
    public boolean isCacheable(LeafReaderContext context) {
      return true;
    }

    @Override
    public Explanation explain(LeafReaderContext context, int doc) throws IOException {
      int global = context.docBase + doc;
      int hit = Arrays.binarySearch(docs, global);
      if (hit < 0) {
        return Explanation.noMatch("the document is not among the " + docs.length + " best hits");
      }
      Explanation firstStage = searcher.explain(query.firstStage(), global);
      return Explanation.match(
          scores[hit] * boost,
          "final score made positive (1 + s, or 1 / (1 - s) if it is negative)"
              + (boost == 1 ? "" : " times boost " + boost)
              + ", computed as this from:",
          rescoring.explain(firstStage, global));
    }
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
