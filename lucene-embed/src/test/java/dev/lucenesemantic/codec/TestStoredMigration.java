package dev.lucenesemantic.codec;

import dev.lucenesemantic.document.FieldGenerations;
import dev.lucenesemantic.document.FillMonitor;
import dev.lucenesemantic.document.IndexedText;
import dev.lucenesemantic.document.SemanticField;
import dev.lucenesemantic.document.SemanticFieldType;
import dev.lucenesemantic.document.SemanticIndexWriter;
import dev.lucenesemantic.embed.FakeEmbedder;
import dev.lucenesemantic.embed.TextEmbedder;
import dev.lucenesemantic.maintenance.ModelMigration;
import dev.lucenesemantic.search.SemanticQuery;
import java.io.IOException;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.LuceneTestCase.SuppressCodecs;

/** Vectors that are put into segments later are stored as those that are indexed. */
@SuppressCodecs("SimpleText")
public class TestStoredMigration extends LuceneTestCase {
  private static final int DOCUMENTS = 250;

  public void testTheVectorsOfANewModelAreStoredAsThoseOfTheOld() throws IOException {
    for (VectorStorage storage : Storages.all()) {
      SemanticCodec codec = new SemanticCodec(Storages.any(random())).withField("vector", storage);
      FakeEmbedder oldModel = new FakeEmbedder("old", 32);
      FakeEmbedder newModel = new FakeEmbedder("new", 48);
      try (Directory directory = newDirectory();
          SemanticIndexWriter writer =
              new SemanticIndexWriter(
                  new IndexWriter(directory, newIndexWriterConfig().setCodec(codec)))) {
        SemanticFieldType type = new SemanticFieldType(oldModel);
        for (int i = 0; i < DOCUMENTS; i++) {
          Document document = new Document();
          document.add(new StoredField("text", text(i)));
          document.add(new SemanticField("vector", text(i), type));
          writer.addDocument(document);
        }
        assertFound(writer, "vector", oldModel, storage);
        ModelMigration migration =
            new ModelMigration(writer, "vector", newModel, IndexedText.storedField("text"));
        assertTrue(migration.fill(FillMonitor.NONE).complete());
        assertFound(writer, "vector", oldModel, storage);
        String second = FieldGenerations.name("vector", "new");
        assertFound(writer, second, newModel, storage);
        migration.finish();
        assertFound(writer, second, newModel, storage);
        writer.forceMerge(1);
        assertFound(writer, second, newModel, storage);
      }
    }
  }

  private static String text(int number) {
    return "document number " + number + " of " + number % 7;
  }

  private static void assertFound(
      SemanticIndexWriter writer, String luceneField, TextEmbedder model, VectorStorage storage)
      throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
      StoredVectors stored = StoredVectors.of(reader, luceneField);
      assertEquals(DOCUMENTS, stored.count());
      assertEquals(storage.bits(), stored.bits());
      for (int i = 0; i < 10; i++) {
        String text = text(random().nextInt(DOCUMENTS));
        ScoreDoc best =
            newSearcher(reader).search(new SemanticQuery("vector", text, 1, model), 1).scoreDocs[0];
        assertEquals(text, reader.storedFields().document(best.doc).get("text"));
        assertEquals(1, best.score, 1e-5f);
      }
    }
  }
}
