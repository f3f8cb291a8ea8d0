package dev.lucenesemantic.search;

import dev.lucenesemantic.document.EncodingException;
import dev.lucenesemantic.document.ModelMismatchException;
import dev.lucenesemantic.document.SemanticField;
import dev.lucenesemantic.document.SemanticFieldType;
import dev.lucenesemantic.embed.FakeEmbedder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.MultiReader;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.DisjunctionMaxQuery;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.Weight;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.index.RandomIndexWriter;
import org.apache.lucene.tests.search.CheckHits;
import org.apache.lucene.tests.search.QueryUtils;
import org.apache.lucene.tests.util.LuceneTestCase;

public class TestSemanticQuery extends LuceneTestCase {
  private static final String[] WORDS = {
    "city", "river", "people", "bread", "engine", "song", "winter", "green", "council", "theorem"
  };

  private final FakeEmbedder embedder = new FakeEmbedder("model-a", 16);
  private final SemanticFieldType type = new SemanticFieldType(embedder);

  // What is found

  public void testTheNearestDocumentsAreFoundBestFirst() throws IOException {
    try (Directory directory = newDirectory()) {
      List<String> texts = indexRandomTexts(directory, atLeast(50));
      try (IndexReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = newSearcher(reader);
        for (int i = 0; i < 10; i++) {
          String question = randomText();
          int k = 1 + random().nextInt(20);
          // A beam as wide as the index makes the search exact.
          SemanticQuery query = query(question, k).withBeam(Math.max(k, texts.size()));
          ScoreDoc[] hits = searcher.search(query, texts.size()).scoreDocs;
          List<Float> expected =
              texts.stream()
                  .map(text -> score(question, text))
                  .sorted(Comparator.reverseOrder())
                  .limit(k)
                  .toList();
          assertEquals(expected.size(), hits.length);
          for (int j = 0; j < hits.length; j++) {
            String text = reader.storedFields().document(hits[j].doc).get("text");
            assertEquals(score(question, text), hits[j].score, 1e-5f);
            assertEquals(expected.get(j), hits[j].score, 1e-5f);
          }
        }
      }
    }
  }

  public void testItFindsWhatLucenesQueryFinds() throws IOException {
    try (Directory directory = newDirectory()) {
      indexRandomTexts(directory, atLeast(200));
      try (IndexReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = newSearcher(reader);
        for (int i = 0; i < 10; i++) {
          String question = randomText();
          int beam = 1 + random().nextInt(100);
          int k = 1 + random().nextInt(beam);
          Query filter = random().nextBoolean() ? null : new TermQuery(new Term("parity", "even"));
          TopDocs expected =
              searcher.search(
                  new KnnFloatVectorQuery("body_vector", embedder.vector(question), beam, filter),
                  k);
          TopDocs actual =
              searcher.search(
                  new SemanticQuery("body_vector", question, k, embedder, filter).withBeam(beam),
                  beam);
          CheckHits.checkEqual(query(question, k), expected.scoreDocs, actual.scoreDocs);
        }
      }
    }
  }

  public void testDeletedDocumentsAreNotFound() throws IOException {
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, newIndexWriterConfig())) {
      for (String text : List.of("green river", "green city", "winter song")) {
        writer.addDocument(document(text));
      }
      writer.deleteDocuments(new Term("text", "green river"));
      try (IndexReader reader = DirectoryReader.open(writer)) {
        assertEquals(List.of("green city", "winter song"), find(reader, query("green river", 3)));
        assertEquals(List.of("green city"), find(reader, query("green river", 1)));
      }
    }
  }

  public void testAFilterRestrictsWhatCanBeFound() throws IOException {
    try (Directory directory = newDirectory()) {
      index(directory, "green river", "green city", "winter song", "city council");
      try (IndexReader reader = DirectoryReader.open(directory)) {
        Query city = new TermQuery(new Term("word", "city"));
        SemanticQuery filtered = new SemanticQuery("body_vector", "green river", 1, embedder, city);
        assertEquals(List.of("green city"), find(reader, filtered));
        assertEquals(
            List.of("green city", "city council"),
            find(reader, new SemanticQuery("body_vector", "green river", 9, embedder, city)));
        // Only the two nearest may match: the other query is no filter, but searched by itself.
        Query nearest = query("city", 2);
        assertEquals(
            Set.of("green city", "city council"),
            Set.copyOf(
                find(
                    reader,
                    new SemanticQuery("body_vector", "green river", 9, embedder, nearest))));
        Query nothing = new TermQuery(new Term("word", "nothing"));
        assertEquals(
            List.of(),
            find(reader, new SemanticQuery("body_vector", "green river", 9, embedder, nothing)));
        Query all = matchAll();
        assertEquals(
            4,
            find(reader, new SemanticQuery("body_vector", "green river", 9, embedder, all)).size());
      }
    }
  }

  public void testAThresholdLeavesOutWhatIsTooFar() throws IOException {
    try (Directory directory = newDirectory()) {
      List<String> texts = indexRandomTexts(directory, atLeast(40));
      try (IndexReader reader = DirectoryReader.open(directory)) {
        for (float threshold : new float[] {-1, -0.2f, 0, 0.3f, 0.6f, 1}) {
          long expected =
              texts.stream()
                  .filter(text -> score("green city", text) >= (1 + threshold) / 2)
                  .count();
          SemanticQuery query = query("green city", texts.size()).withMinSimilarity(threshold);
          assertEquals("at " + threshold, expected, find(reader, query).size());
          assertEquals(
              Math.min(3, expected),
              find(reader, query("green city", 3).withMinSimilarity(threshold)).size());
        }
      }
    }
  }

  public void testABeamWiderThanKDoesNotFindMoreThanK() throws IOException {
    try (Directory directory = newDirectory()) {
      indexRandomTexts(directory, atLeast(150));
      try (IndexReader reader = DirectoryReader.open(directory)) {
        assertEquals(5, newSearcher(reader).count(query("green city", 5).withBeam(120)));
      }
    }
  }

  public void testMoreThanThereAre() throws IOException {
    try (Directory directory = newDirectory()) {
      index(directory, "green river", "green city");
      try (IndexReader reader = DirectoryReader.open(directory)) {
        assertEquals(2, find(reader, query("green", Integer.MAX_VALUE)).size());
        assertEquals(1, find(reader, query("green", 1).withBeam(Integer.MAX_VALUE)).size());
      }
    }
  }

  public void testAFieldWithoutVectorsMatchesNothingAndNothingIsEncoded() throws IOException {
    Query filter = new TermQuery(new Term("word", "city"));
    try (Directory directory = newDirectory()) {
      index(directory, "green city");
      try (IndexReader reader = DirectoryReader.open(directory);
          IndexReader nothing = new MultiReader()) {
        // "plain" is neither vectors, nor doc values, nor has it norms.
        for (String field : List.of("missing", "text", "plain")) {
          for (Query query :
              List.of(
                  new SemanticQuery(field, "city", 3, embedder),
                  new SemanticQuery(field, "city", 3, embedder, filter))) {
            assertEquals(List.of(), find(reader, query));
            assertFalse(newSearcher(reader).explain(query, 0).isMatch());
          }
        }
        assertEquals(List.of(), find(nothing, query("city", 3)));
      }
    }
    assertEquals(0, embedder.queryCalls.get());
  }

  public void testSomeDocumentsAndSegmentsWithoutVectors() throws IOException {
    try (Directory directory = newDirectory();
        RandomIndexWriter writer = new RandomIndexWriter(random(), directory)) {
      for (int i = 0; i < 30; i++) {
        Document document = i % 3 == 0 ? document("text " + i) : new Document();
        document.add(new StringField("id", "" + i, Field.Store.YES));
        writer.addDocument(document);
        if (random().nextInt(4) == 0) {
          writer.flush();
        }
      }
      try (IndexReader reader = writer.getReader()) {
        assertEquals(10, find(reader, query("text", 30)).size());
      }
    }
  }

  // How often it is encoded

  public void testOneEncodeForAllSegmentsAndSearches() throws Exception {
    try (Directory directory = newDirectory()) {
      indexSegments(directory, 7);
      ExecutorService executor = Executors.newFixedThreadPool(3);
      try (IndexReader reader = DirectoryReader.open(directory)) {
        assertEquals(7, reader.leaves().size());
        IndexSearcher searcher = new IndexSearcher(reader, executor);
        SemanticQuery semantic = query("green city", 10);
        assertEquals(7, searcher.search(semantic, 10).scoreDocs.length);
        assertEquals(1, embedder.queryCalls.get());
        Query combined =
            new BooleanQuery.Builder()
                .add(semantic, Occur.MUST)
                .add(new BoostQuery(semantic, 2), Occur.SHOULD)
                .add(semantic.withBeam(200), Occur.FILTER)
                .add(semantic.withMinSimilarity(-0.5f), Occur.SHOULD)
                .add(new TermQuery(new Term("word", "city")), Occur.SHOULD)
                .build();
        assertEquals(7, searcher.search(combined, 10).scoreDocs.length);
        assertEquals(7, searcher.count(combined));
        assertEquals(1, embedder.queryCalls.get());
        assertEquals(0, embedder.documentCalls.get() - 7);
      } finally {
        executor.shutdown();
      }
    }
  }

  public void testThreadsThatSearchWithOneQueryEncodeItOnce() throws Exception {
    try (Directory directory = newDirectory()) {
      indexSegments(directory, 3);
      try (IndexReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        SemanticQuery query = query("green city", 10);
        CountDownLatch start = new CountDownLatch(1);
        List<Object> outcomes = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          threads.add(
              new Thread(
                  () -> {
                    Object outcome;
                    try {
                      start.await();
                      outcome = searcher.count(query);
                    } catch (Exception e) {
                      outcome = e;
                    }
                    synchronized (outcomes) {
                      outcomes.add(outcome);
                    }
                  }));
        }
        threads.forEach(Thread::start);
        start.countDown();
        for (Thread thread : threads) {
          thread.join();
        }
        assertEquals(Collections.<Object>nCopies(8, 3), outcomes);
        assertEquals(1, embedder.queryCalls.get());
      }
    }
  }

  public void testAnEncodeThatFailsIsReportedAndTriedAgain() throws IOException {
    List<Float> factors = new ArrayList<>(List.of(Float.NaN, 0f, 0.5f, 1f));
    boolean[] fail = {true};
    FakeEmbedder failing =
        new FakeEmbedder("model-a", 16) {
          @Override
          public float[] embedQuery(String text) {
            if (fail[0]) {
              fail[0] = false;
              throw new IllegalStateException("closed");
            }
            float[] vector = super.embedQuery(text);
            float factor = factors.removeFirst();
            for (int i = 0; i < vector.length; i++) {
              vector[i] *= factor;
            }
            return vector;
          }
        };
    try (Directory directory = newDirectory()) {
      index(directory, "green city");
      try (IndexReader reader = DirectoryReader.open(directory)) {
        SemanticQuery query = new SemanticQuery("body_vector", "city", 1, failing);
        EncodingException closed = expectThrows(EncodingException.class, () -> find(reader, query));
        assertEquals("closed", closed.getCause().getMessage());
        assertTrue(closed.getMessage(), closed.getMessage().contains("'body_vector'"));
        assertTrue(closed.getMessage(), closed.getMessage().contains("fingerprint model-a"));
        for (String wrong : List.of("NaN", "length 0.0", "length 0.5")) {
          EncodingException e = expectThrows(EncodingException.class, () -> find(reader, query));
          assertTrue(e.getMessage(), e.getMessage().contains(wrong));
        }
        assertEquals(List.of("green city"), find(reader, query));
      }
    }
  }

  // Which models

  public void testVectorsOfAnotherModelAreRefused() throws IOException {
    try (Directory directory = newDirectory()) {
      index(directory, "green city", "green river");
      FakeEmbedder other = new FakeEmbedder("model-b", 16);
      try (IndexReader reader = DirectoryReader.open(directory)) {
        SemanticQuery query = new SemanticQuery("body_vector", "green city", 3, other);
        ModelMismatchException e =
            expectThrows(ModelMismatchException.class, () -> find(reader, query));
        assertEquals("body_vector", e.field());
        assertTrue(e.getMessage(), e.getMessage().contains("'body_vector'"));
        assertTrue(e.getMessage(), e.getMessage().contains("fake-model-a (fingerprint model-a)"));
        assertTrue(e.getMessage(), e.getMessage().contains("fake-model-b (fingerprint model-b)"));
        expectThrows(
            ModelMismatchException.class,
            () ->
                find(
                    reader,
                    new BooleanQuery.Builder()
                        .add(new TermQuery(new Term("word", "city")), Occur.MUST)
                        .add(query, Occur.SHOULD)
                        .build()));
        assertEquals(0, other.queryCalls.get());
      }
    }
  }

  public void testOneSegmentOfAnotherModelIsEnough() throws IOException {
    FakeEmbedder other = new FakeEmbedder("model-b", 16);
    for (boolean asDirectory : new boolean[] {true, false}) {
      for (boolean merge : new boolean[] {true, false}) {
        try (Directory directory = newDirectory();
            Directory otherDirectory = newDirectory();
            IndexWriter writer = new IndexWriter(directory, newIndexWriterConfig())) {
          writer.addDocument(document("green city"));
          writer.addDocument(document("green river"));
          try (IndexWriter otherWriter = new IndexWriter(otherDirectory, newIndexWriterConfig())) {
            otherWriter.addDocument(document("winter song", new SemanticFieldType(other)));
          }
          if (asDirectory) {
            writer.addIndexes(otherDirectory);
          } else {
            try (DirectoryReader reader = DirectoryReader.open(otherDirectory)) {
              writer.addIndexes((CodecReader) reader.leaves().get(0).reader());
            }
          }
          if (merge) {
            writer.forceMerge(1);
          }
          try (IndexReader reader = DirectoryReader.open(writer)) {
            for (FakeEmbedder one : List.of(embedder, other)) {
              SemanticQuery query = new SemanticQuery("body_vector", "green city", 1, one);
              ModelMismatchException e =
                  expectThrows(ModelMismatchException.class, () -> find(reader, query));
              assertTrue(e.getMessage(), e.getMessage().contains("fingerprint model-a"));
              assertTrue(e.getMessage(), e.getMessage().contains("fingerprint model-b"));
              assertEquals(0, one.queryCalls.get());
            }
          }
        }
      }
    }
  }

  public void testVectorsThatNameNoModelAreRefusedWithAWayOut() throws IOException {
    try (Directory directory = newDirectory();
        RandomIndexWriter writer = new RandomIndexWriter(random(), directory)) {
      Document document = new Document();
      document.add(
          new KnnFloatVectorField(
              "body_vector", embedder.vector("a"), VectorSimilarityFunction.DOT_PRODUCT));
      document.add(new KnnByteVectorField("bytes", new byte[] {1, 2}));
      writer.addDocument(document);
      try (IndexReader reader = writer.getReader()) {
        ModelMismatchException e =
            expectThrows(ModelMismatchException.class, () -> find(reader, query("a", 1)));
        assertTrue(e.getMessage(), e.getMessage().contains("do not say which model"));
        assertTrue(e.getMessage(), e.getMessage().contains("new KnnFloatVectorField(name, vector"));
        expectThrows(
            ModelMismatchException.class,
            () -> find(reader, new SemanticQuery("bytes", "a", 1, embedder)));
      }
    }
  }

  public void testVectorsMadeElsewhereAreFoundIfTheyNameTheModel() throws IOException {
    try (Directory directory = newDirectory();
        RandomIndexWriter writer = new RandomIndexWriter(random(), directory)) {
      Document document = new Document();
      document.add(new StringField("text", "green city", Field.Store.YES));
      document.add(new KnnFloatVectorField("body_vector", embedder.vector("green city"), type));
      writer.addDocument(document);
      try (IndexReader reader = writer.getReader()) {
        assertEquals(List.of("green city"), find(reader, query("green", 1)));
      }
    }
  }

  public void testAnotherEmbedderOfTheSameModelIsWelcome() throws IOException {
    try (Directory directory = newDirectory()) {
      index(directory, "green city");
      try (IndexReader reader = DirectoryReader.open(directory)) {
        FakeEmbedder same = new FakeEmbedder("model-a", 16);
        assertEquals(
            List.of("green city"),
            find(reader, new SemanticQuery("body_vector", "green", 1, same)));
      }
    }
  }

  public void testTheVectorOfAModelThatDoesNotNormaliseIsScaled() throws IOException {
    FakeEmbedder longVectors =
        new FakeEmbedder("model-a", 16) {
          @Override
          public boolean normalized() {
            return false;
          }

          @Override
          public float[] embedQuery(String text) {
            float[] vector = super.embedQuery(text);
            for (int i = 0; i < vector.length; i++) {
              vector[i] *= 5;
            }
            return vector;
          }
        };
    try (Directory directory = newDirectory()) {
      index(directory, "green city", "winter song");
      try (IndexReader reader = DirectoryReader.open(directory)) {
        Query query = new SemanticQuery("body_vector", "green river", 2, longVectors);
        ScoreDoc best = newSearcher(reader).search(query, 1).scoreDocs[0];
        assertEquals(score("green river", "green city"), best.score, 1e-5f);
      }
    }
  }

  // As a Lucene query

  public void testArguments() {
    expectThrows(
        IllegalArgumentException.class, () -> new SemanticQuery("body_vector", null, 1, embedder));
    expectThrows(NullPointerException.class, () -> new SemanticQuery(null, "a", 1, embedder));
    expectThrows(NullPointerException.class, () -> new SemanticQuery("body_vector", "a", 1, null));
    for (int k : new int[] {0, -1}) {
      expectThrows(IllegalArgumentException.class, () -> query("a", k));
    }
    expectThrows(IllegalArgumentException.class, () -> query("a", 10).withBeam(9));
    for (float cosine : new float[] {-1.1f, 1.1f, Float.NaN}) {
      expectThrows(IllegalArgumentException.class, () -> query("a", 10).withMinSimilarity(cosine));
    }
  }

  public void testEqualsAndHashCode() {
    Query filter = new TermQuery(new Term("a", "b"));
    List<SemanticQuery> different =
        List.of(
            query("a", 10),
            query("b", 10),
            query("a", 11),
            new SemanticQuery("title_vector", "a", 10, embedder),
            new SemanticQuery("body_vector", "a", 10, new FakeEmbedder("model-b", 16)),
            new SemanticQuery("body_vector", "a", 10, embedder, filter),
            query("a", 10).withBeam(500),
            query("a", 10).withMinSimilarity(0.5f));
    for (int i = 0; i < different.size(); i++) {
      QueryUtils.check(different.get(i));
      for (int j = 0; j < i; j++) {
        QueryUtils.checkUnequal(different.get(i), different.get(j));
      }
    }
    QueryUtils.checkEqual(
        query("a", 10), new SemanticQuery("body_vector", "a", 10, new FakeEmbedder("model-a", 16)));
    QueryUtils.checkEqual(
        new SemanticQuery("body_vector", "a", 10, embedder, filter),
        new SemanticQuery("body_vector", "a", 10, embedder, new TermQuery(new Term("a", "b"))));
    assertEquals(0, embedder.queryCalls.get());
  }

  public void testGettersAndToString() {
    Query filter = new TermQuery(new Term("a", "b"));
    SemanticQuery query =
        new SemanticQuery("body_vector", "green city", 10, embedder, filter)
            .withBeam(200)
            .withMinSimilarity(0.5f);
    assertEquals("body_vector", query.getField());
    assertEquals("green city", query.getText());
    assertEquals(10, query.getK());
    assertEquals(200, query.getBeam());
    assertEquals(0.5f, query.getMinSimilarity(), 0);
    assertSame(filter, query.getFilter());
    assertSame(embedder, query.getEmbedder());
    assertEquals(
        "SemanticQuery:body_vector[\"green city\"][k=10][beam=200][cosine>=0.5][a:b]",
        query.toString());
    assertEquals("SemanticQuery:body_vector[\"a\"][k=10]", query("a", 10).toString("x"));
  }

  public void testTheBeamIsWiderThanKByDefault() {
    assertEquals(300, query("a", 1).getBeam());
    assertEquals(300, query("a", 200).getBeam());
    assertEquals(450, query("a", 300).getBeam());
    assertEquals(Integer.MAX_VALUE, query("a", Integer.MAX_VALUE).getBeam());
  }

  public void testVisit() {
    List<Query> leaves = new ArrayList<>();
    Set<String> fields = new HashSet<>();
    SemanticQuery query = query("a", 10);
    query.visit(
        new QueryVisitor() {
          @Override
          public boolean acceptField(String field) {
            return fields.add(field);
          }

          @Override
          public void visitLeaf(Query leaf) {
            leaves.add(leaf);
          }
        });
    assertEquals(Set.of("body_vector"), fields);
    assertEquals(List.of(query), leaves);
    query.visit(
        new QueryVisitor() {
          @Override
          public boolean acceptField(String field) {
            return false;
          }

          @Override
          public void visitLeaf(Query leaf) {
            fail("the field is not accepted");
          }
        });
  }

  public void testRewritingComesToAnEnd() throws IOException {
    try (Directory directory = newDirectory()) {
      index(directory, "green city", "green river");
      try (IndexReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        Query hits = query("green city", 2).rewrite(searcher);
        assertSame(hits, hits.rewrite(searcher));
        QueryUtils.check(hits);
        assertEquals(hits, query("green city", 2).rewrite(searcher));
        assertNotEquals(hits, query("green city", 1).rewrite(searcher));
        assertTrue(
            query("green city", 2).withMinSimilarity(1).rewrite(searcher).toString(),
            query("winter", 2).withMinSimilarity(1).rewrite(searcher) instanceof MatchNoDocsQuery);
      }
    }
  }

  public void testHitsOfOneReaderAreNotUsedWithAnother() throws IOException {
    try (Directory directory = newDirectory()) {
      index(directory, "green city");
      try (IndexReader reader = DirectoryReader.open(directory);
          IndexReader other = DirectoryReader.open(directory)) {
        Query hits = query("green city", 2).rewrite(new IndexSearcher(reader));
        expectThrows(
            IllegalStateException.class,
            () -> hits.createWeight(new IndexSearcher(other), ScoreMode.COMPLETE, 1));
      }
    }
  }

  public void testItCombinesWithOtherQueries() throws IOException {
    try (Directory directory = newDirectory()) {
      List<String> texts = indexRandomTexts(directory, atLeast(60));
      try (IndexReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = newSearcher(reader);
        SemanticQuery semantic = query("green city", 20);
        Set<Integer> nearest = docs(searcher.search(semantic, texts.size()));
        assertEquals(20, nearest.size());
        Query city = new TermQuery(new Term("word", "city"));
        Set<Integer> cities = docs(searcher.search(city, texts.size()));
        Query both =
            new BooleanQuery.Builder().add(semantic, Occur.MUST).add(city, Occur.FILTER).build();
        Set<Integer> expected = new HashSet<>(nearest);
        expected.retainAll(cities);
        assertEquals(expected, docs(searcher.search(both, texts.size())));
        assertEquals(expected.size(), searcher.count(both));
        Query without =
            new BooleanQuery.Builder().add(city, Occur.MUST).add(semantic, Occur.MUST_NOT).build();
        expected = new HashSet<>(cities);
        expected.removeAll(nearest);
        assertEquals(expected, docs(searcher.search(without, texts.size())));
        Query either = new DisjunctionMaxQuery(List.of(city, semantic), 0.1f);
        expected = new HashSet<>(cities);
        expected.addAll(nearest);
        assertEquals(expected, docs(searcher.search(either, texts.size())));
        Query any =
            new BooleanQuery.Builder().add(city, Occur.SHOULD).add(semantic, Occur.SHOULD).build();
        assertEquals(expected, docs(searcher.search(any, texts.size())));
        CheckHits.checkTopScores(random(), any, searcher);
        CheckHits.checkTopScores(random(), semantic, searcher);
        for (ScoreDoc hit : searcher.search(new ConstantScoreQuery(semantic), 5).scoreDocs) {
          assertEquals(1, hit.score, 0);
        }
      }
    }
  }

  public void testCountsAndMatches() throws IOException {
    try (Directory directory = newDirectory()) {
      indexRandomTexts(directory, atLeast(60));
      try (IndexReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        Query query = query("green city", 20);
        Set<Integer> docs = docs(searcher.search(query, 60));
        assertEquals(20, searcher.count(query));
        Weight weight =
            searcher.createWeight(searcher.rewrite(query), ScoreMode.COMPLETE_NO_SCORES, 1);
        int count = 0;
        for (LeafReaderContext leaf : reader.leaves()) {
          count += weight.count(leaf);
          for (int doc = 0; doc < leaf.reader().maxDoc(); doc++) {
            assertEquals(docs.contains(leaf.docBase + doc), weight.matches(leaf, doc) != null);
          }
        }
        assertEquals(20, count);
      }
    }
  }

  public void testExplanations() throws IOException {
    try (Directory directory = newDirectory()) {
      index(directory, "green city", "green river", "winter song");
      try (IndexReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = newSearcher(reader);
        SemanticQuery query = query("green river", 2);
        for (Query each :
            List.of(
                query,
                new BoostQuery(query, 3),
                new BoostQuery(query, 0),
                new BooleanQuery.Builder()
                    .add(query, Occur.MUST)
                    .add(new TermQuery(new Term("word", "city")), Occur.SHOULD)
                    .build())) {
          CheckHits.checkExplanations(each, "text", searcher, true);
          for (ScoreDoc hit : searcher.search(each, 3).scoreDocs) {
            Explanation explanation = searcher.explain(each, hit.doc);
            assertTrue(explanation.isMatch());
            assertEquals(hit.score, explanation.getValue().floatValue(), 0);
          }
        }
        ScoreDoc best = searcher.search(query, 1).scoreDocs[0];
        Explanation explanation = searcher.explain(query, best.doc);
        assertEquals(1, explanation.getDetails()[0].getValue().floatValue(), 1e-5f);
        String text = explanation.toString();
        assertTrue(text, text.contains("green river"));
        assertTrue(text, text.contains("body_vector"));
        assertTrue(text, text.contains("cosine"));
        assertTrue(text, text.contains("fake-model-a (fingerprint model-a)"));
        for (int doc = 0; doc < reader.maxDoc(); doc++) {
          if (reader.storedFields().document(doc).get("text").equals("winter song")) {
            Explanation no = searcher.explain(query, doc);
            assertFalse(no.isMatch());
            assertTrue(no.toString(), no.toString().contains("the cosine is "));
          }
        }
      }
    }
  }

  public void testATimeoutGivesPartialResults() throws IOException {
    try (Directory directory = newDirectory()) {
      indexRandomTexts(directory, 100);
      try (IndexReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        searcher.setTimeout(() -> true);
        assertEquals(0, searcher.search(query("green city", 10), 10).scoreDocs.length);
        searcher.setTimeout(() -> false);
        assertEquals(10, searcher.search(query("green city", 10), 10).scoreDocs.length);
      }
    }
  }

  private SemanticQuery query(String text, int k) {
    return new SemanticQuery("body_vector", text, k, embedder);
  }

  private float score(String question, String text) {
    float[] a = embedder.vector(question);
    float[] b = embedder.vector(text);
    double dot = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
    }
    return (float) ((1 + dot) / 2);
  }

  private static List<String> find(IndexReader reader, Query query) throws IOException {
    List<String> texts = new ArrayList<>();
    for (ScoreDoc hit : newSearcher(reader).search(query, 1000).scoreDocs) {
      texts.add(reader.storedFields().document(hit.doc).get("text"));
    }
    return texts;
  }

  private static Set<Integer> docs(TopDocs hits) {
    return Arrays.stream(hits.scoreDocs).map(hit -> hit.doc).collect(Collectors.toSet());
  }

  private void index(Directory directory, String... texts) throws IOException {
    try (RandomIndexWriter writer = new RandomIndexWriter(random(), directory)) {
      for (String text : texts) {
        writer.addDocument(document(text));
        if (random().nextInt(3) == 0) {
          writer.flush();
        }
      }
    }
  }

  private void indexSegments(Directory directory, int segments) throws IOException {
    try (IndexWriter writer =
        new IndexWriter(directory, newIndexWriterConfig().setMergePolicy(NoMergePolicy.INSTANCE))) {
      for (int i = 0; i < segments; i++) {
        writer.addDocument(document("green city " + i));
        writer.flush();
      }
    }
  }

  private List<String> indexRandomTexts(Directory directory, int count) throws IOException {
    String[] texts = new String[count];
    for (int i = 0; i < count; i++) {
      texts[i] = randomText() + " " + i;
    }
    index(directory, texts);
    return List.of(texts);
  }

  private static String randomText() {
    List<String> words = new ArrayList<>();
    for (int i = 1 + random().nextInt(4); i > 0; i--) {
      words.add(WORDS[random().nextInt(WORDS.length)]);
    }
    return String.join(" ", words);
  }

  private Document document(String text) {
    return document(text, type);
  }

  private static Document document(String text, SemanticFieldType type) {
    Document document = new Document();
    document.add(new StringField("text", text, Field.Store.YES));
    document.add(
        new StringField("parity", text.length() % 2 == 0 ? "even" : "odd", Field.Store.NO));
    document.add(new StringField("plain", text, Field.Store.NO));
    for (String word : new HashSet<>(List.of(text.split(" ", -1)))) {
      document.add(new StringField("word", word, Field.Store.NO));
    }
    document.add(new SemanticField("body_vector", text, type));
    return document;
  }

  @SuppressWarnings("deprecation") // the constant that replaces it is missing in 10.3
  private static Query matchAll() {
    return new MatchAllDocsQuery();
  }
}
