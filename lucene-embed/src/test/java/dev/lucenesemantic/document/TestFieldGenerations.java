package dev.lucenesemantic.document;

import static dev.lucenesemantic.document.IndexedDocs.FIELD;
import static dev.lucenesemantic.document.IndexedDocs.assertVectors;
import static dev.lucenesemantic.document.IndexedDocs.document;
import static dev.lucenesemantic.document.IndexedDocs.texts;

import dev.lucenesemantic.maintenance.CheckSemanticIndex;
import dev.lucenesemantic.search.SemanticQuery;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnByteVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.util.ThreadInterruptedException;

/** From one model to the next, in an index that is in use. */
public class TestFieldGenerations extends LuceneTestCase {
  private static final IndexedText TEXT = IndexedText.storedField("text");

  private Directory directory;
  private SemanticIndexWriter writer;
  private FlakyEmbedder oldModel;
  private FlakyEmbedder newModel;
  private SemanticFieldType oldType;
  private SemanticFieldType newType;

  @Override
  public void setUp() throws Exception {
    super.setUp();
    directory = newDirectory();
    writer = newWriter();
    oldModel = new FlakyEmbedder("old", 8);
    newModel = new FlakyEmbedder("new", 12);
    oldType = new SemanticFieldType(oldModel);
    newType = new SemanticFieldType(newModel);
  }

  @Override
  public void tearDown() throws Exception {
    writer.close();
    directory.close();
    super.tearDown();
  }

  private SemanticIndexWriter newWriter() throws IOException {
    return new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()));
  }

  private DirectoryReader open() throws IOException {
    return DirectoryReader.open(writer.indexWriter());
  }

  private void addOld(int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      writer.addDocument(document("" + i, "text " + i, oldType));
      if (random().nextInt(10) == 0) {
        writer.flush();
      }
    }
  }

  private FillReport fill() throws IOException {
    return fill(FillMonitor.NONE);
  }

  private FillReport fill(FillMonitor monitor) throws IOException {
    return writer.fillVectors(FIELD, newType, TEXT, monitor, Double.POSITIVE_INFINITY);
  }

  private static int hits(DirectoryReader reader, FlakyEmbedder model) throws IOException {
    return newSearcher(reader, false)
        .search(new SemanticQuery(FIELD, "text 7", 500, model), 500)
        .scoreDocs
        .length;
  }

  public void testTheWholeWay() throws IOException {
    addOld(0, 50);
    FillReport filled = fill();
    assertEquals(50, filled.documents());
    assertTrue(filled.complete());
    writer.commit();
    try (DirectoryReader reader = open()) {
      assertVectors(reader, FIELD, oldModel);
      assertVectors(reader, FieldGenerations.name(FIELD, "new"), newModel);
      assertEquals(50, hits(reader, oldModel));
      assertEquals(50, hits(reader, newModel));
    }
    // The switch: from now on the application writes with the new model, under the old name.
    writer.addDocument(document("50", "text 50", newType));
    writer.updateDocument(new Term("id", "3"), document("3", "changed", newType));
    try (DirectoryReader reader = open()) {
      assertEquals(51, hits(reader, newModel));
      // The old model does not know all documents any more, and says so.
      expectThrows(ModelMismatchException.class, () -> hits(reader, oldModel));
    }
    writer.removeOtherVectors(FIELD, newType);
    writer.commit();
    try (DirectoryReader reader = open()) {
      assertEquals(51, texts(reader).size());
      assertVectors(reader, FieldGenerations.name(FIELD, "new"), newModel);
      assertTrue(FieldModels.of(reader, FIELD).isEmpty());
      ModelMismatchException refused =
          expectThrows(ModelMismatchException.class, () -> hits(reader, oldModel));
      assertTrue(refused.getMessage(), refused.getMessage().contains("fake-new"));
      assertEquals(1, newSearcher(reader, false).count(new TermQuery(new Term("body", "changed"))));
    }
    // Also for a writer that opens the index anew.
    writer.close();
    writer = newWriter();
    writer.addDocument(document("51", "text 51", newType));
    try (DirectoryReader reader = open()) {
      assertEquals(52, hits(reader, newModel));
    }
    expectThrows(
        ModelMismatchException.class,
        () -> {
          try (DirectoryReader reader = open()) {
            hits(reader, oldModel);
          }
        });
  }

  public void testAWriterOfTheOldModelIsRefusedAfterwards() throws IOException {
    addOld(0, 5);
    fill();
    writer.addDocument(document("5", "still allowed", oldType));
    fill();
    writer.removeOtherVectors(FIELD, newType);
    for (int i = 0; i < 2; i++) {
      ModelMismatchException refused =
          expectThrows(
              ModelMismatchException.class,
              () -> writer.addDocument(document("6", "too late", oldType)));
      assertTrue(refused.getMessage(), refused.getMessage().contains("fake-new"));
      writer.close();
      writer = newWriter();
    }
    try (DirectoryReader reader = open()) {
      assertEquals(6, texts(reader).size());
      assertEquals(6, hits(reader, newModel));
    }
    // An empty index is free for any model.
    writer.deleteAll();
    writer.addDocument(document("1", "anew", oldType));
  }

  public void testWhatIsWrittenDuringAMigrationIsKnownToBothModels() throws IOException {
    addOld(0, 5);
    fill();
    writer.addDocument(document("5", "one two three four five six", oldType));
    try (DirectoryReader reader = open()) {
      assertEquals(6, hits(reader, oldModel));
      assertEquals(6, hits(reader, newModel));
      assertVectors(reader, FieldGenerations.name(FIELD, "new"), newModel);
    }
    writer.removeOtherVectors(FIELD, newType);
    int before = oldModel.encoded.size();
    writer.addDocument(document("7", "after it", newType));
    assertEquals(before, oldModel.encoded.size());
    try (DirectoryReader reader = open()) {
      assertEquals(7, hits(reader, newModel));
    }
  }

  public void testATextThatOnlyTheNewModelCannotEncodeWaitsForTheFillToReportIt()
      throws IOException {
    oldModel.mended = true;
    addOld(0, 4);
    writer.addDocument(document("4", "bad for the new one alone", oldType));
    FillReport report = fill();
    assertEquals(1, report.failed());
    assertFalse(report.complete());
    // Not at the switch: searches go by the old model.
    writer.addDocument(document("5", "bad as well", oldType));
    try (DirectoryReader reader = open()) {
      assertEquals(6, hits(reader, oldModel));
    }
    assertEquals(2, fill().failed());
  }

  public void testOnceTheNewModelHasAllDocumentsNoneComesWithoutAVectorOfIt() throws IOException {
    for (FailurePolicy policy : FailurePolicy.values()) {
      writer.deleteAll();
      writer.close();
      writer =
          new SemanticIndexWriter(
              new IndexWriter(directory, newIndexWriterConfig()),
              SemanticIndexOptions.defaults().withFailurePolicy(policy));
      oldModel.mended = true;
      newModel.mended = true;
      addOld(0, 5);
      assertTrue(fill().complete());
      newModel.mended = false;
      Document bad = document("5", "bad for the new one alone", oldType);
      if (policy == FailurePolicy.FAIL) {
        EncodingException refused =
            expectThrows(EncodingException.class, () -> writer.addDocument(bad));
        assertTrue(refused.getMessage(), refused.getMessage().contains("searches may go already"));
      } else {
        writer.addDocument(bad);
        try (DirectoryReader reader = open()) {
          assertEquals(1, newSearcher(reader, false).count(CompanionFields.pendingQuery(FIELD)));
        }
      }
      writer.addEach(
          List.of(document("6", "good", oldType), document("7", "good as well", oldType)));
      try (DirectoryReader reader = open()) {
        assertEquals(7, hits(reader, oldModel));
        assertEquals(7, hits(reader, newModel));
      }
      newModel.mended = true;
      if (policy != FailurePolicy.FAIL) {
        // With the model by which searches go.
        assertTrue(writer.backfill(FIELD, newType).complete());
        try (DirectoryReader reader = open()) {
          assertEquals(8, hits(reader, newModel));
        }
        // The old one has not all any more: alone in it, documents would be found by neither.
        expectThrows(ModelMismatchException.class, () -> writer.backfill(FIELD, oldType));
      }
    }
  }

  public void testTheNewModelDoesNotWriteBeforeItHasAllDocuments() throws IOException {
    addOld(0, 5);
    writer.flush();
    addOld(5, 10);
    oldModel.mended = true;
    writer.addDocument(document("10", "bad for now", oldType));
    assertFalse(fill().complete());
    ModelMismatchException early =
        expectThrows(
            ModelMismatchException.class,
            () -> writer.addDocument(document("11", "too early", newType)));
    assertTrue(early.getMessage(), early.getMessage().contains("1 documents to go"));
    try (DirectoryReader reader = open()) {
      assertEquals(11, hits(reader, oldModel));
    }
    newModel.mended = true;
    assertTrue(fill().complete());
    writer.addDocument(document("11", "in time", newType));
    // It gets both, though the old one has not all any more.
    writer.addDocument(document("12", "late", oldType));
    try (DirectoryReader reader = open()) {
      assertEquals(13, hits(reader, newModel));
    }
  }

  public void testAFieldWithoutDocumentsGoesOverToTheNewModel() throws IOException {
    addOld(0, 5);
    writer.commit();
    for (int i = 0; i < 5; i++) {
      writer.deleteDocuments(new Term("id", "" + i));
    }
    assertTrue(fill().complete());
    // Of another dimension, which Lucene allows in no field that ever had one.
    writer.addDocument(document("5", "text", newType));
    writer.removeOtherVectors(FIELD, newType);
    writer.addDocument(document("6", "text", newType));
    try (DirectoryReader reader = open()) {
      assertEquals(2, hits(reader, newModel));
    }
  }

  public void testVectorsOfBytesAreLeftForAModel() throws IOException {
    for (int i = 0; i < 20; i++) {
      Document document = new Document();
      document.add(new StringField("id", "" + i, Field.Store.YES));
      document.add(new StoredField("text", "text " + i));
      document.add(new KnnByteVectorField(FIELD, new byte[] {1, (byte) i}));
      writer.addDocument(document);
    }
    IndexStateException refused =
        expectThrows(IndexStateException.class, () -> writer.removeOtherVectors(FIELD, newType));
    assertTrue(refused.getMessage(), refused.getMessage().contains("are not removed"));
    FillReport report = fill();
    assertEquals(20, report.documents());
    try (DirectoryReader reader = open()) {
      assertEquals(20, hits(reader, newModel));
      assertEquals(
          20,
          newSearcher(reader, false).count(new KnnByteVectorQuery(FIELD, new byte[] {1, 1}, 20)));
    }
    writer.removeOtherVectors(FIELD, newType);
    try (DirectoryReader reader = open()) {
      assertEquals(20, hits(reader, newModel));
      assertTrue(new CheckSemanticIndex(FIELD, newModel, TEXT).check(reader, 20, 1).clean());
    }
  }

  public void testDeletedDocumentsDoNotKeepTheNewModelFromSearching() throws IOException {
    writer.close();
    writer =
        new SemanticIndexWriter(
            new IndexWriter(
                directory, newIndexWriterConfig().setMergePolicy(NoMergePolicy.INSTANCE)));
    addOld(0, 5);
    writer.flush();
    fill();
    writer.addDocument(document("6", "another", newType));
    writer.indexWriter().addDocument(document("5", "gone before it was filled", oldType));
    writer.flush();
    writer.deleteDocuments(new Term("id", "5"));
    try (DirectoryReader reader = open()) {
      assertEquals(6, hits(reader, newModel));
    }
  }

  public void testNothingIsRemovedAsLongAsADocumentHasNoVectorOfTheNewModel() throws IOException {
    addOld(0, 20);
    writer.flush();
    fill();
    writer.close();
    // This writer does not know of the migration.
    writer = newWriter();
    writer.addDocument(document("20", "only the old model has it", oldType));
    IndexStateException refused =
        expectThrows(IndexStateException.class, () -> writer.removeOtherVectors(FIELD, newType));
    assertTrue(refused.getMessage(), refused.getMessage().contains("are not removed"));
    try (DirectoryReader reader = open()) {
      assertEquals(21, hits(reader, oldModel));
    }
  }

  public void testTruncationIsRecordedAsTheNewModelSeesIt() throws IOException {
    addOld(0, 3);
    fill();
    // The new model reads five words where the old one reads four.
    newModel.limit = 5;
    writer.addDocument(document("3", "one two three four five", oldType));
    writer.addDocument(document("4", "one two three four five six", oldType));
    try (DirectoryReader reader = open()) {
      assertEquals(1, newSearcher(reader, false).count(CompanionFields.truncatedQuery(FIELD)));
    }
  }

  public void testTheSecondMigrationIsGuardedAsTheFirst() throws IOException {
    addOld(0, 5);
    fill();
    writer.removeOtherVectors(FIELD, newType);
    FlakyEmbedder third = new FlakyEmbedder("third", 12);
    SemanticFieldType thirdType = new SemanticFieldType(third);
    writer.fillVectors(FIELD, thirdType, TEXT, FillMonitor.NONE, 1e9);
    writer.close();
    writer = newWriter();
    writer.addDocument(document("9", "only the second model has it", newType));
    try (DirectoryReader reader = open()) {
      assertEquals(6, hits(reader, newModel));
      expectThrows(ModelMismatchException.class, () -> hits(reader, third));
    }
    writer.fillVectors(FIELD, thirdType, TEXT, FillMonitor.NONE, 1e9);
    try (DirectoryReader reader = open()) {
      assertEquals(6, hits(reader, third));
    }
  }

  public void testWholeIndexesCannotBringAModelIntoAnotherField() throws IOException {
    addOld(0, 3);
    fill();
    writer.removeOtherVectors(FIELD, newType);
    for (SemanticFieldType type : java.util.List.of(oldType, newType)) {
      try (Directory other = newDirectory()) {
        try (SemanticIndexWriter otherWriter =
            new SemanticIndexWriter(new IndexWriter(other, newIndexWriterConfig()))) {
          otherWriter.addDocument(document("x", "from elsewhere", type));
        }
        expectThrows(ModelMismatchException.class, () -> writer.addIndexes(other));
      }
    }
    try (DirectoryReader reader = open()) {
      assertEquals(3, hits(reader, newModel));
    }
  }

  public void testHalfOfASurrogatePairDoesNotKeepADocumentFromAnotherModel() throws IOException {
    writer.addDocument(
        java.util.List.of(
            new org.apache.lucene.document.StoredField("text", "half \uD83D of a pair"),
            new SemanticField(FIELD, "half \uD83D of a pair", oldType)));
    assertEquals(1, fill().documents());
  }

  public void testAnInterruptLeavesTheWriterOpen() throws IOException {
    addOld(0, 20);
    Thread.currentThread().interrupt();
    expectThrows(ThreadInterruptedException.class, this::fill);
    assertTrue(Thread.interrupted());
    Thread.currentThread().interrupt();
    expectThrows(ThreadInterruptedException.class, () -> writer.removeOtherVectors(FIELD, newType));
    assertTrue(Thread.interrupted());
    assertTrue(writer.isOpen());
    assertEquals(20, fill().documents());
  }

  public void testABackfillWithNothingToDoKeepsNoField() throws IOException {
    assertEquals(0, writer.backfill(FIELD, oldType).documents());
    writer.addDocument(document("1", "any model will do", newType));
  }

  public void testAndBackAgain() throws IOException {
    addOld(0, 10);
    fill();
    writer.removeOtherVectors(FIELD, newType);
    writer.commit();
    FillReport back =
        writer.fillVectors(FIELD, oldType, TEXT, FillMonitor.NONE, Double.POSITIVE_INFINITY);
    assertEquals(10, back.documents());
    writer.removeOtherVectors(FIELD, oldType);
    try (DirectoryReader reader = open()) {
      assertEquals(10, hits(reader, oldModel));
      expectThrows(ModelMismatchException.class, () -> hits(reader, newModel));
    }
  }

  public void testAQueryWithTheNewModelIsRefusedUntilAllIsFilled() throws IOException {
    addOld(0, 30);
    fill();
    // Another writer knows nothing of the migration.
    writer.close();
    writer = newWriter();
    addOld(30, 31);
    try (DirectoryReader reader = open()) {
      assertEquals(31, hits(reader, oldModel));
      ModelMismatchException refused =
          expectThrows(ModelMismatchException.class, () -> hits(reader, newModel));
      assertTrue(refused.getMessage(), refused.getMessage().contains(": 1 documents"));
    }
    IndexStateException early =
        expectThrows(IndexStateException.class, () -> writer.removeOtherVectors(FIELD, newType));
    assertTrue(early.getMessage(), early.getMessage().contains("1 documents"));
    assertEquals(1, fill().documents());
    try (DirectoryReader reader = open()) {
      assertEquals(31, hits(reader, newModel));
    }
  }

  public void testTheNewModelCannotWriteBeforeTheMigration() throws IOException {
    addOld(0, 3);
    expectThrows(
        ModelMismatchException.class, () -> writer.addDocument(document("x", "x", newType)));
    fill();
    writer.addDocument(document("x", "x", newType));
  }

  public void testItGoesOnWhereItWasStopped() throws IOException {
    addOld(0, 300);
    FillReport first = fill(new StoppingMonitor());
    assertTrue(first.stopped());
    assertTrue(first.remaining() > 0);
    fill();
    assertEquals(300, newModel.encoded.size());
    try (DirectoryReader reader = open()) {
      assertEquals(300, hits(reader, newModel));
      assertVectors(reader, FieldGenerations.name(FIELD, "new"), newModel);
    }
  }

  public void testATextThatIsNotTheEncodedOneIsRefused() throws IOException {
    addOld(0, 3);
    IllegalArgumentException refused =
        expectThrows(
            IllegalArgumentException.class,
            () ->
                writer.fillVectors(
                    FIELD, newType, IndexedText.storedField("id"), FillMonitor.NONE, 1e9));
    assertTrue(refused.getMessage(), refused.getMessage().contains("hash"));
    refused =
        expectThrows(
            IllegalArgumentException.class,
            () ->
                writer.fillVectors(
                    FIELD, newType, IndexedText.storedField("none"), FillMonitor.NONE, 1e9));
    assertTrue(refused.getMessage(), refused.getMessage().contains("no text"));
    assertEquals(3, fill().documents());
  }

  public void testDocumentsOfAPlainIndexWriterAreFilledToo() throws IOException {
    writer.indexWriter().addDocument(document("1", "one", oldType));
    writer
        .indexWriter()
        .addDocument(
            java.util.List.of(
                new org.apache.lucene.document.StringField(
                    "id", "2", org.apache.lucene.document.Field.Store.YES),
                new org.apache.lucene.document.StoredField("text", "two"),
                new org.apache.lucene.document.NumericDocValuesField("length", 3),
                new KnnFloatVectorField(FIELD, oldModel.vector("two"), oldType)));
    assertEquals(2, fill().documents());
    try (DirectoryReader reader = open()) {
      assertVectors(reader, FieldGenerations.name(FIELD, "new"), newModel);
    }
  }

  public void testScoresAreExplainedFromTheFieldThatWasSearched() throws IOException {
    addOld(0, 20);
    fill();
    try (DirectoryReader reader = open()) {
      IndexSearcher searcher = newSearcher(reader, false);
      SemanticQuery query = new SemanticQuery(FIELD, "text 7", 3, newModel);
      for (ScoreDoc hit : searcher.search(query, 3).scoreDocs) {
        Explanation explanation = searcher.explain(query, hit.doc);
        assertTrue(explanation.toString(), explanation.isMatch());
        assertEquals(hit.score, explanation.getValue().floatValue(), 1e-5);
      }
    }
  }

  public void testChangesDuringTheFillingAreNotLost() throws Exception {
    addOld(0, 200);
    Map<String, String> expected = new TreeMap<>();
    for (int i = 0; i < 200; i++) {
      expected.put("" + i, "text " + i);
    }
    fill(
        new FillMonitor() {
          private int next = 200;

          @Override
          public void progress(FillReport soFar) {
            if (next < 220) {
              try {
                writer.deleteDocuments(new Term("id", "" + (next - 200)));
                expected.remove("" + (next - 200));
                String text = "late " + next;
                writer.addDocument(document("" + next, text, oldType));
                expected.put("" + next, text);
                writer.updateDocument(
                    new Term("id", "" + (next - 100)), document("" + (next - 100), text, oldType));
                expected.put("" + (next - 100), text);
                next++;
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            }
          }
        });
    try (DirectoryReader reader = open()) {
      assertEquals(expected, texts(reader));
      assertVectors(reader, FIELD, oldModel);
      assertVectors(reader, FieldGenerations.name(FIELD, "new"), newModel);
      assertEquals(expected.size(), hits(reader, newModel));
    }
  }

  public void testANameThatOnlyLooksLikeAGenerationIsLeftAlone() throws IOException {
    writer.addDocument(java.util.List.of(new SemanticField("mail@home", "text", oldType)));
    try (DirectoryReader reader = open()) {
      assertEquals(
          1,
          newSearcher(reader, false)
              .search(new SemanticQuery("mail@home", "text", 5, oldModel), 5)
              .scoreDocs
              .length);
    }
    assertEquals("mail@home", FieldGenerations.baseName("mail@home", "old"));
  }
}
