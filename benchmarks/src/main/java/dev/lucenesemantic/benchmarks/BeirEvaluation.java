package dev.lucenesemantic.benchmarks;

import dev.lucenesemantic.embed.EncoderOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/**
 * Evaluates BM25 and models on a collection in BEIR's layout and prints a table, with the published
 * nDCG@10 where one is known.
 *
 * <p>A model goes the library's own road: its vectors are indexed by a {@code SemanticIndexWriter}
 * and searched by a {@code SemanticQuery}.
 */
public final class BeirEvaluation {
  static final Map<String, String> OPTIONS =
      Options.describe(
          "data", "a BEIR folder: corpus.jsonl, queries.jsonl, qrels/SPLIT.tsv",
          "split", "the judgements to use (default: test)",
          "systems",
              "bm25, bm25-lucene, bundled models, model folders, separated by commas"
                  + " (default: bm25,ALL_MINILM_L6_V2)",
          "runs", "a folder for TREC run files (default: none are written)",
          "depth", "how many documents each query is answered with (default: 1000)");

  private BeirEvaluation() {}

  /**
   * Runs the evaluation; ends with exit code 2 and a list of the arguments if one is wrong.
   *
   * @param args see the list
   * @throws InterruptedException if the thread is interrupted
   */
  public static void main(String[] args) throws InterruptedException {
    int code = Program.run(OPTIONS, BeirEvaluation::run, args, System.out, System.err);
    if (code != 0) {
      System.exit(code);
    }
  }

  static void run(Options options, PrintStream out) throws IOException {
    BeirFolder collection = BeirFolder.open(Path.of(options.get("data")));
    String split = options.get("split", "test");
    Qrels qrels = collection.qrels(split);
    int depth = options.getInt("depth", 1000);
    List<String> systems = options.getList("systems", "bm25,ALL_MINILM_L6_V2");
    Path runs = options.has("runs") ? Files.createDirectories(Path.of(options.get("runs"))) : null;

    out.println("collection  " + collection.folder() + ", split " + split);
    out.println("queries     " + qrels.queryIds().size() + " judged, " + depth + " documents each");
    out.println("machine     " + Machine.here());
    out.println("versions    " + Machine.versions());
    out.println("metrics     as trec_eval -c: linear gains, equal scores by descending id");
    TextTable table =
        new TextTable(
            1,
            "system",
            "nDCG@10",
            "published",
            "recall@100",
            "MRR@10",
            "MAP",
            "index s",
            "docs/s",
            "ms/query");
    List<String> files = new ArrayList<>();
    for (String name : systems) {
      try (RetrievalSystem system = system(name);
          TemporaryFolder folder = new TemporaryFolder();
          Directory index = FSDirectory.open(folder.path())) {
        out.println("system      " + system.name() + ": " + system.settings());
        Evaluation evaluation = Evaluation.of(system, collection, qrels, depth, index);
        table.add(row(collection, system, evaluation));
        if (runs != null) {
          Path file = runs.resolve(system.name() + ".trec");
          evaluation.run().write(file);
          files.add(file.toString());
        }
      }
    }
    out.println();
    out.print(table);
    files.forEach(file -> out.println("run file " + file));
  }

  private static RetrievalSystem system(String name) {
    return switch (name) {
      case "bm25" -> Bm25System.withAnseriniParameters();
      case "bm25-lucene" -> Bm25System.withLuceneParameters();
      default ->
          new SemanticSystem(Models.label(name), Models.load(name, EncoderOptions.defaults()));
    };
  }

  private static List<String> row(
      BeirFolder collection, RetrievalSystem system, Evaluation evaluation) {
    RetrievalMetrics metrics = evaluation.metrics();
    return List.of(
        system.name(),
        format("%.4f", metrics.ndcgAt10()),
        PublishedFigures.ndcgAt10(collection.name(), system.name()),
        format("%.4f", metrics.recallAt100()),
        format("%.4f", metrics.mrrAt10()),
        format("%.4f", metrics.map()),
        format("%.1f", evaluation.indexSeconds()),
        format("%.0f", evaluation.documentsPerSecond()),
        format("%.2f", evaluation.millisPerQuery()));
  }

  private static String format(String pattern, double value) {
    return String.format(Locale.ROOT, pattern, value);
  }
}
