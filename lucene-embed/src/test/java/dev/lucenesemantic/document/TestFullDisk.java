package dev.lucenesemantic.document;

import static dev.lucenesemantic.document.IndexedDocs.FIELD;
import static dev.lucenesemantic.document.IndexedDocs.assertVectors;
import static dev.lucenesemantic.document.IndexedDocs.document;
import static dev.lucenesemantic.document.IndexedDocs.texts;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystem;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Term;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.NIOFSDirectory;
import org.apache.lucene.tests.mockfile.FilterFileSystemProvider;
import org.apache.lucene.tests.store.MockDirectoryWrapper;
import org.apache.lucene.tests.util.LuceneTestCase;

/** A disk that fills up in the middle of everything. */
public class TestFullDisk extends LuceneTestCase {
  private static final SemanticIndexOptions KEEP =
      SemanticIndexOptions.defaults().withFailurePolicy(FailurePolicy.ADD_WITHOUT_VECTOR);

  private static SemanticIndexWriter newWriter(MockDirectoryWrapper directory) throws IOException {
    return new SemanticIndexWriter(
        new IndexWriter(
            directory,
            newIndexWriterConfig()
                .setMaxBufferedDocs(10)
                .setMergeScheduler(new SerialMergeScheduler())),
        KEEP);
  }

  public void testWhatWasCommittedIsThere() throws IOException {
    for (int round = 0; round < (TEST_NIGHTLY ? 40 : 8); round++) {
      Map<String, String> committed = new TreeMap<>();
      Map<String, String> maybe = null;
      FlakyEmbedder model = new FlakyEmbedder("model-a", 8);
      SemanticFieldType type = new SemanticFieldType(model);
      try (MockDirectoryWrapper directory =
          new MockDirectoryWrapper(random(), new ByteBuffersDirectory())) {
        directory.setAllowRandomFileNotFoundException(false);
        Map<String, String> state = new TreeMap<>();
        SemanticIndexWriter writer = newWriter(directory);
        try {
          writer.commit();
          directory.setMaxSizeInBytes(directory.sizeInBytes() + 5_000 + random().nextInt(200_000));
          for (int i = 0; i < 2000; i++) {
            String id = "" + random().nextInt(300);
            String text = (random().nextInt(3) == 0 ? "bad " : "fine ") + i;
            model.mended = false;
            writer.updateDocument(new Term("id", id), document(id, text, type));
            state.put(id, text);
            if (random().nextInt(40) == 0) {
              model.mended = true;
              writer.backfill(FIELD, type);
            }
            if (random().nextInt(30) == 0) {
              maybe = new TreeMap<>(state);
              writer.commit();
              committed = maybe;
            }
          }
        } catch (IOException | IllegalStateException full) {
          // As it must come: the disk is full, and perhaps the writer has closed itself.
        } finally {
          rollback(writer);
        }
        directory.setMaxSizeInBytes(0);
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
          Map<String, String> found = texts(reader);
          assertTrue(
              "a state that was never committed",
              List.of(committed, maybe == null ? committed : maybe).contains(found));
          assertVectors(reader, FIELD, model);
        }
        // And with space again, work goes on.
        try (SemanticIndexWriter again = newWriter(directory)) {
          model.mended = true;
          assertTrue(again.backfill(FIELD, type).complete());
          try (DirectoryReader reader = DirectoryReader.open(again.indexWriter())) {
            assertVectors(reader, FIELD, model);
          }
        }
      }
    }
  }

  /** A disk without space for staged vectors, once it is full. */
  private static final class FullForStaging extends FilterFileSystemProvider {
    volatile boolean full;

    FullForStaging(FileSystem delegate) {
      super("full://", delegate);
    }

    @Override
    public OutputStream newOutputStream(Path path, OpenOption... options) throws IOException {
      if (full && path.toString().contains("semantic-staging-")) {
        throw new IOException("No space left on device");
      }
      return super.newOutputStream(path, options);
    }
  }

  public void testAFillSaysThatTheDiskOfStagedVectorsIsFull() throws IOException {
    Path path = createTempDir();
    FullForStaging disk = new FullForStaging(path.getFileSystem());
    FlakyEmbedder oldModel = new FlakyEmbedder("model-a", 8);
    FlakyEmbedder newModel = new FlakyEmbedder("model-b", 12);
    SemanticFieldType newType = new SemanticFieldType(newModel);
    IndexedText stored = IndexedText.storedField("text");
    try (Directory directory = new NIOFSDirectory(disk.wrapPath(path));
        SemanticIndexWriter writer =
            new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()))) {
      for (int i = 0; i < 300; i++) {
        writer.addDocument(document("" + i, "text " + i, new SemanticFieldType(oldModel)));
      }
      // From the beginning, and from the first batch on.
      for (boolean full : new boolean[] {true, false}) {
        disk.full = full;
        IOException failure =
            expectThrows(
                IOException.class,
                () ->
                    writer.fillVectors(
                        FIELD,
                        newType,
                        stored,
                        new FillMonitor() {
                          @Override
                          public void progress(FillReport soFar) {
                            disk.full = true;
                          }
                        },
                        1e9));
        assertTrue(failure.getMessage(), failure.getMessage().contains("semantic-staging-model-b"));
        assertTrue(failure.getMessage(), failure.getMessage().contains("No space left on device"));
      }
      assertTrue(writer.isOpen());
      disk.full = false;
      assertTrue(writer.fillVectors(FIELD, newType, stored, FillMonitor.NONE, 1e9).complete());
    }
  }

  private static void rollback(SemanticIndexWriter writer) {
    try {
      writer.rollback();
    } catch (IOException | IllegalStateException full) {
      // The disk is still full.
    }
  }
}
