package dev.lucenesemantic.examples;

import dev.lucenesemantic.document.SemanticField;
import dev.lucenesemantic.document.SemanticFieldType;
import dev.lucenesemantic.document.SemanticIndexWriter;
import dev.lucenesemantic.embed.BundledModel;
import dev.lucenesemantic.embed.SentenceTransformer;
import dev.lucenesemantic.search.SemanticQueryParser;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.queryparser.classic.ParseException;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;

/**
 * Lucene's classic query syntax, in which the text for a semantic field is found by its meaning.
 *
 * <pre>{@code
 * mvn -q -pl examples -am process-classes exec:exec -Dexample=ParserExample
 * }</pre>
 */
public final class ParserExample {
  private static final List<String> TEXTS =
      List.of(
          "Around nine million people live in London.",
          "London is known for its financial district.",
          "Two million people have their home in Paris.",
          "Trains and buses run all night in London.");

  private static final List<String> QUERIES =
      List.of(
          "london AND people",
          "body_vector:\"population of the capital\"",
          "+body:london +body_vector:\"population of the capital\"",
          "million^0.1 body_vector:(public transport)^2 -financial");

  private ParserExample() {}

  /**
   * Runs the example.
   *
   * @param args none
   * @throws IOException if the index cannot be written or read
   * @throws ParseException if a query breaks the syntax
   */
  public static void main(String[] args) throws IOException, ParseException {
    run(System.out);
  }

  static void run(PrintStream out) throws IOException, ParseException {
    try (SentenceTransformer model = SentenceTransformer.load(BundledModel.ALL_MINILM_L6_V2_INT8);
        EnglishAnalyzer analyzer = new EnglishAnalyzer();
        Directory directory = new ByteBuffersDirectory()) {
      index(directory, analyzer, new SemanticFieldType(model));

      SemanticQueryParser parser =
          new SemanticQueryParser("body", analyzer, Map.of("body_vector", model));
      // All documents of so small an index would be among the nearest.
      parser.setK(2);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        for (String query : QUERIES) {
          out.println(query);
          for (ScoreDoc hit : searcher.search(parser.parse(query), 10).scoreDocs) {
            String text = searcher.storedFields().document(hit.doc).get("body");
            out.printf(Locale.ROOT, "  %.3f  %s%n", hit.score, text);
          }
        }
      }
    }
  }

  private static void index(Directory directory, EnglishAnalyzer analyzer, SemanticFieldType type)
      throws IOException {
    try (SemanticIndexWriter writer =
        new SemanticIndexWriter(new IndexWriter(directory, new IndexWriterConfig(analyzer)))) {
      for (String text : TEXTS) {
        Document document = new Document();
        document.add(new TextField("body", text, Store.YES));
        document.add(new SemanticField("body_vector", text, type));
        writer.addDocument(document);
      }
    }
  }
}
