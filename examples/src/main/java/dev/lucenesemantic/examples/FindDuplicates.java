package dev.lucenesemantic.examples;

import dev.lucenesemantic.document.SemanticField;
import dev.lucenesemantic.document.SemanticFieldType;
import dev.lucenesemantic.document.SemanticIndexWriter;
import dev.lucenesemantic.embed.BundledModel;
import dev.lucenesemantic.embed.SentenceTransformer;
import dev.lucenesemantic.mining.DuplicateGroup;
import dev.lucenesemantic.mining.IndexMining;
import dev.lucenesemantic.mining.ParaphrasePair;
import dev.lucenesemantic.mining.VectorMining;
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
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;

/**
 * Which texts of a list mean the same, which form a group, and how near duplicates go from an
 * index: what Python users know as {@code paraphrase_mining} and {@code community_detection}.
 *
 * <pre>{@code
 * mvn -q -pl examples -am process-classes exec:exec -Dexample=FindDuplicates
 * }</pre>
 */
public final class FindDuplicates {
  private static final List<String> QUESTIONS =
      List.of(
          "How do I reset my password?",
          "When does the shop open on Sunday?",
          "I forgot my password, how can I reset it?",
          "Can I pay by credit card?",
          "What are your opening hours on Sundays?",
          "How can I change my password if I forgot it?");

  private FindDuplicates() {}

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

      // A list: everything is compared with everything, as in Python.
      out.println("Paraphrases");
      for (ParaphrasePair pair : VectorMining.paraphraseMining(QUESTIONS, model).subList(0, 3)) {
        out.printf(
            Locale.ROOT,
            "  %.3f  %s | %s%n",
            pair.score(),
            QUESTIONS.get(pair.first()),
            QUESTIONS.get(pair.second()));
      }
      out.println("Communities");
      for (List<Integer> community : VectorMining.communityDetection(QUESTIONS, 0.6f, 2, model)) {
        out.println("  " + community.stream().map(QUESTIONS::get).toList());
      }

      // An index: neighbours are found by HNSW, and no more than a few vectors are in memory.
      IndexWriter indexWriter = new IndexWriter(directory, new IndexWriterConfig());
      try (SemanticIndexWriter writer = new SemanticIndexWriter(indexWriter)) {
        SemanticFieldType type = new SemanticFieldType(model);
        for (String text : QUESTIONS) {
          Document document = new Document();
          document.add(new StringField("text", text, Store.YES));
          document.add(new SemanticField("text_vector", text, type));
          writer.addDocument(document);
        }
        try (DirectoryReader reader = DirectoryReader.open(indexWriter)) {
          removeDuplicates(reader, indexWriter);
        }
        try (DirectoryReader reader = DirectoryReader.open(indexWriter)) {
          out.println("Left in the index: " + reader.numDocs() + " of " + QUESTIONS.size());
        }
      }
    }
  }

  private static void removeDuplicates(DirectoryReader reader, IndexWriter writer)
      throws IOException {
    StoredFields stored = reader.storedFields();
    IndexMining mining = new IndexMining(new IndexSearcher(reader), "text_vector");
    for (DuplicateGroup group : mining.nearDuplicates(0.6f)) {
      for (int duplicate : group.duplicates()) {
        writer.deleteDocuments(new Term("text", stored.document(duplicate).get("text")));
      }
    }
  }
}
