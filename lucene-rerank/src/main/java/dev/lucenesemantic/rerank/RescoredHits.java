package dev.lucenesemantic.rerank;

import dev.lucenesemantic.search.FixedHits;
import java.io.IOException;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
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

  private final FixedHits hits;

  RescoredHits(RescoringQuery query, IndexReader reader, Rescoring rescoring, ScoreDoc[] ranked) {
    this.query = query;
    this.rescoring = rescoring;
    hits = new FixedHits(reader, notNegative(ranked));
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
    return hits.areOf(reader);
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost) {
    hits.checkReader(searcher, query);
    return new HitsWeight(searcher, boost);
  }

  @Override
  public void visit(QueryVisitor visitor) {
    query.visit(visitor);
  }

  @Override
  public String toString(String field) {
    return query.toString(field) + "[" + hits.size() + " hits]";
  }

  @Override
  public boolean equals(Object other) {
    return sameClassAs(other)
        && query.equals(((RescoredHits) other).query)
        && hits.equals(((RescoredHits) other).hits);
  }

  @Override
  public int hashCode() {
    return 31 * query.hashCode() + hits.hashCode();
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
      Scorer scorer = hits.scorer(context, boost);
      return scorer == null ? null : new DefaultScorerSupplier(scorer);
    }

    @Override
    public int count(LeafReaderContext context) {
      return hits.count(context);
    }

    @Override
    public boolean isCacheable(LeafReaderContext context) {
      return true;
    }

    @Override
    public Explanation explain(LeafReaderContext context, int doc) throws IOException {
      int global = context.docBase + doc;
      int hit = hits.indexOf(global);
      if (hit < 0) {
        return Explanation.noMatch("the document is not among the " + hits.size() + " best hits");
      }
      Explanation firstStage = searcher.explain(query.firstStage(), global);
      return Explanation.match(
          hits.score(hit) * boost,
          "final score made positive (1 + s, or 1 / (1 - s) if it is negative)"
              + (boost == 1 ? "" : " times boost " + boost)
              + ", computed as this from:",
          rescoring.explain(firstStage, global));
    }
  }
}
