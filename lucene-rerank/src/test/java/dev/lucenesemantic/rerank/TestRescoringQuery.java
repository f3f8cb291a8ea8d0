package dev.lucenesemantic.rerank;

import dev.lucenesemantic.document.SemanticField;
import dev.lucenesemantic.document.SemanticFieldType;
import dev.lucenesemantic.search.SemanticQuery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.Weight;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.search.CheckHits;
import org.apache.lucene.tests.search.QueryUtils;

/** A rescored search as a query, and other ways to compose one. */
public class TestRescoringQuery extends RescorerTestCase {
  private static final String[] WORDS = {"city", "river", "bread", "song", "winter", "green"};

  private static Query word(String word) {
    return new TermQuery(new Term("body", word));
  }

  private static List<String> randomWords(int count) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StringBuilder text = new StringBuilder("x".repeat(i % 3 + 1) + i);
      for (int j = 0; j < 1 + random().nextInt(6); j++) {
        text.append(' ').append(WORDS[random().nextInt(WORDS.length)]);
      }
      texts.add(text.toString());
    }
    return texts;
  }

  private static CrossEncoderRescorer byHash() {
    ScoreFusion fusion =
        random().nextBoolean() ? ScoreFusion.weightedSum(0.5f) : ScoreFusion.crossEncoder();
    return new CrossEncoderRescorer(FakeScorer.byHash(), "question", BODY).withFusion(fusion);
  }

  public void testItMatchesWhatTheRescorerRanksInItsOrder() throws IOException {
    withIndex(
        randomWords(200),
        searcher -> {
          for (int window : new int[] {5, 20, 500}) {
            CrossEncoderRescorer rescorer = byHash().withWindow(window);
            int topN = 1 + random().nextInt(40);
            TopDocs first = searcher.search(word("city"), Math.max(topN, window));
            TopDocs expected = rescorer.rescore(searcher, first, topN);
            Query query = new RescoringQuery(word("city"), topN, rescorer);
            TopDocs actual = searcher.search(query, 200);
            assertEquals(docs(expected), docs(actual));
            assertEquals(actual.scoreDocs.length, searcher.count(query));
            for (int i = 0; i < actual.scoreDocs.length; i++) {
              float s = expected.scoreDocs[i].score;
              assertEquals(
                  s >= 0 ? 1 + s : 1 / (1 - s), actual.scoreDocs[i].score, Math.abs(s) * 1e-5f);
              assertTrue(actual.scoreDocs[i].score >= 0);
            }
          }
        });
  }

  public void testItKeepsTheContractOfAQuery() throws IOException {
    withIndex(
        randomWords(60),
        searcher -> {
          CrossEncoderRescorer rescorer = byHash();
          Query query = new RescoringQuery(word("city"), 10, rescorer);
          QueryUtils.check(query);
          QueryUtils.checkEqual(query, new RescoringQuery(word("city"), 10, rescorer));
          QueryUtils.checkUnequal(query, new RescoringQuery(word("city"), 11, rescorer));
          QueryUtils.checkUnequal(query, new RescoringQuery(word("song"), 10, rescorer));
          QueryUtils.checkUnequal(query, new RescoringQuery(word("city"), 10, byHash()));
          QueryUtils.check(searcher.rewrite(query));
          Set<Term> terms = new HashSet<>();
          query.visit(QueryVisitor.termCollector(terms));
          assertEquals(Set.of(new Term("body", "city")), terms);
          assertTrue(query.toString("body"), query.toString("body").contains("city[topN=10]"));
        });
    expectThrows(
        IllegalArgumentException.class, () -> new RescoringQuery(word("city"), 0, byHash()));
  }

  public void testEveryMatchIsExplainedWithItsScore() throws IOException {
    withIndex(
        randomWords(100),
        searcher -> {
          Query query =
              new BoostQuery(
                  new RescoringQuery(word("city"), 30, byHash().withWindow(20)),
                  random().nextBoolean() ? 1 : 2.5f);
          TopDocs hits = searcher.search(query, 100);
          for (ScoreDoc hit : hits.scoreDocs) {
            Explanation explanation = searcher.explain(query, hit.doc);
            CheckHits.verifyExplanation("query", hit.doc, hit.score, true, explanation);
          }
          Set<Integer> matches = new HashSet<>(docs(hits));
          for (int doc = 0; doc < 100; doc++) {
            assertEquals(matches.contains(doc), searcher.explain(query, doc).isMatch());
          }
        });
  }

  public void testOneReaderIsRescoredOnceUnlessItWasPartial() throws IOException {
    withIndex(
        randomWords(50),
        searcher -> {
          FakeScorer scorer = FakeScorer.byHash();
          searcher.setTimeout(null);
          CrossEncoderRescorer rescorer = new CrossEncoderRescorer(scorer, "question", BODY);
          Query query = new RescoringQuery(word("city"), 5, rescorer);
          int best = searcher.search(query, 5).scoreDocs[0].doc;
          searcher.explain(query, best);
          searcher.count(query);
          assertEquals(1, scorer.calls.size());

          FakeScorer broken =
              FakeScorer.byHash()
                  .before(
                      () -> {
                        throw new IllegalStateException("broken");
                      });
          Query failing =
              new RescoringQuery(
                  word("city"),
                  5,
                  new CrossEncoderRescorer(broken, "question", BODY)
                      .withFailurePolicy(OnFailure.FIRST_STAGE));
          List<Integer> firstStage = docs(searcher.search(word("city"), 5));
          assertEquals(firstStage, docs(searcher.search(failing, 5)));
          broken.before(() -> {});
          assertEquals(docs(searcher.search(query, 5)), docs(searcher.search(failing, 5)));
        });
  }

  public void testStrangeScoresStayInOrderAndLegal() throws IOException {
    double inf = Double.POSITIVE_INFINITY;
    List<String> texts =
        numbered(-inf, 1, inf, Double.NaN, -1e30, 1e38, 1.00000001e38, 0, -0d, 16777216, 16777217);
    withIndex(
        texts,
        searcher -> {
          CrossEncoderRescorer rescorer =
              new CrossEncoderRescorer(FakeScorer.byLastNumber(), "question", BODY)
                  .withFusion(ScoreFusion.crossEncoder());
          Query text = word("text");
          TopDocs expected = rescorer.rescore(searcher, searcher.search(text, 20), 20);
          TopDocs actual = searcher.search(new RescoringQuery(text, 20, rescorer), 20);
          assertEquals(docs(expected).subList(0, 8), docs(actual).subList(0, 8));
          for (ScoreDoc hit : actual.scoreDocs) {
            assertTrue(hit.score >= 0 && hit.score <= Float.MAX_VALUE);
          }
        });
  }

  public void testNothingFoundIsNothingRescored() throws IOException {
    FakeScorer scorer = FakeScorer.byHash();
    withIndex(
        randomWords(5),
        searcher -> {
          Query query =
              new RescoringQuery(word("nothing"), 5, new CrossEncoderRescorer(scorer, "q", BODY));
          assertEquals(0, searcher.search(query, 5).scoreDocs.length);
        });
    assertEquals(List.of(), scorer.calls);
  }

  public void testRewrittenHitsBelongToTheirReader() throws IOException {
    withIndex(
        randomWords(50),
        searcher ->
            withIndex(
                randomWords(50),
                other -> {
                  Query query = new RescoringQuery(word("city"), 5, byHash());
                  Query rewritten = searcher.rewrite(query);
                  expectThrows(
                      IllegalStateException.class,
                      () -> other.createWeight(rewritten, randomScoreMode(), 1));
                  Weight weight = other.createWeight(other.rewrite(query), randomScoreMode(), 1);
                  assertNotNull(weight);
                }));
  }

  private static ScoreMode randomScoreMode() {
    return random().nextBoolean() ? ScoreMode.COMPLETE : ScoreMode.TOP_SCORES;
  }

  public void testItComposesWithFiltersAndOtherClauses() throws IOException {
    withIndex(
        randomWords(100),
        searcher -> {
          Query rescored = new RescoringQuery(word("city"), 20, byHash());
          Set<Integer> all = Set.copyOf(docs(searcher.search(rescored, 100)));
          Query filtered =
              new BooleanQuery.Builder()
                  .add(rescored, Occur.MUST)
                  .add(word("river"), Occur.FILTER)
                  .build();
          Set<Integer> rivers = new HashSet<>(docs(searcher.search(word("river"), 100)));
          rivers.retainAll(all);
          assertEquals(rivers, Set.copyOf(docs(searcher.search(filtered, 100))));
          Query either =
              new BooleanQuery.Builder()
                  .add(rescored, Occur.SHOULD)
                  .add(word("song"), Occur.SHOULD)
                  .build();
          Set<Integer> both = new HashSet<>(docs(searcher.search(word("song"), 100)));
          both.addAll(all);
          assertEquals(both, Set.copyOf(docs(searcher.search(either, 100))));
        });
  }

  // Other first stages

  public void testBehindASemanticAndAHybridSearch() throws IOException {
    WordEmbedder embedder = new WordEmbedder();
    SemanticFieldType type = new SemanticFieldType(embedder);
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, newIndexWriterConfig())) {
      for (String text : randomWords(80)) {
        Document document = new Document();
        document.add(new TextField("body", text, Field.Store.YES));
        document.add(new SemanticField("body_vector", text, type));
        writer.addDocument(document);
      }
      try (IndexReader reader = DirectoryReader.open(writer)) {
        IndexSearcher searcher = newSearcher(reader);
        Query semantic = new SemanticQuery("body_vector", "green city", 30, embedder);
        TopDocs bySemantics = searcher.search(semantic, 30);
        TopDocs byWords = searcher.search(word("city"), 30);
        TopDocs hybrid = TopDocs.rrf(40, 60, new TopDocs[] {bySemantics, byWords});
        for (TopDocs first : List.of(bySemantics, hybrid)) {
          CrossEncoderRescorer rescorer = byHash().withWindow(25);
          RescoredTopDocs rescored = rescorer.rescore(searcher, first, 30);
          assertEquals(
              Set.copyOf(docs(first).subList(0, 25)), Set.copyOf(docs(rescored).subList(0, 25)));
          assertScoresNeverIncrease(rescored);
          assertExplained(rescorer, searcher, rescored);
        }
        Query query = new RescoringQuery(semantic, 10, byHash());
        assertEquals(10, searcher.search(query, 100).scoreDocs.length);
        TopDocs fused = TopDocs.rrf(10, 60, new TopDocs[] {searcher.search(query, 10), byWords});
        assertEquals(10, fused.scoreDocs.length);
      }
    }
  }

  public void testRescorersCanBeChained() throws IOException {
    withIndex(
        randomWords(60),
        searcher -> {
          TopDocs hits = searcher.search(word("city"), 60);
          CrossEncoderRescorer coarse = byHash().withWindow(40);
          CrossEncoderRescorer fine =
              new CrossEncoderRescorer(new FakeScorer(text -> text.length()), "question", BODY)
                  .withWindow(5)
                  .withFusion(ScoreFusion.crossEncoder());
          TopDocs first = coarse.rescore(searcher, hits, 20);
          TopDocs second = fine.rescore(searcher, first, 20);
          assertEquals(
              Set.copyOf(docs(first).subList(0, 5)), Set.copyOf(docs(second).subList(0, 5)));
          int n = first.scoreDocs.length;
          assertEquals(docs(first).subList(5, n), docs(second).subList(5, n));
          assertExplained(fine, searcher, second);
        });
  }
}
