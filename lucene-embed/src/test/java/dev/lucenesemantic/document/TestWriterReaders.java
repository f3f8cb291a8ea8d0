package dev.lucenesemantic.document;

import java.io.IOException;
import java.util.List;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.tests.util.LuceneTestCase;

/** Readers of a writer in threads that are interrupted. */
public class TestWriterReaders extends LuceneTestCase {
  private static void add(IndexWriter writer) throws IOException {
    writer.addDocument(List.of(new StringField("id", "x", Field.Store.NO)));
    writer.flush();
  }

  public void testClosingTheLastReaderOfMergedSegmentsLeavesTheWriterOpen() throws IOException {
    try (Directory folder = FSDirectory.open(createTempDir());
        IndexWriter writer = new IndexWriter(folder, new IndexWriterConfig())) {
      add(writer);
      add(writer);
      DirectoryReader reader = WriterReaders.open(writer);
      // From now on the reader alone has the files of the old segments.
      writer.forceMerge(1);
      Thread.currentThread().interrupt();
      try {
        WriterReaders.close(reader);
        assertEquals(2, (int) WriterReaders.read(writer, DirectoryReader::numDocs));
      } finally {
        assertTrue(Thread.interrupted());
      }
      add(writer);
      writer.commit();
      try (DirectoryReader committed = DirectoryReader.open(folder)) {
        assertEquals(3, committed.numDocs());
      }
    }
  }

  public void testWhatAReaderThrowsIsThrown() throws IOException {
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, newIndexWriterConfig())) {
      IOException thrown =
          expectThrows(
              IOException.class,
              () ->
                  WriterReaders.read(
                      writer,
                      reader -> {
                        throw new IOException("unreadable");
                      }));
      assertEquals("unreadable", thrown.getMessage());
    }
  }
}
