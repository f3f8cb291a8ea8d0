package dev.lucenesemantic.search;

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

/** What a {@link SemanticQuery} found in one reader: documents and their scores. */
final class SemanticHits extends Query {
  private final SemanticQuery query;

  /** Identifies the reader without holding it. */
  private final Object readerId;

  /** The documents, in ascending order, and their scores. */
  private final int[] docs;

  private final float[] scores;

  /** The Lucene field of the vectors, which may have another name than the query's. */
  private final String vectorField;

  SemanticHits(SemanticQuery query, String vectorField, IndexReader reader, ScoreDoc[] hits) {
    this.query = query;
    this.vectorField = vectorField;
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

  /** The score of a cosine, as Lucene computes it for dot products. */
  static float score(float cosine) {
    return Math.max((1 + cosine) / 2, 0);
  }

  private static float cosine(float score) {
    return 2 * score - 1;
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost) {
    if (searcher.getIndexReader().getContext().id() != readerId) {
      throw new IllegalStateException("These hits of " + query + " are those of another reader");
    }
    return new HitsWeight(boost);
  }

  @Override
  public void visit(QueryVisitor visitor) {
    if (visitor.acceptField(query.getField())) {
      visitor.visitLeaf(this);
    }
  }

  @Override
  public String toString(String field) {
    return query.toString(field) + "[" + docs.length + " hits]";
  }

  @Override
  public boolean equals(Object other) {
    return sameClassAs(other)
        && readerId == ((SemanticHits) other).readerId
        && query.equals(((SemanticHits) other).query)
        && Arrays.equals(docs, ((SemanticHits) other).docs)
        && Arrays.equals(scores, ((SemanticHits) other).scores);
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
    private final float boost;

    HitsWeight(float boost) {
      super(SemanticHits.this);
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
      int hit = Arrays.binarySearch(docs, context.docBase + doc);
      if (hit < 0) {
        return Explanation.noMatch(
            "not among the " + docs.length + " hits of " + query, whyNot(context, doc));
      }
      Explanation similarity =
          Explanation.match(
              scores[hit],
              "similarity to \"" + query.getText() + "\", computed as (1 + cosine) / 2 from:",
              Explanation.match(
                  cosine(scores[hit]),
                  "cosine of the vectors of the text and of field "
                      + query.getField()
                      + ", by model "
                      + query.getEmbedder().modelName()
                      + " (fingerprint "
                      + query.getEmbedder().fingerprint()
                      + ")"));
      return boost == 1
          ? similarity
          : Explanation.match(
              scores[hit] * boost,
              "similarity times boost, product of:",
              similarity,
              Explanation.match(boost, "boost"));
    }

    private Explanation whyNot(LeafReaderContext context, int doc) throws IOException {
      ExactScores.Segment exact =
          new ExactScores(vectorField, query.vector()).segment(context.reader());
      if (exact == null || !exact.advance(doc)) {
        return Explanation.noMatch("the document has no vector in field " + query.getField());
      }
      return Explanation.noMatch(
          "the cosine is "
              + cosine(exact.score())
              + ": others are nearer, or it is below the threshold, or the filter or the"
              + " approximate search left the document out");
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
