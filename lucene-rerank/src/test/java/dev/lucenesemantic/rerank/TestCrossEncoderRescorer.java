package dev.lucenesemantic.rerank;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.MultiReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.FieldDoc;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Rescorer;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TotalHits;
import org.apache.lucene.store.Directory;

/** The contract of a Rescorer, the window, the tail and missing texts. */
public class TestCrossEncoderRescorer extends RescorerTestCase {

  private static CrossEncoderRescorer byNumber() {
    return new CrossEncoderRescorer(FakeScorer.byLastNumber(), "question", BODY)
        .withFusion(ScoreFusion.crossEncoder());
  }

  // The contract

  public void testOneLineBehindASearchOrdersItsHitsByTheScorer() throws IOException {
    withIndex(
        List.of("green city 1", "green river 3", "winter song 9", "green green 2"),
        searcher -> {
          TopDocs hits = searcher.search(new TermQuery(new Term("body", "green")), 100);
          Rescorer rescorer =
              new CrossEncoderRescorer(FakeScorer.byLastNumber(), "green river", BODY);
          TopDocs rescored = rescorer.rescore(searcher, hits, 10);
          assertEquals(List.of(1, 3, 0), docs(rescored));
          assertEquals(3, rescored.scoreDocs[0].score, 0);
          assertSame(hits.totalHits, rescored.totalHits);
        });
  }

  public void testAScorerThatKnowsABetterFusionIsFusedSo() throws IOException {
    PairScorer scorer =
        new PairScorer() {
          private final PairScorer numbers = FakeScorer.byLastNumber();

          @Override
          public float[] predict(List<TextPair> pairs) {
            return numbers.predict(pairs);
          }

          @Override
          public ScoreFusion fusion() {
            return ScoreFusion.weightedSum(100);
          }

          @Override
          public void close() {}
        };
    withIndex(
        numbered(1, 2, 3),
        searcher -> {
          CrossEncoderRescorer rescorer = new CrossEncoderRescorer(scorer, "question", BODY);
          assertEquals(List.of(0, 1, 2), docs(rescorer.rescore(searcher, hits(0, 1, 2), 3)));
          CrossEncoderRescorer alone = rescorer.withFusion(ScoreFusion.crossEncoder());
          assertEquals(List.of(2, 1, 0), docs(alone.rescore(searcher, hits(0, 1, 2), 3)));
        });
  }

  public void testTheScorerGetsTheQueryAndEachTextOnceInOneCall() throws IOException {
    FakeScorer scorer = FakeScorer.byHash();
    List<String> texts = randomTexts(30);
    withIndex(
        texts,
        searcher -> {
          searcher.setTimeout(null);
          TopDocs hits = shuffledHits(30);
          new CrossEncoderRescorer(scorer, "the question", BODY).rescore(searcher, hits, 5);
          assertEquals(1, scorer.calls.size());
          assertEquals(docs(hits).stream().map(texts::get).toList(), scorer.documents());
          assertEquals(Collections.nCopies(30, "the question"), scorer.queries);
        });
  }

  public void testTheCallersHitsStayAsTheyWere() throws IOException {
    withIndex(
        randomTexts(20),
        searcher -> {
          TopDocs hits = shuffledHits(20);
          ScoreDoc[] objects = hits.scoreDocs.clone();
          String before = Arrays.toString(hits.scoreDocs);
          TopDocs rescored =
              new CrossEncoderRescorer(FakeScorer.byHash(), "question", BODY)
                  .rescore(searcher, hits, 7);
          assertArrayEquals(objects, hits.scoreDocs);
          assertEquals(before, Arrays.toString(hits.scoreDocs));
          for (ScoreDoc hit : rescored.scoreDocs) {
            assertFalse(Arrays.asList(objects).contains(hit));
          }
        });
  }

  public void testShardIndexIsKept() throws IOException {
    withIndex(
        numbered(1, 2),
        searcher -> {
          for (int shard : new int[] {-1, 0, 7}) {
            TopDocs hits = topDocs(new ScoreDoc(0, 2, shard), new ScoreDoc(1, 1, shard));
            for (ScoreDoc hit : byNumber().rescore(searcher, hits, 2).scoreDocs) {
              assertEquals(shard, hit.shardIndex);
            }
          }
        });
  }

  public void testHitsOfSeveralShardsAreRefusedWhereverTheyStand() throws IOException {
    withIndex(
        numbered(1, 2, 3),
        searcher -> {
          for (int[] shards : new int[][] {{0, 1, 1}, {-1, -1, 0}, {2, 2, -1}}) {
            TopDocs hits =
                topDocs(
                    new ScoreDoc(0, 3, shards[0]),
                    new ScoreDoc(1, 2, shards[1]),
                    new ScoreDoc(2, 1, shards[2]));
            // The last one is below the window.
            IllegalArgumentException refusal =
                expectThrows(
                    IllegalArgumentException.class,
                    () -> byNumber().withWindow(2).rescore(searcher, hits, 1));
            assertTrue(refusal.getMessage(), refusal.getMessage().contains("several shards"));
          }
        });
  }

  public void testHitsOfAnotherIndexAreRefused() throws IOException {
    withIndex(
        numbered(1, 2),
        searcher -> {
          for (int doc : new int[] {-1, 2, Integer.MAX_VALUE}) {
            IllegalArgumentException refusal =
                expectThrows(
                    IllegalArgumentException.class,
                    () -> byNumber().rescore(searcher, hits(0, doc), 1));
            assertTrue(refusal.getMessage(), refusal.getMessage().contains("rank 2"));
          }
        });
  }

  public void testNoHitsGiveNoHitsAndDoNotAskTheModel() throws IOException {
    FakeScorer scorer = FakeScorer.byHash();
    CrossEncoderRescorer rescorer = new CrossEncoderRescorer(scorer, "question", BODY);
    withIndex(
        numbered(1),
        searcher -> {
          for (int topN : new int[] {-5, 0}) {
            RescoredTopDocs none = rescorer.rescore(searcher, hits(0), topN);
            assertEquals(0, none.scoreDocs.length);
            assertEquals(1234, none.totalHits.value());
            assertFalse(none.partial());
          }
          assertEquals(0, rescorer.rescore(searcher, hits(), 10).scoreDocs.length);
        });
    try (IndexReader nothing = new MultiReader()) {
      TopDocs empty = new TopDocs(new TotalHits(0, TotalHits.Relation.EQUAL_TO), new ScoreDoc[0]);
      assertEquals(0, rescorer.rescore(new IndexSearcher(nothing), empty, 3).scoreDocs.length);
    }
    assertEquals(List.of(), scorer.calls);
  }

  public void testAskingForMoreThanThereIsGivesWhatThereIs() throws IOException {
    withIndex(
        numbered(1, 3, 2),
        searcher ->
            assertEquals(
                List.of(1, 2, 0),
                docs(byNumber().rescore(searcher, hits(0, 1, 2), Integer.MAX_VALUE))));
  }

  public void testAskingForFewerGivesTheBestOfTheWholeWindow() throws IOException {
    withIndex(
        randomTexts(60),
        searcher -> {
          TopDocs hits = shuffledHits(60);
          CrossEncoderRescorer rescorer =
              new CrossEncoderRescorer(FakeScorer.byHash(), "question", BODY)
                  .withWindow(1 + random().nextInt(80));
          List<Integer> all = docs(rescorer.rescore(searcher, hits, 60));
          for (int topN = 1; topN < 60; topN += 1 + random().nextInt(9)) {
            assertEquals(all.subList(0, topN), docs(rescorer.rescore(searcher, hits, topN)));
          }
        });
  }

  public void testEqualScoresAreOrderedByDocument() throws IOException {
    withIndex(
        numbered(1, 2, 1, 2, 0, -0d),
        searcher ->
            assertEquals(
                List.of(1, 3, 0, 2, 4, 5),
                docs(byNumber().rescore(searcher, hits(5, 3, 2, 4, 1, 0), 6))));
  }

  public void testNaNComesLastOfTheWindowWithAScoreThatFits() throws IOException {
    withIndex(
        numbered(1, Double.NaN, -50, Double.NaN, 7),
        searcher -> {
          RescoredTopDocs rescored =
              byNumber().withWindow(4).rescore(searcher, hits(3, 1, 0, 2, 4), 5);
          assertEquals(List.of(0, 2, 3, 1, 4), docs(rescored));
          assertScoresNeverIncrease(rescored);
          assertTrue(Float.isNaN(hit(rescored, 2).crossEncoderScore()));
          assertTrue(hit(rescored, 2).scored());
          assertTrue(Float.isFinite(rescored.scoreDocs[2].score));
          assertFalse(rescored.partial());
          assertEquals(4, rescored.scoredHits());
        });
  }

  public void testNothingButNaNLeavesTheFirstStageAsItWas() throws IOException {
    withIndex(
        numbered(Double.NaN, Double.NaN, 3),
        searcher -> {
          for (ScoreFusion fusion :
              List.of(
                  ScoreFusion.weightedSum(0.5f),
                  ScoreFusion.crossEncoder(),
                  ScoreFusion.reciprocalRank(60))) {
            CrossEncoderRescorer rescorer = byNumber().withFusion(fusion).withWindow(2);
            RescoredTopDocs rescored = rescorer.rescore(searcher, hits(1, 0, 2), 3);
            assertEquals(List.of(1, 0, 2), docs(rescored));
            assertEquals(20, rescored.scoreDocs[0].score, 0);
            assertExplained(rescorer, searcher, rescored);
          }
        });
  }

  public void testInfiniteScoresOfTheModelAreOrdered() throws IOException {
    double inf = Double.POSITIVE_INFINITY;
    withIndex(
        numbered(1, -inf, inf, Double.NaN, 2),
        searcher -> {
          RescoredTopDocs rescored =
              byNumber().withWindow(4).rescore(searcher, hits(0, 1, 2, 3, 4), 5);
          assertEquals(List.of(2, 0, 1, 3, 4), docs(rescored));
          assertScoresNeverIncrease(rescored);
        });
  }

  public void testADocumentThatIsHitTwiceIsReadOnceAndStaysTwice() throws IOException {
    List<Integer> read = new ArrayList<>();
    TextSource source =
        TextSource.of(
            (searcher, doc) -> {
              read.add(doc);
              return "text " + doc;
            });
    withIndex(
        numbered(0, 1, 2),
        searcher -> {
          CrossEncoderRescorer rescorer =
              new CrossEncoderRescorer(FakeScorer.byLastNumber(), "question", source)
                  .withFusion(ScoreFusion.crossEncoder());
          TopDocs rescored = rescorer.rescore(searcher, hits(1, 0, 1, 2), 4);
          assertEquals(List.of(2, 1, 1, 0), docs(rescored));
          assertEquals(List.of(0, 1, 2), read);
          assertEquals(1, hit(rescored, 1).firstStageRank());
          assertEquals(3, hit(rescored, 2).firstStageRank());
        });
  }

  public void testTextsAreReadInAscendingOrderOfTheDocuments() throws IOException {
    List<Integer> read = new ArrayList<>();
    TextSource source =
        TextSource.of(
            (searcher, doc) -> {
              read.add(doc);
              return "text " + doc;
            });
    withIndex(
        randomTexts(40),
        searcher -> {
          TopDocs hits = shuffledHits(40);
          new CrossEncoderRescorer(FakeScorer.byHash(), "question", source)
              .withWindow(25)
              .rescore(searcher, hits, 3);
          assertEquals(docs(hits).subList(0, 25).stream().sorted().toList(), read);
        });
  }

  public void testNullsAreRefusedByName() throws IOException {
    FakeScorer scorer = FakeScorer.byHash();
    expectThrows(
        NullPointerException.class, () -> new CrossEncoderRescorer(null, "question", BODY));
    expectThrows(NullPointerException.class, () -> new CrossEncoderRescorer(scorer, null, BODY));
    expectThrows(NullPointerException.class, () -> new CrossEncoderRescorer(scorer, "q", null));
    expectThrows(NullPointerException.class, () -> byNumber().withFusion(null));
    expectThrows(IllegalArgumentException.class, () -> byNumber().withWindow(0));
  }

  public void testHitsSortedByAFieldAreTakenInTheirOrder() throws IOException {
    withIndex(
        numbered(1, 2, 3),
        searcher -> {
          TopDocs sorted =
              searcher.search(
                  new TermQuery(new Term("body", "text")),
                  3,
                  new Sort(new SortField(null, SortField.Type.DOC, true)));
          assertTrue(sorted.scoreDocs[0] instanceof FieldDoc);
          assertTrue(Float.isNaN(sorted.scoreDocs[0].score));
          for (ScoreFusion fusion :
              List.of(ScoreFusion.weightedSum(0.5f), ScoreFusion.crossEncoder())) {
            TopDocs rescored = byNumber().withFusion(fusion).rescore(searcher, sorted, 3);
            assertEquals(List.of(2, 1, 0), docs(rescored));
            assertScoresNeverIncrease(rescored);
          }
        });
  }

  public void testDeletedDocumentsAndNewReaders() throws IOException {
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, newIndexWriterConfig())) {
      for (String text : List.of("green 1", "green 2", "green 3")) {
        Document document = new Document();
        document.add(new TextField("body", text, Field.Store.YES));
        writer.addDocument(document);
      }
      CrossEncoderRescorer rescorer = byNumber();
      TermQuery green = new TermQuery(new Term("body", "green"));
      try (IndexReader before = DirectoryReader.open(writer)) {
        IndexSearcher searcher = newSearcher(before);
        assertEquals(3, rescorer.rescore(searcher, searcher.search(green, 9), 9).scoredHits());
        writer.deleteDocuments(new Term("body", "3"));
        try (IndexReader after = DirectoryReader.open(writer)) {
          IndexSearcher newSearcher = newSearcher(after);
          TopDocs rescored = rescorer.rescore(newSearcher, newSearcher.search(green, 9), 9);
          assertEquals(2, rescored.scoreDocs.length);
          assertEquals(2, rescored.scoreDocs[0].score, 0);
          assertExplained(rescorer, newSearcher, rescored);
        }
        // The rescoring of the other reader is remembered as well.
        assertEquals(
            3f,
            rescorer.explain(searcher, FIRST_PASS, docWith(searcher, "3")).getValue().floatValue(),
            0f);
      }
    }
  }

  private static int docWith(IndexSearcher searcher, String word) throws IOException {
    return searcher.search(new TermQuery(new Term("body", word)), 1).scoreDocs[0].doc;
  }

  public void testSeveralThreadsShareARescorer() throws Exception {
    List<String> texts = randomTexts(80);
    FakeScorer scorer = FakeScorer.byHash();
    ExecutorService executor = Executors.newFixedThreadPool(4);
    try {
      withIndex(
          texts,
          searcher -> {
            CrossEncoderRescorer rescorer =
                new CrossEncoderRescorer(scorer, "question", BODY).withWindow(50);
            TopDocs hits = shuffledHits(80);
            String expected = Arrays.toString(rescorer.rescore(searcher, hits, 60).scoreDocs);
            List<Future<String>> results = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
              results.add(
                  executor.submit(
                      () -> {
                        RescoredTopDocs rescored = rescorer.rescore(searcher, hits, 60);
                        assertExplained(rescorer, searcher, rescored);
                        return Arrays.toString(rescored.scoreDocs);
                      }));
            }
            for (Future<String> result : results) {
              try {
                assertEquals(expected, result.get());
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            }
          });
    } finally {
      executor.shutdown();
    }
  }

  // The window and the tail

  public void testOnlyTheWindowIsRescoredAndTheTailFollowsInItsOrder() throws IOException {
    List<String> texts = randomTexts(50);
    withIndex(
        texts,
        searcher -> {
          for (int window : new int[] {1, 2, 13, 49, 50, 51, Integer.MAX_VALUE}) {
            FakeScorer scorer = FakeScorer.byHash();
            TopDocs hits = shuffledHits(50);
            CrossEncoderRescorer rescorer =
                new CrossEncoderRescorer(scorer, "question", BODY)
                    .withWindow(window)
                    .withFusion(ScoreFusion.crossEncoder());
            int rescoredHits = Math.min(window, 50);
            RescoredTopDocs rescored = rescorer.rescore(searcher, hits, 50);
            List<Integer> expected =
                new ArrayList<>(
                    docs(hits).subList(0, rescoredHits).stream()
                        .sorted(
                            Comparator.comparing((Integer doc) -> -FakeScorer.hash(texts.get(doc)))
                                .thenComparing(doc -> doc))
                        .toList());
            expected.addAll(docs(hits).subList(rescoredHits, 50));
            assertEquals(expected, docs(rescored));
            assertEquals(rescoredHits, scorer.documents().size());
            assertEquals(rescoredHits, rescored.scoredHits());
            assertEquals(rescoredHits, rescored.windowHits());
            assertFalse(rescored.partial());
            assertScoresNeverIncrease(rescored);
            for (ScoreDoc hit : rescored.scoreDocs) {
              assertTrue(Float.isFinite(hit.score));
            }
            assertExplained(rescorer, searcher, rescored);

            RescoredTopDocs dropped = rescorer.withTail(Tail.DROP).rescore(searcher, hits, 50);
            assertEquals(expected.subList(0, rescoredHits), docs(dropped));
            assertEquals(1234, dropped.totalHits.value());
          }
        });
  }

  public void testAHitKnowsWhatBothStagesGaveIt() throws IOException {
    withIndex(
        numbered(5, 6, 7),
        searcher -> {
          RescoredTopDocs rescored = byNumber().withWindow(2).rescore(searcher, hits(2, 1, 0), 3);
          RescoredDoc second = hit(rescored, 1);
          assertEquals(1, second.doc);
          assertEquals(6f, second.crossEncoderScore(), 0);
          assertEquals(19.875f, second.firstStageScore(), 0);
          assertEquals(2, second.firstStageRank());
          assertTrue(second.scored());
          assertTrue(second.bestPassage().isEmpty());
          assertFalse(hit(rescored, 2).scored());
          assertTrue(Float.isNaN(hit(rescored, 2).crossEncoderScore()));
        });
  }

  public void testResultsOfShardsCanBeMergedAndFused() throws IOException {
    withIndex(
        numbered(1, 9, 5, 3),
        searcher -> {
          CrossEncoderRescorer rescorer = byNumber().withWindow(2);
          TopDocs[] shards = new TopDocs[2];
          for (int shard = 0; shard < 2; shard++) {
            TopDocs hits =
                topDocs(
                    new ScoreDoc(shard, 3, shard),
                    new ScoreDoc(shard + 2, 2, shard),
                    new ScoreDoc(1 - shard, 1, shard));
            shards[shard] = rescorer.rescore(searcher, hits, 3);
          }
          TopDocs merged = TopDocs.merge(6, shards);
          assertEquals(6, merged.scoreDocs.length);
          assertScoresNeverIncrease(merged);
          assertEquals(List.of(1, 2, 3, 0), docs(merged).subList(0, 4));
          assertEquals(1, TopDocs.rrf(3, 60, shards).scoreDocs[0].doc);
        });
  }

  // Missing texts

  public void testAMissingTextGetsTheLowestScoreOfTheWindowAndIsCounted() throws IOException {
    for (String nothing : Arrays.asList(null, "", " \t\n")) {
      FakeScorer scorer = FakeScorer.byLastNumber();
      withIndex(
          Arrays.asList(nothing, "a -3", nothing, "b 5", "c 9"),
          searcher -> {
            for (ScoreFusion fusion :
                List.of(
                    ScoreFusion.weightedSum(0.5f),
                    ScoreFusion.weightedSum(100),
                    ScoreFusion.crossEncoder(),
                    ScoreFusion.reciprocalRank(1))) {
              CrossEncoderRescorer rescorer =
                  new CrossEncoderRescorer(scorer, "question", BODY)
                      .withFusion(fusion)
                      .withWindow(4);
              RescoredTopDocs rescored = rescorer.rescore(searcher, hits(2, 3, 0, 1, 4), 5);
              assertEquals(List.of(3, 1, 2, 0, 4), docs(rescored));
              assertEquals(2, rescored.missingTexts());
              assertEquals(2, rescored.scoredHits());
              assertFalse(rescored.partial());
              assertTrue(rescored.warning().isEmpty());
              assertScoresNeverIncrease(rescored);
              assertExplained(rescorer, searcher, rescored);
            }
          });
      assertFalse(scorer.documents().stream().anyMatch(String::isBlank));
    }
  }

  public void testAMissingTextCanKeepItsPlace() throws IOException {
    withIndex(
        Arrays.asList(null, "a 3", null, "b 5", "c 9", null),
        searcher -> {
          CrossEncoderRescorer rescorer =
              byNumber().withMissingText(MissingText.KEEP_PLACE).withWindow(5);
          RescoredTopDocs rescored = rescorer.rescore(searcher, hits(0, 1, 3, 2, 4, 5), 6);
          assertEquals(List.of(0, 4, 3, 2, 1, 5), docs(rescored));
          assertEquals(2, rescored.missingTexts());
          assertScoresNeverIncrease(rescored);
          assertExplained(rescorer, searcher, rescored);
        });
  }

  public void testPlacesAreKeptInAnyMixture() throws IOException {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      texts.add(random().nextInt(3) == 0 ? null : "text " + random().nextInt(5));
    }
    withIndex(
        texts,
        searcher -> {
          TopDocs hits = shuffledHits(60);
          int window = 1 + random().nextInt(60);
          CrossEncoderRescorer rescorer =
              byNumber().withMissingText(MissingText.KEEP_PLACE).withWindow(window);
          RescoredTopDocs rescored = rescorer.rescore(searcher, hits, 60);
          assertScoresNeverIncrease(rescored);
          assertExplained(rescorer, searcher, rescored);
          float last = Float.POSITIVE_INFINITY;
          for (int i = 0; i < 60; i++) {
            int doc = hits.scoreDocs[i].doc;
            if (texts.get(doc) == null || i >= window) {
              assertEquals(doc, rescored.scoreDocs[i].doc);
            }
            if (hit(rescored, i).scored()) {
              assertTrue(hit(rescored, i).crossEncoderScore() <= last);
              last = hit(rescored, i).crossEncoderScore();
              assertEquals(last, rescored.scoreDocs[i].score, 0);
            }
          }
        });
  }

  public void testAMissingTextCanBeAnErrorThatNamesDocumentAndField() throws IOException {
    withIndex(
        Arrays.asList("a 1", null, "b 2"),
        searcher -> {
          CrossEncoderRescorer rescorer =
              byNumber()
                  .withMissingText(MissingText.ERROR)
                  .withFailurePolicy(OnFailure.FIRST_STAGE);
          MissingTextException error =
              expectThrows(
                  MissingTextException.class, () -> rescorer.rescore(searcher, hits(0, 1, 2), 1));
          assertEquals(1, error.doc());
          assertTrue(error.getMessage(), error.getMessage().contains("stored field 'body'"));
          // Below the window no text is needed.
          assertEquals(
              List.of(0, 1), docs(rescorer.withWindow(1).rescore(searcher, hits(0, 1), 2)));
        });
  }

  public void testIfEveryTextIsMissingTheFirstStageStaysAndAWarningSaysWhatToLookAt()
      throws IOException {
    withIndex(
        numbered(1, 2, 3),
        searcher -> {
          CrossEncoderRescorer rescorer =
              new CrossEncoderRescorer(
                  FakeScorer.byHash(), "question", TextSource.storedField("boody"));
          RescoredTopDocs rescored = rescorer.rescore(searcher, hits(2, 0, 1), 3);
          assertEquals(List.of(2, 0, 1), docs(rescored));
          assertEquals(3, rescored.missingTexts());
          assertEquals(0, rescored.scoredHits());
          assertEquals(20, rescored.scoreDocs[0].score, 0);
          String warning = rescored.warning().orElseThrow();
          assertTrue(warning, warning.contains("no field 'boody'") && warning.contains("body"));
          assertExplained(rescorer, searcher, rescored);
          MissingTextException error =
              expectThrows(
                  MissingTextException.class,
                  () ->
                      rescorer
                          .withMissingText(MissingText.ERROR)
                          .rescore(searcher, hits(2, 0, 1), 3));
          assertTrue(error.getMessage(), error.getMessage().contains("no field 'boody'"));
        });
  }
}
