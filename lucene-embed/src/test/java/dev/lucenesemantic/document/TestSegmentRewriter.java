package dev.lucenesemantic.document;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;

public class TestSegmentRewriter extends LuceneTestCase {

  /** Holds merges of several segments until they are let go. */
  private static final class HeldMerges extends ConcurrentMergeScheduler {
    final CountDownLatch begun = new CountDownLatch(1);
    final CountDownLatch released = new CountDownLatch(1);

    @Override
    protected void doMerge(MergeSource source, MergePolicy.OneMerge merge) throws IOException {
      if (merge.segments.size() > 1) {
        begun.countDown();
        try {
          released.await();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
      super.doMerge(source, merge);
    }

    @Override
    protected void handleMergeException(Throwable failure) {
      // It is in the writer's tragic exception.
    }
  }

  public void testARewritingWaitsForNoMergeOfOtherSegments() throws Exception {
    HeldMerges scheduler = new HeldMerges();
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, mergingPairs(scheduler))) {
      try {
        addTwoInAMerge(writer, scheduler);
        add(writer, "third");
        assertTrue(started(() -> rewrite(writer, "third")).get(1, TimeUnit.MINUTES));
        assertEquals(1, scheduler.released.getCount());
        assertEquals(3, numDocs(writer));
      } finally {
        scheduler.released.countDown();
      }
    }
  }

  public void testASegmentThatIsMergedAwayIsNotRewritten() throws Exception {
    HeldMerges scheduler = new HeldMerges();
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, mergingPairs(scheduler))) {
      FutureTask<Boolean> rewriting;
      try {
        addTwoInAMerge(writer, scheduler);
        rewriting = started(() -> rewrite(writer, "first"));
        assertFalse("the merge has the segment", rewriting.isDone());
      } finally {
        scheduler.released.countDown();
      }
      assertFalse(rewriting.get(1, TimeUnit.MINUTES));
      assertEquals(2, numDocs(writer));
    }
  }

  public void testAnotherMergePolicyDoesNotStopARewriting() throws Exception {
    HeldMerges scheduler = new HeldMerges();
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, mergingPairs(scheduler))) {
      FutureTask<Boolean> rewriting;
      try {
        addTwoInAMerge(writer, scheduler);
        MergePolicy usual = writer.getConfig().getMergePolicy();
        rewriting = started(() -> rewrite(writer, "first"));
        while (writer.getConfig().getMergePolicy() == usual) {
          Thread.onSpinWait();
        }
        writer.getConfig().setMergePolicy(NoMergePolicy.INSTANCE);
      } finally {
        scheduler.released.countDown();
      }
      assertFalse(rewriting.get(1, TimeUnit.MINUTES));
      assertSame(NoMergePolicy.INSTANCE, writer.getConfig().getMergePolicy());
    }
  }

  public void testTheWaitingForAnotherMergeCanBeStopped() throws Exception {
    HeldMerges scheduler = new HeldMerges();
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, mergingPairs(scheduler))) {
      try {
        addTwoInAMerge(writer, scheduler);
        String segment = segmentOf(writer, "first");
        FutureTask<Boolean> rewriting =
            started(() -> new SegmentRewriter(writer, () -> true).rewrite(segment, in -> in));
        assertFalse(rewriting.get(1, TimeUnit.MINUTES));
        assertEquals(1, scheduler.released.getCount());
      } finally {
        scheduler.released.countDown();
      }
    }
  }

  public void testAFailureNamesItsCauseAndLosesNothing() throws Exception {
    try (Directory directory = newDirectory()) {
      IndexWriter writer = new IndexWriter(directory, mergingPairs(new HeldMerges()));
      add(writer, "first");
      String segment = segmentOf(writer, "first");
      IOException failure =
          expectThrows(
              IOException.class,
              () ->
                  new SegmentRewriter(writer, () -> false)
                      .rewrite(
                          segment,
                          in -> {
                            throw new IllegalStateException("broken disk");
                          }));
      assertTrue(failure.getMessage(), failure.getMessage().contains("broken disk"));
      assertTrue(failure.getMessage(), failure.getMessage().contains(segment));
      assertFalse(writer.isOpen());
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertEquals(1, reader.numDocs());
      }
    }
  }

  public void testTheWritersPolicyIsItsOwnAgain() throws Exception {
    MergePolicy policy = NoMergePolicy.INSTANCE;
    IndexWriterConfig config = newIndexWriterConfig().setMergePolicy(policy);
    config.setMergeScheduler(new ConcurrentMergeScheduler());
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, config)) {
      add(writer, "first");
      assertTrue(rewrite(writer, "first"));
      assertSame(policy, writer.getConfig().getMergePolicy());
    }
  }

  private static IndexWriterConfig mergingPairs(ConcurrentMergeScheduler scheduler) {
    scheduler.setMaxMergesAndThreads(3, 3);
    LogDocMergePolicy pairs = new LogDocMergePolicy();
    pairs.setMergeFactor(2);
    return new IndexWriterConfig().setMergePolicy(pairs).setMergeScheduler(scheduler);
  }

  /** Adds two segments, and returns when a merge has them. */
  private static void addTwoInAMerge(IndexWriter writer, HeldMerges scheduler) throws Exception {
    add(writer, "first");
    add(writer, "second");
    scheduler.begun.await();
  }

  private static void add(IndexWriter writer, String id) throws IOException {
    Document document = new Document();
    document.add(new StringField("id", id, Field.Store.NO));
    writer.addDocument(document);
    writer.commit();
  }

  private static boolean rewrite(IndexWriter writer, String id) throws IOException {
    return new SegmentRewriter(writer, () -> false).rewrite(segmentOf(writer, id), in -> in);
  }

  private static String segmentOf(IndexWriter writer, String id) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(writer)) {
      for (LeafReaderContext leaf : reader.leaves()) {
        if (leaf.reader().docFreq(new Term("id", id)) > 0) {
          return ((SegmentReader) FilterLeafReader.unwrap(leaf.reader())).getSegmentName();
        }
      }
    }
    throw new AssertionError("no document " + id);
  }

  private static int numDocs(IndexWriter writer) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(writer)) {
      return reader.numDocs();
    }
  }

  private static FutureTask<Boolean> started(Callable<Boolean> work) {
    FutureTask<Boolean> task = new FutureTask<>(work);
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    thread.start();
    return task;
  }
}
