package dev.lucenesemantic.search;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.Weight;

/** What a {@link PassageQuery} found in one reader: documents, their passages and scores. */
final class PassageHits extends Query {
  private final PassageQuery query;

  /** Identifies the reader without holding it. */
  private final Object readerId;

  /** In ascending order of what is matched. */
  private final List<BestPassages.Found> hits;

  private final int[] docs;

  PassageHits(PassageQuery query, IndexReader reader, List<BestPassages.Found> found) {
    this.query = query;
    readerId = reader.getContext().id();
    hits = found.stream().sorted(Comparator.comparingInt(PassageHits::matched)).toList();
    docs = hits.stream().mapToInt(PassageHits::matched).toArray();
  }

  private static int matched(BestPassages.Found hit) {
    return hit.parentDoc() < 0 ? hit.doc() : hit.parentDoc();
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost) {
    if (searcher.getIndexReader().getContext().id() != readerId) {
      throw new IllegalStateException("These hits of " + query + " are those of another reader");
    }
    return new HitsWeight(boost);
  }

  /** The index of the first hit that is not before a document. */
  private int firstFrom(int doc) {
    int found = Arrays.binarySearch(docs, doc);
    return found < 0 ? -1 - found : found;
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
        && readerId == ((PassageHits) other).readerId
        && query.equals(((PassageHits) other).query)
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
      int from = firstFrom(context.docBase);
      int to = firstFrom(context.docBase + context.reader().maxDoc());
      return from == to
          ? null
          : new DefaultScorerSupplier(new HitsScorer(from, to, context.docBase, boost));
    }

    @Override
    public boolean isCacheable(LeafReaderContext context) {
      return true;
    }

    @Override
    public Explanation explain(LeafReaderContext context, int doc) {
      int hit = Arrays.binarySearch(docs, context.docBase + doc);
      return hit < 0
          ? Explanation.noMatch("not among the " + docs.length + " hits of " + query)
          : Explanation.match(
              hits.get(hit).score() * boost,
              "(1 + cosine) / 2 of the vectors of the text and of passage "
                  + hits.get(hit).doc()
                  + ", the nearest of the document, times the boost "
                  + boost);
    }
  }

  private final class HitsScorer extends Scorer {
    private final int from;
    private final int to;
    private final float boost;
    private final HitsIterator iterator;

    HitsScorer(int from, int to, int docBase, float boost) {
      this.from = from;
      this.to = to;
      this.boost = boost;
      iterator = new HitsIterator(from, to, docBase);
    }

    @Override
    public int docID() {
      return iterator.docID();
    }

    @Override
    public float score() {
      return hits.get(iterator.at).score() * boost;
    }

    @Override
    public float getMaxScore(int upTo) {
      float max = 0;
      for (BestPassages.Found hit : hits.subList(from, to)) {
        max = Math.max(max, hit.score());
      }
      return max * boost;
    }

    @Override
    public DocIdSetIterator iterator() {
      return iterator;
    }
  }

  private final class HitsIterator extends DocIdSetIterator {
    private final int from;
    private final int to;
    private final int docBase;
    private int at;

    HitsIterator(int from, int to, int docBase) {
      this.from = from;
      this.to = to;
      this.docBase = docBase;
      at = from - 1;
    }

    @Override
    public int docID() {
      if (at < from) {
        return -1;
      }
      return at < to ? docs[at] - docBase : NO_MORE_DOCS;
    }

    @Override
    public int nextDoc() {
      at++;
      return docID();
    }

    @Override
    public int advance(int target) {
      at =
          Math.max(at + 1, Math.min(to, target == NO_MORE_DOCS ? to : firstFrom(docBase + target)));
      return docID();
    }

    @Override
    public long cost() {
      return (long) to - from;
    }
  }
}
