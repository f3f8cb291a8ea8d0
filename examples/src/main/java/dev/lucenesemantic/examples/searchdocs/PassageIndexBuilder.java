package dev.lucenesemantic.examples.searchdocs;

import dev.lucenesemantic.document.SemanticField;
import dev.lucenesemantic.document.SemanticFieldType;
import dev.lucenesemantic.document.SemanticIndexWriter;
import dev.lucenesemantic.embed.TextEmbedder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Iterator;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.IndexWriterConfig.OpenMode;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.LockObtainFailedException;
import org.apache.lucene.util.IOUtils;

/** Builds the index of a corpus. */
public final class PassageIndexBuilder {
  private static final Pattern BETWEEN_WORDS =
      Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");

  private final TextEmbedder embedder;
  private final PrintStream out;
  private final boolean terminal;

  /**
   * Builds with a model.
   *
   * @param embedder encodes the passages
   * @param out where progress is shown
   * @param terminal whether a cursor can be moved there
   */
  public PassageIndexBuilder(TextEmbedder embedder, PrintStream out, boolean terminal) {
    this.embedder = embedder;
    this.out = out;
    this.terminal = terminal;
  }

  /**
   * Builds an index in place of what is there. It appears under its name when it is complete: what
   * was interrupted is never used.
   *
   * @param corpus the text
   * @param passages how many there are
   * @param folder of the index
   * @throws IOException if the text cannot be read or the index cannot be written
   * @throws Refusal if somebody else builds it at the same time
   */
  public void build(Corpus corpus, long passages, Path folder) throws IOException, Refusal {
    Path building = folder.resolveSibling(folder.getFileName() + ".building");
    Files.createDirectories(building);
    Map<String, String> origin = PassageIndex.origin(corpus, embedder);
    IndexWriterConfig config =
        new IndexWriterConfig(PassageIndex.analyzer())
            .setOpenMode(OpenMode.CREATE)
            .setRAMBufferSizeMB(64)
            .setCommitOnClose(false);
    try (Directory directory = FSDirectory.open(building);
        SemanticIndexWriter writer = new SemanticIndexWriter(new IndexWriter(directory, config));
        Stream<Passage> stream = corpus.passages();
        Progress progress = new Progress("Indexing", passages, out, terminal)) {
      SemanticFieldType type = new SemanticFieldType(embedder);
      Iterator<Document> documents =
          stream
              .map(passage -> document(passage, type))
              // Not those that were read ahead, to be encoded together.
              .peek(document -> progress.reached(writer.getDocStats().numDocs))
              .iterator();
      Iterable<Document> once = () -> documents;
      writer.addEach(once);
      progress.reached(passages);
      writer.indexWriter().setLiveCommitData(origin.entrySet());
      writer.commit();
    } catch (LockObtainFailedException e) {
      throw new Refusal("Another run is building this index: wait until it has ended", e);
    }
    IOUtils.rm(folder);
    Files.move(building, folder, StandardCopyOption.ATOMIC_MOVE);
  }

  private static Document document(Passage passage, SemanticFieldType type) {
    String body = passage.heading() + "\n" + passage.text();
    String modelText = passage.text() + "\n" + words(passage.heading());
    Document document = new Document();
    document.add(new StringField(PassageIndex.ID, passage.id(), Store.YES));
    document.add(new StoredField(PassageIndex.TITLE, passage.title()));
    document.add(new TextField(PassageIndex.BODY, body, Store.NO));
    document.add(new StoredField(PassageIndex.MODEL_TEXT, modelText));
    document.add(new SemanticField(PassageIndex.VECTOR, modelText, type));
    return document;
  }

  /**
   * The words of a name, so that a model reads "delete documents" and not what its tokenizer makes
   * of "deleteDocuments".
   */
  private static String words(String names) {
    return BETWEEN_WORDS.matcher(names).replaceAll(" ");
  }
}
