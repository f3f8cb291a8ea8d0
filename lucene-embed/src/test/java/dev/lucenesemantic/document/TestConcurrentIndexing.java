package dev.lucenesemantic.document;

import static dev.lucenesemantic.document.IndexedDocs.FIELD;
import static dev.lucenesemantic.document.IndexedDocs.assertSomeVectors;
import static dev.lucenesemantic.document.IndexedDocs.document;
import static dev.lucenesemantic.document.IndexedDocs.texts;

import dev.lucenesemantic.search.SemanticQuery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.util.NamedThreadFactory;

/**
 * Several threads add, update, delete, refresh, search, backfill and migrate at once, in rounds
 * that end with a commit or a rollback.
 */
public class TestConcurrentIndexing extends LuceneTestCase {
  private static final int WRITERS = 3;
  private static final int IDS = 25;

  private final FlakyEmbedder oldModel = new FlakyEmbedder("old", 8);
  private final FlakyEmbedder newModel = new FlakyEmbedder("new", 12);
  private final SemanticFieldType oldType = new SemanticFieldType(oldModel);
  private final SemanticFieldType newType = new SemanticFieldType(newModel);

  private SemanticIndexWriter newWriter(Directory directory) throws IOException {
    return new SemanticIndexWriter(
        new IndexWriter(directory, newIndexWriterConfig()),
        SemanticIndexOptions.defaults().withFailurePolicy(FailurePolicy.ADD_WITHOUT_VECTOR));
  }

  public void testEachRoundEndsWithWhatItsThreadsHaveDone() throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool(new NamedThreadFactory("indexing"));
    try (Directory directory = newDirectory()) {
      SemanticIndexWriter writer = newWriter(directory);
      Map<String, String> committed = new TreeMap<>();
      try {
        writer.commit();
        for (int round = 0; round < (TEST_NIGHTLY ? 30 : 6); round++) {
          boolean rollBack = random().nextInt(3) == 0;
          Map<String, String> after = round(threads, writer, committed, rollBack);
          if (rollBack) {
            writer = newWriter(directory);
          } else {
            writer.commit();
            committed = after;
          }
          try (DirectoryReader reader = DirectoryReader.open(directory)) {
            assertEquals(committed, texts(reader));
            assertVectors(reader);
          }
        }
        oldModel.mended = true;
        newModel.mended = true;
        assertTrue(writer.backfill(FIELD, oldType).complete());
        try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
          assertEquals(committed, texts(reader));
          IndexedDocs.assertVectors(reader, FIELD, oldModel);
        }
      } finally {
        writer.close();
      }
    } finally {
      threads.shutdown();
      assertTrue(threads.awaitTermination(1, TimeUnit.MINUTES));
    }
  }

  private void assertVectors(DirectoryReader reader) throws IOException {
    assertSomeVectors(reader, FIELD, oldModel);
    assertSomeVectors(reader, FieldGenerations.name(FIELD, "new"), newModel);
  }

  /** Returns what the index holds if it is committed now. */
  private Map<String, String> round(
      ExecutorService threads,
      SemanticIndexWriter writer,
      Map<String, String> before,
      boolean rollBack)
      throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    List<Future<Map<String, String>>> writing = new ArrayList<>();
    List<Future<?>> beside = new ArrayList<>();
    for (int t = 0; t < WRITERS; t++) {
      String mine = t + "-";
      Random random = new Random(random().nextLong());
      writing.add(threads.submit(() -> write(writer, mine, before, random, rollBack)));
    }
    Random fillRandom = new Random(random().nextLong());
    beside.add(threads.submit(beside(done, rollBack, () -> fill(writer, fillRandom))));
    Random searchRandom = new Random(random().nextLong());
    beside.add(threads.submit(search(done, rollBack, writer, searchRandom)));
    if (rollBack) {
      pause(random());
      writer.rollback();
    }
    Map<String, String> after = new TreeMap<>();
    for (Future<Map<String, String>> thread : writing) {
      after.putAll(thread.get());
    }
    done.set(true);
    for (Future<?> thread : beside) {
      thread.get();
    }
    return after;
  }

  private Map<String, String> write(
      SemanticIndexWriter writer,
      String mine,
      Map<String, String> before,
      Random random,
      boolean rollBack)
      throws IOException {
    Map<String, String> state = new TreeMap<>();
    before.forEach(
        (id, text) -> {
          if (id.startsWith(mine)) {
            state.put(id, text);
          }
        });
    try {
      for (int i = 0; i < 60; i++) {
        String id = mine + random.nextInt(IDS);
        String text = (random.nextInt(4) == 0 ? "bad " : "fine ") + random.nextInt(40);
        switch (random.nextInt(6)) {
          case 0 -> {
            writer.deleteDocuments(new Term("id", id));
            state.remove(id);
          }
          case 1 -> {
            writer.deleteDocuments(new Term("id", id));
            writer.addDocument(document(id, text, oldType));
            state.put(id, text);
          }
          default -> {
            writer.updateDocument(new Term("id", id), document(id, text, oldType));
            state.put(id, text);
          }
        }
        if (random.nextInt(20) == 0) {
          writer.flush();
        }
        pause(random);
      }
    } catch (AlreadyClosedException e) {
      assertTrue("only a rollback closes the writer", rollBack);
    }
    return state;
  }

  private void fill(SemanticIndexWriter writer, Random random) throws IOException {
    oldModel.mended = random.nextBoolean();
    if (random.nextBoolean()) {
      writer.backfill(FIELD, oldType);
    } else {
      newModel.mended = true;
      writer.fillVectors(
          FIELD,
          newType,
          IndexedText.storedField("text"),
          FillMonitor.NONE,
          Double.POSITIVE_INFINITY);
    }
    pause(random);
  }

  private Callable<Void> search(
      AtomicBoolean done, boolean rollBack, SemanticIndexWriter writer, Random random) {
    return () -> {
      DirectoryReader[] reader = {null};
      try {
        beside(
                done,
                rollBack,
                () -> {
                  if (reader[0] == null) {
                    reader[0] = DirectoryReader.open(writer.indexWriter());
                  } else {
                    DirectoryReader newer = DirectoryReader.openIfChanged(reader[0]);
                    if (newer != null) {
                      reader[0].close();
                      reader[0] = newer;
                    }
                  }
                  texts(reader[0]);
                  assertVectors(reader[0]);
                  TopDocs hits =
                      new IndexSearcher(reader[0])
                          .search(new SemanticQuery(FIELD, "fine 7", 5, oldModel), 5);
                  assertTrue(hits.scoreDocs.length <= 5);
                  pause(random);
                })
            .call();
      } finally {
        if (reader[0] != null) {
          reader[0].close();
        }
      }
      return null;
    };
  }

  private interface Step {
    void run() throws Exception;
  }

  private static Callable<Void> beside(AtomicBoolean done, boolean rollBack, Step step) {
    return () -> {
      try {
        while (!done.get()) {
          step.run();
        }
      } catch (AlreadyClosedException e) {
        assertTrue("only a rollback closes the writer", rollBack);
      }
      return null;
    };
  }

  /** So that the threads meet differently each time. */
  private static void pause(Random random) {
    switch (random.nextInt(4)) {
      case 0 -> LockSupport.parkNanos(1);
      case 1 -> LockSupport.parkNanos(random.nextInt(2_000_000));
      default -> {}
    }
  }
}
