package dev.lucenesemantic.examples;

import dev.lucenesemantic.document.PassageField;
import dev.lucenesemantic.document.PassageFieldType;
import dev.lucenesemantic.document.PassageLayout;
import dev.lucenesemantic.document.PassageSplitter;
import dev.lucenesemantic.document.SemanticIndexWriter;
import dev.lucenesemantic.embed.BundledModel;
import dev.lucenesemantic.embed.SentenceTransformer;
import dev.lucenesemantic.search.PassageHit;
import dev.lucenesemantic.search.PassageSearch;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;

/**
 * Documents that are longer than a model reads: they are indexed as passages, and a question finds
 * the documents by their best passage, with the place where it stands.
 *
 * <pre>{@code
 * mvn -q -pl examples -am process-classes exec:exec -Dexample=LongDocuments
 * }</pre>
 */
public final class LongDocuments {
  private record Manual(String id, String team, String title, String text) {}

  private static final List<Manual> MANUALS =
      List.of(
          new Manual(
              "leave",
              "people",
              "Time off",
              """
              Everybody has 28 days of leave a year. Ask your lead at least two weeks before you go.

              Who falls ill calls in before nine o'clock. A doctor's note is needed from the third \
              day on. Days on which you were ill during your holidays are given back to you.

              New parents can stay at home for up to six months. Their job is kept for them.
              """),
          new Manual(
              "expenses",
              "finance",
              "Travel and expenses",
              """
              Book trains and hotels yourself, second class and up to 120 euros a night.

              Keep every receipt. Send photos of them within a month, and the money is on your \
              account a week later. Meals with customers need the customer's name on the receipt.

              Taxis are paid only at night, or when you carry equipment.
              """),
          new Manual(
              "security",
              "it",
              "Safe computers",
              """
              Lock your screen when you leave your desk. Visitors get a badge and are never alone.

              If you lose your laptop or phone, tell the service desk at once, at any hour. They \
              erase the device from afar. Nobody is blamed for reporting a loss.

              Never click a link that asks for your password.
              """));

  private LongDocuments() {}

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
        Directory directory = new ByteBuffersDirectory();
        SemanticIndexWriter writer =
            new SemanticIndexWriter(new IndexWriter(directory, new IndexWriterConfig()))) {

      // These texts are short, so the passages are too; without withSize they have 256 tokens.
      PassageSplitter splitter = new PassageSplitter(model).withSize(48).withOverlap(0);
      PassageFieldType type = new PassageFieldType(splitter, PassageLayout.BLOCK, "id");
      for (Manual manual : MANUALS) {
        // An update, as a second run would need it: the old passages go with their document.
        writer.updateDocument(new Term("id", manual.id()), document(manual, type));
      }

      try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
        PassageSearch search = new PassageSearch(new IndexSearcher(reader), "text_vector", model);
        print(out, "my phone was stolen", search.search("my phone was stolen", 2));
        Query people = new TermQuery(new Term("team", "people"));
        print(out, "having a baby (team people)", search.search("having a baby", 2, people));
      }
    }
  }

  private static Document document(Manual manual, PassageFieldType type) {
    Document document = new Document();
    document.add(new StringField("id", manual.id(), Store.YES));
    document.add(new StringField("team", manual.team(), Store.NO));
    document.add(new PassageField("text_vector", manual.title(), manual.text(), type));
    return document;
  }

  private static void print(PrintStream out, String question, List<PassageHit> hits) {
    out.println(question);
    for (PassageHit hit : hits) {
      out.printf(
          Locale.ROOT,
          "  %.3f  %s, passage %d, chars %d to %d: %s%n",
          hit.score(),
          hit.parent(),
          hit.number(),
          hit.start(),
          hit.end(),
          hit.text());
    }
  }
}
