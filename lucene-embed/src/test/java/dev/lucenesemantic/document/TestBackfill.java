package dev.lucenesemantic.document;

import static dev.lucenesemantic.document.IndexedDocs.FIELD;
import static dev.lucenesemantic.document.IndexedDocs.assertVectors;
import static dev.lucenesemantic.document.IndexedDocs.document;
import static dev.lucenesemantic.document.IndexedDocs.texts;

import dev.lucenesemantic.search.SemanticQuery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.NoMergeScheduler;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.SoftDeletesDirectoryReaderWrapper;
import org.apache.lucene.index.SoftDeletesRetentionMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.FieldExistsQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.TestUtil;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.ThreadInterruptedException;

public class TestBackfill extends LuceneTestCase {
  private static final SemanticIndexOptions KEEP =
      SemanticIndexOptions.defaults().withFailurePolicy(FailurePolicy.ADD_WITHOUT_VECTOR);

  private Directory directory;
  private FlakyEmbedder embedder;
  private SemanticFieldType type;

  @Override
  public void setUp() throws Exception {
    super.setUp();
    directory = newDirectory();
    embedder = new FlakyEmbedder("model-a", 8);
    type = new SemanticFieldType(embedder);
  }

  @Override
  public void tearDown() throws Exception {
    directory.close();
    super.tearDown();
  }

  private SemanticIndexWriter newWriter() throws IOException {
    return newWriter(newIndexWriterConfig());
  }

  private SemanticIndexWriter newWriter(IndexWriterConfig config) throws IOException {
    return new SemanticIndexWriter(new IndexWriter(directory, config), KEEP);
  }

  private static DirectoryReader open(SemanticIndexWriter writer) throws IOException {
    return DirectoryReader.open(writer.indexWriter());
  }

  private int pending(DirectoryReader reader) throws IOException {
    return newSearcher(reader, false).count(CompanionFields.pendingQuery(FIELD));
  }

  public void testATextThatCannotBeEncodedIsFoundByItsWordsAndWaits() throws IOException {
    try (SemanticIndexWriter writer = newWriter()) {
      writer.addDocument(document("1", "good text", type));
      writer.addDocument(document("2", "bad text", type));
      writer.addDocument(document("3", "a huge text", type));
      try (DirectoryReader reader = open(writer)) {
        IndexSearcher searcher = newSearcher(reader, false);
        assertEquals(1, searcher.count(new TermQuery(new Term("body", "bad"))));
        assertEquals(2, pending(reader));
        assertEquals(
            1, searcher.search(new SemanticQuery(FIELD, "x", 9, embedder), 9).scoreDocs.length);
        assertVectors(reader, FIELD, embedder);
      }
      IndexingMetrics metrics = writer.metrics();
      assertEquals(new IndexingMetrics.Documents(3, 0, 2, 0), metrics.documents());
      // Each alone, so there was no reason to try again.
      assertEquals(2, metrics.encoding().failedBatches());
    }
  }

  public void testAnErrorIsOneTextsOwn() throws IOException {
    try (SemanticIndexWriter writer = newWriter()) {
      writer.addEach(List.of(document("1", "good", type), document("2", "unlinked", type)));
      embedder.broken = true;
      writer.addDocument(document("3", "as well", type));
      embedder.broken = false;
      FillReport report = writer.backfill(FIELD, type);
      assertEquals(1, report.documents());
      assertEquals(1, report.failed());
      assertEquals(1, report.remaining());
      embedder.mended = true;
      assertTrue(writer.backfill(FIELD, type).complete());
      try (DirectoryReader reader = open(writer)) {
        assertEquals(0, pending(reader));
        assertVectors(reader, FIELD, embedder);
      }
    }
  }

  public void testAfterOneWithTheOldModelTheNewOneHasNotAllAnyMore() throws IOException {
    FlakyEmbedder next = new FlakyEmbedder("model-b", 8);
    SemanticFieldType nextType = new SemanticFieldType(next);
    IndexedText text = IndexedText.storedField("text");
    List<IndexableField> made = List.of(new KnnFloatVectorField(FIELD, next.vector("x"), type));
    try (SemanticIndexWriter writer = newWriter()) {
      writer.addDocument(document("1", "good text", type));
      writer.addDocument(document("2", "bad text", type));
      writer.fillVectors(FIELD, nextType, text, FillMonitor.NONE, 1e9);
      // There is none that it could give a vector.
      assertEquals(0, writer.backfill(FIELD, type).documents());
      expectThrows(ModelMismatchException.class, () -> writer.addDocument(made));
      embedder.mended = true;
      assertEquals(1, writer.backfill(FIELD, type).documents());
      writer.addDocument(made);
      writer.deleteDocuments(new FieldExistsQuery(FIELD));
      writer.addDocument(document("1", "good text", type));
      assertTrue(writer.fillVectors(FIELD, nextType, text, FillMonitor.NONE, 1e9).complete());
      expectThrows(ModelMismatchException.class, () -> writer.addDocument(made));
    }
  }

  public void testAFieldWithOtherValuesCannotWait() throws IOException {
    try (SemanticIndexWriter writer = newWriter()) {
      List<IndexableField> both = new ArrayList<>();
      both.add(new StoredField(FIELD, "stored under the name of the vectors"));
      both.add(new SemanticField(FIELD, "bad text", type));
      EncodingException refused =
          expectThrows(EncodingException.class, () -> writer.addDocument(both));
      assertTrue(refused.getMessage(), refused.getMessage().contains("a field of their own"));
      // It has left nothing behind that would keep the field from its vectors.
      embedder.mended = true;
      writer.addDocument(both);
      try (DirectoryReader reader = open(writer)) {
        assertEquals(1, newSearcher(reader).count(new SemanticQuery(FIELD, "text", 10, embedder)));
      }
    }
  }

  public void testNothingIsLostIfTheFieldHasOtherValuesElsewhere() throws IOException {
    try (SemanticIndexWriter writer = newWriter()) {
      writer.addDocument(document("1", "bad text", type));
      writer.addDocument(List.of(new StoredField(FIELD, "under the name of the vectors")));
      writer.forceMerge(1);
      embedder.mended = true;
      IndexStateException refused =
          expectThrows(IndexStateException.class, () -> writer.backfill(FIELD, type));
      assertTrue(refused.getMessage(), refused.getMessage().contains("other values"));
      try (DirectoryReader reader = open(writer)) {
        assertEquals(1, pending(reader));
      }
    }
  }

  public void testTheFieldIsKeptToTheModelWhileItIsFilled() throws IOException {
    FlakyEmbedder other = new FlakyEmbedder("model-b", 8);
    try (SemanticIndexWriter writer = newWriter()) {
      writer.addDocument(document("1", "bad text", type));
      embedder.mended = true;
      writer.backfill(
          FIELD,
          type,
          new FillMonitor() {
            @Override
            public void progress(FillReport soFar) {
              expectThrows(
                  ModelMismatchException.class,
                  () -> writer.addDocument(document("2", "a", new SemanticFieldType(other))));
            }
          });
      // Nor does one of which nothing has come into the index.
      writer.deleteAll();
      assertTrue(writer.backfill(FIELD, type).complete());
      writer.addDocument(document("3", "a text", new SemanticFieldType(other)));
      expectThrows(ModelMismatchException.class, () -> writer.backfill(FIELD, type));
    }
  }

  public void testProgressTellsOfTextsThatWait() throws IOException {
    List<IndexingProgress> seen = new ArrayList<>();
    try (SemanticIndexWriter writer =
        new SemanticIndexWriter(
            new IndexWriter(directory, newIndexWriterConfig()), KEEP.withProgress(seen::add))) {
      writer.addDocument(document("1", "good text", type));
      writer.addDocument(document("2", "bad text", type));
    }
    assertEquals(2, seen.getLast().documents());
    assertEquals(1, seen.getLast().pending());
    assertEquals(0, seen.getLast().failures());
  }

  public void testOneBadTextOfABlockHarmsNoOther() throws IOException {
    try (SemanticIndexWriter writer = newWriter()) {
      writer.addDocuments(
          List.of(
              document("1", "one", type), document("2", "bad", type), document("3", "two", type)));
      try (DirectoryReader reader = open(writer)) {
        assertEquals(1, pending(reader));
        assertVectors(reader, FIELD, embedder);
      }
    }
  }

  public void testBackfillGivesEachDocumentItsVector() throws IOException {
    try (SemanticIndexWriter writer = newWriter()) {
      for (int i = 0; i < 20; i++) {
        writer.addDocument(document("" + i, (i % 3 == 0 ? "bad " : "good ") + i, type));
        if (random().nextInt(4) == 0) {
          writer.flush();
        }
      }
      embedder.mended = true;
      FillReport report = writer.backfill(FIELD, type);
      assertEquals(7, report.documents());
      assertEquals(7, report.encoded());
      assertTrue(report.complete());
      assertFalse(report.stopped());
      try (DirectoryReader reader = open(writer)) {
        assertEquals(0, pending(reader));
        assertEquals(20, texts(reader).size());
        assertVectors(reader, FIELD, embedder);
        IndexSearcher searcher = newSearcher(reader, false);
        assertEquals(7, searcher.count(new TermQuery(new Term("body", "bad"))));
        assertEquals(
            20, searcher.search(new SemanticQuery(FIELD, "x", 99, embedder), 99).scoreDocs.length);
      }
      assertEquals(0, writer.backfill(FIELD, type).documents());
    }
  }

  public void testAllDocumentsMayWait() throws IOException {
    embedder.broken = true;
    try (SemanticIndexWriter writer = newWriter()) {
      List<Iterable<? extends org.apache.lucene.index.IndexableField>> documents =
          new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        documents.add(document("" + i, "text " + i % 250, type));
      }
      writer.addEach(documents);
      embedder.broken = false;
      FillReport report = writer.backfill(FIELD, type);
      assertEquals(300, report.documents());
      assertEquals(250, report.encoded());
      assertEquals(50, report.reused());
      try (DirectoryReader reader = open(writer)) {
        assertVectors(reader, FIELD, embedder);
      }
    }
  }

  public void testWhatWasEncodedForADocumentItselfIsNotReusedWhateverIsMergedMeanwhile()
      throws IOException {
    embedder.broken = true;
    try (SemanticIndexWriter writer = newWriter(new IndexWriterConfig())) {
      for (int i = 0; i < 300; i++) {
        writer.addDocument(document("" + i, "text " + i, type));
        if (i % 100 == 99) {
          writer.flush();
        }
      }
      embedder.broken = false;
      FillReport report =
          writer.backfill(
              FIELD,
              type,
              new FillMonitor() {
                private boolean merged;

                @Override
                public void progress(FillReport soFar) {
                  if (!merged) {
                    merged = true;
                    try {
                      writer.forceMerge(1);
                    } catch (IOException e) {
                      throw new AssertionError(e);
                    }
                  }
                }
              });
      assertEquals(300, report.documents());
      assertEquals(300, report.encoded());
      assertEquals(0, report.reused());
    }
  }

  public void testATextThatStillFailsStaysAndIsReported() throws IOException {
    try (SemanticIndexWriter writer = newWriter()) {
      writer.addDocument(document("1", "bad one", type));
      embedder.broken = true;
      writer.addDocument(document("2", "one", type));
      embedder.broken = false;
      FillReport report = writer.backfill(FIELD, type);
      assertEquals(1, report.documents());
      assertEquals(1, report.failed());
      assertEquals(1, report.remaining());
      assertTrue(report.failures().get(0), report.failures().get(0).contains("bad one"));
      try (DirectoryReader reader = open(writer)) {
        assertEquals(1, pending(reader));
        assertVectors(reader, FIELD, embedder);
      }
    }
  }

  public void testWhatWasEncodedBeforeAStopIsNotEncodedAgain() throws IOException {
    embedder.broken = true;
    Path path = createTempDir();
    try (Directory folder = new MMapDirectory(path)) {
      try (SemanticIndexWriter writer =
          new SemanticIndexWriter(new IndexWriter(folder, newIndexWriterConfig()), KEEP)) {
        for (int i = 0; i < 400; i++) {
          writer.addDocument(document("" + i, "text " + i, type));
        }
        writer.commit();
        embedder.broken = false;
        FillReport report = writer.backfill(FIELD, type, new StoppingMonitor());
        assertTrue(report.stopped());
        assertTrue(report.encoded() > 0);
        assertTrue(report.remaining() > 0);
        // As after a crash.
        writer.indexWriter().rollback();
      }
      try (SemanticIndexWriter writer =
          new SemanticIndexWriter(new IndexWriter(folder, newIndexWriterConfig()), KEEP)) {
        assertTrue(writer.backfill(FIELD, type).complete());
        assertEquals(400, embedder.encoded.size());
        assertTrue(Files.exists(staging(path)));
        writer.commit();
        assertFalse(Files.exists(staging(path)));
        try (DirectoryReader reader = open(writer)) {
          assertEquals(400, texts(reader).size());
          assertVectors(reader, FIELD, embedder);
        }
      }
    }
  }

  public void testATruncatedTextIsRecordedNowOrLater() throws IOException {
    try (SemanticIndexWriter writer = newWriter()) {
      writer.addDocument(document("1", "one two three four five six", type));
      writer.addDocument(document("2", "bad two three four five", type));
      writer.addDocument(document("3", "one two", type));
      embedder.mended = true;
      writer.backfill(FIELD, type);
      try (DirectoryReader reader = open(writer)) {
        IndexSearcher searcher = newSearcher(reader, false);
        assertEquals(2, searcher.count(CompanionFields.truncatedQuery(FIELD)));
        Map<Long, Long> tokens = new TreeMap<>();
        for (var leaf : reader.leaves()) {
          NumericDocValues seen =
              leaf.reader().getNumericDocValues(CompanionFields.tokensSeen(FIELD));
          NumericDocValues read =
              leaf.reader().getNumericDocValues(CompanionFields.tokensEncoded(FIELD));
          while (seen != null && seen.nextDoc() != NumericDocValues.NO_MORE_DOCS) {
            assertTrue(read.advanceExact(seen.docID()));
            tokens.put(seen.longValue(), read.longValue());
          }
        }
        assertEquals(Map.of(6L, 4L, 5L, 4L), tokens);
      }
    }
  }

  public void testTruncatedTextsAreTakenBeforeAndAfterTheFirstIsFilled() throws IOException {
    String text = "one two three four five six seven";
    for (boolean before : new boolean[] {true, false}) {
      try (Directory other = newDirectory()) {
        IndexWriterConfig config = newIndexWriterConfig().setMergePolicy(NoMergePolicy.INSTANCE);
        try (SemanticIndexWriter writer =
            new SemanticIndexWriter(new IndexWriter(other, config), KEEP)) {
          if (before) {
            writer.addDocument(document("0", text, type));
            writer.commit();
          }
          embedder.broken = true;
          writer.addDocument(document("1", text, type));
          embedder.broken = false;
          assertTrue(writer.backfill(FIELD, type).complete());
          writer.addDocument(document("2", text, type));
        }
        // What the index says of the field holds for its whole life.
        try (SemanticIndexWriter writer =
            new SemanticIndexWriter(new IndexWriter(other, newIndexWriterConfig()), KEEP)) {
          writer.addDocument(document("3", text, type));
          writer.indexWriter().forceMerge(1);
          try (DirectoryReader reader = open(writer)) {
            assertEquals(
                before ? 4 : 3,
                newSearcher(reader, false).count(CompanionFields.truncatedQuery(FIELD)));
            assertVectors(reader, FIELD, embedder);
          }
        }
      }
    }
  }

  /** What happens to a file. */
  @FunctionalInterface
  private interface Damage {
    void to(Path file) throws IOException;
  }

  public void testStagedVectorsThatWereHalfDeletedAreForgotten() throws IOException {
    assertForgottenAfter(
        file -> {
          if (!file.getFileName().toString().startsWith("segments")) {
            Files.delete(file);
          }
        });
  }

  public void testStagedVectorsThatTheDiskHasChangedAreForgotten() throws IOException {
    assertForgottenAfter(
        file -> {
          byte[] bytes = Files.readAllBytes(file);
          bytes[bytes.length / 2] ^= 1;
          Files.write(file, bytes);
        });
    assertForgottenAfter(file -> Files.write(file, new byte[0]));
    assertForgottenAfter(
        file -> {
          byte[] bytes = new byte[(int) Files.size(file)];
          random().nextBytes(bytes);
          Files.write(file, bytes);
        });
  }

  private void assertForgottenAfter(Damage damage) throws IOException {
    Path path = createTempDir();
    try (Directory folder = newFSDirectory(path)) {
      embedder.broken = true;
      try (SemanticIndexWriter writer =
          new SemanticIndexWriter(new IndexWriter(folder, newIndexWriterConfig()), KEEP)) {
        for (int i = 0; i < 30; i++) {
          writer.addDocument(document("" + i, "text " + i, type));
        }
        embedder.broken = false;
        assertTrue(writer.backfill(FIELD, type).complete());
        writer.rollback();
      }
      // The index has lost the documents, the staged vectors are there.
      try (SemanticIndexWriter writer =
          new SemanticIndexWriter(new IndexWriter(folder, newIndexWriterConfig()), KEEP)) {
        embedder.broken = true;
        writer.addDocument(document("1", "text 1", type));
        embedder.broken = false;
        writer.commit();
      }
      try (Stream<Path> files = Files.list(staging(path))) {
        for (Path file : files.toList()) {
          String name = file.getFileName().toString();
          if (IndexFileNames.CODEC_FILE_PATTERN.matcher(name).matches()
              || name.startsWith(IndexFileNames.SEGMENTS)) {
            damage.to(file);
          }
        }
      }
      try (SemanticIndexWriter writer =
          new SemanticIndexWriter(new IndexWriter(folder, newIndexWriterConfig()), KEEP)) {
        FillReport report = writer.backfill(FIELD, type);
        assertTrue(report.complete());
        assertEquals(1, report.encoded());
        writer.commit();
      }
      assertFalse(Files.exists(staging(path)));
    }
  }

  public void testStagedVectorsStayUntilACommitHasThem() throws IOException {
    Path path = createTempDir();
    try (Directory folder = newFSDirectory(path);
        SemanticIndexWriter writer =
            new SemanticIndexWriter(new IndexWriter(folder, newIndexWriterConfig()), KEEP)) {
      embedder.broken = true;
      writer.addDocument(document("1", "text", type));
      embedder.broken = false;
      writer.prepareCommit();
      assertTrue(writer.backfill(FIELD, type).complete());
      writer.commit();
      assertTrue(Files.exists(staging(path)));
      writer.commit();
      assertFalse(Files.exists(staging(path)));
    }
  }

  public void testStagedVectorsAreSafeAfterAWhile() throws IOException {
    long[] nanos = {0};
    try (StagedVectors staged = new StagedVectors(directory, "a", () -> nanos[0])) {
      BytesRef hash = new BytesRef("hash");
      staged.add(hash, new float[] {1}, 1, 1);
      assertFalse(hasVectors());
      nanos[0] += TimeUnit.SECONDS.toNanos(6);
      staged.add(new BytesRef("other"), new float[] {1}, 1, 1);
      assertTrue(hasVectors());
    }
  }

  /** Whether what was committed has any. */
  private boolean hasVectors() throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      return reader.numDocs() > 0;
    }
  }

  public void testDocumentsThatChangeMeanwhileKeepTheirChange() throws Exception {
    try (SemanticIndexWriter writer =
        newWriter(newIndexWriterConfig().setMergePolicy(NoMergePolicy.INSTANCE))) {
      embedder.broken = true;
      for (int i = 0; i < 50; i++) {
        writer.addDocument(document("" + i, "text " + i, type));
      }
      embedder.broken = false;
      writer.backfill(
          FIELD,
          type,
          new FillMonitor() {
            private int calls;

            @Override
            public void progress(FillReport soFar) {
              if (calls++ == 0) {
                try {
                  writer.deleteDocuments(new Term("id", "7"));
                  writer.updateDocument(new Term("id", "8"), document("8", "new text", type));
                  writer.updateNumericDocValue(new Term("id", "9"), "length", 6);
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              }
            }
          });
      try (DirectoryReader reader = open(writer)) {
        Map<String, String> texts = texts(reader);
        assertEquals(49, texts.size());
        assertEquals("new text", texts.get("8"));
        assertEquals(0, pending(reader));
        assertVectors(reader, FIELD, embedder);
      }
    }
  }

  public void testSoftlyDeletedDocumentsStayAsLongAsTheirPolicyKeepsThem() throws IOException {
    IndexWriterConfig config =
        newIndexWriterConfig()
            .setSoftDeletesField("deleted")
            .setMergePolicy(
                new SoftDeletesRetentionMergePolicy(
                    "deleted", () -> new FieldExistsQuery("deleted"), newMergePolicy()));
    try (SemanticIndexWriter writer = newWriter(config)) {
      writer.addDocument(document("1", "good", type));
      writer.addDocument(document("2", "bad", type));
      writer.softUpdateDocument(
          new Term("id", "1"),
          document("1", "better", type),
          new org.apache.lucene.document.NumericDocValuesField("deleted", 1));
      embedder.mended = true;
      assertEquals(1, writer.backfill(FIELD, type).documents());
      try (DirectoryReader reader = open(writer)) {
        assertEquals(3, reader.maxDoc());
        try (DirectoryReader live = new SoftDeletesDirectoryReaderWrapper(reader, "deleted")) {
          assertEquals(Map.of("1", "better", "2", "bad"), texts(live));
          assertVectors(live, FIELD, embedder);
        }
      }
    }
  }

  public void testAnInterruptKeepsWhatWasEncoded() throws IOException {
    embedder.broken = true;
    try (SemanticIndexWriter writer =
        newWriter(newIndexWriterConfig().setMergeScheduler(new SerialMergeScheduler()))) {
      for (int i = 0; i < 300; i++) {
        writer.addDocument(document("" + i, "text " + i, type));
      }
      embedder.broken = false;
      Thread caller = Thread.currentThread();
      expectThrows(
          ThreadInterruptedException.class,
          () ->
              writer.backfill(
                  FIELD,
                  type,
                  new FillMonitor() {
                    @Override
                    public void progress(FillReport soFar) {
                      caller.interrupt();
                    }
                  }));
      assertTrue(Thread.interrupted());
      assertTrue(writer.isOpen());
      writer.backfill(FIELD, type);
      assertEquals(300, embedder.encoded.size());
      try (DirectoryReader reader = open(writer)) {
        assertVectors(reader, FIELD, embedder);
      }
    }
  }

  public void testAVectorThatCameLaterIsFoundAgainByItsText() throws IOException {
    try (SemanticIndexWriter writer = newWriter()) {
      writer.addDocument(document("1", "bad text", type));
      embedder.mended = true;
      writer.backfill(FIELD, type);
    }
    try (Directory other = newDirectory();
        DirectoryReader old = DirectoryReader.open(directory)) {
      try (SemanticIndexWriter writer =
          new SemanticIndexWriter(
              new IndexWriter(other, newIndexWriterConfig()),
              SemanticIndexOptions.defaults().withVectorReuse(VectorReuse.of(old)))) {
        writer.addDocument(document("1", "bad text", type));
      }
      assertEquals(List.of("bad text"), embedder.encoded);
    }
  }

  public void testAWriterThatCannotMergeIsRefused() throws IOException {
    try (SemanticIndexWriter writer =
        newWriter(newIndexWriterConfig().setMergeScheduler(NoMergeScheduler.INSTANCE))) {
      writer.addDocument(document("1", "bad", type));
      embedder.mended = true;
      IllegalStateException refused =
          expectThrows(IllegalStateException.class, () -> writer.backfill(FIELD, type));
      assertTrue(refused.getMessage(), refused.getMessage().contains("NoMergeScheduler"));
    }
  }

  public void testTheUsualMergePolicyIsBackAfterwards() throws IOException {
    try (SemanticIndexWriter writer = newWriter()) {
      var usual = writer.indexWriter().getConfig().getMergePolicy();
      writer.addDocument(document("1", "bad", type));
      embedder.mended = true;
      writer.backfill(FIELD, type);
      assertSame(usual, writer.indexWriter().getConfig().getMergePolicy());
    }
  }

  public void testHalvesOfSurrogatePairsSurviveTheWaiting() throws IOException {
    String odd = "bad \uD83D \uDE00 and \uD83D\uDE00";
    try (SemanticIndexWriter writer = newWriter()) {
      writer.addDocument(List.of(new SemanticField(FIELD, odd, type)));
      embedder.mended = true;
      writer.backfill(FIELD, type);
      assertEquals(List.of("bad \uFFFD \uFFFD and \uD83D\uDE00"), embedder.encoded);
    }
  }

  public void testWithTheUsualPolicyTheCallFails() throws IOException {
    try (SemanticIndexWriter writer =
        new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()))) {
      EncodingException failure =
          expectThrows(
              EncodingException.class, () -> writer.addDocument(document("1", "a huge one", type)));
      assertTrue(failure.getCause() instanceof OutOfMemoryError);
      assertTrue(writer.isOpen());
      writer.addDocument(document("2", "good", type));
      try (DirectoryReader reader = open(writer)) {
        assertEquals(Map.of("2", "good"), texts(reader));
      }
    }
  }

  /** Whatever is done in whatever order, each document is there once, with its own vector. */
  public void testRandomOperations() throws Exception {
    Map<String, String> expected = new TreeMap<>();
    Map<String, String> committed = new TreeMap<>();
    SemanticIndexWriter writer = newWriter();
    try {
      for (int i = 0; i < (TEST_NIGHTLY ? 2000 : 300); i++) {
        String id = "" + random().nextInt(60);
        String text = (random().nextInt(4) == 0 ? "bad " : "fine ") + random().nextInt(1000);
        embedder.broken = random().nextInt(5) == 0;
        embedder.mended = false;
        switch (random().nextInt(12)) {
          case 0 -> {
            writer.deleteDocuments(new Term("id", id));
            expected.remove(id);
          }
          case 1 -> {
            embedder.broken = false;
            embedder.mended = random().nextBoolean();
            writer.backfill(FIELD, type);
          }
          case 2 -> {
            writer.commit();
            committed = new TreeMap<>(expected);
          }
          case 3 -> writer.flush();
          case 4 -> writer.forceMerge(TestUtil.nextInt(random(), 1, 4));
          case 5 -> {
            if (random().nextInt(3) == 0) {
              writer.rollback();
              expected = new TreeMap<>(committed);
              writer = newWriter();
            }
          }
          default -> {
            writer.updateDocument(new Term("id", id), document(id, text, type));
            expected.put(id, text);
          }
        }
      }
      embedder.broken = false;
      embedder.mended = true;
      assertTrue(writer.backfill(FIELD, type).complete());
      try (DirectoryReader reader = open(writer)) {
        assertEquals(expected, texts(reader));
        assertEquals(0, pending(reader));
        assertVectors(reader, FIELD, embedder);
      }
    } finally {
      writer.close();
    }
  }

  /** Threads add, change and delete while others search and one backfills. */
  public void testManyThreads() throws Exception {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    AtomicBoolean done = new AtomicBoolean();
    List<Thread> writers = new ArrayList<>();
    List<Map<String, String>> expected = new ArrayList<>();
    try (SemanticIndexWriter writer = newWriter()) {
      for (int t = 0; t < 3; t++) {
        int thread = t;
        Map<String, String> mine = new TreeMap<>();
        expected.add(mine);
        long seed = random().nextLong();
        writers.add(
            new Thread(
                () -> {
                  java.util.Random random = new java.util.Random(seed);
                  try {
                    for (int i = 0; i < 150; i++) {
                      String id = thread + "-" + random.nextInt(30);
                      String text =
                          (random.nextInt(3) == 0 ? "bad " : "fine ") + random.nextInt(50);
                      if (random.nextInt(6) == 0) {
                        writer.deleteDocuments(new Term("id", id));
                        mine.remove(id);
                      } else {
                        writer.updateDocument(new Term("id", id), document(id, text, type));
                        mine.put(id, text);
                      }
                      if (random.nextInt(30) == 0) {
                        writer.commit();
                      }
                    }
                  } catch (Throwable e) {
                    failure.compareAndSet(null, e);
                  }
                }));
      }
      Thread searching =
          new Thread(
              () -> {
                try {
                  while (!done.get()) {
                    try (DirectoryReader reader = open(writer)) {
                      assertVectors(reader, FIELD, embedder);
                      new IndexSearcher(reader)
                          .search(new SemanticQuery(FIELD, "fine 7", 5, embedder), 5);
                    }
                  }
                } catch (Throwable e) {
                  failure.compareAndSet(null, e);
                }
              });
      Thread filling =
          new Thread(
              () -> {
                try {
                  while (!done.get()) {
                    writer.backfill(FIELD, type);
                    embedder.mended = !embedder.mended;
                  }
                } catch (Throwable e) {
                  failure.compareAndSet(null, e);
                }
              });
      writers.forEach(Thread::start);
      searching.start();
      filling.start();
      for (Thread thread : writers) {
        thread.join();
      }
      done.set(true);
      searching.join();
      filling.join();
      if (failure.get() != null) {
        throw new AssertionError(failure.get());
      }
      embedder.mended = true;
      writer.backfill(FIELD, type);
      Map<String, String> all = new TreeMap<>();
      expected.forEach(all::putAll);
      try (DirectoryReader reader = open(writer)) {
        assertEquals(all, texts(reader));
        assertEquals(0, pending(reader));
        assertVectors(reader, FIELD, embedder);
      }
    }
  }

  /** The folder of the vectors that wait; one that does not exist if there is none. */
  private static Path staging(Path index) throws IOException {
    try (Stream<Path> files = Files.list(index)) {
      return files
          .filter(each -> each.getFileName().toString().startsWith("semantic-staging-model-a-"))
          .findFirst()
          .orElse(index.resolve("none"));
    }
  }
}
