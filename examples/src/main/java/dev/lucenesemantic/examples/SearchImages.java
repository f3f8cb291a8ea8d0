package dev.lucenesemantic.examples;

import dev.lucenesemantic.document.SemanticField;
import dev.lucenesemantic.document.SemanticFieldType;
import dev.lucenesemantic.document.SemanticIndexWriter;
import dev.lucenesemantic.embed.SentenceTransformer;
import dev.lucenesemantic.image.ImageSource;
import dev.lucenesemantic.search.SemanticQuery;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;

/**
 * Finds images by what a text says is on them: needs a CLIP model, as a folder or an id on the
 * Hugging Face hub, and a folder of images.
 *
 * <pre>{@code
 * mvn -q -pl examples -am process-classes exec:exec -Dexample=SearchImages \
 *     -Dmodel=Xenova/clip-vit-base-patch32 -Dfolder=/home/me/pictures -Dquery="two dogs in the snow"
 * }</pre>
 */
public final class SearchImages {
  private static final List<String> ENDINGS =
      List.of(".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp");

  private SearchImages() {}

  /**
   * Runs the example.
   *
   * @param args none; the system properties say what to search in
   * @throws IOException if an image cannot be read or encoded
   */
  public static void main(String[] args) throws IOException {
    run(given("model"), Path.of(given("folder")), given("query"), System.out);
  }

  private static String given(String property) {
    String value = System.getProperty(property, "");
    if (value.isEmpty()) {
      throw new IllegalArgumentException("give -D" + property + "=...");
    }
    return value;
  }

  static void run(String modelName, Path folder, String text, PrintStream out) throws IOException {
    try (SentenceTransformer model = SentenceTransformer.load(modelName);
        Directory directory = new ByteBuffersDirectory()) {
      SemanticFieldType type = new SemanticFieldType(model);
      try (Stream<Path> files = Files.walk(folder);
          SemanticIndexWriter writer =
              new SemanticIndexWriter(new IndexWriter(directory, new IndexWriterConfig()))) {
        // Only their names: images are read when they are encoded, many at a time.
        List<Document> documents =
            files.filter(SearchImages::isImage).map(file -> document(file, type)).toList();
        writer.addEach(documents);
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        SemanticQuery query = new SemanticQuery("image_vector", text, 5, model);
        for (ScoreDoc hit : searcher.search(query, 5).scoreDocs) {
          String file = searcher.storedFields().document(hit.doc).get("file");
          out.printf(Locale.ROOT, "%.3f  %s%n", hit.score, file);
        }
      }
    }
  }

  private static boolean isImage(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    return ENDINGS.stream().anyMatch(name::endsWith);
  }

  private static Document document(Path file, SemanticFieldType type) {
    Document document = new Document();
    document.add(new StringField("file", file.toString(), Store.YES));
    document.add(new SemanticField("image_vector", ImageSource.of(file), type));
    return document;
  }
}
