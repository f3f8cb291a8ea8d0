package dev.lucenesemantic.document;

import dev.lucenesemantic.embed.WordTokens;
import java.util.List;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
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
          PassageBlocks blocks = new PassageBlocks(new WriterGate(writer, () -> {}));
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

  public void testWhatLuceneHasRefusedIsNotLookedForEachTime() throws Exception {
    try (Directory directory = newDirectory();
        SemanticIndexWriter writer =
            new SemanticIndexWriter(new IndexWriter(directory, new IndexWriterConfig()))) {
      expectThrows(
          IllegalArgumentException.class,
          () ->
              writer.addDocument(
                  List.of(
                      new StringField("id", "a", Store.YES),
                      passages(PassageLayout.BLOCK),
                      new StringField("too long", "x".repeat(40_000), Store.NO))));
      for (int i = 0; i < 5; i++) {
        writer.updateDocument(new Term("id", "b"), List.of(new StringField("id", "b", Store.YES)));
      }
      // To look is to flush: of the five only the first has looked.
      assertTrue(writer.indexWriter().numRamDocs() >= 5);
      writer.addDocument(
          List.of(new StringField("id", "a", Store.YES), passages(PassageLayout.BLOCK)));
      writer.deleteDocuments(new Term("id", "a"));
      writer.flush();
      writer.forceMerge(1);
      assertEquals(1, writer.getDocStats().maxDoc);
    }
  }
}
