package dev.lucenesemantic.benchmarks;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The quality of a ranking, by the definitions of trec_eval 9 (with its defaults: a document is
 * relevant from grade 1 on).
 *
 * <ul>
 *   <li>nDCG@10, {@code ndcg_cut_10}: the sum of grade / log2(rank + 1) over the first ten, divided
 *       by the sum for the best possible ranking. The gain is the grade itself, not 2^grade - 1.
 *   <li>recall@100, {@code recall_100}: how many of the relevant documents are among the first 100.
 *   <li>MRR@10, {@code recip_rank} with {@code -M 10}: 1 / rank of the first relevant document
 *       among the first ten, otherwise 0.
 *   <li>MAP, {@code map}: the mean over all relevant documents of the precision at their rank, 0
 *       for those that were not returned.
 * </ul>
 *
 * <p>A document that was not judged, and one with a negative grade, is not relevant.
 *
 * @param ndcgAt10 nDCG@10
 * @param recallAt100 recall@100
 * @param mrrAt10 the reciprocal rank at 10, or its mean
 * @param map the average precision, or its mean
 */
record RetrievalMetrics(double ndcgAt10, double recallAt100, double mrrAt10, double map) {

  /**
   * The mean over all judged queries, as {@code trec_eval -c} takes it: a judged query counts as 0
   * where the run has no answer to it, and where it has no relevant document. Answers to queries
   * that were not judged are ignored.
   */
  static RetrievalMetrics of(Run run, Qrels qrels) {
    double ndcg = 0;
    double recall = 0;
    double reciprocalRank = 0;
    double averagePrecision = 0;
    for (String queryId : qrels.queryIds()) {
      RetrievalMetrics one = ofQuery(run.ranking(queryId), qrels.grades(queryId));
      ndcg += one.ndcgAt10;
      recall += one.recallAt100;
      reciprocalRank += one.mrrAt10;
      averagePrecision += one.map;
    }
    int queries = qrels.queryIds().size();
    return new RetrievalMetrics(
        ndcg / queries, recall / queries, reciprocalRank / queries, averagePrecision / queries);
  }

  /**
   * The measures of one query.
   *
   * @param ranking best first
   * @param grades the grade of each judged document
   */
  static RetrievalMetrics ofQuery(List<RankedDocument> ranking, Map<String, Integer> grades) {
    int[] gains =
        ranking.stream().mapToInt(document -> grades.getOrDefault(document.id(), 0)).toArray();
    long relevant = grades.values().stream().filter(grade -> grade > 0).count();
    if (relevant == 0) {
      return new RetrievalMetrics(0, 0, 0, 0);
    }
    int found = 0;
    int foundAt100 = 0;
    double precisions = 0;
    double reciprocalRank = 0;
    for (int i = 0; i < gains.length; i++) {
      if (gains[i] > 0) {
        int rank = i + 1;
        found++;
        precisions += (double) found / rank;
        if (found == 1 && rank <= 10) {
          reciprocalRank = 1.0 / rank;
        }
        if (rank <= 100) {
          foundAt100++;
        }
      }
    }
    return new RetrievalMetrics(
        discountedGain(gains, 10) / discountedGain(bestGains(grades.values()), 10),
        (double) foundAt100 / relevant,
        reciprocalRank,
        precisions / relevant);
  }

  private static int[] bestGains(Collection<Integer> grades) {
    return grades.stream().sorted(Comparator.reverseOrder()).mapToInt(grade -> grade).toArray();
  }

  private static double discountedGain(int[] gains, int cutoff) {
    double sum = 0;
    for (int i = 0; i < Math.min(cutoff, gains.length); i++) {
      if (gains[i] > 0) {
        sum += gains[i] * Math.log(2) / Math.log(i + 2.0);
      }
    }
    return sum;
  }
}
