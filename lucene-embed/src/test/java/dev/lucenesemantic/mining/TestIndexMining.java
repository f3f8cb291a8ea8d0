package dev.lucenesemantic.mining;

import dev.lucenesemantic.document.FillMonitor;
import dev.lucenesemantic.document.IndexedText;
import dev.lucenesemantic.document.ModelMismatchException;
import dev.lucenesemantic.document.SemanticField;
import dev.lucenesemantic.document.SemanticFieldType;
import dev.lucenesemantic.document.SemanticIndexWriter;
import dev.lucenesemantic.embed.FakeEmbedder;
import dev.lucenesemantic.maintenance.ModelMigration;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.MultiReader;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.index.RandomIndexWriter;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.TestUtil;
import org.apache.lucene.util.ThreadInterruptedException;

/**
 * Over an index the functions find what those over lists find among the same vectors. A beam as
 * wide as the index makes searches exact.
 */
public class TestIndexMining extends LuceneTestCase {
  private static final int DIMENSION = 8;
  private static final int ALL = 100_000;
  private static final float ROUNDING = 1e-5f;

  public void testSearchFindsWhatAComparisonWithAllFinds() throws IOException {
    withRandomIndex(
        (searcher, query, vectors) -> {
          List<float[]> queries = randomVectors(1 + random().nextInt(70));
          int topK = 1 + random().nextInt(30);
          assertHits(
              VectorMining.semanticSearch(queries, vectors.list(), topK),
              mining(searcher, query).withBeam(ALL).semanticSearch(queries, topK),
              vectors);
        });
  }

  public void testParaphrasesAreThoseOfAComparisonOfAll() throws IOException {
    withRandomIndex(
        (searcher, query, vectors) -> {
          int topK = 1 + random().nextInt(20);
          int maxPairs = random().nextBoolean() ? ALL : 1 + random().nextInt(100);
          ParaphraseOptions options = ParaphraseOptions.defaults().withTopK(topK);
          List<ParaphrasePair> all =
              VectorMining.paraphraseMining(vectors.list(), options.withMaxPairs(ALL));
          List<ParaphrasePair> expected =
              VectorMining.paraphraseMining(vectors.list(), options.withMaxPairs(maxPairs));
          List<ParaphrasePair> actual =
              mining(searcher, query).withBeam(ALL).paraphraseMining(topK, maxPairs, -1);
          int size = expected.size();
          // Rounding then decides which pairs are the last, and one found in both directions counts
          // twice.
          boolean lastAreEqual =
              size > 0
                  && size < all.size()
                  && expected.getLast().score() - all.get(size).score() < ROUNDING;
          if (!lastAreEqual) {
            assertEquals(size, actual.size());
          }
          for (int i = 0; i < Math.min(size, actual.size()); i++) {
            ParaphrasePair pair = actual.get(i);
            assertEquals(expected.get(i).score(), pair.score(), ROUNDING);
            assertTrue(pair.first() < pair.second());
            assertEquals(vectors.cosine(pair.first(), pair.second()), pair.score(), ROUNDING);
          }
          assertEquals(actual.size(), new HashSet<>(actual).size());
        });
  }

  public void testPairsBelowTheLeastScoreAreLeftOut() throws IOException {
    withRandomIndex(
        (searcher, query, vectors) -> {
          IndexMining mining = mining(searcher, query).withBeam(ALL);
          List<ParaphrasePair> all = mining.paraphraseMining(5, ALL, -1);
          if (all.isEmpty()) {
            return;
          }
          int best = random().nextInt(all.size());
          float least = all.get(best).score();
          List<ParaphrasePair> expected =
              all.stream().filter(pair -> pair.score() >= least).toList();
          assertEquals(expected, mining.paraphraseMining(5, ALL, least));
        });
  }

  public void testCommunitiesAreThoseOfAComparisonOfAll() throws IOException {
    withRandomIndex(
        (searcher, query, vectors) -> {
          float threshold = vectors.thresholdBetweenScores();
          int minSize = 1 + random().nextInt(6);
          List<Set<Integer>> expected = new ArrayList<>();
          for (List<Integer> community :
              VectorMining.communityDetection(vectors.list(), threshold, minSize)) {
            Set<Integer> members = new HashSet<>();
            community.forEach(member -> members.add(vectors.docs.get(member)));
            expected.add(members);
          }
          // A narrow beam starts with few neighbours and has to ask for more.
          int beam = random().nextBoolean() ? ALL : ALL / 100;
          List<Set<Integer>> actual = new ArrayList<>();
          for (List<Integer> community :
              mining(searcher, query).withBeam(beam).communityDetection(threshold, minSize)) {
            actual.add(new HashSet<>(community));
          }
          assertEquals(expected, actual);
        });
  }

  public void testDuplicatesAreThoseOfAComparisonOfAll() throws IOException {
    withRandomIndex(
        (searcher, query, vectors) -> {
          float threshold = vectors.thresholdBetweenScores();
          List<DuplicateGroup> expected = new ArrayList<>();
          for (DuplicateGroup group : VectorMining.nearDuplicates(vectors.list(), threshold)) {
            expected.add(
                new DuplicateGroup(
                    vectors.docs.get(group.kept()),
                    group.duplicates().stream().map(vectors.docs::get).toList()));
          }
          List<DuplicateGroup> actual = new ArrayList<>();
          mining(searcher, query).withBeam(ALL).nearDuplicates(threshold, actual::add);
          assertEquals(expected, actual);
        });
  }

  public void testANarrowBeamFindsMostAndNothingThatIsNotThere() throws IOException {
    withRandomIndex(
        (searcher, query, vectors) -> {
          IndexMining mining = mining(searcher, query).withBeam(1 + random().nextInt(5));
          List<ParaphrasePair> pairs = mining.paraphraseMining(5, ALL, 0);
          for (ParaphrasePair pair : pairs) {
            assertEquals(vectors.cosine(pair.first(), pair.second()), pair.score(), ROUNDING);
          }
          float threshold = vectors.thresholdBetweenScores();
          assertDisjoint(mining.communityDetection(threshold, 2), vectors);
          assertSoundGroups(mining, threshold, vectors);
        });
  }

  /** Every duplicate comes once, is near what stays for it, and what stays is no duplicate. */
  private static void assertSoundGroups(IndexMining mining, float threshold, Vectors vectors)
      throws IOException {
    Set<Integer> kept = new HashSet<>();
    Set<Integer> duplicates = new HashSet<>();
    mining.nearDuplicates(
        threshold,
        group -> {
          kept.add(group.kept());
          for (int duplicate : group.duplicates()) {
            assertTrue(duplicates.add(duplicate));
            assertTrue(duplicate > group.kept());
            assertTrue(vectors.cosine(group.kept(), duplicate) >= threshold - ROUNDING);
          }
        });
    for (int doc : kept) {
      assertFalse(duplicates.contains(doc));
    }
  }

  private static void assertDisjoint(List<List<Integer>> communities, Vectors vectors) {
    Set<Integer> members = new HashSet<>();
    int size = Integer.MAX_VALUE;
    for (List<Integer> community : communities) {
      assertTrue(community.size() <= size);
      size = community.size();
      for (int member : community) {
        assertTrue(members.add(member));
        assertTrue(vectors.byDoc.containsKey(member));
      }
    }
  }

  public void testManyEqualVectorsAreOneGroup() throws IOException {
    int count = atLeast(400);
    try (Directory directory = newDirectory()) {
      try (RandomIndexWriter writer = new RandomIndexWriter(random(), directory)) {
        for (int i = 0; i < count; i++) {
          writer.addDocument(document(i, unit(1, 2, 3), VectorSimilarityFunction.DOT_PRODUCT));
        }
      }
      try (IndexReader reader = DirectoryReader.open(directory)) {
        IndexMining mining = new IndexMining(newSearcher(reader), "vector").withBeam(10);
        List<DuplicateGroup> groups = new ArrayList<>();
        mining.nearDuplicates(0.9999f, groups::add);
        assertEquals(1, groups.size());
        assertEquals(0, groups.getFirst().kept());
        assertEquals(count - 1, groups.getFirst().duplicates().size());
        List<List<Integer>> communities = mining.communityDetection(0.9999f, 10);
        assertEquals(1, communities.size());
        assertEquals(count, communities.getFirst().size());
      }
    }
  }

  public void testFieldsOfAnySimilarityScoreByCosine() throws IOException {
    for (VectorSimilarityFunction function : VectorSimilarityFunction.values()) {
      try (Directory directory = newDirectory()) {
        index(directory, function, unit(1, 0), unit(1, 1), unit(0, 1));
        try (IndexReader reader = DirectoryReader.open(directory)) {
          IndexMining mining = new IndexMining(newSearcher(reader), "vector");
          List<ParaphrasePair> pairs = mining.paraphraseMining(10, 100, 0.5f);
          assertEquals(2, pairs.size());
          assertEquals(Math.sqrt(0.5), pairs.getFirst().score(), ROUNDING);
          // The length of a query does not count, but where products are compared.
          List<SearchHit> hits = mining.semanticSearch(List.of(padded(3, 0)), 1).getFirst();
          boolean products = function == VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT;
          assertEquals(products ? 3 : 1, hits.getFirst().score(), ROUNDING);
        }
      }
    }
  }

  public void testVectorsOfOtherLengthsNeedACosineField() throws IOException {
    try (Directory directory = newDirectory()) {
      index(directory, VectorSimilarityFunction.COSINE, padded(2, 0), padded(0.5f, 0.1f));
      try (IndexReader reader = DirectoryReader.open(directory)) {
        assertEquals(
            1, new IndexMining(newSearcher(reader), "vector").paraphraseMining(1, 9, 0.9f).size());
      }
    }
    for (VectorSimilarityFunction function :
        List.of(
            VectorSimilarityFunction.EUCLIDEAN, VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT)) {
      try (Directory directory = newDirectory()) {
        index(directory, function, unit(1, 0), padded(2, 0));
        try (IndexReader reader = DirectoryReader.open(directory)) {
          IndexMining mining = new IndexMining(newSearcher(reader), "vector");
          assertMessage(
              "document 1 in field 'vector' has the length 2.0",
              () -> mining.nearDuplicates(0.9f, group -> {}));
        }
      }
    }
  }

  public void testInnerProductsRankVectorsOfAnyLength() throws IOException {
    try (Directory directory = newDirectory()) {
      index(
          directory,
          VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT,
          padded(1, 0),
          padded(5, 5),
          padded(-1, 0));
      try (IndexReader reader = DirectoryReader.open(directory)) {
        List<SearchHit> hits =
            new IndexMining(newSearcher(reader), "vector")
                .semanticSearch(List.of(padded(2, 0)), 10)
                .getFirst();
        assertEquals(
            List.of(new SearchHit(1, 10), new SearchHit(0, 2), new SearchHit(2, -2)), hits);
      }
    }
  }

  public void testAFieldWithoutVectorsGivesNothing() throws IOException {
    try (Directory directory = newDirectory()) {
      index(directory, VectorSimilarityFunction.DOT_PRODUCT, unit(1, 0), unit(0, 1));
      try (IndexReader reader = DirectoryReader.open(directory);
          MultiReader none = new MultiReader()) {
        for (IndexMining mining :
            List.of(
                new IndexMining(newSearcher(reader), "other"),
                new IndexMining(newSearcher(reader), "id"),
                new IndexMining(newSearcher(none), "vector"),
                new IndexMining(newSearcher(reader), "vector")
                    .withFilter(new TermQuery(new Term("id", "none"))))) {
          assertEquals(List.of(List.of()), mining.semanticSearch(List.of(unit(1, 0)), 3));
          assertEquals(List.of(), mining.paraphraseMining(3, 3, -1));
          assertEquals(List.of(), mining.communityDetection(0.5f, 1));
          mining.nearDuplicates(0.5f, group -> fail(group.toString()));
        }
        IndexMining mining = new IndexMining(newSearcher(reader), "vector");
        assertEquals(List.of(), mining.semanticSearch(List.of(), 3));
      }
    }
  }

  public void testWhatCannotBeComparedIsNamed() throws IOException {
    try (Directory directory = newDirectory()) {
      index(directory, VectorSimilarityFunction.DOT_PRODUCT, unit(1, 0), unit(0, 1));
      try (IndexReader reader = DirectoryReader.open(directory)) {
        IndexMining mining = new IndexMining(newSearcher(reader), "vector");
        float[] nan = unit(1, 0);
        nan[3] = Float.NaN;
        assertMessage(
            "query vector 1 has 2 components and the vectors of field 'vector' have " + DIMENSION,
            () -> mining.semanticSearch(List.of(unit(1, 0), new float[] {1, 2}), 3));
        assertMessage(
            "query vector 0 has NaN as its component 3",
            () -> mining.semanticSearch(List.of(nan), 3));
        assertMessage(
            "query vector 0 is zero",
            () -> mining.semanticSearch(List.of(new float[DIMENSION]), 3));
        assertMessage("topK", () -> mining.semanticSearch(List.of(), 0));
        assertMessage("maxPairs", () -> mining.paraphraseMining(1, 0, 0));
        assertMessage("minScore", () -> mining.paraphraseMining(1, 1, 2));
        assertMessage("threshold", () -> mining.communityDetection(Float.NaN, 1));
        assertMessage("minCommunitySize", () -> mining.communityDetection(0, 0));
        assertMessage("threshold", () -> mining.nearDuplicates(-2, group -> {}));
        assertMessage("beam", () -> mining.withBeam(0));
      }
    }
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, newIndexWriterConfig())) {
      Document document = new Document();
      document.add(new KnnByteVectorField("vector", new byte[] {1, 2}));
      writer.addDocument(document);
      try (IndexReader reader = DirectoryReader.open(writer)) {
        IndexMining mining = new IndexMining(newSearcher(reader), "vector");
        assertMessage(
            "field 'vector' holds vectors of bytes", () -> mining.paraphraseMining(1, 1, 0));
      }
    }
  }

  public void testModelsAreNotMixed() throws IOException {
    FakeEmbedder first = new FakeEmbedder("model-a", DIMENSION);
    FakeEmbedder second = new FakeEmbedder("model-b", DIMENSION);
    try (Directory directory = newDirectory();
        IndexWriter writer =
            new IndexWriter(
                directory, newIndexWriterConfig().setMergePolicy(NoMergePolicy.INSTANCE))) {
      Document document = new Document();
      document.add(new SemanticField("vector", "green river", new SemanticFieldType(first)));
      writer.addDocument(document);
      writer.flush();
      try (IndexReader reader = DirectoryReader.open(writer)) {
        IndexMining mining = new IndexMining(newSearcher(reader), "vector");
        List<SearchHit> hits = mining.semanticSearch(List.of("river"), 3, first).getFirst();
        assertEquals(0, hits.getFirst().corpusIndex());
        expectThrows(
            ModelMismatchException.class, () -> mining.semanticSearch(List.of("river"), 3, second));
      }
      Document other = new Document();
      other.add(new SemanticField("vector", "green river", new SemanticFieldType(second)));
      writer.addDocument(other);
      try (IndexReader reader = DirectoryReader.open(writer)) {
        IndexMining mining = new IndexMining(newSearcher(reader), "vector");
        assertMessage("holds vectors of several models", () -> mining.paraphraseMining(1, 9, 0));
      }
    }
  }

  public void testAFieldIsMinedUnderItsNameWhateverModelItIsLedTo() throws IOException {
    FakeEmbedder first = new FakeEmbedder("model-a", DIMENSION);
    FakeEmbedder second = new FakeEmbedder("model-b", DIMENSION);
    try (Directory directory = newDirectory();
        SemanticIndexWriter writer =
            new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()))) {
      for (String text : List.of("green river", "green river", "red house")) {
        Document document = new Document();
        document.add(new StoredField("text", text));
        document.add(new SemanticField("vector", text, new SemanticFieldType(first)));
        writer.addDocument(document);
      }
      assertMined(writer, first);
      ModelMigration migration =
          new ModelMigration(writer, "vector", second, IndexedText.storedField("text"));
      migration.fill(FillMonitor.NONE);
      assertMined(writer, first);
      assertMined(writer, second);
      migration.finish();
      assertMined(writer, second);
    }
  }

  private static void assertMined(SemanticIndexWriter writer, FakeEmbedder embedder)
      throws IOException {
    try (IndexReader reader = DirectoryReader.open(writer.indexWriter())) {
      IndexMining mining = new IndexMining(newSearcher(reader), "vector").withBeam(ALL);
      assertEquals(1, mining.nearDuplicates(0.999f).size());
      assertEquals(3, mining.semanticSearch(List.of("river"), 3, embedder).getFirst().size());
    }
  }

  public void testAnInterruptedThreadEndsAndStaysInterrupted() throws IOException {
    try (Directory directory = newDirectory()) {
      index(directory, VectorSimilarityFunction.DOT_PRODUCT, unit(1, 0), unit(0, 1));
      try (IndexReader reader = DirectoryReader.open(directory)) {
        IndexMining mining = new IndexMining(new IndexSearcher(reader), "vector");
        for (ThrowingRunnable call :
            List.<ThrowingRunnable>of(
                () -> mining.semanticSearch(List.of(unit(1, 0)), 1),
                () -> mining.paraphraseMining(1, 9, 0),
                () -> mining.communityDetection(0.5f, 1),
                () -> mining.nearDuplicates(0.5f, group -> {}))) {
          Thread.currentThread().interrupt();
          try {
            expectThrows(ThreadInterruptedException.class, call);
          } finally {
            assertTrue(Thread.interrupted());
          }
        }
      }
    }
  }

  // An index of random vectors, in segments, with deletions, gaps, and a filter

  private interface Check {
    void run(IndexSearcher searcher, Query filter, Vectors vectors) throws IOException;
  }

  /** What takes part in an index: documents, ascending, and their vectors. */
  private static final class Vectors {
    final List<Integer> docs = new ArrayList<>();
    final Map<Integer, float[]> byDoc = new TreeMap<>();

    List<float[]> list() {
      return new ArrayList<>(byDoc.values());
    }

    float cosine(int doc, int other) {
      return VectorMining.semanticSearch(List.of(byDoc.get(doc)), List.of(byDoc.get(other)), 1)
          .getFirst()
          .getFirst()
          .score();
    }

    /** A threshold to which no score is near, so that rounding does not matter. */
    float thresholdBetweenScores() {
      List<ParaphrasePair> pairs =
          VectorMining.paraphraseMining(
              list(), ParaphraseOptions.defaults().withTopK(ALL).withMaxPairs(10 * ALL));
      float from = random().nextFloat();
      for (int i = 1; i < pairs.size(); i++) {
        float above = pairs.get(i - 1).score();
        float below = pairs.get(i).score();
        if (above < Math.max(from, 0.3f) + 0.5f && above - below > 1e-5f && above < 0.999f) {
          return (above + below) / 2;
        }
      }
      return 0.5f;
    }
  }

  private void withRandomIndex(Check check) throws IOException {
    VectorSimilarityFunction function =
        random().nextBoolean()
            ? VectorSimilarityFunction.DOT_PRODUCT
            : VectorSimilarityFunction.COSINE;
    List<float[]> vectors = randomVectors(atLeast(150));
    try (Directory directory = newDirectory()) {
      Map<String, float[]> byId = new HashMap<>();
      try (RandomIndexWriter writer = new RandomIndexWriter(random(), directory)) {
        for (int i = 0; i < vectors.size(); i++) {
          float[] vector = random().nextInt(10) == 0 ? null : vectors.get(i);
          writer.addDocument(document(i, vector, function));
          if (vector != null) {
            byId.put(Integer.toString(i), vector);
          }
          if (random().nextInt(8) == 0) {
            String id = Integer.toString(random().nextInt(i + 1));
            writer.deleteDocuments(new Term("id", id));
            byId.remove(id);
          }
          if (random().nextInt(60) == 0) {
            writer.commit();
          }
        }
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = newSearcher(reader);
        boolean filtered = random().nextBoolean();
        check.run(
            searcher,
            filtered ? new TermQuery(new Term("parity", "even")) : null,
            participants(reader, byId, filtered));
      }
    }
  }

  private static Vectors participants(
      IndexReader reader, Map<String, float[]> byId, boolean evenOnly) throws IOException {
    Vectors participants = new Vectors();
    StoredFields stored = reader.storedFields();
    Set<String> seen = new HashSet<>();
    for (int doc = 0; doc < reader.maxDoc(); doc++) {
      String id = stored.document(doc).get("id");
      boolean even = Integer.parseInt(id) % 2 == 0;
      if (byId.containsKey(id) && (even || !evenOnly) && isLive(reader, doc)) {
        assertTrue(seen.add(id));
        participants.docs.add(doc);
        participants.byDoc.put(doc, byId.get(id));
      }
    }
    return participants;
  }

  private static boolean isLive(IndexReader reader, int doc) {
    return reader.leaves().stream()
        .filter(leaf -> leaf.docBase <= doc && doc < leaf.docBase + leaf.reader().maxDoc())
        .allMatch(
            leaf ->
                leaf.reader().getLiveDocs() == null
                    || leaf.reader().getLiveDocs().get(doc - leaf.docBase));
  }

  private static IndexMining mining(IndexSearcher searcher, Query filter) {
    return new IndexMining(searcher, "vector").withFilter(filter);
  }

  private static void assertHits(
      List<List<SearchHit>> expected, List<List<SearchHit>> actual, Vectors vectors) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i).size(), actual.get(i).size());
      for (int j = 0; j < expected.get(i).size(); j++) {
        SearchHit hit = actual.get(i).get(j);
        assertEquals(expected.get(i).get(j).score(), hit.score(), ROUNDING);
        assertTrue(vectors.byDoc.containsKey(hit.corpusIndex()));
      }
      assertEquals(
          actual.get(i).size(),
          actual.get(i).stream().map(SearchHit::corpusIndex).distinct().count());
    }
  }

  private static void index(
      Directory directory, VectorSimilarityFunction function, float[]... vectors)
      throws IOException {
    // This policy keeps the documents in their order.
    try (IndexWriter writer =
        new IndexWriter(directory, newIndexWriterConfig().setMergePolicy(newLogMergePolicy()))) {
      for (int i = 0; i < vectors.length; i++) {
        writer.addDocument(document(i, vectors[i], function));
      }
      writer.forceMerge(1);
    }
  }

  private static Document document(int id, float[] vector, VectorSimilarityFunction function) {
    Document document = new Document();
    document.add(new StringField("id", Integer.toString(id), Field.Store.YES));
    document.add(new StringField("parity", id % 2 == 0 ? "even" : "odd", Field.Store.NO));
    if (vector != null) {
      document.add(new KnnFloatVectorField("vector", vector, function));
    }
    return document;
  }

  /** Unit vectors in clusters, some of them equal. */
  private static List<float[]> randomVectors(int count) {
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] vector;
      if (i > 0 && random().nextInt(10) == 0) {
        vector = vectors.get(random().nextInt(i)).clone();
      } else {
        vector = new float[DIMENSION];
        int cluster = TestUtil.nextInt(random(), 0, DIMENSION - 1);
        vector[cluster] = 1;
        float width = random().nextFloat();
        for (int j = 0; j < DIMENSION; j++) {
          vector[j] += (float) (width * random().nextGaussian());
        }
      }
      vectors.add(unit(vector));
    }
    return vectors;
  }

  private static float[] padded(float... components) {
    float[] vector = new float[DIMENSION];
    System.arraycopy(components, 0, vector, 0, components.length);
    return vector;
  }

  private static float[] unit(float... components) {
    double square = 0;
    for (float component : components) {
      square += (double) component * component;
    }
    float[] vector = padded(components);
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) (vector[i] / Math.sqrt(square));
    }
    return vector;
  }

  private static void assertMessage(String expected, ThrowingRunnable call) {
    String message = expectThrows(IllegalArgumentException.class, call).getMessage();
    assertTrue(message, message.contains(expected));
  }
}
