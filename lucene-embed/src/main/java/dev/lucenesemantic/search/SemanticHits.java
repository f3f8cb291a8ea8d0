package dev.lucenesemantic.search;

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

/** What a {@link SemanticQuery} found in one reader: documents and their scores. */
final class SemanticHits extends Query {
  private final SemanticQuery query;

  private final FixedHits hits;

  /** The Lucene field of the vectors, which may have another name than the query's. */
  private final String vectorField;

  SemanticHits(SemanticQuery query, String vectorField, IndexReader reader, ScoreDoc[] hits) {
    this.query = query;
    this.vectorField = vectorField;
    this.hits = new FixedHits(reader, hits);
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
    hits.checkReader(searcher, query);
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
    return query.toString(field) + "[" + hits.size() + " hits]";
  }

  @Override
  public boolean equals(Object other) {
    return sameClassAs(other)
        && query.equals(((SemanticHits) other).query)
        && hits.equals(((SemanticHits) other).hits);
  }

  @Override
  public int hashCode() {
    return 31 * query.hashCode() + hits.hashCode();
  }

  private final class HitsWeight extends Weight {
    private final float boost;

    HitsWeight(float boost) {
      super(SemanticHits.this);
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
      int hit = hits.indexOf(context.docBase + doc);
      if (hit < 0) {
        return Explanation.noMatch(
            "not among the " + hits.size() + " hits of " + query, whyNot(context, doc));
      }
      Explanation similarity =
          Explanation.match(
              hits.score(hit),
              "similarity to \"" + query.getText() + "\", computed as (1 + cosine) / 2 from:",
              Explanation.match(
                  cosine(hits.score(hit)),
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
              hits.score(hit) * boost,
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
}
