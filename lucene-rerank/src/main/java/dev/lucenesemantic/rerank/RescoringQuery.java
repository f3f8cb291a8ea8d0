package dev.lucenesemantic.rerank;

import java.io.IOException;
import java.util.Objects;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.TopDocs;

/**
 * A search with a rescorer behind it, as a query: it matches the best hits of another query after
 * rescoring, with their final scores. So a rescored search can be part of a BooleanQuery or of a
 * hybrid search, or go wherever only a query can.
 *
 * <p>Both stages run when the query is rewritten, over the whole index: a filter belongs into the
 * first stage. A query object keeps the hits of the last reader it was rewritten for, unless the
 * first stage timed out or the rescoring was {@linkplain RescoredTopDocs#partial partial}, so that
 * explaining a hit does not run the model again.
 *
 * <p>Lucene wants scores that are not negative. A final score {@code s} becomes {@code 1 + s} if it
 * is 0 or more, and {@code 1 / (1 - s)} otherwise, as Lucene does it for maximum inner products;
 * where rounding would make two scores equal whose documents stand in the other order, the lower
 * one becomes the next lower float.
 */
public final class RescoringQuery extends Query {
  private final Query firstStage;
  private final int topN;
  private final CrossEncoderRescorer rescorer;
  private volatile RescoredHits lastHits;

  /**
   * Makes a query.
   *
   * @param firstStage finds the hits: as many as match here or as the rescorer's window has,
   *     whichever is more
   * @param topN how many documents match at most
   * @param rescorer orders them anew
   * @throws IllegalArgumentException if {@code topN} is below 1
   */
  public RescoringQuery(Query firstStage, int topN, CrossEncoderRescorer rescorer) {
    this.firstStage = Objects.requireNonNull(firstStage, "firstStage");
    this.rescorer = Objects.requireNonNull(rescorer, "rescorer");
    if (topN < 1) {
      throw new IllegalArgumentException("topN must be at least 1, got: " + topN);
    }
    this.topN = topN;
  }

  /** Runs both stages. */
  @Override
  public Query rewrite(IndexSearcher searcher) throws IOException {
    IndexReader reader = searcher.getIndexReader();
    RescoredHits known = lastHits;
    if (known != null && known.isOf(reader)) {
      return known;
    }
    int wanted = Math.max(topN, rescorer.window());
    TopDocs found = searcher.search(firstStage, wanted);
    if (found.scoreDocs.length == 0) {
      return new MatchNoDocsQuery("the first stage found nothing: " + firstStage);
    }
    Rescoring rescoring = rescorer.rescoring(searcher, found.scoreDocs);
    RescoredTopDocs rescored = rescoring.topDocs(found.totalHits, topN);
    RescoredHits hits = new RescoredHits(this, reader, rescoring, rescored.scoreDocs);
    if (!rescored.partial() && !searcher.timedOut()) {
      lastHits = hits;
    }
    return hits;
  }

  Query firstStage() {
    return firstStage;
  }

  @Override
  public void visit(QueryVisitor visitor) {
    firstStage.visit(visitor.getSubVisitor(Occur.MUST, this));
  }

  @Override
  public String toString(String field) {
    return "RescoringQuery:" + firstStage.toString(field) + "[topN=" + topN + "][" + rescorer + "]";
  }

  /** Two queries are equal if they have the same rescorer object behind equal first stages. */
  @Override
  public boolean equals(Object other) {
    return sameClassAs(other)
        && firstStage.equals(((RescoringQuery) other).firstStage)
        && topN == ((RescoringQuery) other).topN
        && rescorer == ((RescoringQuery) other).rescorer;
  }

  @Override
  public int hashCode() {
    return Objects.hash(classHash(), firstStage, topN, System.identityHashCode(rescorer));
  }
}
