package dev.lucenesemantic.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every expected value is worked out by hand from trec_eval's definitions. */
class RetrievalMetricsTest {
  private static final double EXACT = 1e-12;

  /** log2(3), the discount at rank 2. */
  private static final double LOG2_3 = 1.584962500721156;

  private final Qrels qrels = new Qrels();
  private final Run run = new Run("test");

  @Test
  void aPerfectRankingHasOneEverywhere() {
    judge("q", "a", 2, "b", 1);
    rank("q", "a", "b", "c");
    assertMetrics(1, 1, 1, 1);
  }

  @Test
  void theGainIsTheGradeItselfDiscountedByTheRank() {
    judge("q", "a", 3, "b", 2, "c", 1, "d", 0);
    rank("q", "b", "unjudged", "a", "d", "c");
    // Found: 2/log2(2) + 3/log2(4) + 1/log2(6) = 2 + 1.5 + 0.3868528072345
    // Best: 3/log2(2) + 2/log2(3) + 1/log2(4) = 3 + 1.2618595071429 + 0.5
    // Precisions: 1/1, 2/3, 3/5
    assertMetrics(3.8868528072345 / 4.7618595071429, 1, 1, (1 + 2 / 3.0 + 3 / 5.0) / 3);
  }

  @Test
  void unjudgedAndNotRelevantDocumentsTakeARankAndGainNothing() {
    judge("q", "a", 1, "d", 0);
    rank("q", "d", "unjudged", "a");
    // The third rank has the discount log2(4) = 2.
    assertMetrics(0.5, 1, 1 / 3.0, 1 / 3.0);
  }

  @Test
  void aRelevantDocumentThatIsNotReturnedCostsRecallPrecisionAndGain() {
    judge("q", "a", 1, "b", 1);
    rank("q", "a");
    assertMetrics(1 / (1 + 1 / LOG2_3), 0.5, 1, 0.5);
  }

  @Test
  void aNegativeGradeIsNeitherRelevantNorAPenalty() {
    judge("q", "a", 1, "negative", -2);
    rank("q", "negative", "a");
    assertMetrics(1 / LOG2_3, 1, 0.5, 0.5);
  }

  @Test
  void aJudgedQueryWithoutAnAnswerCountsAsZero() {
    judge("q", "a", 1);
    judge("missing", "a", 1);
    rank("q", "a");
    assertMetrics(0.5, 0.5, 0.5, 0.5);
  }

  @Test
  void aJudgedQueryWithoutARelevantDocumentCountsAsZero() {
    judge("q", "a", 1);
    judge("nothing relevant", "a", 0, "b", -1);
    rank("q", "a");
    rank("nothing relevant", "a", "b");
    assertMetrics(0.5, 0.5, 0.5, 0.5);
  }

  @Test
  void anAnswerToAQueryThatWasNotJudgedIsIgnored() {
    judge("q", "a", 1);
    rank("q", "a");
    rank("not judged", "b");
    assertMetrics(1, 1, 1, 1);
  }

  @Test
  void anEmptyAnswerIsZero() {
    judge("q", "a", 1);
    rank("q");
    assertMetrics(0, 0, 0, 0);
  }

  @Test
  void equalScoresAreRankedByDescendingIdWhateverTheOrderTheyCameIn() {
    judge("q", "doc10", 1);
    run.add(
        "q",
        List.of(
            new RankedDocument("doc10", 1f),
            new RankedDocument("doc9", 1f),
            new RankedDocument("last", 0.5f)));
    // "doc9" is greater than "doc10" as text, so it comes first.
    assertMetrics(1 / LOG2_3, 1, 0.5, 0.5);
  }

  @Test
  void idsAreComparedByTheirBytesNotByTheirCharacters() {
    // As UTF-8, U+1F600 (f0...) is greater than U+FF5E (ef...); as Java chars it is smaller (d83d).
    String emoji = "\uD83D\uDE00";
    String wideTilde = "\uFF5E";
    judge("q", emoji, 1);
    run.add("q", List.of(new RankedDocument(wideTilde, 1f), new RankedDocument(emoji, 1f)));
    assertMetrics(1, 1, 1, 1);
  }

  @Test
  void scoresComeBeforeIds() {
    judge("q", "a", 1);
    run.add("q", List.of(new RankedDocument("z", 0.1f), new RankedDocument("a", 0.2f)));
    assertMetrics(1, 1, 1, 1);
  }

  @Test
  void ndcgAndReciprocalRankEndAtTenAndRecallAtAHundred() {
    judge("eleventh", "a", 1);
    rank("eleventh", padded(10, "a"));
    assertMetrics(0, 1, 0, 1 / 11.0);
  }

  @Test
  void theTenthRankStillCounts() {
    judge("tenth", "a", 1);
    rank("tenth", padded(9, "a"));
    // log2(11) = 3.4594316186373
    assertMetrics(1 / 3.4594316186373, 1, 0.1, 0.1);
  }

  @Test
  void recallCountsTheHundredthAndNotTheNext() {
    judge("q", "a", 1, "b", 1);
    rank("q", padded(99, "a", "b"));
    assertMetrics(0, 0.5, 0, (1 / 100.0 + 2 / 101.0) / 2);
  }

  @Test
  void theBestRankingIsCutAtTenToo() {
    Object[] judgements = new Object[24];
    for (int i = 0; i < 12; i++) {
      judgements[2 * i] = "doc" + i;
      judgements[2 * i + 1] = 1;
    }
    judge("q", judgements);
    List<String> ten = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      ten.add("doc" + i);
    }
    rank("q", ten.toArray(String[]::new));
    assertMetrics(1, 10 / 12.0, 1, 10 / 12.0);
  }

  private void judge(String query, Object... documentsAndGrades) {
    for (int i = 0; i < documentsAndGrades.length; i += 2) {
      qrels.add(query, (String) documentsAndGrades[i], (Integer) documentsAndGrades[i + 1]);
    }
  }

  /** Answers with these documents, best first. */
  private void rank(String query, String... documents) {
    List<RankedDocument> ranking = new ArrayList<>();
    for (String document : documents) {
      ranking.add(new RankedDocument(document, 1000f - ranking.size()));
    }
    run.add(query, ranking);
  }

  private static String[] padded(int before, String... documents) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < before; i++) {
      all.add("unjudged" + i);
    }
    all.addAll(List.of(documents));
    return all.toArray(String[]::new);
  }

  private void assertMetrics(double ndcg, double recall, double mrr, double map) {
    RetrievalMetrics metrics = RetrievalMetrics.of(run, qrels);
    assertEquals(ndcg, metrics.ndcgAt10(), EXACT, "nDCG@10");
    assertEquals(recall, metrics.recallAt100(), EXACT, "recall@100");
    assertEquals(mrr, metrics.mrrAt10(), EXACT, "MRR@10");
    assertEquals(map, metrics.map(), EXACT, "MAP");
  }
}
