package dev.lucenesemantic.examples;

import dev.lucenesemantic.rerank.BundledReranker;
import dev.lucenesemantic.rerank.CrossEncoder;
import dev.lucenesemantic.rerank.CrossEncoderRescorer;
import dev.lucenesemantic.rerank.PairScorer;
import dev.lucenesemantic.rerank.TextSource;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.Rescorer;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.QueryBuilder;

/**
 * A search by words that exists already, and the same with a cross-encoder behind it: three lines
 * change, and nothing in the index.
 *
 * <pre>{@code
 * mvn -q -pl examples -am process-classes exec:exec -Dexample=RerankExistingSearch
 * }</pre>
 */
public final class RerankExistingSearch {
  private static final List<String> TEXTS =
      List.of(
          "How to get a strong back: our rowing machines, ten percent off this week.",
          "Refunds are paid to the card you used, ten days after the goods have come back to us.",
          "Get our app to see at a glance how much money you have spent.",
          "To return an item, print the label and take the parcel to any post office.",
          "Gift cards cannot be exchanged for money.",
          "You can get help by telephone from eight to six.",
          "In your account you change your address, your password or your name.",
          "We get back to you within a day if you write to us.",
          "Orders over 50 euros are delivered free of charge.",
          "The back of the device gets warm while it is charged, which is normal.",
          "Collect points with every order and save money on the next one.",
          "Our shops are open from Monday to Saturday.");

  private static final String QUESTION = "How do I get my money back?";

  private RerankExistingSearch() {}

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
    // Changed, 1 of 3: load the model, once for all searches.
    try (CrossEncoder model = CrossEncoder.load(BundledReranker.DEFAULT)) {
      run(out, model);
    }
  }

  static void run(PrintStream out, PairScorer model) throws IOException {
    try (Directory directory = new ByteBuffersDirectory();
        Analyzer analyzer = new EnglishAnalyzer()) {
      index(directory, analyzer);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        Query query = new QueryBuilder(analyzer).createBooleanQuery("body", QUESTION);
        out.println(QUESTION);
        before(out, searcher, query);
        after(out, searcher, query, model);
      }
    }
  }

  private static void before(PrintStream out, IndexSearcher searcher, Query query)
      throws IOException {
    TopDocs hits = searcher.search(query, 3);

    print(out, "Before", searcher, hits);
  }

  private static void after(PrintStream out, IndexSearcher searcher, Query query, PairScorer model)
      throws IOException {
    // Changed, 2 of 3: say what was asked, and where the texts are.
    Rescorer reranker = new CrossEncoderRescorer(model, QUESTION, TextSource.storedField("body"));
    // Changed, 3 of 3: take more hits, of which the model chooses.
    TopDocs hits = reranker.rescore(searcher, searcher.search(query, 50), 3);

    print(out, "After", searcher, hits);
    out.println();
    out.println("Why the first hit is the first");
    int best = hits.scoreDocs[0].doc;
    out.print(reranker.explain(searcher, searcher.explain(query, best), best));
  }

  private static void index(Directory directory, Analyzer analyzer) throws IOException {
    try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig(analyzer))) {
      for (String text : TEXTS) {
        Document document = new Document();
        document.add(new TextField("body", text, Store.YES));
        writer.addDocument(document);
      }
    }
  }

  private static void print(PrintStream out, String title, IndexSearcher searcher, TopDocs hits)
      throws IOException {
    out.println();
    out.println(title);
    for (ScoreDoc hit : hits.scoreDocs) {
      String text = searcher.storedFields().document(hit.doc).get("body");
      out.printf(Locale.ROOT, "  %.3f  %s%n", hit.score, text);
    }
  }
}
