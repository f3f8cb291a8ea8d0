package dev.lucenesemantic.document;

import static dev.lucenesemantic.document.IndexedDocs.document;

import dev.lucenesemantic.embed.FakeEmbedder;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.FilterMergePolicy;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.MergeTrigger;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.util.InfoStream;
import org.apache.lucene.util.ThreadInterruptedException;

/** A merge that runs brings back what a segment declares of which all documents are deleted. */
public class TestWriterSegments extends LuceneTestCase {
  private final SemanticFieldType typeA = new SemanticFieldType(new FakeEmbedder("model-a", 8));
  private final FakeEmbedder modelB = new FakeEmbedder("model-b", 8);
  private final SemanticFieldType typeB = new SemanticFieldType(modelB);

  /** Has forced merges wait. */
  private static final class HeldMerges extends FilterMergePolicy {
    final CountDownLatch begun = new CountDownLatch(1);
    final CountDownLatch goOn = new CountDownLatch(1);

    HeldMerges() {
      super(new TieredMergePolicy());
    }

    @Override
    public MergeSpecification findMerges(
        MergeTrigger trigger, SegmentInfos segments, MergeContext context) {
      return null;
    }

    @Override
    public MergeSpecification findFullFlushMerges(
        MergeTrigger trigger, SegmentInfos segments, MergeContext context) {
      return null;
    }

    @Override
    public MergeSpecification findForcedMerges(
        SegmentInfos segments,
        int most,
        Map<SegmentCommitInfo, Boolean> toMerge,
        MergeContext context)
        throws IOException {
      MergeSpecification found = super.findForcedMerges(segments, most, toMerge, context);
      if (found == null) {
        return null;
      }
      MergeSpecification held = new MergeSpecification();
      for (MergePolicy.OneMerge merge : found.merges) {
        held.add(
            new OneMerge(merge.segments) {
              @Override
              public CodecReader wrapForMerge(CodecReader reader) {
                begun.countDown();
                Interrupts.await(goOn::await);
                return reader;
              }
            });
      }
      return held;
    }
  }

  private static SemanticIndexWriter open(Directory directory, MergePolicy merges)
      throws IOException {
    return new SemanticIndexWriter(
        new IndexWriter(directory, newIndexWriterConfig().setMergePolicy(merges)));
  }

  private static Document plain(String id) {
    Document document = new Document();
    document.add(new StringField("id", id, Store.YES));
    return document;
  }

  /** A merge that has begun and waits for its end. */
  private static final class HeldMerge implements AutoCloseable {
    private final HeldMerges merges;
    private final FutureTask<Void> merge;

    HeldMerge(SemanticIndexWriter writer, HeldMerges merges) throws InterruptedException {
      this.merges = merges;
      merge =
          new FutureTask<>(
              () -> {
                writer.forceMerge(1);
                return null;
              });
      new Thread(merge).start();
      merges.begun.await();
    }

    void end() throws Exception {
      merges.goOn.countDown();
      merge.get();
    }

    /** Lets it go also if the test has failed: closing the writer would wait for it. */
    @Override
    public void close() {
      merges.goOn.countDown();
    }
  }

  /** Deletes the only document of model A while its segment is merged, and then adds one of B. */
  private void assertStaysWithModelA(SemanticIndexWriter writer, HeldMerges merges)
      throws Exception {
    try (HeldMerge merge = new HeldMerge(writer, merges)) {
      writer.deleteDocuments(new Term("id", "a"));
      writer.commit();
      expectThrows(
          ModelMismatchException.class, () -> writer.addDocument(document("b", "text", typeB)));
      merge.end();
    }
    expectThrows(
        ModelMismatchException.class, () -> writer.addDocument(document("b", "text", typeB)));
    writer.addDocument(document("a", "text", typeA));
    writer.forceMerge(1);
    try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
      assertTrue(FieldModels.of(reader, IndexedDocs.FIELD).isOnly("model-a"));
    }
    assertEquals(0, modelB.documentTexts.get());
  }

  public void testOfAnIndexThatWasWrittenBefore() throws Exception {
    HeldMerges merges = new HeldMerges();
    try (Directory directory = newDirectory()) {
      try (SemanticIndexWriter writer = open(directory, NoMergePolicy.INSTANCE)) {
        writer.addDocument(document("a", "text", typeA));
        writer.commit();
        writer.addDocument(plain("1"));
      }
      try (SemanticIndexWriter writer = open(directory, merges)) {
        assertStaysWithModelA(writer, merges);
      }
    }
  }

  public void testOfADocumentThatLuceneRefused() throws Exception {
    HeldMerges merges = new HeldMerges();
    try (Directory directory = newDirectory();
        SemanticIndexWriter writer = open(directory, merges)) {
      writer.addDocument(plain("1"));
      writer.commit();
      writer.addDocument(plain("a"));
      Document refused = document("refused", "text", typeA);
      refused.add(new StringField("too long", "x".repeat(40_000), Store.NO));
      expectThrows(IllegalArgumentException.class, () -> writer.addDocument(refused));
      writer.commit();
      assertStaysWithModelA(writer, merges);
    }
  }

  /** As a process leaves it that is killed behind a commit beside a merge. */
  public void testOfACommitBesideAMerge() throws Exception {
    HeldMerges merges = new HeldMerges();
    try (Directory directory = newDirectory();
        Directory committed = newDirectory()) {
      try (SemanticIndexWriter writer = open(directory, merges)) {
        writer.addDocument(document("a", "text", typeA));
        writer.flush();
        writer.addDocument(plain("1"));
        writer.flush();
        try (HeldMerge merge = new HeldMerge(writer, merges)) {
          writer.deleteDocuments(new Term("id", "a"));
          writer.commit();
          for (String file : SegmentInfos.readLatestCommit(directory).files(true)) {
            committed.copyFrom(directory, file, file, IOContext.DEFAULT);
          }
          merge.end();
        }
      }
      try (SemanticIndexWriter writer = open(committed, new HeldMerges())) {
        assertEquals(2, writer.indexWriter().getDocStats().maxDoc);
        assertEquals(1, segments(writer).size());
        assertEquals(
            "not dropped, so that a merge could still have it",
            1,
            writer.indexWriter().getDocStats().maxDoc);
        writer.addDocument(document("b", "text", typeB));
        writer.flush();
      }
      try (DirectoryReader reader = DirectoryReader.open(committed)) {
        assertTrue(FieldModels.of(reader, IndexedDocs.FIELD).isOnly("model-b"));
      }
    }
  }

  public void testInCompoundFilesAndWithUpdates() throws Exception {
    HeldMerges merges = new HeldMerges();
    merges.setNoCFSRatio(random().nextInt(2));
    try (Directory directory = newDirectory();
        SemanticIndexWriter writer = open(directory, merges)) {
      writer.addDocument(plain("1"));
      writer.flush();
      Document updated = document("a", "text", typeA);
      updated.add(new NumericDocValuesField("number", 0));
      writer.addDocument(updated);
      writer.flush();
      writer.updateNumericDocValue(new Term("id", "a"), "number", 1);
      writer.commit();
      try (HeldMerge merge = new HeldMerge(writer, merges)) {
        writer.deleteDocuments(new Term("id", "a"));
        List<FieldInfos> found = segments(writer);
        assertEquals("the reader's one and the one that is hidden", 2, found.size());
        assertTrue(FieldModels.declared(found, IndexedDocs.FIELD).isOnly("model-a"));
        assertTrue(found.stream().anyMatch(infos -> infos.fieldInfo("number") != null));
        merge.end();
      }
      assertEquals("what the merge has made", 1, segments(writer).size());
    }
  }

  private static List<FieldInfos> segments(SemanticIndexWriter writer) throws IOException {
    return WriterSegments.fieldInfos(new WriterGate(writer.indexWriter(), () -> {}));
  }

  /**
   * Each time a reader is opened, a merge of the two first segments begins before, all documents of
   * the first of them are deleted, and the merge ends when the reader is there.
   */
  private static final class MergesBesideReaders extends FilterMergePolicy {
    private final CountDownLatch[] begun;
    private final CountDownLatch[] goOn;
    private IndexWriter writer;
    private volatile int wanted = -1;
    private int readers = -1;

    MergesBesideReaders(int merges) {
      super(NoMergePolicy.INSTANCE);
      begun = latches(merges);
      goOn = latches(merges);
    }

    private static CountDownLatch[] latches(int count) {
      CountDownLatch[] latches = new CountDownLatch[count];
      Arrays.setAll(latches, i -> new CountDownLatch(1));
      return latches;
    }

    @Override
    public MergeSpecification findMerges(
        MergeTrigger trigger, SegmentInfos segments, MergeContext context) {
      if (wanted < 0) {
        return null;
      }
      int merge = wanted;
      wanted = -1;
      MergeSpecification found = new MergeSpecification();
      found.add(
          new OneMerge(List.of(segments.info(0), segments.info(1))) {
            @Override
            public CodecReader wrapForMerge(CodecReader reader) {
              begun[merge].countDown();
              Interrupts.await(goOn[merge]::await);
              return reader;
            }
          });
      return found;
    }

    InfoStream infoStream() {
      return new InfoStream() {
        @Override
        public void message(String component, String message) {
          if (!isEnabled(component) || Thread.currentThread().getName().equals(HOOK)) {
            return;
          }
          if (message.equals("flush at getReader") && ++readers < begun.length) {
            run(() -> begin(readers));
          } else if (message.startsWith("getReader took") && readers < begun.length) {
            run(() -> end(readers));
          }
        }

        @Override
        public boolean isEnabled(String component) {
          return component.equals("IW") && writer != null;
        }

        @Override
        public void close() {}
      };
    }

    /** Not by the thread that opens a reader: it holds locks. */
    private static void run(Callable<Void> work) {
      FutureTask<Void> task = new FutureTask<>(work);
      new Thread(task, HOOK).start();
      try {
        task.get();
      } catch (ExecutionException e) {
        throw new AssertionError(e);
      } catch (InterruptedException e) {
        throw new ThreadInterruptedException(e);
      }
    }

    private Void begin(int merge) throws Exception {
      wanted = merge;
      writer.maybeMerge();
      begun[merge].await();
      writer.deleteDocuments(new Term("id", Integer.toString(merge)));
      return null;
    }

    private Void end(int merge) throws Exception {
      goOn[merge].countDown();
      while (!writer.getMergingSegments().isEmpty()) {
        Thread.sleep(1);
      }
      return null;
    }
  }

  private static final String HOOK = "beside a reader";

  /** Each reader that is opened for a look comes while all that declares the field is hidden. */
  public void testOfMergesThatBeginAndEndDuringALook() throws Exception {
    int merges = 4;
    MergesBesideReaders policy = new MergesBesideReaders(merges);
    try (Directory directory = newDirectory()) {
      try (SemanticIndexWriter writer = open(directory, NoMergePolicy.INSTANCE)) {
        writer.addDocument(document("0", "text", typeA));
        for (int i = 1; i <= merges; i++) {
          writer.flush();
          writer.addDocument(plain(Integer.toString(i)));
        }
      }
      IndexWriterConfig config = new IndexWriterConfig();
      config.setMergePolicy(policy).setInfoStream(policy.infoStream());
      try (SemanticIndexWriter writer =
          new SemanticIndexWriter(new IndexWriter(directory, config))) {
        policy.writer = writer.indexWriter();
        expectThrows(
            ModelMismatchException.class, () -> writer.addDocument(document("b", "text", typeB)));
        assertTrue(policy.readers > 0);
        assertEquals(0, modelB.documentTexts.get());
      }
    }
  }
}
