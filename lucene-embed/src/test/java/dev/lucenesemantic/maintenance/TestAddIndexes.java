package dev.lucenesemantic.maintenance;

import dev.lucenesemantic.document.FillMonitor;
import dev.lucenesemantic.document.ModelMismatchException;
import dev.lucenesemantic.document.PartialAddException;
import dev.lucenesemantic.document.SemanticField;
import dev.lucenesemantic.document.SemanticFieldType;
import dev.lucenesemantic.document.SemanticIndexWriter;
import dev.lucenesemantic.embed.TextEmbedder;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.apache.lucene.codecs.StoredFieldsReader;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FilterCodecReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.store.Directory;

/** Whole indexes that are added to another: at every moment some model can search all of it. */
public class TestAddIndexes extends MigrationTestCase {
  private Directory indexOf(int documents, TextEmbedder model) throws IOException {
    Directory index = newDirectory();
    try (SemanticIndexWriter into = open(index)) {
      for (int i = 0; i < documents; i++) {
        into.addDocument(document("other" + i, model));
      }
    }
    return index;
  }

  private Directory movedIndexOf(int documents) throws IOException {
    Directory index = indexOf(documents, oldModel);
    try (SemanticIndexWriter into = open(index)) {
      ModelMigration away = new ModelMigration(into, FIELD, newModel, TEXT);
      away.fill(FillMonitor.NONE);
      away.finish();
    }
    return index;
  }

  public void testIndexesWithoutACommonModelAreNotUnited() throws IOException {
    try (Directory first = newDirectory();
        Directory second = newDirectory();
        Directory third = newDirectory()) {
      try (SemanticIndexWriter into = open(first)) {
        into.addDocument(document("1", oldModel));
      }
      try (SemanticIndexWriter into = open(second)) {
        into.addDocument(document("2", oldModel));
        ModelMigration away = new ModelMigration(into, FIELD, newModel, TEXT);
        away.fill(FillMonitor.NONE);
        away.finish();
      }
      try (SemanticIndexWriter into = open(third)) {
        into.addDocument(document("3", newModel));
      }
      expectThrows(ModelMismatchException.class, () -> writer.addIndexes(first, second));
      expectThrows(ModelMismatchException.class, () -> writer.addIndexes(second, first));
      // The same model, whose vectors stand in two fields.
      expectThrows(ModelMismatchException.class, () -> writer.addIndexes(third, second));
      try (DirectoryReader one = DirectoryReader.open(first);
          DirectoryReader other = DirectoryReader.open(second)) {
        CodecReader[] readers = {segment(one), segment(other)};
        expectThrows(ModelMismatchException.class, () -> writer.addIndexes(readers));
      }
      assertEquals(0, writer.getDocStats().maxDoc);
      writer.addIndexes(second);
      assertEquals(1, hits(newModel));
    }
  }

  private static CodecReader segment(DirectoryReader reader) {
    LeafReaderContext leaf = reader.leaves().getFirst();
    return (CodecReader) leaf.reader();
  }

  public void testBetweenFillAndFinishBothModelsKeepAllDocuments() throws IOException {
    add(0, 3, oldModel);
    try (Directory other = indexOf(1, oldModel)) {
      writer.addIndexes(other);
      migration(newModel).fill(FillMonitor.NONE);
      ModelMismatchException refused =
          expectThrows(ModelMismatchException.class, () -> writer.addIndexes(other));
      assertTrue(refused.getMessage(), refused.getMessage().contains("fake-new (fingerprint new)"));
      assertEquals(4, hits(oldModel));
      assertEquals(4, hits(newModel));
      try (SemanticIndexWriter second = open(other)) {
        new ModelMigration(second, FIELD, newModel, TEXT).fill(FillMonitor.NONE);
      }
      writer.addIndexes(other);
      assertEquals(5, hits(oldModel));
      assertEquals(5, hits(newModel));
      migration(newModel).finish();
      writer.addIndexes(other);
      assertEquals(6, hits(newModel));
      // It has vectors in the field again, but not of all documents.
      expectThrows(ModelMismatchException.class, () -> add(8, 9, oldModel));
      assertEquals(6, hits(newModel));
    }
  }

  public void testVectorsThatNameNoModelAreRefusedWhereTheFieldHasMoved() throws IOException {
    Document unnamed = new Document();
    unnamed.add(new KnnFloatVectorField(FIELD, newModel.vector("text")));
    try (Directory moved = movedIndexOf(2);
        Directory other = newDirectory()) {
      try (IndexWriter plain = new IndexWriter(other, newIndexWriterConfig())) {
        plain.addDocument(unnamed);
      }
      writer.addIndexes(moved);
      expectThrows(ModelMismatchException.class, () -> writer.addDocument(unnamed));
      PartialAddException partly =
          expectThrows(PartialAddException.class, () -> writer.addEach(List.of(unnamed)));
      assertTrue(partly.getCause() instanceof ModelMismatchException);
      expectThrows(ModelMismatchException.class, () -> writer.addIndexes(other));
      assertEquals(2, hits(newModel));
      writer.deleteAll();
      writer.addDocument(unnamed);
      writer.addIndexes(other);
      assertEquals(2, writer.getDocStats().numDocs);
      // Now it is the other way round.
      expectThrows(ModelMismatchException.class, () -> writer.addIndexes(moved));
    }
  }

  /** Runs both, and what one of them must not do, it throws. */
  private static void together(CheckedAction one, CheckedAction other) throws Exception {
    FutureTask<Void> beside = new FutureTask<>(() -> tryTo(one));
    Thread thread = new Thread(beside);
    thread.start();
    tryTo(other);
    thread.join();
    beside.get();
  }

  private interface CheckedAction {
    void run() throws IOException;
  }

  private static Void tryTo(CheckedAction action) throws IOException {
    try {
      action.run();
    } catch (ModelMismatchException | IllegalStateException refused) {
      // One was later than the other.
    }
    return null;
  }

  public void testDocumentsBesideAnIndexWhoseFieldHasMoved() throws Exception {
    try (Directory moved = movedIndexOf(2)) {
      for (int i = 0; i < 20; i++) {
        together(() -> writer.addIndexes(moved), () -> add(0, 5, newModel));
        assertEquals(writer.getDocStats().numDocs, hits(newModel));
        writer.deleteAll();
      }
    }
  }

  public void testAnIndexOfTheOldModelBesideTheEndOfAMigration() throws Exception {
    try (Directory old = indexOf(2, oldModel)) {
      for (int i = 0; i < 10; i++) {
        add(0, 5, oldModel);
        together(
            () -> writer.addIndexes(old),
            () -> {
              migration(newModel).fill(FillMonitor.NONE);
              migration(newModel).finish();
            });
        TextEmbedder model = fieldHas(newModel) ? newModel : oldModel;
        assertEquals(writer.getDocStats().numDocs, hits(model));
        writer.deleteAll();
      }
    }
  }

  private boolean fieldHas(TextEmbedder model) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
      return IndexModels.inspect(reader).fields().stream()
          .anyMatch(field -> field.models().names().containsKey(model.fingerprint()));
    }
  }

  /** A segment that is not read on before it is let go. */
  private static final class WaitingReader extends FilterCodecReader {
    final CountDownLatch waits = new CountDownLatch(1);
    final CountDownLatch goOn = new CountDownLatch(1);

    WaitingReader(CodecReader in) {
      super(in);
    }

    @Override
    public StoredFieldsReader getFieldsReader() {
      waits.countDown();
      try {
        goOn.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      return super.getFieldsReader();
    }

    @Override
    public IndexReader.CacheHelper getCoreCacheHelper() {
      return in.getCoreCacheHelper();
    }

    @Override
    public IndexReader.CacheHelper getReaderCacheHelper() {
      return in.getReaderCacheHelper();
    }
  }

  public void testALongOneHoldsUpNoDocuments() throws Exception {
    try (Directory other = indexOf(3, oldModel);
        DirectoryReader reader = DirectoryReader.open(other)) {
      WaitingReader segment = new WaitingReader(segment(reader));
      FutureTask<Long> adding = new FutureTask<>(() -> writer.addIndexes(segment));
      Thread thread = new Thread(adding);
      thread.start();
      segment.waits.await();
      Document elsewhere = new Document();
      elsewhere.add(new SemanticField("title_vector", "text", new SemanticFieldType(newModel)));
      writer.addEach(List.of(elsewhere));
      add(0, 2, oldModel);
      Document wrong = new Document();
      wrong.add(new SemanticField(FIELD, "text", new SemanticFieldType(newModel)));
      expectThrows(ModelMismatchException.class, () -> writer.addDocument(wrong));
      assertFalse(adding.isDone());
      segment.goOn.countDown();
      thread.join();
      adding.get();
      assertEquals(5, hits(oldModel));
    }
  }
}
