package dev.lucenesemantic.rerank;

import dev.lucenesemantic.inference.InferenceInterruptedException;
import dev.lucenesemantic.inference.ModelClosedException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.AlreadyClosedException;

/** A model that is slow, broken, closed or wrong; timeouts and interrupts. */
public class TestRescorerLimits extends RescorerTestCase {
  private final AtomicLong nanos = new AtomicLong(random().nextLong());

  /** Needs a time for each text, on the clock of the test. */
  private FakeScorer slow(Duration perText) {
    return new FakeScorer(
        text -> {
          nanos.addAndGet(perText.toNanos());
          return FakeScorer.hash(text);
        });
  }

  private CrossEncoderRescorer rescorer(PairScorer scorer) {
    return new CrossEncoderRescorer(scorer, "question", BODY)
        .withFusion(ScoreFusion.crossEncoder())
        .withNanoClock(nanos::get);
  }

  // The time

  public void testTheBestHitsAreScoredUntilTheBudgetEnds() throws IOException {
    List<String> texts = randomTexts(60);
    withIndex(
        texts,
        searcher -> {
          int perText = 1 + random().nextInt(40);
          FakeScorer scorer = slow(Duration.ofMillis(perText));
          TopDocs hits = shuffledHits(60);
          CrossEncoderRescorer rescorer =
              rescorer(scorer).withWindow(50).withTimeBudget(Duration.ofMillis(250));
          RescoredTopDocs rescored = rescorer.rescore(searcher, hits, 60);
          // The last text may end after the budget, but none begins after it.
          assertEquals(Math.min(50, (250 + perText - 1) / perText), rescored.scoredHits());
          assertEquals(rescored.scoredHits() < 50, rescored.partial());
          assertEquals(50, rescored.windowHits());
          int n = rescored.scoredHits();
          assertEquals(
              docs(hits).subList(0, n).stream().map(texts::get).toList(), scorer.documents());
          assertEquals(docs(hits).subList(n, 60), docs(rescored).subList(n, 60));
          for (int i = 0; i < 60; i++) {
            assertEquals(i < n, hit(rescored, i).scored());
          }
          assertScoresNeverIncrease(rescored);
          assertExplained(rescorer, searcher, rescored);
        });
  }

  public void testWithEnoughTimeTheResultIsThatWithoutALimit() throws IOException {
    withIndex(
        randomTexts(60),
        searcher -> {
          TopDocs hits = shuffledHits(60);
          CrossEncoderRescorer rescorer = rescorer(slow(Duration.ofMillis(3)));
          RescoredTopDocs unlimited = rescorer.rescore(searcher, hits, 60);
          RescoredTopDocs limited =
              rescorer
                  .withTimeBudget(Duration.ofSeconds(Long.MAX_VALUE))
                  .withTimeout(() -> false)
                  .rescore(searcher, hits, 60);
          assertFalse(limited.partial());
          assertEquals(60, limited.scoredHits());
          assertArrayEquals(
              Arrays.stream(unlimited.scoreDocs).map(ScoreDoc::toString).toArray(),
              Arrays.stream(limited.scoreDocs).map(ScoreDoc::toString).toArray());
        });
  }

  public void testAMicroBatchIsSmallForASlowModelAndLargerForAFastOne() throws IOException {
    withIndex(
        randomTexts(100),
        searcher -> {
          FakeScorer slow = slow(Duration.ofMillis(60));
          rescorer(slow).withTimeout(() -> false).rescore(searcher, shuffledHits(100), 1);
          assertEquals(1, slow.calls.get(1).size());
          FakeScorer fast = slow(Duration.ofMillis(2));
          rescorer(fast).withTimeout(() -> false).rescore(searcher, shuffledHits(100), 1);
          assertEquals(50, fast.calls.get(1).size());
        });
  }

  public void testWithoutTimeTheFirstStageAnswers() throws IOException {
    withIndex(
        randomTexts(10),
        searcher -> {
          for (Duration budget : List.of(Duration.ZERO, Duration.ofSeconds(Long.MIN_VALUE))) {
            FakeScorer scorer = FakeScorer.byHash();
            CrossEncoderRescorer rescorer = rescorer(scorer).withTimeBudget(budget);
            TopDocs hits = shuffledHits(10);
            RescoredTopDocs rescored = rescorer.rescore(searcher, hits, 10);
            assertEquals(docs(hits), docs(rescored));
            assertEquals(hits.scoreDocs[3].score, rescored.scoreDocs[3].score, 0);
            assertTrue(rescored.partial());
            assertEquals(0, rescored.scoredHits());
            assertEquals(List.of(), scorer.calls);
            assertExplained(rescorer, searcher, rescored);
          }
        });
  }

  public void testTheTimeCanEndWhileTextsAreRead() throws IOException {
    FakeScorer scorer = FakeScorer.byHash();
    AtomicInteger read = new AtomicInteger();
    TextSource slow =
        TextSource.of(
            (searcher, doc) -> {
              read.incrementAndGet();
              nanos.addAndGet(30_000_000);
              return doc == 0 ? null : "text";
            });
    withIndex(
        randomTexts(10),
        searcher -> {
          RescoredTopDocs rescored =
              new CrossEncoderRescorer(scorer, "question", slow)
                  .withNanoClock(nanos::get)
                  .withTimeBudget(Duration.ofMillis(100))
                  .rescore(searcher, shuffledHits(10), 10);
          assertEquals(4, read.get());
          assertTrue(rescored.partial());
          assertEquals(1, rescored.missingTexts());
          assertTrue(rescored.warning().isEmpty());
          assertEquals(List.of(), scorer.calls);
        });
  }

  public void testATimeoutEndsTheScoringAndAnotherThreadCanCancelByIt() throws IOException {
    withIndex(
        randomTexts(100),
        searcher -> {
          AtomicBoolean cancelled = new AtomicBoolean();
          FakeScorer scorer = slow(Duration.ofMillis(10));
          scorer.before(() -> cancelled.set(scorer.calls.size() == 3));
          CrossEncoderRescorer rescorer = rescorer(scorer);
          RescoredTopDocs rescored =
              rescorer.withTimeout(cancelled::get).rescore(searcher, shuffledHits(100), 100);
          assertEquals(3, scorer.calls.size());
          assertEquals(scorer.documents().size(), rescored.scoredHits());
          assertTrue(rescored.partial());
          assertTrue(rescored.failure().isEmpty());
        });
  }

  public void testTheSearchersTimeoutCountsAsWell() throws IOException {
    withIndex(
        randomTexts(100),
        searcher -> {
          FakeScorer scorer = slow(Duration.ofMillis(10));
          searcher.setTimeout(() -> scorer.calls.size() == 2);
          CrossEncoderRescorer rescorer = rescorer(scorer);
          assertTrue(rescorer.rescore(searcher, shuffledHits(100), 100).partial());
          assertEquals(2, scorer.calls.size());
          assertEquals(
              0,
              rescorer
                  .withTimeout(() -> true)
                  .rescore(searcher, shuffledHits(100), 100)
                  .scoredHits());
        });
  }

  public void testUnscoredHitsStandAboveThoseWithoutTextAndAboveTheTail() throws IOException {
    List<String> texts = new ArrayList<>(randomTexts(10));
    texts.set(0, null);
    withIndex(
        texts,
        searcher -> {
          RescoredTopDocs rescored =
              rescorer(slow(Duration.ofMillis(50)))
                  .withTimeBudget(Duration.ofMillis(60))
                  .withWindow(6)
                  .rescore(searcher, hits(0, 1, 2, 3, 4, 5, 6, 7), 8);
          assertEquals(2, rescored.scoredHits());
          assertEquals(List.of(3, 4, 5, 0, 6, 7), docs(rescored).subList(2, 8));
        });
  }

  // A model that hangs

  /** Scores like the slow one until a call in which it hangs. */
  private final class HangingScorer implements PairScorer {
    private final FakeScorer scorer = slow(Duration.ofMillis(100));
    private final int lastCall;
    private final CountDownLatch never = new CountDownLatch(1);
    private final CountDownLatch hanging = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);

    HangingScorer(int callsBefore) {
      lastCall = callsBefore;
    }

    @Override
    public float[] predict(List<TextPair> pairs) {
      float[] scores = scorer.predict(pairs);
      if (scorer.calls.size() > lastCall) {
        hanging.countDown();
        try {
          // Without anybody who leaves it alone, it answers in the end, and the test fails.
          assertFalse(never.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
          interrupted.countDown();
          throw new IllegalStateException(e);
        }
      }
      return scores;
    }

    @Override
    public void close() {}
  }

  public void testAModelThatHangsIsLeftAloneWhenTheTimeIsOver() throws IOException {
    withIndex(
        randomTexts(10),
        searcher -> {
          for (int before : List.of(0, 3)) {
            HangingScorer scorer = new HangingScorer(before);
            TopDocs hits = shuffledHits(10);
            CrossEncoderRescorer rescorer =
                rescorer(scorer).withTimeBudget(Duration.ofMillis(100 * before + 20));
            RescoredTopDocs rescored = rescorer.rescore(searcher, hits, 10);
            assertTrue(rescored.partial());
            assertTrue(rescored.failure().isEmpty());
            assertEquals(before + 1, scorer.scorer.calls.size());
            assertEquals(before, rescored.scoredHits());
            assertEquals(docs(hits).subList(before, 10), docs(rescored).subList(before, 10));
            assertExplained(rescorer, searcher, rescored);
            assertTrue("its thread is interrupted", await(scorer.interrupted));
          }
        });
  }

  public void testATimeoutEndsACallThatHangs() throws IOException {
    withIndex(
        randomTexts(10),
        searcher -> {
          HangingScorer scorer = new HangingScorer(2);
          RescoredTopDocs rescored =
              rescorer(scorer)
                  .withTimeout(() -> scorer.hanging.getCount() == 0)
                  .withFailurePolicy(OnFailure.FIRST_STAGE)
                  .rescore(searcher, shuffledHits(10), 10);
          assertTrue(rescored.partial());
          assertTrue(rescored.failure().isEmpty());
          assertEquals(2, rescored.scoredHits());
        });
  }

  public void testAnInterruptEndsACallThatHangs() throws IOException {
    withIndex(
        randomTexts(10),
        searcher -> {
          HangingScorer scorer = new HangingScorer(0);
          Thread caller = Thread.currentThread();
          Thread other =
              new Thread(
                  () -> {
                    await(scorer.hanging);
                    caller.interrupt();
                  });
          other.start();
          try {
            expectThrows(
                InferenceInterruptedException.class,
                () ->
                    rescorer(scorer)
                        .withTimeBudget(Duration.ofDays(1))
                        .withFailurePolicy(OnFailure.FIRST_STAGE)
                        .rescore(searcher, hits(2, 1, 0), 3));
          } finally {
            assertTrue(Thread.interrupted());
          }
          assertTrue(await(scorer.interrupted));
        });
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  // Failures

  public void testAFailureIsThrownUnlessTheFirstStageIsChosen() throws IOException {
    List<RuntimeException> failures =
        List.of(
            new ModelClosedException("ms-marco"),
            new IllegalStateException("broken"),
            new AlreadyClosedException("closed"));
    withIndex(
        randomTexts(20),
        searcher -> {
          for (RuntimeException failure : failures) {
            FakeScorer scorer =
                FakeScorer.byHash()
                    .before(
                        () -> {
                          throw failure;
                        });
            CrossEncoderRescorer strict = rescorer(scorer);
            TopDocs hits = shuffledHits(20);
            assertSame(
                failure,
                expectThrows(failure.getClass(), () -> strict.rescore(searcher, hits, 20)));
            CrossEncoderRescorer tolerant = strict.withFailurePolicy(OnFailure.FIRST_STAGE);
            RescoredTopDocs rescored = tolerant.rescore(searcher, hits, 20);
            assertSame(failure, rescored.failure().orElseThrow());
            assertTrue(rescored.partial());
            assertEquals(docs(hits), docs(rescored));
            for (int i = 0; i < 20; i++) {
              assertEquals(hits.scoreDocs[i].score, rescored.scoreDocs[i].score, 0);
            }
            assertExplained(tolerant, searcher, rescored);
            String why = tolerant.explain(searcher, FIRST_PASS, 0).toString();
            assertTrue(why, why.contains(failure.getMessage()));
            assertEquals(
                docs(hits).subList(0, 5),
                docs(tolerant.withWindow(5).withTail(Tail.DROP).rescore(searcher, hits, 20)));
          }
        });
  }

  public void testAFailureAfterSomeHitsLeavesTheFirstStagesOrderAlone() throws IOException {
    withIndex(
        randomTexts(20),
        searcher -> {
          FakeScorer scorer = slow(Duration.ofMillis(50));
          scorer.before(
              () -> {
                if (scorer.calls.size() == 4) {
                  throw new IllegalStateException("broken");
                }
              });
          TopDocs hits = shuffledHits(20);
          RescoredTopDocs rescored =
              rescorer(scorer)
                  .withTimeBudget(Duration.ofDays(1))
                  .withFailurePolicy(OnFailure.FIRST_STAGE)
                  .rescore(searcher, hits, 20);
          assertEquals(4, scorer.calls.size());
          assertEquals(docs(hits), docs(rescored));
          assertEquals(0, rescored.scoredHits());
          assertFalse(hit(rescored, 0).scored());
        });
  }

  /** Gives an array of its own making. */
  private record WrongScorer(float[] scores) implements PairScorer {
    @Override
    public float[] predict(List<TextPair> pairs) {
      return scores;
    }

    @Override
    public void close() {}
  }

  public void testAScorerThatDoesNotGiveOneScoreForEachTextFails() throws IOException {
    withIndex(
        randomTexts(3),
        searcher -> {
          for (float[] wrong : new float[][] {null, {}, {1, 2}, {1, 2, 3, 4}}) {
            searcher.setTimeout(null);
            CrossEncoderRescorer rescorer = rescorer(new WrongScorer(wrong));
            IllegalStateException failure =
                expectThrows(
                    IllegalStateException.class,
                    () -> rescorer.rescore(searcher, hits(2, 1, 0), 3));
            assertTrue(failure.getMessage(), failure.getMessage().contains("for 3 texts"));
            RescoredTopDocs rescored =
                rescorer
                    .withFailurePolicy(OnFailure.FIRST_STAGE)
                    .rescore(searcher, hits(2, 1, 0), 3);
            assertEquals(List.of(2, 1, 0), docs(rescored));
            assertTrue(rescored.failure().isPresent());
          }
        });
  }

  public void testAFailingSplitterIsAFailureOfTheModel() throws IOException {
    withIndex(
        randomTexts(3),
        searcher -> {
          List<DocumentSplitter> splitters =
              List.of(
                  (query, text) -> {
                    throw new ModelClosedException("ms-marco");
                  },
                  (query, text) -> List.of(new DocumentSpan(3, text.length() + 1)));
          for (DocumentSplitter splitter : splitters) {
            CrossEncoderRescorer rescorer = rescorer(FakeScorer.byHash()).withPassages(splitter);
            expectThrows(
                RuntimeException.class, () -> rescorer.rescore(searcher, hits(2, 1, 0), 3));
            RescoredTopDocs rescored =
                rescorer
                    .withFailurePolicy(OnFailure.FIRST_STAGE)
                    .rescore(searcher, hits(2, 1, 0), 3);
            assertEquals(List.of(2, 1, 0), docs(rescored));
            assertTrue(rescored.failure().isPresent());
          }
        });
  }

  public void testErrorsAndTroubleWithTheIndexAreNotTolerated() throws IOException {
    withIndex(
        randomTexts(3),
        searcher -> {
          FakeScorer scorer =
              FakeScorer.byHash()
                  .before(
                      () -> {
                        throw new OutOfMemoryError("for the test");
                      });
          expectThrows(
              OutOfMemoryError.class,
              () ->
                  rescorer(scorer)
                      .withFailurePolicy(OnFailure.FIRST_STAGE)
                      .rescore(searcher, hits(0), 1));
          TextSource broken =
              TextSource.of(
                  (s, doc) -> {
                    throw new IOException("disk");
                  });
          expectThrows(
              IOException.class,
              () ->
                  new CrossEncoderRescorer(FakeScorer.byHash(), "question", broken)
                      .withFailurePolicy(OnFailure.FIRST_STAGE)
                      .rescore(searcher, hits(0), 1));
        });
  }

  // Interrupts

  public void testAnInterruptSurfacesWithItsFlag() throws IOException {
    withIndex(
        randomTexts(20),
        searcher -> {
          List<Runnable> interrupted =
              List.of(
                  () -> Thread.currentThread().interrupt(),
                  () -> {
                    Thread.currentThread().interrupt();
                    throw new InferenceInterruptedException("ms-marco");
                  },
                  () -> {
                    throw new IllegalStateException(new InterruptedException());
                  });
          for (Runnable interrupt : interrupted) {
            FakeScorer scorer = slow(Duration.ofMillis(50)).before(interrupt);
            CrossEncoderRescorer rescorer =
                rescorer(scorer)
                    .withTimeBudget(Duration.ofDays(1))
                    .withFailurePolicy(OnFailure.FIRST_STAGE);
            try {
              expectThrows(
                  RuntimeException.class, () -> rescorer.rescore(searcher, shuffledHits(20), 20));
              assertTrue(Thread.currentThread().isInterrupted());
            } finally {
              Thread.interrupted();
            }
            assertEquals(1, scorer.calls.size());
          }
        });
  }

  public void testAnInterruptedThreadDoesNotBegin() throws IOException {
    FakeScorer scorer = FakeScorer.byHash();
    withIndex(
        randomTexts(3),
        searcher -> {
          Thread.currentThread().interrupt();
          try {
            expectThrows(
                InferenceInterruptedException.class,
                () -> rescorer(scorer).rescore(searcher, hits(0, 1), 2));
          } finally {
            assertTrue(Thread.interrupted());
          }
        });
    assertEquals(List.of(), scorer.calls);
  }

  // Passages

  /** Passages of ten chars, of which neighbours share five. */
  private static List<DocumentSpan> tens(String text) {
    List<DocumentSpan> spans = new ArrayList<>();
    for (int start = 0; start == 0 || start + 5 < text.length(); start += 5) {
      spans.add(new DocumentSpan(start, Math.min(text.length(), start + 10)));
    }
    return spans;
  }

  public void testTheBestPassageIsTheDocumentsScore() throws IOException {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      texts.add("word ".repeat(1 + random().nextInt(8)) + random().nextInt(1000));
    }
    withIndex(
        texts,
        searcher -> {
          boolean limited = random().nextBoolean();
          FakeScorer scorer = limited ? slow(Duration.ofMillis(5)) : FakeScorer.byHash();
          CrossEncoderRescorer rescorer =
              rescorer(scorer).withPassages((query, text) -> tens(text)).withWindow(25);
          if (limited) {
            rescorer = rescorer.withTimeBudget(Duration.ofHours(1));
          }
          RescoredTopDocs rescored = rescorer.rescore(searcher, shuffledHits(30), 30);
          for (int i = 0; i < 25; i++) {
            String text = texts.get(rescored.scoreDocs[i].doc);
            float best = Float.NEGATIVE_INFINITY;
            for (DocumentSpan span : tens(text)) {
              best = Math.max(best, FakeScorer.hash(text.substring(span.start(), span.end())));
            }
            assertEquals(best, rescored.scoreDocs[i].score, 0);
            DocumentSpan won = hit(rescored, i).bestPassage().orElseThrow();
            assertEquals(best, FakeScorer.hash(text.substring(won.start(), won.end())), 0);
          }
          assertTrue(hit(rescored, 29).bestPassage().isEmpty());
          assertScoresNeverIncrease(rescored);
          assertExplained(rescorer, searcher, rescored);
        });
  }

  public void testAPassageWithNaNDoesNotWinAndATextWithoutPassagesIsOne() throws IOException {
    FakeScorer scorer = new FakeScorer(text -> text.startsWith("b") ? -7 : Double.NaN);
    withIndex(
        List.of("abba", "cccc", "b"),
        searcher -> {
          CrossEncoderRescorer rescorer =
              rescorer(scorer)
                  .withPassages(
                      (query, text) ->
                          text.length() == 1
                              ? List.of()
                              : List.of(new DocumentSpan(0, 1), new DocumentSpan(1, 4)));
          RescoredTopDocs rescored = rescorer.rescore(searcher, hits(1, 0, 2), 3);
          assertEquals(List.of(0, 2, 1), docs(rescored));
          assertEquals(new DocumentSpan(1, 4), hit(rescored, 0).bestPassage().orElseThrow());
          assertEquals(new DocumentSpan(0, 1), hit(rescored, 1).bestPassage().orElseThrow());
        });
  }
}
