package dev.lucenesemantic.rerank;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.tests.search.CheckHits;

/** Final scores, and their explanations. */
public class TestScoreFusion extends RescorerTestCase {
  private static final float[] EXTREMES = {
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    0f,
    -0f,
    Float.MIN_VALUE,
    1f,
    1f,
    -3.5f
  };

  private static CrossEncoderRescorer byNumber(ScoreFusion fusion) {
    return new CrossEncoderRescorer(FakeScorer.byLastNumber(), "question", BODY).withFusion(fusion);
  }

  public void testWeightedSumAddsBothStandardScores() throws IOException {
    withIndex(
        numbered(2, 4, 9),
        searcher -> {
          // Mean 5, deviation sqrt(26 / 3); first stage: mean 10, deviation sqrt(32 / 3).
          TopDocs hits =
              topDocs(new ScoreDoc(1, 14, -1), new ScoreDoc(0, 10, -1), new ScoreDoc(2, 6, -1));
          TopDocs rescored = byNumber(ScoreFusion.weightedSum(0.5f)).rescore(searcher, hits, 3);
          double ce = Math.sqrt(26 / 3d);
          double first = Math.sqrt(32 / 3d);
          assertEquals(List.of(2, 1, 0), docs(rescored));
          assertEquals(4 / ce - 0.5 * 4 / first, rescored.scoreDocs[0].score, 1e-6);
          assertEquals(-1 / ce + 0.5 * 4 / first, rescored.scoreDocs[1].score, 1e-6);
          assertEquals(-3 / ce, rescored.scoreDocs[2].score, 1e-6);
        });
  }

  public void testTheWeightDecidesBetweenTheStages() throws IOException {
    withIndex(
        numbered(1, 2, 3),
        searcher -> {
          TopDocs hits = hits(0, 1, 2);
          assertEquals(
              List.of(2, 1, 0),
              docs(byNumber(ScoreFusion.weightedSum(0)).rescore(searcher, hits, 3)));
          assertEquals(
              List.of(0, 1, 2),
              docs(byNumber(ScoreFusion.weightedSum(2)).rescore(searcher, hits, 3)));
        });
  }

  public void testConstantScoresOfAStageDoNotCount() throws IOException {
    withIndex(
        numbered(0.1, 0.1, 0.1, 7),
        searcher -> {
          CrossEncoderRescorer rescorer = byNumber(ScoreFusion.weightedSum(0.5f)).withWindow(3);
          TopDocs byFirstStage = rescorer.rescore(searcher, hits(2, 0, 1), 3);
          assertEquals(List.of(2, 0, 1), docs(byFirstStage));
          TopDocs constant =
              topDocs(new ScoreDoc(2, 5, -1), new ScoreDoc(3, 5, -1), new ScoreDoc(1, 5, -1));
          TopDocs byCrossEncoder = rescorer.rescore(searcher, constant, 3);
          assertEquals(List.of(3, 1, 2), docs(byCrossEncoder));
          assertExplained(rescorer, searcher, byCrossEncoder);
        });
  }

  public void testAWindowOfOneHasTheScoreZero() throws IOException {
    withIndex(
        numbered(5, 6),
        searcher -> {
          TopDocs rescored =
              byNumber(ScoreFusion.weightedSum(0.5f))
                  .withWindow(1)
                  .rescore(searcher, hits(1, 0), 2);
          assertEquals(List.of(1, 0), docs(rescored));
          assertEquals(0f, rescored.scoreDocs[0].score, 0f);
          assertTrue(rescored.scoreDocs[1].score < 0);
        });
  }

  public void testStrangeFirstStageScoresCountAsTheEndsOfTheOthers() throws IOException {
    withIndex(
        numbered(1, 1, 1, 1, 1),
        searcher -> {
          TopDocs hits =
              topDocs(
                  new ScoreDoc(4, Float.POSITIVE_INFINITY, -1),
                  new ScoreDoc(1, 8, -1),
                  new ScoreDoc(2, 2, -1),
                  new ScoreDoc(3, Float.NEGATIVE_INFINITY, -1),
                  new ScoreDoc(0, Float.NaN, -1));
          TopDocs rescored = byNumber(ScoreFusion.weightedSum(1)).rescore(searcher, hits, 5);
          assertEquals(List.of(1, 4, 0, 2, 3), docs(rescored));
          assertEquals(rescored.scoreDocs[0].score, rescored.scoreDocs[1].score, 0);
          assertEquals(rescored.scoreDocs[2].score, rescored.scoreDocs[4].score, 0);
        });
  }

  public void testReciprocalRanksAreAdded() throws IOException {
    withIndex(
        numbered(1, 3, 2),
        searcher -> {
          CrossEncoderRescorer rescorer = byNumber(ScoreFusion.reciprocalRank(10));
          TopDocs rescored = rescorer.rescore(searcher, hits(0, 2, 1), 3);
          // Ranks by the cross-encoder are 3, 1, 2.
          assertEquals(List.of(0, 1, 2), docs(rescored));
          assertEquals(1 / 11d + 1 / 13d, rescored.scoreDocs[0].score, 1e-7);
          assertEquals(1 / 11d + 1 / 13d, rescored.scoreDocs[1].score, 1e-7);
          assertEquals(2 / 12d, rescored.scoreDocs[2].score, 1e-7);
        });
  }

  public void testEqualScoresShareARank() throws IOException {
    withIndex(
        numbered(5, 5, 5, 1, 9),
        searcher -> {
          TopDocs rescored =
              byNumber(ScoreFusion.reciprocalRank(60)).rescore(searcher, hits(2, 1, 3, 0, 4), 5);
          float[] ranks = {2, 2, 2, 5, 1};
          for (ScoreDoc hit : rescored.scoreDocs) {
            double expected =
                1 / (60d + ((RescoredDoc) hit).firstStageRank()) + 1 / (60d + ranks[hit.doc]);
            assertEquals(expected, hit.score, 1e-8);
          }
        });
  }

  public void testSettingsThatMakeNoSenseAreRefused() {
    for (float weight : new float[] {-1, Float.NaN, Float.POSITIVE_INFINITY}) {
      expectThrows(IllegalArgumentException.class, () -> ScoreFusion.weightedSum(weight));
    }
    expectThrows(IllegalArgumentException.class, () -> ScoreFusion.reciprocalRank(0));
  }

  public void testEveryHitIsExplainedWithItsScoreAndWithPartsThatAddUp() throws IOException {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 70; i++) {
      int kind = random().nextInt(10);
      texts.add(
          kind == 0
              ? null
              : "text "
                  + (kind == 1
                      ? EXTREMES[random().nextInt(EXTREMES.length)]
                      : random().nextGaussian()));
    }
    withIndex(
        texts,
        searcher -> {
          ScoreFusion fusion =
              List.of(
                      ScoreFusion.weightedSum(0.5f),
                      ScoreFusion.weightedSum(random().nextFloat()),
                      ScoreFusion.crossEncoder(),
                      ScoreFusion.reciprocalRank(1 + random().nextInt(100)))
                  .get(random().nextInt(4));
          MissingText missing =
              random().nextBoolean() ? MissingText.KEEP_PLACE : MissingText.LOWEST_SCORE;
          CrossEncoderRescorer rescorer =
              byNumber(fusion).withWindow(1 + random().nextInt(70)).withMissingText(missing);
          TopDocs hits = shuffledHits(70);
          for (ScoreDoc hit : hits.scoreDocs) {
            if (random().nextInt(10) == 0) {
              hit.score = EXTREMES[random().nextInt(EXTREMES.length)];
            }
          }
          RescoredTopDocs rescored = rescorer.rescore(searcher, hits, 70);
          assertEquals(70, rescored.scoreDocs.length);
          if (rescored.scoredHits() > 0) {
            assertScoresNeverIncrease(rescored);
          }
          for (ScoreDoc hit : rescored.scoreDocs) {
            Explanation explanation = rescorer.explain(searcher, FIRST_PASS, hit.doc);
            CheckHits.verifyExplanation("rescored", hit.doc, hit.score, true, explanation);
          }
        });
  }

  public void testAnExplanationShowsEveryPart() throws IOException {
    withIndex(
        numbered(2, 4, 9),
        searcher -> {
          CrossEncoderRescorer rescorer =
              byNumber(ScoreFusion.weightedSum(0.25f))
                  .withWindow(2)
                  .withPassages(
                      (query, text) -> List.of(new DocumentSpan(0, 9), new DocumentSpan(1, 11)));
          rescorer.rescore(searcher, hits(0, 1, 2), 1);
          String rescored =
              rescorer
                  .explain(searcher, Explanation.match(20f, "BM25 of everything"), 1)
                  .toString();
          for (String part :
              List.of(
                  "4.0 = cross-encoder score of \"question\" with stored field 'body'",
                  "best of 2 passages, chars 0 to 9",
                  "by fake scorer",
                  "0.25 = weight of the first stage",
                  "19.875 = first-stage score, at rank 2 of 3",
                  "20.0 = BM25 of everything",
                  "3.0 = mean of the 2 scored hits",
                  "1.0 = standard deviation of the 2")) {
            assertTrue(part + " in " + rescored, rescored.contains(part));
          }
          String tail = rescorer.explain(searcher, FIRST_PASS, 2).toString();
          assertTrue(tail, tail.contains("below the window"));
          assertTrue(tail, tail.contains("at rank 3"));
        });
  }

  public void testADocumentThatWasNoHitKeepsItsFirstStageScore() throws IOException {
    withIndex(
        numbered(2, 4, 9),
        searcher -> {
          CrossEncoderRescorer rescorer = byNumber(ScoreFusion.weightedSum(0.5f));
          rescorer.rescore(searcher, hits(0, 1), 2);
          Explanation explanation = rescorer.explain(searcher, Explanation.match(3.5f, "BM25"), 2);
          assertEquals(3.5f, explanation.getValue().floatValue(), 0);
          assertTrue(explanation.toString().contains("not among the 2 hits"));
          assertFalse(rescorer.explain(searcher, Explanation.noMatch("none"), 2).isMatch());
        });
  }

  public void testWithoutARescoringTheCrossEncodersScoreIsComputed() throws IOException {
    withIndex(
        Collections.singletonList("text 4"),
        searcher -> {
          Explanation alone = byNumber(ScoreFusion.crossEncoder()).explain(searcher, FIRST_PASS, 0);
          assertEquals(4f, alone.getValue().floatValue(), 0);
          Explanation fused =
              byNumber(ScoreFusion.weightedSum(0.5f)).explain(searcher, FIRST_PASS, 0);
          assertFalse(fused.isMatch());
          assertTrue(fused.toString(), fused.toString().contains("rescore them"));
          assertTrue(fused.toString(), fused.toString().contains("4.0 = cross-encoder score"));
        });
  }

  public void testExplainingWithoutTextOrModelOrDocument() throws IOException {
    withIndex(
        Collections.singletonList(null),
        searcher -> {
          CrossEncoderRescorer rescorer = byNumber(ScoreFusion.crossEncoder());
          assertFalse(rescorer.explain(searcher, FIRST_PASS, 0).isMatch());
          for (int doc : new int[] {-1, 1}) {
            expectThrows(
                IllegalArgumentException.class, () -> rescorer.explain(searcher, FIRST_PASS, doc));
          }
          FakeScorer broken =
              FakeScorer.byHash()
                  .before(
                      () -> {
                        throw new IllegalStateException("out of order");
                      });
          CrossEncoderRescorer failing =
              new CrossEncoderRescorer(broken, "question", TextSource.of((s, doc) -> "text"));
          expectThrows(IllegalStateException.class, () -> failing.explain(searcher, FIRST_PASS, 0));
          Explanation tolerated =
              failing.withFailurePolicy(OnFailure.FIRST_STAGE).explain(searcher, FIRST_PASS, 0);
          assertFalse(tolerated.isMatch());
          assertTrue(tolerated.toString(), tolerated.toString().contains("out of order"));
        });
  }

  public void testTheLastRescoringOfEachReaderIsExplained() throws IOException {
    withIndex(
        numbered(1, 2, 3, 4),
        searcher -> {
          CrossEncoderRescorer rescorer = byNumber(ScoreFusion.weightedSum(0.5f));
          TopDocs first = rescorer.rescore(searcher, hits(0, 1, 2, 3), 4);
          assertExplained(rescorer, searcher, first);
          TopDocs second = rescorer.rescore(searcher, hits(3, 1), 4);
          assertExplained(rescorer, searcher, second);
          // What the caller does to the hits does not matter.
          second.scoreDocs[0].score = 99;
          assertTrue(rescorer.explain(searcher, FIRST_PASS, 3).getValue().floatValue() < 2);
        });
  }

  public void testRanksOfManyRandomScores() {
    float[] scores = new float[200];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = random().nextInt(40);
    }
    int[] ranks = IntStream.rangeClosed(1, 200).toArray();
    FusedScores fused =
        FusedScores.of(ScoreFusion.reciprocalRank(60), ranks, new float[200], scores);
    for (int i = 0; i < scores.length; i++) {
      int better = 0;
      for (float other : scores) {
        better += other > scores[i] ? 1 : 0;
      }
      assertEquals(1 / (61d + i) + 1 / (61d + better), fused.score(i), 1e-8);
    }
  }
}
