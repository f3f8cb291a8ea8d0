package dev.lucenesemantic.maintenance;

import dev.lucenesemantic.document.IndexedText;
import dev.lucenesemantic.document.SemanticField;
import dev.lucenesemantic.document.SemanticFieldType;
import dev.lucenesemantic.document.SemanticIndexWriter;
import dev.lucenesemantic.embed.FakeEmbedder;
import dev.lucenesemantic.embed.TextEmbedder;
import dev.lucenesemantic.search.SemanticQuery;
import java.io.IOException;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.Term;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;

/** An index with a field of vectors that two models make. */
abstract class MigrationTestCase extends LuceneTestCase {
  static final String FIELD = "body_vector";
  static final IndexedText TEXT = IndexedText.storedField("text");

  final FakeEmbedder oldModel = new FakeEmbedder("old", 8);
  final FakeEmbedder newModel = new FakeEmbedder("new", 8);
  Directory directory;
  SemanticIndexWriter writer;

  @Override
  public void setUp() throws Exception {
    super.setUp();
    directory = newDirectory();
    writer = open(directory);
  }

  @Override
  public void tearDown() throws Exception {
    writer.close();
    directory.close();
    super.tearDown();
  }

  static SemanticIndexWriter open(Directory directory) throws IOException {
    return new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()));
  }

  static Document document(String id, TextEmbedder model) {
    Document document = new Document();
    document.add(new StringField("id", id, Field.Store.YES));
    document.add(new StoredField("text", "text " + id));
    document.add(new SemanticField(FIELD, "text " + id, new SemanticFieldType(model)));
    return document;
  }

  void add(int from, int to, TextEmbedder model) throws IOException {
    for (int i = from; i < to; i++) {
      writer.updateDocument(new Term("id", "" + i), document("" + i, model));
    }
  }

  ModelMigration migration(TextEmbedder to) {
    return new ModelMigration(writer, FIELD, to, TEXT);
  }

  int hits(TextEmbedder model) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
      return newSearcher(reader, false).count(new SemanticQuery(FIELD, "text", 1000, model));
    }
  }
}
