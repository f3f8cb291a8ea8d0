package dev.lucenesemantic.document;

import dev.lucenesemantic.embed.FakeEmbedder;
import dev.lucenesemantic.search.SemanticQuery;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.SoftDeletesDirectoryReaderWrapper;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.ThreadInterruptedException;

public class TestSemanticIndexWriter extends LuceneTestCase {
  private Directory directory;
  private SemanticIndexWriter writer;
  private BrokenEmbedder embedder;
  private SemanticFieldType type;

  @Override
  public void setUp() throws Exception {
    super.setUp();
    directory = newDirectory();
    writer = newWriter(directory);
    embedder = new BrokenEmbedder("model-a", 8);
    type = new SemanticFieldType(embedder);
  }

  @Override
  public void tearDown() throws Exception {
    writer.close();
    directory.close();
    super.tearDown();
  }

  private static SemanticIndexWriter newWriter(Directory directory) throws IOException {
    IndexWriterConfig config = newIndexWriterConfig().setSoftDeletesField("deleted");
    return new SemanticIndexWriter(new IndexWriter(directory, config));
  }

  // Adding

  public void testADocumentIsEncodedBeforeItIsAdded() throws IOException {
    writer.addDocument(document("some text"));
    assertEquals(1, embedder.documentCalls.get());
    assertTexts("some text");
  }

  public void testADocumentWithoutSemanticFieldsNeedsNoEmbedder() throws IOException {
    Document document = new Document();
    document.add(new StringField("id", "1", Field.Store.NO));
    writer.addDocument(document);
    assertEquals(1, writer.getDocStats().numDocs);
  }

  public void testABlockKeepsItsOrderAndIsEncodedTogether() throws IOException {
    writer.addDocuments(List.of(document("child 1"), document("child 2"), document("parent")));
    assertEquals(1, embedder.documentCalls.get());
    try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
      assertEquals(1, reader.leaves().size());
      StoredFields stored = reader.storedFields();
      assertEquals("child 1", stored.document(0).get("text"));
      assertEquals("child 2", stored.document(1).get("text"));
      assertEquals("parent", stored.document(2).get("text"));
    }
    assertTexts("child 1", "child 2", "parent");
  }

  public void testABlockWithABadTextIsNotAddedAtAll() throws IOException {
    writer.addDocument(document("before"));
    for (String bad : BrokenEmbedder.BROKEN_TEXTS) {
      expectThrows(
          EncodingException.class,
          bad,
          () -> writer.addDocuments(List.of(document("child"), document(bad), document("parent"))));
    }
    assertTexts("before");
  }

  public void testADocumentThatCannotBeEncodedIsNotAdded() throws IOException {
    writer.addDocument(document("before"));
    for (String bad : BrokenEmbedder.BROKEN_TEXTS) {
      EncodingException e =
          expectThrows(EncodingException.class, bad, () -> writer.addDocument(document(bad)));
      assertTrue(e.getMessage(), e.getMessage().contains("'body_vector'"));
      assertTrue(e.getMessage(), e.getMessage().contains("fake-model-a (fingerprint model-a)"));
      assertTrue(writer.isOpen());
    }
    writer.addDocument(document("after"));
    assertEquals(0, deletedDocs());
    assertTexts("after", "before");
  }

  public void testDocumentsAreIteratedOnce() throws IOException {
    writer.addDocument(once(document("one").getFields()));
    writer.addDocuments(
        once(List.of(once(document("two").getFields()), once(document("three").getFields()))));
    writer.addEach(once(List.of(once(document("four").getFields()))));
    assertTexts("four", "one", "three", "two");
  }

  public void testADocumentMayHaveSeveralSemanticFieldsOfSeveralModels() throws IOException {
    FakeEmbedder other = new FakeEmbedder("model-b", 4);
    Document document = document("body text");
    document.add(new SemanticField("title_vector", "title text", type));
    document.add(new SemanticField("other_vector", "other text", new SemanticFieldType(other)));
    writer.addDocument(document);
    assertEquals(1, embedder.documentCalls.get());
    assertEquals(1, other.documentCalls.get());
    try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
      assertEquals(Set.of("model-a"), FieldModels.of(reader, "title_vector").names().keySet());
      assertEquals(Set.of("model-b"), FieldModels.of(reader, "other_vector").names().keySet());
    }
  }

  public void testVectorsMadeElsewhereAreCheckedAndNotEncoded() throws IOException {
    Document document = new Document();
    document.add(new StringField("text", "some text", Field.Store.YES));
    document.add(new KnnFloatVectorField("body_vector", embedder.vector("some text"), type));
    writer.addDocument(document);
    Document bad = new Document();
    bad.add(new KnnFloatVectorField("body_vector", embedder.vector("half"), type));
    IllegalArgumentException e =
        expectThrows(IllegalArgumentException.class, () -> writer.addDocument(bad));
    assertTrue(e.getMessage(), e.getMessage().contains("'body_vector'"));
    assertEquals(0, embedder.documentCalls.get());
    assertTexts("some text");
  }

  public void testNullDocuments() {
    expectThrows(NullPointerException.class, () -> writer.addDocument(null));
    expectThrows(NullPointerException.class, () -> writer.addDocuments(null));
    expectThrows(NullPointerException.class, () -> writer.addDocuments(Arrays.asList(null, null)));
    expectThrows(NullPointerException.class, () -> writer.addEach(null));
    expectThrows(NullPointerException.class, () -> new SemanticIndexWriter(null));
  }

  // The other verbs

  public void testSequenceNumbersAreThoseOfAnIndexWriter() throws IOException {
    writer.close();
    // No merges: one that comes between two commits gives the second one something to commit.
    IndexWriterConfig[] configs = new IndexWriterConfig[2];
    for (int i = 0; i < 2; i++) {
      configs[i] =
          new IndexWriterConfig()
              .setSoftDeletesField("deleted")
              .setMergePolicy(NoMergePolicy.INSTANCE);
    }
    writer = new SemanticIndexWriter(new IndexWriter(directory, configs[0]));
    try (Directory plainDirectory = newDirectory();
        IndexWriter plain = new IndexWriter(plainDirectory, configs[1])) {
      // Doc values can only be updated in a field that exists.
      Term first = new Term("id", "first");
      assertEquals(plain.addDocument(identified(first)), writer.addDocument(identified(first)));
      int operations = atLeast(100);
      for (int i = 0; i < operations; i++) {
        Term id = new Term("id", Integer.toString(random().nextInt(20)));
        switch (random().nextInt(14)) {
          case 0 ->
              assertEquals(plain.addDocument(identified(id)), writer.addDocument(identified(id)));
          case 1 ->
              assertEquals(
                  plain.addDocuments(List.of(identified(id), identified(id))),
                  writer.addDocuments(List.of(identified(id), identified(id))));
          case 2 ->
              assertEquals(
                  plain.updateDocument(id, identified(id)),
                  writer.updateDocument(id, identified(id)));
          case 3 ->
              assertEquals(
                  plain.updateDocuments(id, List.of(identified(id), identified(id))),
                  writer.updateDocuments(id, List.of(identified(id), identified(id))));
          case 4 ->
              assertEquals(
                  plain.updateDocuments(new TermQuery(id), List.of(identified(id))),
                  writer.updateDocuments(new TermQuery(id), List.of(identified(id))));
          case 5 ->
              assertEquals(
                  plain.softUpdateDocument(
                      id, identified(id), new NumericDocValuesField("deleted", 1)),
                  writer.softUpdateDocument(
                      id, identified(id), new NumericDocValuesField("deleted", 1)));
          case 6 ->
              assertEquals(
                  plain.softUpdateDocuments(
                      id, List.of(identified(id)), new NumericDocValuesField("deleted", 1)),
                  writer.softUpdateDocuments(
                      id, List.of(identified(id)), new NumericDocValuesField("deleted", 1)));
          case 7 -> assertEquals(plain.deleteDocuments(id, id), writer.deleteDocuments(id, id));
          case 8 ->
              assertEquals(
                  plain.deleteDocuments(new TermQuery(id)),
                  writer.deleteDocuments(new TermQuery(id)));
          case 9 ->
              assertEquals(
                  plain.updateNumericDocValue(id, "number", i),
                  writer.updateNumericDocValue(id, "number", i));
          case 10 ->
              assertEquals(
                  plain.updateBinaryDocValue(id, "bytes", new BytesRef("b" + i)),
                  writer.updateBinaryDocValue(id, "bytes", new BytesRef("b" + i)));
          case 11 ->
              assertEquals(
                  plain.updateDocValues(id, new NumericDocValuesField("number", i)),
                  writer.updateDocValues(id, new NumericDocValuesField("number", i)));
          case 12 -> {
            if (rarely()) {
              assertEquals(plain.deleteAll(), writer.deleteAll());
              assertEquals(
                  plain.addDocument(identified(first)), writer.addDocument(identified(first)));
            }
          }
          default -> {
            long last = -1;
            for (int j = 0; j < 3; j++) {
              last = plain.addDocument(identified(id));
            }
            assertEquals(
                last, writer.addEach(List.of(identified(id), identified(id), identified(id))));
          }
        }
      }
      assertEquals(plain.commit(), writer.commit());
      assertEquals(plain.commit(), writer.commit());
      assertEquals(plain.getDocStats().numDocs, writer.getDocStats().numDocs);
    }
  }

  public void testUpdatesReplaceDocuments() throws IOException {
    writer.addDocument(document("a"));
    writer.addDocument(document("b"));
    writer.addDocument(document("c"));
    writer.updateDocument(new Term("text", "a"), document("a2"));
    writer.updateDocuments(new Term("text", "b"), List.of(document("b2"), document("b3")));
    writer.updateDocuments(
        new TermQuery(new Term("text", "c")), List.of(document("c2"), document("c3")));
    assertTexts("a2", "b2", "b3", "c2", "c3");
    writer.deleteDocuments(new Term("text", "a2"), new Term("text", "b2"));
    writer.deleteDocuments(new TermQuery(new Term("text", "c2")));
    assertTexts("b3", "c3");
  }

  public void testAFailedUpdateDeletesNothing() throws IOException {
    writer.addDocument(document("a"));
    Term term = new Term("text", "a");
    NumericDocValuesField mark = new NumericDocValuesField("deleted", 1);
    expectThrows(EncodingException.class, () -> writer.updateDocument(term, document("throw")));
    expectThrows(
        EncodingException.class,
        () -> writer.updateDocuments(term, List.of(document("b"), document("throw"))));
    expectThrows(
        EncodingException.class,
        () -> writer.updateDocuments(new TermQuery(term), List.of(document("throw"))));
    expectThrows(
        EncodingException.class, () -> writer.softUpdateDocument(term, document("throw"), mark));
    expectThrows(
        EncodingException.class,
        () -> writer.softUpdateDocuments(term, List.of(document("throw")), mark));
    assertTexts("a");
  }

  public void testSoftUpdatesMarkDocuments() throws IOException {
    writer.addDocument(document("a"));
    writer.addDocument(document("b"));
    NumericDocValuesField mark = new NumericDocValuesField("deleted", 1);
    writer.softUpdateDocument(new Term("text", "a"), document("a2"), mark);
    writer.softUpdateDocuments(
        new Term("text", "b"), List.of(document("b2"), document("b3")), mark);
    assertTexts("a2", "b2", "b3");
  }

  public void testDocValuesAreUpdated() throws IOException {
    writer.addDocument(identified(new Term("id", "1")));
    writer.updateNumericDocValue(new Term("id", "1"), "number", 42);
    try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
      NumericDocValues values = reader.leaves().get(0).reader().getNumericDocValues("number");
      assertTrue(values.advanceExact(0));
      assertEquals(42, values.longValue());
    }
  }

  public void testCommitFlushMergeAndRollback() throws IOException {
    writer.addDocument(document("a"));
    writer.flush();
    writer.addDocument(document("b"));
    writer.prepareCommit();
    writer.commit();
    writer.forceMerge(1);
    try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
      assertEquals(1, reader.leaves().size());
      assertEquals(Set.of("model-a"), FieldModels.of(reader, "body_vector").names().keySet());
    }
    writer.addDocument(document("c"));
    writer.forceMerge(1, true);
    writer.rollback();
    assertFalse(writer.isOpen());
    writer = newWriter(directory);
    assertTexts("a", "b");
  }

  public void testCloseCommitsAndLeavesTheEmbedderOpen() throws IOException {
    boolean[] closed = new boolean[1];
    FakeEmbedder closeable =
        new FakeEmbedder("model-a", 8) {
          @Override
          public void close() {
            closed[0] = true;
          }
        };
    writer.addDocument(document("a", new SemanticFieldType(closeable)));
    writer.close();
    writer.close();
    assertFalse(closed[0]);
    assertFalse(writer.isOpen());
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      assertEquals(1, reader.numDocs());
    }
  }

  public void testNothingIsEncodedAfterClose() throws IOException {
    if (random().nextBoolean()) {
      writer.close();
    } else {
      writer.rollback();
    }
    Term term = new Term("text", "a");
    NumericDocValuesField mark = new NumericDocValuesField("deleted", 1);
    List<Document> block = List.of(document("a"));
    for (ThrowingRunnable verb :
        List.<ThrowingRunnable>of(
            () -> writer.addDocument(document("a")),
            () -> writer.addDocuments(block),
            () -> writer.addEach(block),
            () -> writer.updateDocument(term, document("a")),
            () -> writer.updateDocuments(term, block),
            () -> writer.updateDocuments(new TermQuery(term), block),
            () -> writer.softUpdateDocument(term, document("a"), mark),
            () -> writer.softUpdateDocuments(term, block, mark),
            () -> writer.deleteAll(),
            () -> writer.addIndexes(directory),
            () -> writer.addIndexes(new CodecReader[0]),
            () -> writer.commit())) {
      expectThrows(AlreadyClosedException.class, verb);
    }
    assertEquals(0, embedder.documentCalls.get());
  }

  // Many documents

  public void testAddEachEncodesAWindowAtATime() throws IOException {
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      documents.add(document("text " + i));
    }
    writer.addEach(documents);
    assertEquals(3, embedder.documentCalls.get());
    assertEquals(300, embedder.documentTexts.get());
    assertEquals(300, writer.getDocStats().numDocs);
  }

  public void testAddEachHoldsFewDocumentsAndLittleText() throws IOException {
    int[] ahead = new int[1];
    String text = "x".repeat(EncodingQueue.MAX_CHARS / 4);
    Iterable<Document> documents =
        () ->
            new Iterator<>() {
              private int i;

              @Override
              public boolean hasNext() {
                return i < 20;
              }

              @Override
              public Document next() {
                if (i == 20) {
                  throw new NoSuchElementException();
                }
                i++;
                ahead[0] = Math.max(ahead[0], i - writer.getDocStats().numDocs);
                Document document = new Document();
                document.add(new SemanticField("body_vector", text + i, type));
                return document;
              }
            };
    writer.addEach(documents);
    assertEquals(20, writer.getDocStats().numDocs);
    assertEquals(4, ahead[0]);
  }

  public void testAddEachOfNothing() throws IOException {
    assertEquals(-1, writer.addEach(List.of()));
  }

  public void testAddEachSaysHowManyWereAddedBeforeAFailure() throws IOException {
    for (String bad : BrokenEmbedder.BROKEN_TEXTS) {
      writer.deleteAll();
      int before = random().nextInt(300);
      List<Document> documents = new ArrayList<>();
      for (int i = 0; i < before; i++) {
        documents.add(document("text " + i));
      }
      documents.add(document(bad));
      documents.add(document("after"));
      PartialAddException e =
          expectThrows(PartialAddException.class, bad, () -> writer.addEach(documents));
      assertEquals(before, e.added());
      assertTrue(e.getCause() instanceof EncodingException);
      assertTrue(e.getMessage(), e.getMessage().contains("'body_vector'"));
      assertEquals(before, writer.getDocStats().numDocs);
      if (before > 0) {
        assertTrue(e.getMessage(), e.getMessage().contains("first " + before + " documents"));
      }
    }
  }

  /** Some documents, and then what {@code failure} throws. */
  private Iterable<Document> brokenBehind(int documents, Runnable failure) {
    return () ->
        new Iterator<>() {
          private int read;

          @Override
          public boolean hasNext() {
            return true;
          }

          @Override
          public Document next() {
            if (read == documents) {
              failure.run();
            }
            return document("river " + read++);
          }
        };
  }

  public void testAddEachAddsWhatItReadBeforeTheSourceFailed() throws IOException {
    Iterable<Document> documents =
        brokenBehind(
            5,
            () -> {
              throw new IllegalStateException("broken source");
            });
    PartialAddException e =
        expectThrows(PartialAddException.class, () -> writer.addEach(documents));
    assertEquals(5, e.added());
    assertEquals("broken source", e.getCause().getMessage());
    assertEquals(5, writer.getDocStats().numDocs);
  }

  public void testAddEachSaysHowManyWereAddedBeforeMemoryRanOut() throws IOException {
    Iterable<Document> source =
        brokenBehind(
            3,
            () -> {
              throw new OutOfMemoryError("dividing a text");
            });
    PartialAddException e = expectThrows(PartialAddException.class, () -> writer.addEach(source));
    assertEquals(3, e.added());
    assertTrue(e.getCause() instanceof OutOfMemoryError);
    assertEquals(3, writer.getDocStats().numDocs);
    assertEquals(1, writer.metrics().documents().failed());
  }

  public void testAddEachSaysHowManyWereAddedBeforeAnyError() {
    Iterable<Document> source =
        brokenBehind(
            4,
            () -> {
              throw new NoClassDefFoundError("a parser");
            });
    PartialAddException e = expectThrows(PartialAddException.class, () -> writer.addEach(source));
    assertEquals(4, e.added());
    assertTrue(e.getCause() instanceof NoClassDefFoundError);
    assertEquals(4, writer.getDocStats().numDocs);
  }

  public void testAWriterThatCannotBeClosedYetCanBeUsed() throws IOException {
    writer.addDocument(document("green river"));
    writer.prepareCommit();
    expectThrows(IllegalStateException.class, () -> writer.close());
    writer.addDocument(document("green song"));
    writer.commit();
    assertTrue(writer.backfill("body_vector", type).complete());
    writer.commit();
    assertEquals(2, writer.getDocStats().numDocs);
  }

  public void testAListenerMayCloseTheWriter() throws IOException {
    try (Directory other = newDirectory()) {
      AtomicReference<SemanticIndexWriter> closed = new AtomicReference<>();
      List<IndexingProgress> seen = new ArrayList<>();
      SemanticIndexWriter closing =
          new SemanticIndexWriter(
              new IndexWriter(other, newIndexWriterConfig()),
              SemanticIndexOptions.defaults()
                  .withProgress(
                      progress -> {
                        seen.add(progress);
                        try {
                          closed.get().close();
                        } catch (IOException e) {
                          throw new UncheckedIOException(e);
                        }
                      }));
      closed.set(closing);
      closing.addDocument(document("green river"));
      closing.close();
      assertEquals(1, seen.getLast().documents());
      assertFalse(closing.isOpen());
      try (DirectoryReader reader = DirectoryReader.open(other)) {
        assertEquals(1, reader.numDocs());
      }
    }
  }

  public void testNoVerbTakesAnInterruptToLucene() throws IOException {
    writer.addDocument(document("green river"));
    Term none = new Term("id", "none");
    List<ThrowingRunnable> verbs =
        List.of(
            () -> writer.updateDocument(none, document("green song")),
            () -> writer.deleteDocuments(none),
            () -> writer.deleteDocuments(new TermQuery(none)),
            () -> writer.deleteAll(),
            () -> writer.updateNumericDocValue(none, "number", 1),
            () -> writer.flush(),
            () -> writer.forceMerge(1),
            () -> writer.prepareCommit(),
            () -> writer.commit());
    for (ThrowingRunnable verb : verbs) {
      Thread.currentThread().interrupt();
      try {
        expectThrows(ThreadInterruptedException.class, verb);
      } finally {
        assertTrue(Thread.interrupted());
      }
      assertTrue(writer.isOpen());
    }
    assertEquals(1, writer.getDocStats().numDocs);
    writer.commit();
  }

  public void testAThreadThatIsInterruptedDoesNotReachTheIndex() throws IOException {
    writer.addDocument(document("green river"));
    Thread.currentThread().interrupt();
    try {
      expectThrows(
          ThreadInterruptedException.class, () -> writer.addDocument(document("green song")));
    } finally {
      assertTrue(Thread.interrupted());
    }
    assertTrue(writer.isOpen());
    assertEquals(1, writer.getDocStats().numDocs);
  }

  public void testAddEachAddsWhatComesBeforeAnotherModel() throws IOException {
    SemanticFieldType other = new SemanticFieldType(new FakeEmbedder("model-b", 8));
    PartialAddException e =
        expectThrows(
            PartialAddException.class,
            () ->
                writer.addEach(
                    List.of(document("a"), document("b"), document("c", other), document("d"))));
    assertEquals(2, e.added());
    assertTrue(e.getCause() instanceof ModelMismatchException);
    assertTexts("a", "b");
  }

  public void testAddEachAddsWhatComesBeforeABadVectorMadeElsewhere() throws IOException {
    Document bad = new Document();
    bad.add(new KnnFloatVectorField("body_vector", embedder.vector("half"), type));
    PartialAddException e =
        expectThrows(
            PartialAddException.class,
            () -> writer.addEach(List.of(document("a"), document("b"), bad, document("c"))));
    assertEquals(2, e.added());
    assertTrue(e.getCause() instanceof IllegalArgumentException);
    assertTexts("a", "b");
  }

  // One model for a field

  public void testAnotherModelIsRefusedBeforeAnythingIsEncoded() throws IOException {
    writer.addDocument(document("a"));
    FakeEmbedder other = new FakeEmbedder("model-b", 8);
    ModelMismatchException e =
        expectThrows(
            ModelMismatchException.class,
            () -> writer.addDocument(document("b", new SemanticFieldType(other))));
    assertEquals("body_vector", e.field());
    assertTrue(e.getMessage(), e.getMessage().contains("'body_vector'"));
    assertTrue(e.getMessage(), e.getMessage().contains("fake-model-a (fingerprint model-a)"));
    assertTrue(e.getMessage(), e.getMessage().contains("fake-model-b (fingerprint model-b)"));
    assertEquals(0, other.documentCalls.get());
    assertTexts("a");
  }

  public void testAnotherModelIsRefusedInAnIndexThatWasWrittenBefore() throws IOException {
    writer.addDocument(document("a"));
    writer.close();
    writer = newWriter(directory);
    FakeEmbedder other = new FakeEmbedder("model-b", 8);
    expectThrows(
        ModelMismatchException.class,
        () -> writer.addDocument(document("b", new SemanticFieldType(other))));
    assertEquals(0, other.documentCalls.get());
    writer.addDocument(document("b"));
    assertTexts("a", "b");
  }

  public void testAnotherModelIsRefusedWhileTheFirstIsOnlyInMemory() throws IOException {
    writer.indexWriter().addDocument(document("a"));
    expectThrows(
        ModelMismatchException.class,
        () ->
            writer.addDocument(
                document("b", new SemanticFieldType(new FakeEmbedder("model-b", 8)))));
  }

  public void testTwoModelsInOneBlockAreRefused() throws IOException {
    SemanticFieldType other = new SemanticFieldType(new FakeEmbedder("model-b", 8));
    expectThrows(
        ModelMismatchException.class,
        () -> writer.addDocuments(List.of(document("a"), document("b", other))));
    assertEquals(0, embedder.documentCalls.get());
    // Neither of them has the field now.
    writer.addDocument(document("b", other));
    assertEquals(1, writer.getDocStats().numDocs);
  }

  public void testVectorsThatNameNoModelAndVectorsThatDoAreNotMixed() throws IOException {
    writer.addDocument(document("a"));
    ModelMismatchException e =
        expectThrows(ModelMismatchException.class, () -> writer.addDocument(unnamed()));
    assertTrue(e.getMessage(), e.getMessage().contains("do not say which model"));
    writer.deleteAll();
    writer.addDocument(unnamed());
    writer.addDocument(unnamed());
    expectThrows(ModelMismatchException.class, () -> writer.addDocument(document("a")));
    writer.close();
    writer = newWriter(directory);
    expectThrows(ModelMismatchException.class, () -> writer.addDocument(document("a")));
    writer.addDocument(unnamed());
    assertEquals(3, writer.getDocStats().numDocs);
  }

  public void testDeleteAllFreesTheField() throws IOException {
    SemanticFieldType other = new SemanticFieldType(new FakeEmbedder("model-b", 8));
    writer.addDocument(document("a"));
    writer.commit();
    if (random().nextBoolean()) {
      writer.deleteAll();
    } else {
      writer.deleteDocuments(matchAll());
    }
    writer.addDocument(document("b", other));
    try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
      assertEquals(Set.of("model-b"), FieldModels.of(reader, "body_vector").names().keySet());
    }
    expectThrows(ModelMismatchException.class, () -> writer.addDocument(document("a")));
  }

  public void testADocumentThatFailsDoesNotKeepTheFieldForItsModel() throws IOException {
    expectThrows(EncodingException.class, () -> writer.addDocument(document("throw")));
    writer.addDocument(document("b", new SemanticFieldType(new FakeEmbedder("model-b", 8))));
    expectThrows(ModelMismatchException.class, () -> writer.addDocument(document("a")));
  }

  // Other indexes

  public void testIndexesOfTheSameModelAreAdded() throws IOException {
    writer.addDocument(document("a"));
    addIndex(document("b"), document("c"));
    assertTexts("a", "b", "c");
  }

  public void testIndexesOfAnotherModelAreRefused() throws IOException {
    SemanticFieldType other = new SemanticFieldType(new FakeEmbedder("model-b", 8));
    writer.addDocument(document("a"));
    if (random().nextBoolean()) {
      // The index alone must be enough to know the model.
      writer.close();
      writer = newWriter(directory);
    }
    ModelMismatchException e =
        expectThrows(ModelMismatchException.class, () -> addIndex(document("b", other)));
    assertTrue(e.getMessage(), e.getMessage().contains("fingerprint model-a"));
    assertTrue(e.getMessage(), e.getMessage().contains("fingerprint model-b"));
    expectThrows(ModelMismatchException.class, () -> addIndex(unnamed()));
    expectThrows(ModelMismatchException.class, () -> addIndex(document("c"), document("b", other)));
    assertTexts("a");
  }

  public void testAnAddedIndexTakesTheFieldForItsModel() throws IOException {
    SemanticFieldType other = new SemanticFieldType(new FakeEmbedder("model-b", 8));
    addIndex(document("b", other));
    expectThrows(ModelMismatchException.class, () -> writer.addDocument(document("a")));
    writer.addDocument(document("c", other));
    assertEquals(2, writer.getDocStats().numDocs);
  }

  public void testAnIndexThatMixesModelsIsRefused() throws IOException {
    SemanticFieldType other = new SemanticFieldType(new FakeEmbedder("model-b", 8));
    expectThrows(ModelMismatchException.class, () -> addIndex(document("a"), document("b", other)));
    writer.addDocument(document("b", other));
    assertEquals(1, writer.getDocStats().numDocs);
  }

  public void testIndexesWithoutVectorsOrWithOtherVectorsAreAdded() throws IOException {
    writer.addDocument(document("a"));
    Document without = new Document();
    without.add(new StringField("text", "b", Field.Store.YES));
    Document otherField = new Document();
    otherField.add(new StringField("text", "c", Field.Store.YES));
    otherField.add(new KnnFloatVectorField("image", new float[] {1, 2}));
    addIndex(without, otherField);
    addIndex(otherField);
    assertEquals(4, writer.getDocStats().numDocs);
  }

  // Several threads

  public void testThreadsGetExactlyTheirOwnVectorsAndFailures() throws Exception {
    FakeEmbedder failing =
        new FakeEmbedder("model-a", 8) {
          @Override
          public List<float[]> embedDocuments(List<String> texts) {
            if (texts.stream().anyMatch(text -> text.startsWith("bad"))) {
              throw new IllegalArgumentException("bad text");
            }
            return super.embedDocuments(texts);
          }
        };
    SemanticFieldType failingType = new SemanticFieldType(failing);
    Set<String> added = new ConcurrentSkipListSet<>();
    Set<String> refused = new ConcurrentSkipListSet<>();
    AtomicReference<Throwable> unexpected = new AtomicReference<>();
    int threadCount = 12;
    int perThread = atLeast(60);
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < threadCount; t++) {
      int number = t;
      Random random = new Random(random().nextLong());
      Thread thread =
          new Thread(
              () -> {
                try {
                  for (int i = 0; i < perThread; i++) {
                    List<String> texts = new ArrayList<>();
                    for (int j = random.nextInt(3); j >= 0; j--) {
                      String kind = random.nextInt(15) == 0 ? "bad " : "good ";
                      texts.add(kind + number + " " + i + " " + j);
                    }
                    List<Document> block =
                        texts.stream().map(text -> document(text, failingType)).toList();
                    try {
                      switch (random.nextInt(3)) {
                        case 0 -> writer.addDocuments(block);
                        case 1 -> writer.updateDocuments(new Term("text", "none"), block);
                        default -> {
                          texts.subList(1, texts.size()).clear();
                          writer.addDocument(block.getFirst());
                        }
                      }
                      added.addAll(texts);
                    } catch (EncodingException e) {
                      refused.addAll(texts);
                    }
                    if (random.nextInt(50) == 0) {
                      writer.commit();
                    }
                  }
                } catch (Throwable e) {
                  unexpected.set(e);
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join(TimeUnit.MINUTES.toMillis(2));
      assertFalse("a thread is stuck", thread.isAlive());
    }
    assertNull(unexpected.get());
    assertTrue(added.stream().noneMatch(text -> text.startsWith("bad")));
    assertTrue(refused.stream().anyMatch(text -> text.startsWith("bad")));
    try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
      TestSemanticField.assertVectors(reader, failing, added.size());
    }
    assertTexts(added.toArray(String[]::new));
  }

  public void testThreadsThatAddAtTheSameTimeShareCalls() throws Exception {
    int threadCount = 4 * Runtime.getRuntime().availableProcessors();
    CountDownLatch gate = new CountDownLatch(1);
    FakeEmbedder gated =
        new FakeEmbedder("model-a", 8) {
          @Override
          public List<float[]> embedDocuments(List<String> texts) {
            await(gate);
            return super.embedDocuments(texts);
          }
        };
    SemanticFieldType gatedType = new SemanticFieldType(gated);
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < threadCount; t++) {
      Document document = document("text " + t, gatedType);
      threads.add(
          new Thread(
              () -> {
                try {
                  writer.addDocument(document);
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      while (thread.getState() != Thread.State.WAITING
          && thread.getState() != Thread.State.TIMED_WAITING) {
        Thread.sleep(1);
      }
    }
    gate.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(threadCount, writer.getDocStats().numDocs);
    int leaders = Runtime.getRuntime().availableProcessors();
    // Each leader encodes its own text, and one of them then takes all that wait.
    assertTrue(gated.documentCalls + " calls", gated.documentCalls.get() <= 2 * leaders);
  }

  public void testAnInterruptedThreadAddsNothingAndKeepsItsFlag() throws Exception {
    int leaders = Runtime.getRuntime().availableProcessors();
    CountDownLatch gate = new CountDownLatch(1);
    CountDownLatch entered = new CountDownLatch(leaders);
    FakeEmbedder gated =
        new FakeEmbedder("model-a", 8) {
          @Override
          public List<float[]> embedDocuments(List<String> texts) {
            entered.countDown();
            await(gate);
            return super.embedDocuments(texts);
          }
        };
    SemanticFieldType gatedType = new SemanticFieldType(gated);
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < leaders; t++) {
      Document document = document("leader " + t, gatedType);
      threads.add(new Thread(() -> addUnchecked(document)));
    }
    threads.forEach(Thread::start);
    entered.await();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    boolean[] flag = new boolean[1];
    Document document = document("interrupted", gatedType);
    Thread interrupted =
        new Thread(
            () -> {
              try {
                writer.addDocument(document);
              } catch (Throwable e) {
                failure.set(e);
                flag[0] = Thread.currentThread().isInterrupted();
              }
            });
    interrupted.start();
    while (interrupted.getState() != Thread.State.WAITING) {
      Thread.sleep(1);
    }
    interrupted.interrupt();
    interrupted.join();
    assertTrue(failure.get() instanceof ThreadInterruptedException);
    assertTrue(flag[0]);
    gate.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertTrue(writer.isOpen());
    assertEquals(leaders, writer.getDocStats().numDocs);
  }

  public void testDeleteAllDoesNotWaitForTextsThatAreBeingEncoded() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    CountDownLatch entered = new CountDownLatch(1);
    FakeEmbedder gated = slowFor("slow", "model-a", entered, gate);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Document slow = document("slow", new SemanticFieldType(gated));
    Thread thread =
        new Thread(
            () -> {
              try {
                writer.addDocument(slow);
              } catch (Throwable e) {
                failure.set(e);
              }
            });
    thread.start();
    entered.await();
    writer.deleteAll();
    // The field is free again, so this model takes it, and the slow document comes too late.
    writer.addDocument(document("b", new SemanticFieldType(new FakeEmbedder("model-b", 8))));
    gate.countDown();
    thread.join();
    assertTrue(failure.get() instanceof ModelMismatchException);
    assertEquals(1, writer.getDocStats().numDocs);
  }

  public void testWhatIsEncodedDuringDeleteAllGoesWhereItsModelStandsAfterwards() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    CountDownLatch entered = new CountDownLatch(1);
    FakeEmbedder gated = slowFor("slow", "model-c", entered, gate);
    SemanticFieldType led = new SemanticFieldType(gated);
    writer.addDocument(document("a", new SemanticFieldType(new FakeEmbedder("model-d", 8))));
    writer.fillVectors(
        "body_vector",
        led,
        IndexedText.storedField("text"),
        FillMonitor.NONE,
        Double.POSITIVE_INFINITY);
    Document slow = document("slow", led);
    Thread thread = new Thread(() -> addUnchecked(slow));
    thread.start();
    entered.await();
    writer.deleteAll();
    writer.addDocument(document("b", led));
    gate.countDown();
    thread.join();
    try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
      SemanticQuery query = new SemanticQuery("body_vector", "b", 10, gated);
      assertEquals(2, newSearcher(reader).count(query));
    }
  }

  /** A model that says that it has come to a text, and waits there for the gate. */
  private static FakeEmbedder slowFor(
      String text, String fingerprint, CountDownLatch entered, CountDownLatch gate) {
    return new FakeEmbedder(fingerprint, 8) {
      @Override
      public List<float[]> embedDocuments(List<String> texts) {
        if (texts.contains(text)) {
          entered.countDown();
          await(gate);
        }
        return super.embedDocuments(texts);
      }
    };
  }

  private static void await(CountDownLatch gate) {
    try {
      assertTrue(gate.await(1, TimeUnit.MINUTES));
    } catch (InterruptedException e) {
      throw new ThreadInterruptedException(e);
    }
  }

  private void addUnchecked(Document document) {
    try {
      writer.addDocument(document);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Adds an index with one segment for each document, in one of the two ways. */
  private void addIndex(Document... documents) throws IOException {
    try (Directory other = newDirectory()) {
      IndexWriterConfig config =
          newIndexWriterConfig()
              .setSoftDeletesField("deleted")
              .setMergePolicy(NoMergePolicy.INSTANCE);
      try (IndexWriter otherWriter = new IndexWriter(other, config)) {
        for (Document document : documents) {
          otherWriter.addDocument(document);
          otherWriter.flush();
        }
      }
      if (random().nextBoolean()) {
        writer.addIndexes(other);
      } else {
        try (DirectoryReader reader = DirectoryReader.open(other)) {
          writer.addIndexes(
              reader.leaves().stream()
                  .map(leaf -> (CodecReader) leaf.reader())
                  .toArray(CodecReader[]::new));
        }
      }
    }
  }

  private Document document(String text) {
    return document(text, type);
  }

  private static Document document(String text, SemanticFieldType type) {
    Document document = new Document();
    document.add(new StringField("text", text, Field.Store.YES));
    document.add(new SemanticField("body_vector", text, type));
    return document;
  }

  private Document identified(Term id) {
    Document document = document("text of " + id.text());
    document.add(new StringField("id", id.text(), Field.Store.NO));
    document.add(new NumericDocValuesField("number", 1));
    document.add(new BinaryDocValuesField("bytes", new BytesRef("b")));
    return document;
  }

  /** A document with a vector of the same shape, but without a model. */
  private static Document unnamed() {
    Document document = new Document();
    document.add(
        new KnnFloatVectorField(
            "body_vector",
            new float[] {1, 0, 0, 0, 0, 0, 0, 0},
            VectorSimilarityFunction.DOT_PRODUCT));
    return document;
  }

  private static <T> Iterable<T> once(List<T> elements) {
    Iterator<T> iterator = elements.iterator();
    boolean[] used = new boolean[1];
    return () -> {
      assertFalse("iterated twice", used[0]);
      used[0] = true;
      return iterator;
    };
  }

  private int deletedDocs() {
    return writer.getDocStats().maxDoc - writer.getDocStats().numDocs;
  }

  /** Checks the texts of all live documents, and that each has its own vector. */
  private void assertTexts(String... expected) throws IOException {
    Set<String> texts = new TreeSet<>();
    try (DirectoryReader reader =
        new SoftDeletesDirectoryReaderWrapper(
            DirectoryReader.open(writer.indexWriter()), "deleted")) {
      assertEquals(expected.length, reader.numDocs());
      for (LeafReaderContext leaf : reader.leaves()) {
        for (int doc = 0; doc < leaf.reader().maxDoc(); doc++) {
          if (leaf.reader().getLiveDocs() == null || leaf.reader().getLiveDocs().get(doc)) {
            texts.add(leaf.reader().storedFields().document(doc).get("text"));
          }
        }
      }
      TestSemanticField.assertVectors(reader, embedder, expected.length);
    }
    assertEquals(new TreeSet<>(List.of(expected)), texts);
  }

  @SuppressWarnings("deprecation") // the constant that replaces it is missing in 10.3
  private static Query matchAll() {
    return new MatchAllDocsQuery();
  }
}
