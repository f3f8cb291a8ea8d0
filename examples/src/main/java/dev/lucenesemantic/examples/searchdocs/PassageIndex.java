package dev.lucenesemantic.examples.searchdocs;

import dev.lucenesemantic.embed.TextEmbedder;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.IOUtils;

/** A kept index of passages, opened for search. */
public final class PassageIndex implements Closeable {
  static final String ID = "id";
  static final String TITLE = "title";

  /** The words, for BM25. */
  static final String BODY = "body";

  /** What the models read: the text in one line, and below it the words of its heading. */
  static final String MODEL_TEXT = "model_text";

  /** The embedding of {@link #MODEL_TEXT}. */
  static final String VECTOR = "body_vector";

  private final Directory directory;
  private final DirectoryReader reader;

  private PassageIndex(Directory directory, DirectoryReader reader) {
    this.directory = directory;
    this.reader = reader;
  }

  static Analyzer analyzer() {
    return new EnglishAnalyzer();
  }

  /**
   * A name for the folder of an index.
   *
   * @param corpus the text
   * @param embedder the model, whatever it is called
   * @return letters, digits, {@code .}, {@code _} and {@code -}
   */
  public static String folderName(Corpus corpus, TextEmbedder embedder) {
    return corpus.slug() + "." + PlainText.fileName(embedder.modelName());
  }

  /**
   * What an index was built from; it is kept in the commit.
   *
   * @param corpus the text
   * @param embedder the model
   * @return the identity of both
   * @throws IOException if the text cannot be reached
   */
  public static Map<String, String> origin(Corpus corpus, TextEmbedder embedder)
      throws IOException {
    return Map.of(
        "corpus", corpus.fingerprint(),
        "model", embedder.fingerprint(),
        "layout", "3");
  }

  /**
   * Opens an index.
   *
   * @param folder of the index
   * @param origin what it must have been built from
   * @return the index; empty if there is none, or it cannot be read, or has another origin
   */
  public static Optional<PassageIndex> open(Path folder, Map<String, String> origin) {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    PassageIndex index = null;
    try {
      index = open(folder);
      if (index.reader.getIndexCommit().getUserData().equals(origin)) {
        return Optional.of(index);
      }
    } catch (IOException | IllegalArgumentException e) {
      // Damaged, or of a Lucene that this one cannot read: as good as none.
    }
    IOUtils.closeWhileHandlingException(index);
    return Optional.empty();
  }

  private static PassageIndex open(Path folder) throws IOException {
    Directory directory = FSDirectory.open(folder);
    try {
      return new PassageIndex(directory, DirectoryReader.open(directory));
    } catch (IOException | RuntimeException e) {
      IOUtils.closeWhileHandlingException(directory);
      throw e;
    }
  }

  /**
   * The reader of the index.
   *
   * @return an open reader, closed with this
   */
  public DirectoryReader reader() {
    return reader;
  }

  @Override
  public void close() throws IOException {
    IOUtils.close(reader, directory);
  }
}
