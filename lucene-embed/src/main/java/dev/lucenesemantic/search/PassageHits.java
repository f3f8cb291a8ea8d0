package dev.lucenesemantic.search;

import java.util.Comparator;
import java.util.List;
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

/** What a {@link PassageQuery} found in one reader: documents, their passages and scores. */
final class PassageHits extends Query {
  private final PassageQuery query;

  /** In ascending order of what is matched, as are the next. */
  private final List<BestPassages.Found> found;

  private final FixedHits hits;

  PassageHits(PassageQuery query, IndexReader reader, List<BestPassages.Found> found) {
    this.query = query;
    this.found = found.stream().sorted(Comparator.comparingInt(PassageHits::matched)).toList();
    hits =
        new FixedHits(
            reader,
            found.stream()
                .map(each -> new ScoreDoc(matched(each), each.score()))
                .toArray(ScoreDoc[]::new));
  }

  private static int matched(BestPassages.Found hit) {
    return hit.parentDoc() < 0 ? hit.doc() : hit.parentDoc();
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost) {
    hits.checkReader(searcher, query);
    return new HitsWeight(boost);
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
        && query.equals(((PassageHits) other).query)
        && found.equals(((PassageHits) other).found)
        && hits.equals(((PassageHits) other).hits);
  }

  @Override
  public int hashCode() {
    return 31 * query.hashCode() + hits.hashCode();
  }

  private final class HitsWeight extends Weight {
    private final float boost;

    HitsWeight(float boost) {
      super(PassageHits.this);
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
    public Explanation explain(LeafReaderContext context, int doc) {
      int hit = hits.indexOf(context.docBase + doc);
      return hit < 0
          ? Explanation.noMatch("not among the " + hits.size() + " hits of " + query)
          : Explanation.match(
              hits.score(hit) * boost,
              "(1 + cosine) / 2 of the vectors of the text and of passage "
                  + found.get(hit).doc()
                  + ", the nearest of the document, times the boost "
                  + boost);
    }
  }
}
