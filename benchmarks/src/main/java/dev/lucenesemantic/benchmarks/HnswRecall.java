package dev.lucenesemantic.benchmarks;

import dev.lucenesemantic.embed.EncoderOptions;
import dev.lucenesemantic.embed.SentenceTransformer;
import dev.lucenesemantic.embed.TextEmbedder;
import dev.lucenesemantic.search.SemanticQuery;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/**
 * Compares what a semantic query finds through the graph with the true nearest documents, which are
 * found by comparing the query with every vector, for all queries of a BEIR collection.
 */
public final class HnswRecall {
  static final Map<String, String> OPTIONS =
      Options.describe(
          "data", "a BEIR folder: corpus.jsonl, queries.jsonl",
          "model", "a bundled model or a model folder (default: ALL_MINILM_L6_V2)",
          "beams", "numbers of candidates beside the default (default: 10,20,50,200)");

  private static final int K = 10;

  /** Scores are floats: what is nearer than this to the tenth is as good as the tenth. */
  private static final float TIE = 1e-6f;

  private HnswRecall() {}

  /**
   * Runs the comparison; ends with exit code 2 and a list of the arguments if one is wrong.
   *
   * @param args see the list
   * @throws InterruptedException if the thread is interrupted
   */
  public static void main(String[] args) throws InterruptedException {
    int code = Program.run(OPTIONS, HnswRecall::run, args, System.out, System.err);
    if (code != 0) {
      System.exit(code);
    }
  }

  static void run(Options options, PrintStream out) throws IOException {
    BeirFolder collection = BeirFolder.open(Path.of(options.get("data")));
    List<String> texts = List.copyOf(collection.queries().values());
    List<Integer> beams = beams(options.get("beams", "10,20,50,200"));
    String modelName = options.get("model", "ALL_MINILM_L6_V2");
    out.println("collection  " + collection.folder() + ", " + texts.size() + " queries");
    out.println("machine     " + Machine.here());
    out.println("versions    " + Machine.versions());
    try (SentenceTransformer model = Models.load(modelName, EncoderOptions.defaults());
        SemanticSystem system = new SemanticSystem(Models.label(modelName), model);
        TemporaryFolder folder = new TemporaryFolder();
        Directory directory = FSDirectory.open(folder.path())) {
      out.println("model       " + system.settings());
      long documents = system.index(collection, directory);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        out.println(
            "index       "
                + documents
                + " documents, "
                + reader.leaves().size()
                + " segments, Lucene's default format and graph");
        out.println();
        out.print(compare(new IndexSearcher(reader), model, texts, beams));
      }
    }
  }

  /** The table: each way to search with its recall of the true best ten and its latency. */
  static TextTable compare(
      IndexSearcher searcher, TextEmbedder model, List<String> texts, List<Integer> beams)
      throws IOException {
    Sample encoding = new Sample();
    List<float[]> vectors = new ArrayList<>();
    for (String text : texts) {
      long start = System.nanoTime();
      vectors.add(model.embedQuery(text));
      encoding.add(millisSince(start));
    }
    ExactSearch exactSearch = new ExactSearch(searcher.getIndexReader(), SemanticSystem.FIELD);
    Sample exactTimes = new Sample();
    List<List<ExactSearch.Neighbor>> exact = new ArrayList<>();
    for (float[] vector : vectors) {
      long start = System.nanoTime();
      exact.add(exactSearch.search(vector, K));
      exactTimes.add(millisSince(start));
    }
    TextTable table = new TextTable(1, "search for the best 10", "recall@10", "p50 ms", "p95 ms");
    table.add(row("encode the query", "", encoding));
    table.add(row("exact: all vectors", "1.0000", exactTimes));
    // A copy with another beam has the same vector, so that the text is encoded only once.
    List<SemanticQuery> queries =
        texts.stream()
            .map(text -> new SemanticQuery(SemanticSystem.FIELD, text, K, model))
            .toList();
    table.add(graphRow("graph, default beam", searcher, queries, exact));
    for (int beam : beams) {
      List<SemanticQuery> widened = queries.stream().map(query -> query.withBeam(beam)).toList();
      table.add(graphRow("graph, beam " + beam, searcher, widened, exact));
    }
    return table;
  }

  private static List<String> graphRow(
      String name,
      IndexSearcher searcher,
      List<SemanticQuery> queries,
      List<List<ExactSearch.Neighbor>> exact)
      throws IOException {
    for (SemanticQuery query : queries) {
      searcher.search(query, K);
    }
    Sample times = new Sample();
    double recall = 0;
    for (int i = 0; i < queries.size(); i++) {
      long start = System.nanoTime();
      ScoreDoc[] hits = searcher.search(queries.get(i), K).scoreDocs;
      times.add(millisSince(start));
      recall += recall(hits, exact.get(i));
    }
    return row(name, String.format(Locale.ROOT, "%.4f", recall / queries.size()), times);
  }

  /**
   * Which part of the true nearest documents was found. A document that is as near as the last of
   * them counts as one of them.
   */
  static double recall(ScoreDoc[] hits, List<ExactSearch.Neighbor> exact) {
    if (exact.isEmpty()) {
      return 1;
    }
    // The score of a dot product, as Lucene computes it.
    float last = (1 + exact.get(exact.size() - 1).dotProduct()) / 2;
    int found = 0;
    for (ScoreDoc hit : hits) {
      if (hit.score >= last - TIE) {
        found++;
      }
    }
    return (double) Math.min(found, exact.size()) / exact.size();
  }

  private static List<String> row(String name, String recall, Sample times) {
    return List.of(
        name,
        recall,
        String.format(Locale.ROOT, "%.2f", times.percentile(50)),
        String.format(Locale.ROOT, "%.2f", times.percentile(95)));
  }

  private static List<Integer> beams(String list) {
    List<Integer> beams = new ArrayList<>();
    for (String beam : list.split("\\s*,\\s*")) {
      if (!beam.matches("\\d{1,6}") || Integer.parseInt(beam) < K) {
        throw new UsageException(
            "'--beams' takes whole numbers from "
                + K
                + ", separated by commas, not '"
                + beam
                + "'");
      }
      beams.add(Integer.parseInt(beam));
    }
    return beams;
  }

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / 1e6;
  }
}
