package dev.lucenesemantic.document;

import static dev.lucenesemantic.document.IndexedDocs.FIELD;
import static dev.lucenesemantic.document.IndexedDocs.assertVectors;
import static dev.lucenesemantic.document.IndexedDocs.document;
import static dev.lucenesemantic.document.IndexedDocs.texts;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.Term;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;

public class TestVectorReuse extends LuceneTestCase {
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

  private static SemanticIndexWriter newWriter(Directory directory, SemanticIndexOptions options)
      throws IOException {
    return new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()), options);
  }

  private List<Iterable<? extends IndexableField>> corpus() {
    List<Iterable<? extends IndexableField>> documents = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      documents.add(document("" + i, "text number " + i + " of a long corpus", type));
    }
    return documents;
  }

  public void testTheSameTextIsEncodedOnceInOneRun() throws IOException {
    try (SemanticIndexWriter writer = newWriter(directory, SemanticIndexOptions.defaults())) {
      writer.addDocuments(
          List.of(
              document("1", "same", type), document("2", "same", type), document("3", "x", type)));
      writer.addDocument(document("4", "same", type));
      assertEquals(List.of("same", "x"), embedder.encoded);
      try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
        assertVectors(reader, FIELD, embedder);
      }
    }
  }

  /** It asks the index after every few vectors. */
  static EncodedOnce withLittleMemory(IndexWriter writer) {
    return new EncodedOnce(
        EncodingQueueTest.queue(1), Optional.empty(), new WriterGate(writer, () -> {}), 1000);
  }

  public void testAlsoWhenTheMemoryForItIsFull() throws IOException {
    try (IndexWriter writer = new IndexWriter(directory, newIndexWriterConfig());
        EncodedOnce once = withLittleMemory(writer)) {
      for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 40; i++) {
          SemanticField field = new SemanticField(FIELD, "text " + i, type);
          once.encode(List.of(field));
          writer.addDocument(
              List.of(
                  field,
                  new org.apache.lucene.document.StringField(
                      CompanionFields.textHash(FIELD),
                      field.textHash(),
                      org.apache.lucene.document.Field.Store.NO)));
        }
        while (once.isAsking()) {
          Thread.onSpinWait();
        }
      }
      // The last of the first round may have left the memory just before its document was added.
      assertTrue("" + embedder.encoded.size(), embedder.encoded.size() <= 41);
      assertEquals(40, new HashSet<>(embedder.encoded).size());
    }
  }

  public void testAlsoWhenAWriterCouldNotBeClosed() throws IOException {
    try (SemanticIndexWriter writer = newWriter(directory, SemanticIndexOptions.defaults())) {
      writer.addEach(corpus());
      writer.prepareCommit();
      expectThrows(IllegalStateException.class, writer::close);
      writer.commit();
      writer.addDocument(document("again", "text 7", type));
      int before = embedder.encoded.size();
      writer.addEach(corpus());
      assertEquals(before, embedder.encoded.size());
    }
  }

  public void testAnUnchangedCorpusIsNotEncodedAgain() throws IOException {
    try (SemanticIndexWriter writer = newWriter(directory, SemanticIndexOptions.defaults())) {
      writer.addEach(corpus());
    }
    assertEquals(200, embedder.encoded.size());
    try (Directory other = newDirectory();
        DirectoryReader old = DirectoryReader.open(directory)) {
      try (SemanticIndexWriter writer =
          newWriter(other, SemanticIndexOptions.defaults().withVectorReuse(VectorReuse.of(old)))) {
        writer.addEach(corpus());
        writer.updateDocument(new Term("id", "7"), document("7", "something new", type));
      }
      assertEquals(201, embedder.encoded.size());
      try (DirectoryReader reader = DirectoryReader.open(other)) {
        assertEquals(200, texts(reader).size());
        assertVectors(reader, FIELD, embedder);
        // What is known of a truncated text goes with its vector.
        assertEquals(199, newSearcher(reader, false).count(CompanionFields.truncatedQuery(FIELD)));
      }
    }
  }

  public void testAnIndexThatIsOpenedAgainKnowsItsTexts() throws IOException {
    for (int run = 0; run < 3; run++) {
      try (SemanticIndexWriter writer = newWriter(directory, SemanticIndexOptions.defaults())) {
        for (int i = 0; i < 20; i++) {
          writer.updateDocument(new Term("id", "" + i), document("" + i, "text " + i, type));
        }
        writer.updateDocument(new Term("id", "21"), document("21", "text of run " + run, type));
      }
      assertEquals(21 + run, embedder.encoded.size());
    }
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      assertEquals(21, texts(reader).size());
      assertVectors(reader, FIELD, embedder);
    }
  }

  public void testADocumentThatWaitsHidesNoVectorOfTheSameText() throws IOException {
    SemanticIndexOptions options =
        SemanticIndexOptions.defaults().withFailurePolicy(FailurePolicy.ADD_WITHOUT_VECTOR);
    try (SemanticIndexWriter writer =
        new SemanticIndexWriter(new IndexWriter(directory, new IndexWriterConfig()), options)) {
      embedder.broken = true;
      writer.addDocument(document("1", "same", type));
      embedder.broken = false;
      writer.addDocument(document("2", "same", type));
    }
    assertEquals(List.of("same"), embedder.encoded);
    try (Directory other = newDirectory();
        DirectoryReader old = DirectoryReader.open(directory);
        SemanticIndexWriter writer =
            newWriter(
                other, SemanticIndexOptions.defaults().withVectorReuse(VectorReuse.of(old)))) {
      writer.addDocument(document("3", "same", type));
      assertEquals(List.of("same"), embedder.encoded);
    }
  }

  public void testVectorsOfAnotherModelAreNotTaken() throws IOException {
    try (SemanticIndexWriter writer = newWriter(directory, SemanticIndexOptions.defaults())) {
      writer.addDocument(document("1", "text", type));
    }
    FlakyEmbedder other = new FlakyEmbedder("model-b", 8);
    try (Directory fresh = newDirectory();
        DirectoryReader old = DirectoryReader.open(directory)) {
      try (SemanticIndexWriter writer =
          newWriter(fresh, SemanticIndexOptions.defaults().withVectorReuse(VectorReuse.of(old)))) {
        writer.addDocument(document("1", "text", new SemanticFieldType(other)));
      }
      assertEquals(List.of("text"), other.encoded);
    }
  }

  public void testHalvesOfSurrogatePairsAreAllTheSameToAModel() throws IOException {
    try (SemanticIndexWriter writer = newWriter(directory, SemanticIndexOptions.defaults())) {
      for (String text : List.of("a \uD83D", "a \uD83E", "a \uFFFD", "a ?", "a \uD83D\uDE00")) {
        writer.addDocument(List.of(new SemanticField(FIELD, text, type)));
      }
      assertEquals(List.of("a \uFFFD", "a ?", "a \uD83D\uDE00"), embedder.encoded);
    }
  }

  public void testThreadsWithTheSameTextsShareTheWork() throws Exception {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    try (SemanticIndexWriter writer = newWriter(directory, SemanticIndexOptions.defaults())) {
      List<Thread> threads = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        int thread = t;
        threads.add(
            new Thread(
                () -> {
                  try {
                    for (int i = 0; i < 100; i++) {
                      writer.addDocuments(
                          List.of(
                              document(thread + "-" + i, "text " + i, type),
                              document(thread + "+" + i, "text " + (99 - i), type)));
                    }
                  } catch (Throwable e) {
                    failure.compareAndSet(null, e);
                  }
                }));
      }
      threads.forEach(Thread::start);
      for (Thread thread : threads) {
        thread.join();
      }
      if (failure.get() != null) {
        throw new AssertionError(failure.get());
      }
      assertEquals(100, embedder.encoded.size());
      try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
        assertEquals(800, texts(reader).size());
        assertVectors(reader, FIELD, embedder);
      }
    }
  }

  public void testATextThatFailsInOneThreadIsTriedByTheOther() throws Exception {
    try (SemanticIndexWriter writer = newWriter(directory, SemanticIndexOptions.defaults())) {
      expectThrows(EncodingException.class, () -> writer.addDocument(document("1", "bad", type)));
      embedder.mended = true;
      writer.addDocument(document("1", "bad", type));
      try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
        assertVectors(reader, FIELD, embedder);
      }
    }
  }
}
