package dev.lucenesemantic.document;

import dev.lucenesemantic.embed.WordTokens;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.Term;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;

/** What a writer knows of the passages of an index. */
public class TestPassageBlocks extends LuceneTestCase {
  private static final PassageSplitter SPLITTER =
      new PassageSplitter(new WordTokens("model-a", 8, 64, 1));

  private static PassageField passages(PassageLayout layout) {
    return new PassageField("body", "green river", new PassageFieldType(SPLITTER, layout, "id"));
  }

  private static void index(Directory directory, PassageLayout layout) throws Exception {
    try (SemanticIndexWriter writer =
        new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()))) {
      writer.addDocument(List.of(new StringField("id", "a", Store.YES), passages(layout)));
    }
  }

  public void testSeesTheBlocksOfEarlierRuns() throws Exception {
    for (PassageLayout layout : PassageLayout.values()) {
      try (Directory directory = newDirectory()) {
        index(directory, layout);
        try (IndexWriter writer = new IndexWriter(directory, newIndexWriterConfig())) {
          PassageBlocks blocks = new PassageBlocks(new WriterGate(writer));
          blocks.look();
          assertEquals(layout == PassageLayout.BLOCK, blocks.exist());
        }
      }
    }
  }

  public void testTheFirstUpdateAfterAReopeningTakesThePassagesAlong() throws Exception {
    try (Directory directory = newDirectory()) {
      index(directory, PassageLayout.BLOCK);
      try (SemanticIndexWriter writer =
          new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()))) {
        writer.updateDocument(new Term("id", "a"), List.of(new StringField("id", "a", Store.YES)));
        writer.flush();
        writer.forceMerge(1);
        assertEquals(1, writer.getDocStats().maxDoc);
      }
    }
  }

  public void testWhoIsInTheGateDoesNotWaitForWhoLooks() throws Exception {
    try (Directory directory = newDirectory()) {
      index(directory, PassageLayout.BLOCK);
      try (IndexWriter writer = new IndexWriter(directory, newIndexWriterConfig())) {
        WriterGate gate = new WriterGate(writer);
        PassageBlocks blocks = new PassageBlocks(gate);
        FutureTask<Void> look =
            new FutureTask<>(
                () -> {
                  blocks.look();
                  return null;
                });
        Thread looker = new Thread(look);
        FutureTask<Boolean> exist = new FutureTask<>(blocks::exist);
        boolean before =
            gate.change(
                () -> {
                  looker.start();
                  while (looker.getState() != Thread.State.WAITING) {
                    Thread.onSpinWait();
                  }
                  new Thread(exist).start();
                  try {
                    return exist.get(30, TimeUnit.SECONDS);
                  } catch (Exception e) {
                    throw new AssertionError(e);
                  }
                });
        assertFalse(before);
        look.get();
        assertTrue(blocks.exist());
      }
    }
  }
}
