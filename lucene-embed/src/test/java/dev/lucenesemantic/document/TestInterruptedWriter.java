package dev.lucenesemantic.document;

import dev.lucenesemantic.embed.FakeEmbedder;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.util.ThreadInterruptedException;

/**
 * An interrupt of a thread that flushes what all others have added. If it broke off the flush,
 * Lucene would drop some of it, with the writer open.
 */
public class TestInterruptedWriter extends LuceneTestCase {
  private static final int BUFFERED = 5;

  private final SemanticFieldType type = new SemanticFieldType(new FakeEmbedder("model-a", 8));

  /** What a thread does that is interrupted meanwhile. */
  @FunctionalInterface
  private interface Verb {
    void run(SemanticIndexWriter writer) throws IOException;
  }

  /** Holds up one thread's next file. */
  private static final class SlowFor extends FilterDirectory {
    private final CountDownLatch waits = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private volatile Thread thread;

    SlowFor(Directory in) {
      super(in);
    }

    @Override
    public IndexOutput createOutput(String name, IOContext context) throws IOException {
      if (Thread.currentThread() == thread) {
        thread = null;
        waits.countDown();
        Interrupts.await(goOn::await);
      }
      return super.createOutput(name, context);
    }
  }

  private void add(SemanticIndexWriter writer, String name, Runnable beforeTheLast)
      throws IOException {
    for (int i = 0; i < BUFFERED; i++) {
      if (i == BUFFERED - 1) {
        beforeTheLast.run();
      }
      writer.addDocument(IndexedDocs.document(name + i, name + " " + i, type));
    }
  }

  private void assertNothingIsLost(Verb verb) throws Exception {
    try (SlowFor directory = new SlowFor(new ByteBuffersDirectory())) {
      IndexWriterConfig config =
          new IndexWriterConfig()
              .setMaxBufferedDocs(BUFFERED)
              .setMergePolicy(NoMergePolicy.INSTANCE);
      try (SemanticIndexWriter writer =
          new SemanticIndexWriter(new IndexWriter(directory, config))) {
        writer.commit();
        FutureTask<Void> adding =
            new FutureTask<>(
                () -> {
                  // The last one flushes them all.
                  add(writer, "slow", () -> directory.thread = Thread.currentThread());
                  return null;
                });
        new Thread(adding).start();
        directory.waits.await();
        FutureTask<Boolean> working =
            new FutureTask<>(
                () -> {
                  try {
                    verb.run(writer);
                  } catch (ThreadInterruptedException e) {
                    // Its waiting has ended, and its work may go on.
                  }
                  return Thread.currentThread().isInterrupted();
                });
        Thread worker = new Thread(working);
        worker.start();
        while (worker.getState() != Thread.State.WAITING) {
          Thread.onSpinWait();
        }
        // Begun within the flush of all: it waits for the slow one's.
        Thread.sleep(100);
        add(writer, "quick", () -> {});
        worker.interrupt();
        Thread.sleep(50);
        directory.goOn.countDown();
        assertTrue("its flag", working.get());
        adding.get();
        assertTrue(writer.isOpen());
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertEquals(2 * BUFFERED, reader.numDocs());
      }
    }
  }

  public void testForceMerge() throws Exception {
    assertNothingIsLost(writer -> writer.forceMerge(1));
    assertNothingIsLost(writer -> writer.forceMerge(1, false));
  }

  public void testCommitAndFlush() throws Exception {
    assertNothingIsLost(SemanticIndexWriter::commit);
    assertNothingIsLost(SemanticIndexWriter::flush);
  }

  /** As at the end of a try block in a thread that is told to stop. */
  public void testCloseInAThreadThatWasInterrupted() throws Exception {
    try (Directory directory = FSDirectory.open(createTempDir())) {
      SemanticIndexWriter writer =
          new SemanticIndexWriter(new IndexWriter(directory, new IndexWriterConfig()));
      add(writer, "a", () -> {});
      Thread.currentThread().interrupt();
      try {
        writer.close();
      } finally {
        assertTrue(Thread.interrupted());
      }
      // And its lock is free.
      new IndexWriter(directory, new IndexWriterConfig()).close();
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertEquals(BUFFERED, reader.numDocs());
      }
    }
  }
}
