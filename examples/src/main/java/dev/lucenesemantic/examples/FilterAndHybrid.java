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
import org.apache.lucene.document.IntField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;

/**
 * A semantic query under a filter, and beside words in a BooleanQuery.
 *
 * <pre>{@code
 * mvn -q -pl examples -am process-classes exec:exec -Dexample=FilterAndHybrid
 * }</pre>
 */
public final class FilterAndHybrid {
  private record Report(int year, String text) {}

  private static final List<Report> REPORTS =
      List.of(
          new Report(2019, "The server ran out of memory under load."),
          new Report(2024, "The process was killed because its heap was full."),
          new Report(2024, "Error E4711: the certificate of the mail server has expired."),
          new Report(2025, "Users cannot sign in with their password."));

  private FilterAndHybrid() {}

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
      index(directory, new SemanticFieldType(model));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = new IndexSearcher(reader);

        String question = "not enough RAM";
        print(
            out,
            "All: " + question,
            searcher,
            new SemanticQuery("text_vector", question, 2, model));

        // A filter works during the search, so that there are k hits even if it lets few through.
        Query recent = IntField.newRangeQuery("year", 2024, 2025);
        print(
            out,
            "Since 2024: " + question,
            searcher,
            new SemanticQuery("text_vector", question, 2, model, recent));

        // A word that means nothing to the model counts through BM25. The scores are of different
        // kinds: a semantic one lies between 0 and 1, and the boost sets how much it weighs.
        Query semantic = new SemanticQuery("text_vector", "login problem e4711", 4, model);
        Query hybrid =
            new BooleanQuery.Builder()
                .add(new BoostQuery(semantic, 2), Occur.SHOULD)
                .add(new TermQuery(new Term("text", "e4711")), Occur.SHOULD)
                .add(recent, Occur.FILTER)
                .build();
        print(out, "Hybrid, since 2024: login problem e4711", searcher, hybrid);
      }
    }
  }

  private static void index(Directory directory, SemanticFieldType type) throws IOException {
    try (SemanticIndexWriter writer =
        new SemanticIndexWriter(new IndexWriter(directory, new IndexWriterConfig()))) {
      for (Report report : REPORTS) {
        Document document = new Document();
        document.add(new IntField("year", report.year(), Store.YES));
        document.add(new TextField("text", report.text(), Store.YES));
        document.add(new SemanticField("text_vector", report.text(), type));
        writer.addDocument(document);
      }
    }
  }

  private static void print(PrintStream out, String title, IndexSearcher searcher, Query query)
      throws IOException {
    out.println(title);
    for (ScoreDoc hit : searcher.search(query, 4).scoreDocs) {
      Document document = searcher.storedFields().document(hit.doc);
      out.printf(
          Locale.ROOT,
          "  %.3f  %s  %s%n",
          hit.score,
          document.getField("year").numericValue(),
          document.get("text"));
    }
  }
}
