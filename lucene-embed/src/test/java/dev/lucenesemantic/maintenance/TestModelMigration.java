package dev.lucenesemantic.maintenance;

import dev.lucenesemantic.document.FillMonitor;
import dev.lucenesemantic.document.FillReport;
import dev.lucenesemantic.document.IndexStateException;
import dev.lucenesemantic.document.ModelMismatchException;
import dev.lucenesemantic.document.PassageField;
import dev.lucenesemantic.document.PassageFieldType;
import dev.lucenesemantic.document.PassageLayout;
import dev.lucenesemantic.document.PassageSplitter;
import dev.lucenesemantic.document.SemanticField;
import dev.lucenesemantic.document.SemanticFieldType;
import dev.lucenesemantic.document.SemanticIndexWriter;
import dev.lucenesemantic.document.StoppingMonitor;
import dev.lucenesemantic.embed.FakeEmbedder;
import dev.lucenesemantic.embed.WordTokens;
import dev.lucenesemantic.search.SemanticQuery;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.MultiReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.IORunnable;
import org.apache.lucene.util.ThreadInterruptedException;

/** Migrations beside all that an application does meanwhile, there and back again. */
public class TestModelMigration extends MigrationTestCase {
  public void testCloseStopsAFillAndWaitsForIt() throws Exception {
    add(0, 300, oldModel);
    CountDownLatch begun = new CountDownLatch(1);
    FutureTask<FillReport> filling =
        new FutureTask<>(
            () ->
                new ModelMigration(writer, FIELD, newModel, TEXT)
                    .withMaxTextsPerSecond(1)
                    .fill(
                        new FillMonitor() {
                          @Override
                          public void progress(FillReport report) {
                            begun.countDown();
                          }
                        }));
    Thread thread = new Thread(filling);
    thread.start();
    begun.await();
    writer.close();
    thread.join();
    assertTrue(filling.get().stopped());
    expectThrows(AlreadyClosedException.class, () -> migration(newModel).fill(FillMonitor.NONE));
    writer = open(directory);
    assertEquals(300, hits(oldModel));
  }

  public void testAMonitorCannotCloseTheWriter() throws IOException {
    add(0, 10, oldModel);
    List<Exception> refused = new ArrayList<>();
    FillReport report =
        migration(newModel)
            .fill(
                new FillMonitor() {
                  @Override
                  public void progress(FillReport soFar) {
                    refused.add(expectThrows(IllegalStateException.class, writer::close));
                    refused.add(
                        expectThrows(
                            IllegalStateException.class, () -> migration(oldModel).finish()));
                  }
                });
    assertTrue(report.complete());
    assertFalse(refused.isEmpty());
    assertTrue(refused.getFirst().getMessage(), refused.getFirst().getMessage().contains("stop()"));
    assertEquals(10, hits(newModel));
  }

  /** An embedder that waits with the text {@code text slow} until it is let go. */
  private static final class WaitingEmbedder extends FakeEmbedder {
    final CountDownLatch waits = new CountDownLatch(1);
    final CountDownLatch goOn = new CountDownLatch(1);

    WaitingEmbedder(String fingerprint, int dimension) {
      super(fingerprint, dimension);
    }

    @Override
    public List<float[]> embedDocuments(List<String> texts) {
      if (texts.contains("text slow")) {
        waits.countDown();
        try {
          goOn.await();
        } catch (InterruptedException e) {
          throw new ThreadInterruptedException(e);
        }
      }
      return super.embedDocuments(texts);
    }
  }

  public void testAFillThatWaitsForATextCanBeStoppedAndHoldsUpNoOther() throws Exception {
    WaitingEmbedder slow = new WaitingEmbedder("old", 8);
    add(0, 5, slow);
    FutureTask<Long> adding = new FutureTask<>(() -> writer.addDocument(document("slow", slow)));
    new Thread(adding).start();
    slow.waits.await();
    FutureTask<FillReport> filling =
        new FutureTask<>(() -> migration(newModel).fill(FillMonitor.NONE));
    Thread fill = new Thread(filling);
    fill.start();
    // It waits for the slow one, or will soon.
    Thread.sleep(100);
    assertFalse(filling.isDone());
    writer.addDocument(List.of(new StringField("id", "without a vector", Field.Store.NO)));
    fill.interrupt();
    fill.join();
    StoppingMonitor monitor = new StoppingMonitor();
    FutureTask<FillReport> stopped = new FutureTask<>(() -> migration(newModel).fill(monitor));
    new Thread(stopped).start();
    Thread.sleep(100);
    assertFalse(stopped.isDone());
    monitor.progress(null);
    assertTrue(stopped.get().stopped());
    assertFalse(adding.isDone());
    slow.goOn.countDown();
    adding.get();
    assertTrue(migration(newModel).fill(FillMonitor.NONE).complete());
    assertEquals(6, hits(newModel));
  }

  /** An embedder that takes its time with texts that have {@code slow} in them. */
  private static final class SlowEmbedder extends FakeEmbedder {
    SlowEmbedder() {
      super("old", 8);
    }

    @Override
    public List<float[]> embedDocuments(List<String> texts) {
      if (texts.toString().contains("slow")) {
        try {
          Thread.sleep(100);
        } catch (InterruptedException e) {
          throw new ThreadInterruptedException(e);
        }
      }
      return super.embedDocuments(texts);
    }
  }

  /** Adds slow documents one after the other until something is done. */
  private FutureTask<Integer> addUntil(AtomicBoolean done, SlowEmbedder slow) {
    FutureTask<Integer> adding =
        new FutureTask<>(
            () -> {
              int added = 0;
              while (!done.get()) {
                writer.addDocument(document("slow " + added++, slow));
              }
              return added;
            });
    new Thread(adding).start();
    return adding;
  }

  /** An application that adds documents, and says whether to stop, under one lock of its own. */
  private final class LockedApplication implements FillMonitor {
    private final SlowEmbedder embedder;
    private int added;
    private int asked;

    LockedApplication(SlowEmbedder embedder) {
      this.embedder = embedder;
    }

    synchronized void add() throws IOException {
      writer.addDocument(document("more " + added++, embedder));
    }

    @Override
    public void progress(FillReport soFar) {}

    @Override
    public synchronized boolean stop() {
      asked++;
      return false;
    }

    synchronized int asked() {
      return asked;
    }
  }

  public void testAMonitorMayTakeALockUnderWhichItsApplicationAdds() throws Exception {
    SlowEmbedder slow = new SlowEmbedder();
    add(0, 5, slow);
    AtomicBoolean done = new AtomicBoolean();
    FutureTask<Integer> adding = addUntil(done, slow);
    LockedApplication application = new LockedApplication(slow);
    FutureTask<FillReport> filling =
        new FutureTask<>(
            () -> {
              FillReport report = migration(newModel).fill(application);
              while (application.asked() < 20) {
                report = migration(newModel).fill(application);
              }
              return report;
            });
    new Thread(filling).start();
    while (!filling.isDone()) {
      application.add();
      Thread.sleep(1);
    }
    done.set(true);
    assertTrue(filling.get().complete());
    assertEquals(5 + adding.get() + application.added, hits(newModel));
  }

  public void testAFillThatIsStoppedTakesNothingBack() throws Exception {
    SlowEmbedder slow = new SlowEmbedder();
    add(0, 5, slow);
    assertTrue(migration(newModel).fill(FillMonitor.NONE).complete());
    AtomicBoolean done = new AtomicBoolean();
    FutureTask<Integer> adding = addUntil(done, slow);
    FillMonitor stopping =
        new FillMonitor() {
          @Override
          public void progress(FillReport soFar) {}

          @Override
          public boolean stop() {
            return true;
          }
        };
    while (!migration(newModel).fill(stopping).stopped()) {
      // No document was on its way just then.
    }
    done.set(true);
    int added = adding.get();
    Document made = new Document();
    made.add(new KnnFloatVectorField(FIELD, slow.vector("text x"), new SemanticFieldType(slow)));
    // Searches may go by the new model since the first time.
    expectThrows(ModelMismatchException.class, () -> writer.addDocument(made));
    assertEquals(5 + added, hits(newModel));
  }

  public void testNothingIsRemovedThatOnlyHasTheNameOfTheVectors() throws IOException {
    Document both = document("0", oldModel);
    both.add(new StoredField(FIELD, "stored under the name of the vectors"));
    writer.addDocument(both);
    add(1, 5, oldModel);
    migration(newModel).fill(FillMonitor.NONE);
    IllegalStateException refused =
        expectThrows(IllegalStateException.class, () -> migration(newModel).finish());
    assertTrue(refused.getMessage(), refused.getMessage().contains("Nothing was removed"));
    assertEquals(5, hits(oldModel));
    assertEquals(5, hits(newModel));
  }

  public void testHalfWayTheNewModelIsRefusedByAWriterThatDoesNotLead() throws IOException {
    add(0, 20, oldModel);
    migration(newModel).fill(FillMonitor.NONE);
    writer.close();
    writer = open(directory);
    // It has no vector of the new model.
    add(20, 21, oldModel);
    expectThrows(ModelMismatchException.class, () -> add(21, 22, newModel));
    assertEquals(21, hits(oldModel));
    migration(newModel).fill(FillMonitor.NONE);
    add(21, 22, newModel);
    assertEquals(22, hits(newModel));
  }

  public void testTheWayBackBesideThreadsThatAdd() throws Exception {
    add(0, 20, oldModel);
    migration(newModel).fill(FillMonitor.NONE);
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger added = new AtomicInteger(20);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 3; t++) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  while (!stop.get()) {
                    writer.addDocument(document("" + added.incrementAndGet(), oldModel));
                  }
                } catch (Throwable e) {
                  failure.set(e);
                }
              });
      thread.start();
      threads.add(thread);
    }
    try {
      for (int i = 0; i < 6; i++) {
        migration(oldModel).finish();
      }
    } finally {
      stop.set(true);
      for (Thread thread : threads) {
        thread.join();
      }
    }
    if (failure.get() != null) {
      throw new AssertionError(failure.get());
    }
    try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
      assertEquals(added.get(), reader.numDocs());
      assertTrue(new CheckSemanticIndex(FIELD, oldModel, TEXT).check(reader, 100, 1).clean());
    }
  }

  public void testAnInterruptBeforeAFillLeavesTheWriterOpen() throws Exception {
    try (Directory folder = newFSDirectory(createTempDir());
        SemanticIndexWriter onDisk =
            new SemanticIndexWriter(new IndexWriter(folder, new IndexWriterConfig()))) {
      onDisk.addDocument(document("1", oldModel));
      onDisk.commit();
      onDisk.addDocument(document("2", oldModel));
      Thread.currentThread().interrupt();
      try {
        expectThrows(
            ThreadInterruptedException.class,
            () -> new ModelMigration(onDisk, FIELD, newModel, TEXT).fill(FillMonitor.NONE));
      } finally {
        assertTrue(Thread.interrupted());
      }
      assertTrue(onDisk.isOpen());
      new ModelMigration(onDisk, FIELD, newModel, TEXT).fill(FillMonitor.NONE);
      try (DirectoryReader reader = DirectoryReader.open(onDisk.indexWriter())) {
        assertEquals(2, reader.numDocs());
        assertTrue(new CheckSemanticIndex(FIELD, newModel, TEXT).check(reader, 9, 1).clean());
      }
    }
  }

  public void testAModelThatComesBackHasAllItsVectorsInOneField() throws IOException {
    add(0, 10, oldModel);
    migration(newModel).fill(FillMonitor.NONE);
    add(10, 15, newModel);
    writer.forceMerge(1);
    // Nothing is left of the old vectors but the name of their model.
    add(0, 10, newModel);
    writer.forceMerge(1);
    assertTrue(migration(oldModel).fill(FillMonitor.NONE).complete());
    writer.close();
    writer = open(directory);
    add(15, 16, oldModel);
    assertEquals(16, hits(oldModel));
    migration(oldModel).finish();
    assertEquals(16, hits(oldModel));
  }

  public void testAFieldThatWasEmptiedTakesItsModelAgain() throws IOException {
    FakeEmbedder wider = new FakeEmbedder("wider", 12);
    add(0, 5, oldModel);
    migration(wider).fill(FillMonitor.NONE);
    migration(wider).finish();
    writer.addDocument(List.of(new StringField("id", "other", Field.Store.NO)));
    // In one segment with it, so that the field stays declared without a vector.
    writer.forceMerge(1);
    for (int i = 0; i < 5; i++) {
      writer.deleteDocuments(new Term("id", "" + i));
    }
    writer.forceMerge(1);
    add(5, 8, wider);
    assertEquals(3, hits(wider));
  }

  public void testVectorsMadeElsewhereGoWhereThoseOfTheirModelAre() throws IOException {
    add(0, 5, oldModel);
    migration(newModel).fill(FillMonitor.NONE);
    migration(newModel).finish();
    writer.addDocument(
        List.of(
            new StringField("id", "x", Field.Store.YES),
            new StoredField("text", "text x"),
            new KnnFloatVectorField(
                FIELD, newModel.vector("text x"), new SemanticFieldType(newModel))));
    assertEquals(6, hits(newModel));
    expectThrows(
        ModelMismatchException.class,
        () ->
            writer.addDocument(
                List.of(
                    new KnnFloatVectorField(
                        FIELD, oldModel.vector("text y"), new SemanticFieldType(oldModel)))));
    assertEquals(6, hits(newModel));
  }

  public void testOnceTheNewModelHasAllNoVectorComesWithoutOneOfIt() throws IOException {
    add(0, 5, oldModel);
    Document made = new Document();
    made.add(new StoredField("text", "text x"));
    made.add(
        new KnnFloatVectorField(FIELD, oldModel.vector("text x"), new SemanticFieldType(oldModel)));
    writer.addDocument(made);
    migration(newModel).fill(FillMonitor.NONE);
    ModelMismatchException refused =
        expectThrows(ModelMismatchException.class, () -> writer.addDocument(made));
    assertTrue(refused.getMessage(), refused.getMessage().contains("Add it as well"));
    Document unnamed = new Document();
    unnamed.add(
        new KnnFloatVectorField(
            FIELD, oldModel.vector("text y"), VectorSimilarityFunction.DOT_PRODUCT));
    expectThrows(ModelMismatchException.class, () -> writer.addDocument(unnamed));
    made.add(
        new KnnFloatVectorField(FIELD, newModel.vector("text x"), new SemanticFieldType(newModel)));
    writer.addDocument(made);
    assertEquals(7, hits(oldModel));
    assertEquals(7, hits(newModel));
    migration(oldModel).finish();
    made.removeFields(FIELD);
    made.add(
        new KnnFloatVectorField(FIELD, oldModel.vector("text x"), new SemanticFieldType(oldModel)));
    writer.addDocument(made);
    assertEquals(8, hits(oldModel));
  }

  public void testAnotherMigrationWaitsForTheEndOfTheFirst() throws IOException {
    FakeEmbedder third = new FakeEmbedder("third", 8);
    add(0, 5, oldModel);
    migration(newModel).fill(FillMonitor.NONE);
    IndexStateException refused =
        expectThrows(IndexStateException.class, () -> migration(third).fill(FillMonitor.NONE));
    assertTrue(refused.getMessage(), refused.getMessage().contains("another migration"));
    add(5, 6, oldModel);
    assertEquals(6, hits(newModel));
    // Also when the old one is no longer complete.
    add(6, 7, newModel);
    expectThrows(IndexStateException.class, () -> migration(third).fill(FillMonitor.NONE));
    assertTrue(migration(newModel).fill(FillMonitor.NONE).complete());
    migration(newModel).finish();
    assertTrue(migration(third).fill(FillMonitor.NONE).complete());
    assertEquals(7, hits(third));
  }

  public void testAModelThatSearchesMayGoByIsWaitedForAlsoIfItCannotBeFinished()
      throws IOException {
    Document unnamed = new Document();
    unnamed.add(new StoredField("text", "text 1"));
    unnamed.add(new StoredField(FIELD, "stored under the name of the vectors"));
    unnamed.add(
        new KnnFloatVectorField(
            FIELD, oldModel.vector("text 1"), VectorSimilarityFunction.DOT_PRODUCT));
    writer.addDocument(unnamed);
    assertTrue(migration(newModel).fill(FillMonitor.NONE).complete());
    expectThrows(IndexStateException.class, () -> migration(newModel).finish());
    FakeEmbedder third = new FakeEmbedder("third", 8);
    expectThrows(IndexStateException.class, () -> migration(third).fill(FillMonitor.NONE));
    expectThrows(ModelMismatchException.class, () -> writer.addDocument(unnamed));
    assertEquals(1, hits(newModel));
  }

  public void testAMigrationThatCannotBeEndedIsNotWaitedFor() throws IOException {
    for (int i = 0; i < 3; i++) {
      Document unnamed = new Document();
      unnamed.add(new StoredField("text", "text " + i));
      unnamed.add(
          new KnnFloatVectorField(
              FIELD, oldModel.vector("text " + i), VectorSimilarityFunction.DOT_PRODUCT));
      writer.addDocument(unnamed);
      writer.flush();
    }
    FakeEmbedder limited =
        new FakeEmbedder("limited", 8) {
          @Override
          public List<float[]> embedDocuments(List<String> texts) {
            if (texts.contains("text 2")) {
              throw new IllegalArgumentException("cannot encode it");
            }
            return super.embedDocuments(texts);
          }
        };
    assertEquals(1, migration(limited).fill(FillMonitor.NONE).remaining());
    // Vectors that name no model cannot be chosen to stay, and those of this one are not complete.
    expectThrows(IndexStateException.class, () -> migration(limited).finish());
    assertTrue(migration(newModel).fill(FillMonitor.NONE).complete());
    migration(newModel).finish();
    assertEquals(3, hits(newModel));
  }

  public void testAFillOfWhichALibraryIsMissingReportsIt() throws IOException {
    add(0, 300, oldModel);
    FakeEmbedder missing =
        new FakeEmbedder("missing", 8) {
          @Override
          public List<float[]> embedDocuments(List<String> texts) {
            throw new UnsatisfiedLinkError("no library");
          }
        };
    FillReport report = migration(missing).fill(FillMonitor.NONE);
    assertEquals(300, report.failed());
    assertEquals(300, report.remaining());
    assertTrue(report.failures().toString(), report.failures().getFirst().contains("no library"));
    assertEquals(300, hits(oldModel));
  }

  public void testAnIndexMadeWithTheNewModelCanJoinAMigratedOne() throws IOException {
    add(0, 5, oldModel);
    migration(newModel).fill(FillMonitor.NONE);
    migration(newModel).finish();
    try (Directory anew = newDirectory();
        Directory joining = newDirectory()) {
      try (SemanticIndexWriter other = open(anew)) {
        other.addDocument(document("a", newModel));
      }
      try (SemanticIndexWriter other = open(joining)) {
        assertTrue(
            new ModelMigration(other, FIELD, newModel, TEXT).fill(FillMonitor.NONE).complete());
        other.addDocument(document("b", newModel));
      }
      try (SemanticIndexWriter other = open(joining)) {
        other.addDocument(document("c", newModel));
      }
      ModelMismatchException refused =
          expectThrows(ModelMismatchException.class, () -> writer.addIndexes(anew));
      assertTrue(refused.getMessage(), refused.getMessage().contains("before the first document"));
      try (DirectoryReader here = DirectoryReader.open(writer.indexWriter());
          DirectoryReader there = DirectoryReader.open(anew);
          MultiReader both = new MultiReader(here, there)) {
        SemanticQuery query = new SemanticQuery(FIELD, "text", 10, newModel);
        refused =
            expectThrows(ModelMismatchException.class, () -> new IndexSearcher(both).count(query));
        assertTrue(refused.getMessage(), refused.getMessage().contains("as the migrated"));
      }
      writer.addIndexes(joining);
      assertEquals(7, hits(newModel));
    }
  }

  public void testASoftDeleteThatWouldLeavePassagesIsRefused() throws IOException {
    WordTokens words = new WordTokens("w", 8, 64, 1);
    for (PassageLayout layout : PassageLayout.values()) {
      PassageFieldType type =
          new PassageFieldType(new PassageSplitter(words).withSize(12), layout, "id");
      Document document = new Document();
      document.add(new StringField("id", "a", Field.Store.YES));
      document.add(new PassageField("passages", "city river people", type));
      try (Directory passages = newDirectory();
          SemanticIndexWriter into =
              new SemanticIndexWriter(
                  new IndexWriter(passages, newIndexWriterConfig().setSoftDeletesField("gone")))) {
        into.addDocument(document);
        Term a = new Term("id", "a");
        Field gone = new NumericDocValuesField("gone", 1);
        if (layout == PassageLayout.BLOCK) {
          expectThrows(UnsupportedOperationException.class, () -> into.updateDocValues(a, gone));
          expectThrows(
              UnsupportedOperationException.class, () -> into.updateNumericDocValue(a, "gone", 1));
        } else {
          into.updateDocValues(a, gone);
          into.commit();
          assertEquals(0, into.getDocStats().numDocs);
        }
      }
    }
  }

  public void testAStoppedFillFindsItsVectorsWhateverElseTheModelDid() throws IOException {
    add(0, 200, oldModel);
    Document other = new Document();
    other.add(new StoredField("text", "other"));
    other.add(new SemanticField("other_vector", "other", new SemanticFieldType(oldModel)));
    writer.addDocument(other);
    // Of several segments the first would be filled before it stops.
    writer.forceMerge(1);
    assertTrue(migration(newModel).fill(new StoppingMonitor()).stopped());
    int encoded = newModel.documentTexts.get();
    assertTrue("" + encoded, encoded > 0 && encoded < 200);
    ModelMigration ofOther = new ModelMigration(writer, "other_vector", newModel, TEXT);
    assertTrue(ofOther.fill(FillMonitor.NONE).complete());
    expectThrows(
        ModelMismatchException.class,
        () -> writer.backfill(FIELD, new SemanticFieldType(newModel)));
    writer.commit();
    assertEquals(encoded, migration(newModel).fill(FillMonitor.NONE).reused());
    assertEquals(200 + 1, newModel.documentTexts.get());
  }

  public void testDeleteAllEndsAMigration() throws IOException {
    add(0, 3, oldModel);
    migration(newModel).fill(FillMonitor.NONE);
    writer.deleteAll();
    add(0, 3, oldModel);
    try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
      assertEquals(1, IndexModels.inspect(reader).fields().size());
    }
    assertEquals(3, newModel.documentTexts.get());
  }

  public void testAlsoWhenItComesToItsEndJustThen() throws IOException {
    add(0, 3, oldModel);
    migration(newModel).fill(doing(writer::deleteAll));
    add(0, 3, oldModel);
    Document made = new Document();
    made.add(new StoredField("text", "text x"));
    made.add(
        new KnnFloatVectorField(FIELD, oldModel.vector("text x"), new SemanticFieldType(oldModel)));
    // As long as the next has not ended, no search goes by the new model.
    assertTrue(migration(newModel).fill(doing(() -> writer.addDocument(made))).complete());
    assertEquals(hits(oldModel), hits(newModel));
  }

  /** Does something when there is progress for the first time. */
  private static FillMonitor doing(IORunnable action) {
    return new FillMonitor() {
      private boolean done;

      @Override
      public void progress(FillReport soFar) {
        if (!done) {
          done = true;
          try {
            action.run();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      }
    };
  }

  public void testAModelIsNotLedToItself() throws IOException {
    migration(oldModel).fill(FillMonitor.NONE);
    add(0, 3, oldModel);
    try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
      assertEquals(1, IndexModels.inspect(reader).fields().size());
    }
    assertEquals(3, hits(oldModel));
  }

  public void testAModelWithMoreDimensionsThanTheCodecStoresIsRefusedBeforeAnythingIsDone()
      throws IOException {
    try (Directory folder = newDirectory();
        SemanticIndexWriter plain =
            new SemanticIndexWriter(new IndexWriter(folder, new IndexWriterConfig()))) {
      plain.addDocument(document("1", oldModel));
      FakeEmbedder wide = new FakeEmbedder("wide", 1025);
      IllegalArgumentException refused =
          expectThrows(
              IllegalArgumentException.class,
              () -> new ModelMigration(plain, FIELD, wide, TEXT).fill(FillMonitor.NONE));
      assertTrue(refused.getMessage(), refused.getMessage().contains("1024"));
      assertTrue(refused.getMessage(), refused.getMessage().contains("SemanticCodec"));
      assertEquals(0, wide.documentTexts.get());
      plain.addDocument(document("2", oldModel));
    }
  }

  public void testAFieldThatIsNotThereCannotBeFinished() throws IOException {
    add(0, 1, oldModel);
    ModelMigration misspelt = new ModelMigration(writer, "body", newModel, TEXT);
    expectThrows(IllegalArgumentException.class, misspelt::finish);
  }

  public void testDocumentsOfOneCallGetTheirSecondVectorsTogether() throws IOException {
    add(0, 1, oldModel);
    migration(newModel).fill(FillMonitor.NONE);
    int before = newModel.documentCalls.get();
    List<Document> documents = new ArrayList<>();
    for (int i = 1; i <= 20; i++) {
      documents.add(document("" + i, oldModel));
    }
    writer.addEach(documents);
    assertEquals(1, newModel.documentCalls.get() - before);
    assertEquals(21, hits(newModel));
  }
}
