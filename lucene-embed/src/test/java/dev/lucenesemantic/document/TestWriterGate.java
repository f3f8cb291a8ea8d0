package dev.lucenesemantic.document;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.util.IORunnable;
import org.apache.lucene.util.ThreadInterruptedException;

/** Who goes into a writer beside others, and who alone. */
public class TestWriterGate extends LuceneTestCase {
  private static void add(IndexWriter writer) throws IOException {
    writer.addDocument(List.of(new StringField("id", "x", Store.NO)));
    writer.flush();
  }

  public void testClosingTheLastReaderOfMergedSegmentsLeavesTheWriterOpen() throws IOException {
    try (Directory folder = FSDirectory.open(createTempDir());
        IndexWriter writer = new IndexWriter(folder, new IndexWriterConfig())) {
      WriterGate gate = new WriterGate(writer);
      add(writer);
      add(writer);
      DirectoryReader reader = gate.open();
      // From now on the reader alone has the files of the old segments.
      writer.forceMerge(1);
      Thread.currentThread().interrupt();
      try {
        WriterGate.close(reader);
        assertEquals(2, (int) gate.read(DirectoryReader::numDocs));
      } finally {
        assertTrue(Thread.interrupted());
      }
      add(writer);
      writer.commit();
      try (DirectoryReader committed = DirectoryReader.open(folder)) {
        assertEquals(3, committed.numDocs());
      }
    }
  }

  public void testWhatAReaderThrowsIsThrown() throws IOException {
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, newIndexWriterConfig())) {
      WriterGate gate = new WriterGate(writer);
      IOException thrown =
          expectThrows(
              IOException.class,
              () ->
                  gate.read(
                      reader -> {
                        throw new IOException("unreadable");
                      }));
      assertEquals("unreadable", thrown.getMessage());
    }
  }

  /** Cannot open a file of deletions, and before it says so lets somebody else go on. */
  private static final class FullOfFiles extends FilterDirectory {
    private volatile Thread somebody;

    FullOfFiles(Directory in) {
      super(in);
    }

    @Override
    public IndexInput openInput(String name, IOContext context) throws IOException {
      if (somebody != null && name.endsWith(".fnm")) {
        try {
          // For ever, if it waits for us.
          somebody.join(300);
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
        somebody = null;
        throw new IOException("Too many open files");
      }
      return super.openInput(name, context);
    }
  }

  public void testNoDocumentIsLostIfAReaderCannotBeOpened() throws Exception {
    IndexWriterConfig config =
        new IndexWriterConfig()
            .setMaxBufferedDocs(2)
            .setUseCompoundFile(false)
            .setMergePolicy(NoMergePolicy.INSTANCE);
    try (FullOfFiles directory = new FullOfFiles(new ByteBuffersDirectory());
        IndexWriter writer = new IndexWriter(directory, config)) {
      WriterGate gate = new WriterGate(writer);
      Thread adder =
          new Thread(
              () -> {
                for (int i = 0; i < 7; i++) {
                  try {
                    gate.change(
                        () -> writer.addDocument(List.of(new StringField("id", "y", Store.NO))));
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                }
              });
      writer.addDocument(List.of(new StringField("id", "x", Store.NO)));
      directory.somebody = adder;
      adder.start();
      assertEquals("Too many open files", expectThrows(IOException.class, gate::open).getMessage());
      adder.join();
      gate.runAlone(writer::commit);
      assertEquals(8, (int) gate.read(DirectoryReader::numDocs));
    }
  }

  public void testWhoChangesTheIndexCannotFlushIt() throws IOException {
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, newIndexWriterConfig())) {
      WriterGate gate = new WriterGate(writer);
      expectThrows(AssertionError.class, () -> gate.change(gate::open));
      expectThrows(AssertionError.class, () -> gate.change(() -> gate.alone(writer::commit)));
      assertEquals(0, (int) gate.read(DirectoryReader::numDocs));
    }
  }

  private static Object unreachable() {
    throw new AssertionError("it should not have come in");
  }

  public void testAnInterruptEndsTheWaitOfWhoFlushesAndOfWhoChanges() throws Exception {
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, newIndexWriterConfig())) {
      WriterGate gate = new WriterGate(writer);
      CountDownLatch inside = new CountDownLatch(1);
      CountDownLatch leave = new CountDownLatch(1);
      Thread alone =
          new Thread(
              () -> {
                try {
                  gate.runAlone(
                      () -> {
                        inside.countDown();
                        Interrupts.await(leave::await);
                      });
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      alone.start();
      inside.await();
      for (IORunnable waiting :
          List.<IORunnable>of(
              () -> gate.change(TestWriterGate::unreachable),
              () -> gate.alone(TestWriterGate::unreachable))) {
        Thread.currentThread().interrupt();
        expectThrows(ThreadInterruptedException.class, waiting::run);
        assertTrue(Thread.interrupted());
      }
      leave.countDown();
      alone.join();
      assertEquals(1, (int) gate.change(() -> 1));
    }
  }
}
