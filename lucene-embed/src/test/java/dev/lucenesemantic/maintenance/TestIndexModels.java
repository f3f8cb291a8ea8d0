package dev.lucenesemantic.maintenance;

import dev.lucenesemantic.document.FillMonitor;
import dev.lucenesemantic.document.FillReport;
import dev.lucenesemantic.document.IndexedText;
import dev.lucenesemantic.document.ModelMismatchException;
import dev.lucenesemantic.document.PassageDocuments;
import dev.lucenesemantic.document.PassageField;
import dev.lucenesemantic.document.PassageFieldType;
import dev.lucenesemantic.document.PassageLayout;
import dev.lucenesemantic.document.PassageSplitter;
import dev.lucenesemantic.document.SemanticField;
import dev.lucenesemantic.document.SemanticFieldType;
import dev.lucenesemantic.document.SemanticIndexWriter;
import dev.lucenesemantic.embed.FakeEmbedder;
import dev.lucenesemantic.embed.WordTokens;
import dev.lucenesemantic.search.SemanticFields;
import dev.lucenesemantic.search.SemanticQuery;
import dev.lucenesemantic.search.SemanticQueryParser;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.analysis.MockAnalyzer;
import org.apache.lucene.tests.analysis.MockTokenizer;
import org.apache.lucene.tests.util.LuceneTestCase;

/** What an index knows of its vectors, whether it is true, and how it comes to another model. */
public class TestIndexModels extends LuceneTestCase {
  private static final String FIELD = "body_vector";
  private static final IndexedText TEXT = IndexedText.storedField("text");

  private Directory directory;
  private SemanticIndexWriter writer;
  private FakeEmbedder oldModel;
  private FakeEmbedder newModel;

  @Override
  public void setUp() throws Exception {
    super.setUp();
    directory = newDirectory();
    writer = new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()));
    oldModel = new FakeEmbedder("old", 8);
    newModel = new FakeEmbedder("new", 12);
  }

  @Override
  public void tearDown() throws Exception {
    writer.close();
    directory.close();
    super.tearDown();
  }

  private DirectoryReader open() throws IOException {
    return DirectoryReader.open(writer.indexWriter());
  }

  private void add(String id, String text, FakeEmbedder model) throws IOException {
    Document document = new Document();
    document.add(new StringField("id", id, Field.Store.YES));
    document.add(new StoredField("text", text));
    document.add(new SemanticField(FIELD, text, new SemanticFieldType(model)));
    writer.addDocument(document);
  }

  public void testAnIndexSaysWhatIsInIt() throws IOException {
    for (int i = 0; i < 5; i++) {
      add("" + i, "text " + i, oldModel);
    }
    writer.deleteDocuments(new Term("id", "3"));
    writer
        .indexWriter()
        .addDocument(
            List.of(
                new KnnFloatVectorField(
                    "plain", new float[] {1, 0}, VectorSimilarityFunction.DOT_PRODUCT)));
    try (DirectoryReader reader = open()) {
      IndexModels models = IndexModels.inspect(reader);
      assertEquals(2, models.fields().size());
      IndexModels.Entry body = models.fields().get(0);
      assertEquals(FIELD, body.field());
      assertEquals(FIELD, body.luceneField());
      assertEquals(Optional.of("old"), body.fingerprint());
      assertEquals(8, body.dimension());
      assertEquals(4, body.documents());
      assertEquals(0, body.pending());
      IndexModels.Entry plain = models.fields().get(1);
      assertEquals("plain", plain.field());
      assertEquals(Optional.empty(), plain.fingerprint());
      assertEquals(1, plain.documents());
    }
  }

  public void testAMigrationIsSeenAsTwoFieldsOfOneName() throws IOException {
    add("1", "one", oldModel);
    new ModelMigration(writer, FIELD, newModel, TEXT).fill(FillMonitor.NONE);
    try (DirectoryReader reader = open()) {
      List<IndexModels.Entry> fields = IndexModels.inspect(reader).fields();
      assertEquals(2, fields.size());
      assertEquals(FIELD, fields.get(0).field());
      assertEquals(FIELD, fields.get(1).field());
      assertEquals(FIELD + "@new", fields.get(1).luceneField());
      assertEquals(12, fields.get(1).dimension());
    }
  }

  public void testAGenerationWhoseDocumentsAreGoneIsNoFieldOfItsOwn() throws IOException {
    add("1", "one", oldModel);
    new ModelMigration(writer, FIELD, newModel, TEXT).fill(FillMonitor.NONE);
    new ModelMigration(writer, FIELD, newModel, TEXT).finish();
    writer.addDocument(List.of(new StringField("id", "plain", Field.Store.YES)));
    // A segment of deleted documents alone would be gone, and the field with it.
    writer.forceMerge(1);
    writer.deleteDocuments(new Term("id", "1"));
    writer.forceMerge(1);
    try (DirectoryReader reader = open()) {
      assertEquals(Set.of(FIELD), IndexModels.fieldNames(reader));
      IndexModels.Entry gone = IndexModels.inspect(reader).fields().getFirst();
      assertEquals(FIELD, gone.luceneField());
      assertEquals(0, gone.documents());
      assertFalse(gone.toString(), gone.toString().contains("not recorded"));
    }
    // It is the same field, for the model that it was led to.
    add("2", "two", newModel);
    try (DirectoryReader reader = open()) {
      List<IndexModels.Entry> fields = IndexModels.inspect(reader).fields();
      assertEquals(1, fields.size());
      assertEquals(FIELD, fields.getFirst().field());
      assertEquals(1, fields.getFirst().documents());
      assertEquals(Set.of(FIELD), IndexModels.fieldNames(reader));
    }
  }

  public void testThePassagesOfAFieldAreThoseThatHaveItsVector() throws IOException {
    WordTokens old = new WordTokens("w-old", 16, 64, 1);
    WordTokens other = new WordTokens("w-new", 8, 64, 1);
    PassageFieldType type =
        new PassageFieldType(
            new PassageSplitter(old).withSize(12).withOverlap(2), PassageLayout.BLOCK, "id");
    try (Directory passages = newDirectory();
        SemanticIndexWriter into =
            new SemanticIndexWriter(
                new IndexWriter(
                    passages, newIndexWriterConfig().setMergePolicy(NoMergePolicy.INSTANCE)))) {
      for (int i = 0; i < 3; i++) {
        into.addDocument(longText("" + i, "city river people bread engine song ".repeat(4), type));
        into.flush();
      }
      AtomicBoolean stop = new AtomicBoolean();
      FillReport report =
          into.fillVectors(
              FIELD,
              new SemanticFieldType(other),
              PassageDocuments.encodedText(FIELD),
              new FillMonitor() {
                @Override
                public void progress(FillReport soFar) {
                  stop.set(soFar.documents() > 0);
                }

                @Override
                public boolean stop() {
                  return stop.get();
                }
              },
              Double.POSITIVE_INFINITY);
      assertTrue(report.stopped());
      try (DirectoryReader reader = DirectoryReader.open(into.indexWriter())) {
        List<IndexModels.Entry> fields = IndexModels.inspect(reader).fields();
        assertEquals(fields.get(0).documents(), fields.get(0).passages());
        assertEquals(report.documents(), fields.get(1).documents());
        assertEquals(report.documents(), fields.get(1).passages());
        assertTrue(fields.get(1).passages() < fields.get(0).passages());
      }
    }
  }

  public void testTheCheckFindsNothingInAGoodIndex() throws IOException {
    for (int i = 0; i < 200; i++) {
      add("" + i, "text " + i, oldModel);
    }
    try (DirectoryReader reader = open()) {
      CheckSemanticIndex check = new CheckSemanticIndex(FIELD, oldModel, TEXT);
      CheckSemanticIndex.Result all = check.check(reader, Integer.MAX_VALUE, 1);
      assertTrue(all.toString(), all.clean());
      assertEquals(200, all.checked());
      assertEquals(1, all.worstCosine(), 1e-5);
      assertEquals(17, check.check(reader, 17, random().nextLong()).checked());
      assertEquals(200, check.check(reader, 17, 5).vectors());
      expectThrows(
          ModelMismatchException.class,
          () -> new CheckSemanticIndex(FIELD, newModel, TEXT).check(reader, 5, 1));
    }
  }

  public void testTheCheckFindsAnotherDocumentsVector() throws IOException {
    add("1", "one", oldModel);
    SemanticFieldType type = new SemanticFieldType(oldModel);
    writer.addDocument(
        List.of(
            new StoredField("text", "two"),
            new KnnFloatVectorField(FIELD, oldModel.vector("three"), type)));
    writer.addDocument(List.of(new KnnFloatVectorField(FIELD, oldModel.vector("three"), type)));
    try (DirectoryReader reader = open()) {
      CheckSemanticIndex.Result result =
          new CheckSemanticIndex(FIELD, oldModel, TEXT).check(reader, 100, 1);
      assertFalse(result.clean());
      assertEquals(3, result.checked());
      assertEquals(2, result.differences().size());
      assertTrue(result.worstCosine() < 0.99);
    }
  }

  public void testTheCheckTellsAWrongTextFromAWrongVector() throws IOException {
    SemanticFieldType type = new SemanticFieldType(oldModel);
    writer.addDocument(
        List.of(
            new StoredField("text", "one"),
            new StoredField("title", "first"),
            new SemanticField(FIELD, "one", type)));
    writer.addDocument(
        List.of(
            new StoredField("title", "second"),
            new KnnFloatVectorField(FIELD, oldModel.vector("two"), type)));
    try (DirectoryReader reader = open()) {
      CheckSemanticIndex.Result result =
          new CheckSemanticIndex(FIELD, oldModel, IndexedText.storedField("title"))
              .check(reader, 100, 1);
      assertEquals(2, result.differences().size());
      for (CheckSemanticIndex.Difference difference : result.differences()) {
        String title = reader.storedFields().document(difference.document()).get("title");
        // Of a vector that was made elsewhere the index has no hash.
        assertEquals(
            difference.problem(), title.equals("first"), difference.problem().contains("hash"));
      }
      assertEquals(
          List.of("there is no text to encode"),
          new CheckSemanticIndex(FIELD, oldModel, TEXT)
              .check(reader, 100, 1).differences().stream()
                  .map(CheckSemanticIndex.Difference::problem)
                  .toList());
      assertEquals(Set.of(FIELD), IndexModels.fieldNames(reader));
    }
    CheckSemanticIndex check = new CheckSemanticIndex(FIELD, oldModel, TEXT);
    expectThrows(IllegalArgumentException.class, () -> check.withMinCosine(7));
    expectThrows(IllegalArgumentException.class, () -> check.withMinCosine(Double.NaN));
  }

  public void testAMigrationFromTheFirstModelToTheLastStep() throws IOException {
    for (int i = 0; i < 40; i++) {
      add("" + i, "text " + i, oldModel);
    }
    ModelMigration migration =
        new ModelMigration(writer, FIELD, newModel, TEXT).withMaxTextsPerSecond(1e6);
    FillReport report = migration.fill(FillMonitor.NONE);
    assertTrue(report.complete());
    try (DirectoryReader reader = open()) {
      Map<String, Map<String, Integer>> judged = new HashMap<>();
      for (int i = 0; i < 40; i++) {
        judged.put("text " + i, Map.of("" + i, 1));
      }
      MigrationComparison comparison =
          MigrationComparison.of(
              newSearcher(reader, false), FIELD, oldModel, newModel, judged, "id");
      assertEquals(40, comparison.queries());
      assertEquals(1, comparison.oldNdcgAt10().getAsDouble(), 1e-9);
      assertEquals(1, comparison.newNdcgAt10().getAsDouble(), 1e-9);
      assertTrue(comparison.overlapAt10() >= 0.1 && comparison.overlapAt10() < 1);
      assertEquals(
          1,
          MigrationComparison.of(
                  newSearcher(reader, false), FIELD, oldModel, oldModel, List.of("text 3"))
              .overlapAt10(),
          0);
    }
    migration.finish();
    try (DirectoryReader reader = open()) {
      assertEquals(1, IndexModels.inspect(reader).fields().size());
      assertTrue(new CheckSemanticIndex(FIELD, newModel, TEXT).check(reader, 100, 1).clean());
      ModelMismatchException searched =
          expectThrows(
              ModelMismatchException.class,
              () -> newSearcher(reader, false).count(new SemanticQuery(FIELD, "one", 3, oldModel)));
      assertEquals(FIELD, searched.field());
      assertFalse(searched.getMessage(), searched.getMessage().contains(FIELD + "@"));
    }
    ModelMismatchException added =
        expectThrows(ModelMismatchException.class, () -> add("new", "text", oldModel));
    assertTrue(added.getMessage(), added.getMessage().contains(oldModel.modelName()));
  }

  public void testADocumentThatTheApplicationHasDividedCountsOnce() throws IOException {
    for (int i = 0; i < 8; i++) {
      add("a", "part " + i, oldModel);
    }
    new ModelMigration(writer, FIELD, newModel, TEXT).fill(FillMonitor.NONE);
    try (DirectoryReader reader = open()) {
      MigrationComparison comparison =
          MigrationComparison.of(
              newSearcher(reader, false),
              FIELD,
              oldModel,
              newModel,
              Map.of("part 3", Map.of("a", 2)),
              "id");
      assertEquals(1, comparison.oldNdcgAt10().getAsDouble(), 0);
      assertEquals(1, comparison.newNdcgAt10().getAsDouble(), 0);
    }
  }

  public void testOnlyTheBestPassageOfADocumentIsCompared() throws IOException {
    WordTokens old = new WordTokens("w-old", 16, 64, 1);
    WordTokens other = new WordTokens("w-new", 8, 64, 1);
    for (PassageLayout layout : PassageLayout.values()) {
      try (Directory passages = newDirectory();
          SemanticIndexWriter into =
              new SemanticIndexWriter(new IndexWriter(passages, newIndexWriterConfig()))) {
        PassageFieldType type =
            new PassageFieldType(
                new PassageSplitter(old).withSize(12).withOverlap(2), layout, "id");
        into.addDocument(longText("a", "city river people bread engine song ".repeat(40), type));
        into.addDocument(longText("b", "cat dog", type));
        into.fillVectors(
            FIELD,
            new SemanticFieldType(other),
            PassageDocuments.encodedText(FIELD),
            FillMonitor.NONE,
            Double.POSITIVE_INFINITY);
        try (DirectoryReader reader = DirectoryReader.open(into.indexWriter())) {
          MigrationComparison comparison =
              MigrationComparison.of(
                  newSearcher(reader, false),
                  FIELD,
                  old,
                  other,
                  Map.of("city river people", Map.of("b", 1)),
                  "id");
          assertEquals(1, comparison.overlapAt10(), 0);
          // The second of two, behind the ten and more passages of the first.
          double second = Math.log(2) / Math.log(3);
          assertEquals(second, comparison.oldNdcgAt10().getAsDouble(), 1e-9);
          assertEquals(second, comparison.newNdcgAt10().getAsDouble(), 1e-9);
        }
      }
    }
  }

  private static Document longText(String id, String text, PassageFieldType type) {
    Document document = new Document();
    document.add(new StringField("id", id, Field.Store.YES));
    document.add(new PassageField(FIELD, text, type));
    return document;
  }

  public void testAFieldThatIsNotThereIsNoFieldInOrder() throws IOException {
    add("1", "one", oldModel);
    try (DirectoryReader reader = open()) {
      IllegalArgumentException unknown =
          expectThrows(
              IllegalArgumentException.class,
              () ->
                  MigrationComparison.of(
                      newSearcher(reader, false), "boddy", oldModel, newModel, List.of("one")));
      assertTrue(unknown.getMessage(), unknown.getMessage().contains(FIELD));
      expectThrows(
          IllegalArgumentException.class,
          () -> new CheckSemanticIndex("boddy", oldModel, TEXT).check(reader, 5, 1));
    }
    IllegalArgumentException unknown =
        expectThrows(
            IllegalArgumentException.class,
            () -> new ModelMigration(writer, "boddy", newModel, TEXT).fill(FillMonitor.NONE));
    assertTrue(unknown.getMessage(), unknown.getMessage().contains(FIELD));
  }

  public void testAnApplicationNamesItsModelOnce() throws Exception {
    SemanticFields fields = SemanticFields.of(FIELD, oldModel);
    Document document = new Document();
    document.add(new StoredField("text", "one"));
    document.add(fields.field(FIELD, "one"));
    writer.addDocument(document);
    try (DirectoryReader reader = open()) {
      assertEquals(1, newSearcher(reader, false).count(fields.query(FIELD, "one", 3)));
      assertEquals(
          1,
          newSearcher(reader, false)
              .count(fields.parser(FIELD, new MockAnalyzer(random())).parse("what is one")));
    }
    assertSame(fields.type(FIELD), fields.type(FIELD));
    expectThrows(IllegalArgumentException.class, () -> fields.passageField(FIELD, "", "x"));
    IllegalArgumentException unknown =
        expectThrows(IllegalArgumentException.class, () -> fields.field("title", "x"));
    assertTrue(unknown.getMessage(), unknown.getMessage().contains(FIELD));
  }

  public void testAParserFindsDocumentsByTheirPassagesBesideOtherClauses() throws Exception {
    WordTokens words = new WordTokens("w", 16, 64, 1);
    for (PassageLayout layout : PassageLayout.values()) {
      PassageFieldType type =
          new PassageFieldType(new PassageSplitter(words).withSize(12), layout, "id");
      String field = "body_" + layout;
      SemanticFields fields =
          SemanticFields.of("title_" + layout, words).and(SemanticFields.of(field, type));
      for (String city : List.of("london", "paris")) {
        Document document = new Document();
        document.add(new StringField("id", city + layout, Field.Store.YES));
        document.add(new StringField("text", city + layout, Field.Store.NO));
        document.add(fields.field("title_" + layout, "rivers"));
        document.add(fields.passageField(field, "", "city river people bread engine ".repeat(9)));
        writer.addDocument(document);
      }
      try (DirectoryReader reader = open()) {
        IndexSearcher searcher = newSearcher(reader, false);
        SemanticQueryParser parser =
            fields.parser("text", new MockAnalyzer(random(), MockTokenizer.KEYWORD, false));
        parser.setK(2);
        ScoreDoc[] hits =
            searcher.search(parser.parse("+london" + layout + " +" + field + ":\"city river\""), 10)
                .scoreDocs;
        assertEquals(1, hits.length);
        assertEquals("london" + layout, searcher.storedFields().document(hits[0].doc).get("id"));
        assertEquals(2, searcher.count(parser.parse(field + ":river")));
        assertEquals(
            new SemanticQuery("title_" + layout, "river", 2, words),
            parser.parse("title_" + layout + ":river"));
      }
    }
  }

  public void testAnApplicationNamesTheModelOfItsPassagesOnce() throws Exception {
    WordTokens words = new WordTokens("w", 16, 64, 1);
    PassageFieldType type =
        new PassageFieldType(new PassageSplitter(words).withSize(12), PassageLayout.BLOCK, "id");
    SemanticFields fields = SemanticFields.of("title", words).and(SemanticFields.of("body", type));
    assertEquals(Set.of("title", "body"), fields.names());
    Document document = new Document();
    document.add(new StringField("id", "a", Field.Store.YES));
    document.add(fields.field("title", "rivers"));
    document.add(fields.passageField("body", "", "city river people bread engine ".repeat(9)));
    writer.addDocument(document);
    try (DirectoryReader reader = open()) {
      IndexSearcher searcher = newSearcher(reader, false);
      assertEquals(1, searcher.count(fields.passageQuery("body", "river", 3)));
      assertEquals(1, fields.passageSearch(searcher, "body").search("river", 3).size());
      assertEquals(3, searcher.count(fields.query("body", "river", 3)));
      assertEquals(1, searcher.count(fields.query("title", "river", 3)));
    }
    IllegalArgumentException none =
        expectThrows(
            IllegalArgumentException.class, () -> fields.passageQuery("title", "river", 3));
    assertTrue(none.getMessage(), none.getMessage().contains("body"));
    expectThrows(IllegalArgumentException.class, () -> fields.and(fields));
    expectThrows(NullPointerException.class, () -> SemanticFields.of("x", (PassageFieldType) null));
  }
}
