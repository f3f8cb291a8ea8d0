package dev.lucenesemantic.examples;

import dev.lucenesemantic.document.SemanticField;
import dev.lucenesemantic.document.SemanticFieldType;
import dev.lucenesemantic.document.SemanticIndexWriter;
import dev.lucenesemantic.embed.BundledModel;
import dev.lucenesemantic.embed.SentenceTransformer;
import dev.lucenesemantic.search.SemanticQuery;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;

/**
 * Indexes a few sentences and finds one by its meaning.
 *
 * <pre>{@code
 * mvn -q -pl examples -am process-classes exec:exec -Dexample=IndexAndSearch
 * }</pre>
 */
public final class IndexAndSearch {
  private static final List<String> TEXTS =
      List.of(
          "Around nine million people live in London.",
          "London is known for its financial district.",
          "The weather in Cornwall is mild in winter.",
          "The Thames flows through the south of England.");

  private IndexAndSearch() {}

  /**
   * Runs the example.
   *
   * @param args none
   * @throws IOException if the index cannot be written or read
   */
  public static void main(String[] args) throws IOException {
    run(System.out);
  }

  static void run(PrintStream out) throws IOException {
    try (SentenceTransformer model = SentenceTransformer.load(BundledModel.ALL_MINILM_L6_V2_INT8);
        Directory directory = new ByteBuffersDirectory()) {

      SemanticFieldType type = new SemanticFieldType(model);
      try (SemanticIndexWriter writer =
          new SemanticIndexWriter(new IndexWriter(directory, new IndexWriterConfig()))) {
        for (String text : TEXTS) {
          Document document = new Document();
          document.add(new TextField("body", text, Store.YES));
          document.add(new SemanticField("body_vector", text, type));
          writer.addDocument(document);
        }
      }

      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        String question = "What is the population of the British capital?";
        out.println(question);
        SemanticQuery query = new SemanticQuery("body_vector", question, 3, model);
        for (ScoreDoc hit : searcher.search(query, 3).scoreDocs) {
          String text = searcher.storedFields().document(hit.doc).get("body");
          out.printf(Locale.ROOT, "  %.3f  %s%n", hit.score, text);
        }
      }
    }
  }
}
