package dev.lucenesemantic.document;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.util.ThreadInterruptedException;

/** Who may go into a writer, and what interrupts do there. */
public class TestWriterGate extends LuceneTestCase {
  private static void add(IndexWriter writer) throws IOException {
    writer.addDocument(List.of(new StringField("id", "x", Store.NO)));
    writer.flush();
  }

  public void testClosingTheLastReaderOfMergedSegmentsLeavesTheWriterOpen() throws IOException {
    try (Directory folder = FSDirectory.open(createTempDir());
        IndexWriter writer = new IndexWriter(folder, new IndexWriterConfig())) {
      WriterGate gate = new WriterGate(writer, () -> {});
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
      WriterGate gate = new WriterGate(writer, () -> {});
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

  public void testWhoClosesWaitsForWhoIsInsideAndKeepsOutWhoComes() throws Exception {
    AtomicBoolean closing = new AtomicBoolean();
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, newIndexWriterConfig())) {
      WriterGate gate =
          new WriterGate(
              writer,
              () -> {
                if (closing.get()) {
                  throw new AlreadyClosedException("closing");
                }
              });
      CountDownLatch inside = new CountDownLatch(1);
      CountDownLatch leave = new CountDownLatch(1);
      FutureTask<Integer> change =
          new FutureTask<>(
              () ->
                  gate.change(
                      () -> {
                        inside.countDown();
                        Interrupts.await(leave::await);
                        return 7;
                      }));
      new Thread(change).start();
      inside.await();
      closing.set(true);
      FutureTask<Boolean> wait =
          new FutureTask<>(
              () -> {
                gate.awaitNobody();
                return change.isDone() || leave.getCount() == 0;
              });
      Thread waiter = new Thread(wait);
      waiter.start();
      expectThrows(AlreadyClosedException.class, () -> gate.change(() -> 8));
      while (waiter.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      waiter.interrupt();
      ExecutionException interrupted = expectThrows(ExecutionException.class, wait::get);
      assertTrue(interrupted.getCause() instanceof ThreadInterruptedException);
      leave.countDown();
      gate.awaitNobody();
      assertEquals(7, (int) change.get());
      gate.close(writer::close);
      expectThrows(AlreadyClosedException.class, gate::open);
    }
  }

  /** As a document whose Reader waits for a parser that adds an attachment. */
  public void testWhoIsInsideMayWaitForOneWhoComes() throws Exception {
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, newIndexWriterConfig())) {
      WriterGate gate = new WriterGate(writer, () -> {});
      assertEquals(9, nested(gate, 9));
    }
  }

  private static int nested(WriterGate gate, int depth) throws IOException {
    return depth == 0 ? 0 : gate.add(() -> 1 + nested(gate, depth - 1));
  }

  public void testAnInterruptWithinLuceneLeavesItsFlag() throws IOException {
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, newIndexWriterConfig())) {
      WriterGate gate = new WriterGate(writer, () -> {});
      expectThrows(
          ThreadInterruptedException.class,
          () ->
              gate.change(
                  () -> {
                    throw new ThreadInterruptedException(new InterruptedException());
                  }));
      assertTrue(Thread.interrupted());
      // And it has left.
      gate.awaitNobody();
    }
  }
}
