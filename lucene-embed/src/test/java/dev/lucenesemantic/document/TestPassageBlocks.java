package dev.lucenesemantic.document;

import dev.lucenesemantic.embed.WordTokens;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.IndexableField;
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
          WriterGate gate = new WriterGate(writer, () -> {});
          PassageBlocks blocks = new PassageBlocks(gate, new IndexedFields(gate));
          assertEquals(
              layout == PassageLayout.BLOCK ? 1 : 0, blocks.change(exist -> exist ? 1 : 0));
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

  /** Or it would take the parent of the block and leave the passages to the next document. */
  public void testTheFirstBlockWaitsForUpdatesThatKnowOfNone() throws Exception {
    try (Directory directory = newDirectory()) {
      try (SemanticIndexWriter writer =
          new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()))) {
        WaitingReader body = new WaitingReader();
        Term id = new Term("id", "a");
        FutureTask<Long> plain =
            new FutureTask<>(
                () ->
                    writer.updateDocument(
                        id,
                        List.of(
                            new StringField("id", "a", Store.YES), new TextField("text", body))));
        new Thread(plain).start();
        body.awaitBegin();
        FutureTask<Long> block =
            new FutureTask<>(
                () ->
                    writer.updateDocument(
                        id,
                        List.of(
                            new StringField("id", "a", Store.YES), passages(PassageLayout.BLOCK))));
        Thread second = new Thread(block);
        second.start();
        while (second.getState() != Thread.State.WAITING) {
          Thread.onSpinWait();
        }
        body.finish();
        plain.get();
        block.get();
        writer.addDocument(List.of(new StringField("id", "b", Store.YES)));
        writer.updateDocument(id, List.of(new StringField("id", "a", Store.YES)));
        writer.flush();
        writer.forceMerge(1);
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertEquals(2, reader.maxDoc());
      }
    }
  }

  public void testADocumentAddedBeforeAllAreDeletedKeepsNoLayout() throws Exception {
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, newIndexWriterConfig())) {
      WriterGate gate = new WriterGate(writer, () -> {});
      PassageBlocks blocks = new PassageBlocks(gate, new IndexedFields(gate));
      try (FieldClaims<Set<PassageLayout>>.Held held =
          blocks.claim(documents(PassageLayout.BLOCK))) {
        held.confirm();
        blocks.forget();
      }
      blocks.claim(documents(PassageLayout.FLAT)).close();
    }
  }

  private static List<List<IndexableField>> documents(PassageLayout layout) {
    return PassageDocuments.expand(
        List.of(new StringField("id", "a", Store.YES), passages(layout)));
  }
}
