package dev.lucenesemantic.document;

import dev.lucenesemantic.embed.FakeEmbedder;
import dev.lucenesemantic.embed.WordTokens;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;

/**
 * A document's Reader may wait for its parser, and that may add other documents first, as those
 * attached to a mail. In these cases nobody who adds waits for a document that is in Lucene
 * already.
 */
public class TestDependentDocuments extends LuceneTestCase {
  private final SemanticFieldType type = new SemanticFieldType(new FakeEmbedder("model-a", 8));

  /** What the parser does while a document waits for it. */
  @FunctionalInterface
  private interface Parser {
    void run(SemanticIndexWriter writer) throws Exception;
  }

  private static SemanticIndexWriter open(Directory directory) throws IOException {
    return new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()));
  }

  private void assertGoesThrough(Directory directory, Parser parser, int documents)
      throws Exception {
    try (SemanticIndexWriter writer = open(directory)) {
      assertGoesThrough(writer, () -> parser.run(writer));
    }
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      assertEquals(documents, reader.numDocs());
    }
  }

  private static void assertGoesThrough(SemanticIndexWriter writer, ThrowingRunnable parser)
      throws Exception {
    WaitingReader body = new WaitingReader();
    FutureTask<Long> mail =
        new FutureTask<>(
            () ->
                writer.addDocument(
                    List.of(
                        new StringField("id", "mail", Store.YES), new TextField("body", body))));
    new Thread(mail).start();
    body.awaitBegin();
    FutureTask<Void> parsing =
        new FutureTask<>(
            () -> {
              try {
                parser.run();
              } catch (Throwable t) {
                throw new AssertionError(t);
              }
              return null;
            });
    Thread thread = new Thread(parsing);
    thread.start();
    try {
      parsing.get(30, TimeUnit.SECONDS);
    } finally {
      thread.interrupt();
      body.finish();
      mail.get();
    }
  }

  private Document attachment(String id) {
    return IndexedDocs.document(id, "text " + id, type);
  }

  public void testTheFirstOfAFieldInAnIndexOfEarlierRuns() throws Exception {
    try (Directory directory = newDirectory()) {
      try (SemanticIndexWriter writer = open(directory)) {
        writer.addDocument(attachment("old"));
      }
      assertGoesThrough(directory, writer -> writer.addDocument(attachment("new")), 3);
    }
  }

  public void testTheFirstPassagesInAnIndexOfEarlierRuns() throws Exception {
    PassageFieldType passages =
        new PassageFieldType(
            new PassageSplitter(new WordTokens("model-a", 8, 64, 1)), PassageLayout.FLAT, "id");
    List<StringField> id = List.of(new StringField("id", "a", Store.YES));
    try (Directory directory = newDirectory()) {
      try (SemanticIndexWriter writer = open(directory)) {
        writer.addDocument(List.of(id.getFirst(), new PassageField("text", "green", passages)));
      }
      assertGoesThrough(
          directory,
          writer ->
              writer.addDocument(List.of(id.getFirst(), new PassageField("text", "red", passages))),
          3);
    }
  }

  public void testBesidesACommit() throws Exception {
    try (Directory directory = newDirectory()) {
      assertGoesThrough(
          directory,
          writer -> {
            writer.addDocument(attachment("a"));
            FutureTask<Long> commit = new FutureTask<>(writer::commit);
            Thread committing = new Thread(commit);
            committing.start();
            while (committing.getState() != Thread.State.WAITING) {
              Thread.onSpinWait();
            }
            writer.addDocument(attachment("b"));
            writer.addDocument(attachment("a again"));
          },
          4);
    }
  }

  public void testBesidesIndexesThatAreAdded() throws Exception {
    try (Directory directory = newDirectory();
        Directory other = newDirectory()) {
      try (SemanticIndexWriter writer = open(other)) {
        writer.addDocument(attachment("other"));
      }
      AtomicReference<FutureTask<Long>> adding = new AtomicReference<>();
      assertGoesThrough(
          directory,
          writer -> {
            adding.set(new FutureTask<>(() -> writer.addIndexes(other)));
            Thread thread = new Thread(adding.get());
            thread.start();
            while (thread.getState() != Thread.State.TIMED_WAITING) {
              Thread.onSpinWait();
            }
            writer.addDocument(attachment("a"));
          },
          3);
      // Closing has waited for it.
      adding.get().get();
    }
  }

  public void testWhenTheMemoryForVectorsIsFull() throws Exception {
    try (Directory directory = new ByteBuffersDirectory();
        IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig());
        EncodedOnce once = TestVectorReuse.withLittleMemory(writer)) {
      WaitingReader body = new WaitingReader();
      FutureTask<Long> mail =
          new FutureTask<>(() -> writer.addDocument(List.of(new TextField("body", body))));
      new Thread(mail).start();
      body.awaitBegin();
      for (int i = 0; i < 40; i++) {
        once.encode(List.of(new SemanticField("f", "text " + i, type)));
      }
      assertTrue(once.isAsking());
      body.finish();
      mail.get();
    }
  }
}
