package dev.lucenesemantic.benchmarks;

import dev.lucenesemantic.rerank.TextPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;

/**
 * Twelve documents have the query's word. The longer, the lower BM25 ranks them, and the longest
 * one, on rank 12, is the only relevant one.
 */
public class RerankComparisonTest extends LuceneTestCase {
  private static final String QUERY = "wings";
  private static final int DOCUMENTS = 12;

  /** Likes the relevant document alone. */
  private final FakeScorer model =
      new FakeScorer(pair -> pair.document().endsWith("word11") ? 1 : 0);

  private Directory directory;
  private DirectoryReader reader;
  private IndexSearcher searcher;
  private Qrels qrels;
  private final Bm25System bm25 = Bm25System.withAnseriniParameters();
  private final SemanticSystem biEncoder =
      new SemanticSystem("fake", "fake_vector", new FakeEmbedder());

  @Override
  public void setUp() throws Exception {
    super.setUp();
    Path folder = createTempDir();
    Files.createDirectories(folder.resolve("qrels"));
    StringBuilder corpus = new StringBuilder();
    for (int i = 0; i < DOCUMENTS; i++) {
      StringBuilder text = new StringBuilder("wing");
      for (int word = 0; word <= i; word++) {
        text.append(" s").append(" more words than before word").append(word);
      }
      corpus.append(String.format(Locale.ROOT, "{\"_id\": \"d%d\", \"text\": \"%s\"}\n", i, text));
    }
    corpus.append("{\"_id\": \"other\", \"text\": \"no such thing\"}\n");
    Files.writeString(folder.resolve("corpus.jsonl"), corpus);
    Files.writeString(
        folder.resolve("queries.jsonl"), "{\"_id\": \"q\", \"text\": \"" + QUERY + "\"}\n");
    Files.writeString(
        folder.resolve("qrels").resolve("test.tsv"), "query-id\tcorpus-id\tscore\nq\td11\t1\n");
    BeirFolder collection = BeirFolder.open(folder);
    qrels = collection.qrels("test");
    directory = newDirectory();
    assertEquals(DOCUMENTS + 1, RerankIndex.build(collection, directory, bm25, List.of(biEncoder)));
    reader = DirectoryReader.open(directory);
    searcher = new IndexSearcher(reader);
    searcher.setSimilarity(bm25.similarity());
  }

  @Override
  public void tearDown() throws Exception {
    reader.close();
    directory.close();
    bm25.close();
    super.tearDown();
  }

  public void testADocumentBelowTheWindowIsNotFound() throws IOException {
    List<RerankFigure> figures = figures(comparison(10, 20));
    assertEquals("BM25 has it at rank 12", 0, figures.get(0).ndcgAt10(), 0);
    assertTrue(figures.get(0).reranking().isEmpty());
    assertFigure(figures.get(1), false, 10, 0);
    assertFigure(figures.get(2), false, 20, 1);
    assertFigure(figures.get(3), true, 10, 0);
    assertFigure(figures.get(4), true, 20, 1);
    assertEquals(5, figures.size());
  }

  public void testForQualityAPairIsScoredOnceForAllWindowsAndFusions() throws IOException {
    RerankComparison comparison = comparison(5, 10, 12, 20);
    comparison.answer("q", QUERY);
    assertEquals(1, model.calls);
    assertEquals(DOCUMENTS, new HashSet<>(model.asked).size());
    assertEquals(DOCUMENTS, model.asked.size());
  }

  public void testForTimeEachWindowIsScoredAnewAsSearchesDo() throws IOException {
    RerankComparison comparison = comparison(5, 10);
    comparison.time(List.of(QUERY, QUERY));
    assertEquals(2 * (5 + 10), model.asked.size());
  }

  public void testTheModelReadsTheQueryAndTitleAndText() throws IOException {
    comparison(1).answer("q", QUERY);
    assertTrue(model.asked.contains(new TextPair(QUERY, "wing s more words than before word0")));
  }

  public void testARerankingIsPartOfTheTotalTime() throws IOException {
    RerankFigure figure = figures(comparison(10)).get(1);
    assertTrue(figure.toString(), figure.reranking().get().millis() > 0);
    assertTrue(figure.toString(), figure.totalMillis() > figure.reranking().get().millis());
  }

  public void testABiEncoderStandsBesideTheCandidatesOfBm25Only() throws IOException {
    VectorScorer vectors = new VectorScorer(reader, biEncoder.field(), biEncoder.embedder());
    RerankComparison comparison =
        new RerankComparison(
            searcher,
            List.of(FirstStage.of(biEncoder), FirstStage.of(bm25)),
            List.of(SecondStage.biEncoder(biEncoder, vectors)),
            List.of(20));
    List<RerankFigure> figures = figures(comparison);
    assertEquals(
        List.of("fake", "bm25", "bm25", "bm25"),
        figures.stream().map(RerankFigure::firstStage).toList());
    assertEquals("fake", figures.get(2).reranking().get().secondStage());
    // The longest document has the most "s", and so is the least like the query.
    assertEquals(0, figures.get(2).ndcgAt10(), 0);
  }

  public void testAHybridFindsWhatEitherFindsAndPutsWhatBothFindOnTop() throws IOException {
    FirstStage hybrid = FirstStage.hybrid(bm25, biEncoder);
    TopDocs words = FirstStage.of(bm25).search(searcher, QUERY, 20);
    TopDocs both = hybrid.search(searcher, QUERY, 20);
    assertEquals(DOCUMENTS, words.scoreDocs.length);
    assertEquals(DOCUMENTS + 1, both.scoreDocs.length);
    // Only the document without the word has a vector that is nearer.
    assertEquals(words.scoreDocs[0].doc, both.scoreDocs[0].doc);
    assertEquals(1 / 61f + 1 / 62f, both.scoreDocs[0].score, 1e-6f);
    assertEquals(3, hybrid.search(searcher, QUERY, 3).scoreDocs.length);
    assertEquals(both.scoreDocs[2].doc, hybrid.search(searcher, QUERY, 3).scoreDocs[2].doc);
  }

  public void testASampleOfTheQueriesIsTheSameForTheSameSeed() {
    Qrels many = new Qrels();
    for (int i = 0; i < 100; i++) {
      many.add("q" + i, "d", 1);
    }
    Qrels sample = many.sample(10, new Random(42));
    assertEquals(10, sample.queryIds().size());
    assertEquals(sample.queryIds(), many.sample(10, new Random(42)).queryIds());
    assertNotEquals(sample.queryIds(), many.sample(10, new Random(43)).queryIds());
    assertEquals(many.queryIds(), many.sample(1000, new Random(42)).queryIds());
    assertEquals(1, sample.grades(sample.queryIds().iterator().next()).size());
  }

  private RerankComparison comparison(Integer... windows) {
    return new RerankComparison(
        searcher,
        List.of(FirstStage.of(bm25)),
        List.of(SecondStage.crossEncoder("model", model)),
        List.of(windows));
  }

  private List<RerankFigure> figures(RerankComparison comparison) throws IOException {
    comparison.answer("q", QUERY);
    comparison.time(List.of(QUERY));
    return comparison.figures(qrels);
  }

  private static void assertFigure(RerankFigure figure, boolean fused, int window, double ndcg) {
    assertEquals("bm25", figure.firstStage());
    RerankFigure.Reranking reranking = figure.reranking().orElseThrow();
    assertEquals("model", reranking.secondStage());
    assertEquals(fused, reranking.fused());
    assertEquals(window, reranking.window());
    assertEquals(ndcg, figure.ndcgAt10(), 1e-9);
  }
}
