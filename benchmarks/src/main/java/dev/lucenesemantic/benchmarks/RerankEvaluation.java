package dev.lucenesemantic.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/**
 * Evaluates rerankers on collections in BEIR's layout: BM25, bi-encoders and both together, each
 * alone and with the best hits reranked, in windows of several sizes.
 *
 * <p>Everything goes the library's own road: one ordinary index, and a {@code CrossEncoderRescorer}
 * behind a search.
 */
public final class RerankEvaluation {
  static final Map<String, String> OPTIONS =
      Options.describe(
          "data", "BEIR folders, separated by commas: corpus.jsonl, queries.jsonl, qrels/test.tsv",
          "first",
              "bm25, hybrid, bundled bi-encoders, model folders, separated by commas; hybrid is of"
                  + " bm25 and the first bi-encoder (default: bm25,ALL_MINILM_L6_V2,hybrid)",
          "reranker",
              "DEFAULT or cross-encoders' folders, FOLDER#FILE.onnx for another file, separated by"
                  + " commas (default: DEFAULT)",
          "windows", "how many hits are reranked (default: 10,20,50,100,200)",
          "bi-encoders", "bi-encoders that rank BM25's candidates (default: none)",
          "queries", "how many queries, drawn by chance (default: all)",
          "timed", "how many of them the times are measured with (default: 20)");

  private static final String WINDOWS = "10,20,50,100,200";

  /** Makes a sample the same in every run. */
  private static final long SEED = 42;

  private RerankEvaluation() {}

  /**
   * Runs the evaluation; ends with exit code 2 and a list of the arguments if one is wrong.
   *
   * @param args see the list
   * @throws InterruptedException if the thread is interrupted
   */
  public static void main(String[] args) throws InterruptedException {
    int code = Program.run(OPTIONS, RerankEvaluation::run, args, System.out, System.err);
    if (code != 0) {
      System.exit(code);
    }
  }

  static void run(Options options, PrintStream out) throws IOException {
    List<BeirFolder> collections = new ArrayList<>();
    options.get("data");
    for (String folder : options.getList("data", "")) {
      collections.add(BeirFolder.open(Path.of(folder)));
    }
    List<Integer> windows =
        options.getInts("windows", WINDOWS).stream().sorted().distinct().toList();
    int timed = options.getInt("timed", 20);

    out.println("machine     " + Machine.here());
    out.println("versions    " + Machine.versions());
    out.println("metrics     as trec_eval -c: linear gains, equal scores by descending id");
    out.println(
        "times       median of "
            + timed
            + " queries, or of all if there are fewer, answered again with nothing remembered;");
    out.println("            with the fusion a reranking takes as long as without");
    TextTable table =
        new TextTable(
            3,
            "collection",
            "first stage",
            "reranked by",
            "window",
            "nDCG@10",
            "reranking ms",
            "total ms");
    try (RerankModels models =
        new RerankModels(
            options.getList("first", "bm25,ALL_MINILM_L6_V2,hybrid"),
            options.getList("reranker", "DEFAULT"),
            options.getList("bi-encoders", ""))) {
      describe(models, out);
      for (BeirFolder collection : collections) {
        int queries = options.has("queries") ? options.getInt("queries", 1) : Integer.MAX_VALUE;
        for (RerankFigure figure : evaluate(collection, models, windows, queries, timed, out)) {
          table.add(row(collection.name(), figure));
        }
        // After hours, what is known should be seen.
        out.print("\n" + table + "\n");
      }
      models
          .rerankers()
          .forEach(
              (name, model) ->
                  out.printf(
                      Locale.ROOT,
                      "scored      %s: %,d pairs, %,d of them cut to %d tokens%n",
                      name,
                      model.scoredPairs(),
                      model.truncatedPairs(),
                      model.maxLength()));
    }
  }

  private static void describe(RerankModels models, PrintStream out) {
    models
        .firstStages()
        .forEach(first -> out.println("first stage " + first.name() + ": " + first.settings()));
    models
        .rerankers()
        .forEach(
            (name, model) ->
                out.println(
                    "reranker    "
                        + name
                        + ": "
                        + model
                        + ", fused: "
                        + SecondStage.crossEncoder(name, model).fusion()));
    for (SemanticSystem peer : models.peers()) {
      SecondStage stage = SecondStage.biEncoder(peer, null);
      out.println(
          "reranker    " + peer.name() + ": " + peer.settings() + ", fused: " + stage.fusion());
    }
  }

  private static List<RerankFigure> evaluate(
      BeirFolder collection,
      RerankModels models,
      List<Integer> windows,
      int queries,
      int timed,
      PrintStream out)
      throws IOException {
    Qrels all = collection.qrels("test");
    Qrels qrels = all.sample(queries, new Random(SEED));
    Map<String, String> texts = Evaluation.judgedQueries(collection, qrels);
    try (TemporaryFolder folder = new TemporaryFolder();
        Directory directory = FSDirectory.open(folder.path())) {
      long documents = RerankIndex.build(collection, directory, models.bm25(), models.biEncoders());
      out.printf(
          Locale.ROOT,
          "collection  %s: %,d documents, %d of %d judged queries%n",
          collection.folder(),
          documents,
          texts.size(),
          all.queryIds().size());
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        searcher.setSimilarity(models.bm25().similarity());
        List<SecondStage> secondStages = new ArrayList<>();
        models
            .rerankers()
            .forEach((name, model) -> secondStages.add(SecondStage.crossEncoder(name, model)));
        for (SemanticSystem peer : models.peers()) {
          VectorScorer vectors = new VectorScorer(reader, peer.field(), peer.embedder());
          secondStages.add(SecondStage.biEncoder(peer, vectors));
        }
        RerankComparison comparison =
            new RerankComparison(searcher, models.firstStages(), secondStages, windows);
        Progress progress = new Progress(collection.name() + ": queries", System.err);
        for (Map.Entry<String, String> query : texts.entrySet()) {
          comparison.answer(query.getKey(), query.getValue());
          progress.step();
        }
        Qrels drawn = qrels.sample(timed, new Random(SEED));
        comparison.time(drawn.queryIds().stream().map(texts::get).toList());
        return comparison.figures(qrels);
      }
    }
  }

  private static List<String> row(String collection, RerankFigure figure) {
    String secondStage = "-";
    String window = "-";
    String millis = "-";
    if (figure.reranking().isPresent()) {
      RerankFigure.Reranking reranking = figure.reranking().get();
      secondStage = reranking.secondStage() + (reranking.fused() ? ", fused" : "");
      window = String.valueOf(reranking.window());
      millis = format("%.1f", reranking.millis());
    }
    return List.of(
        collection,
        figure.firstStage(),
        secondStage,
        window,
        format("%.4f", figure.ndcgAt10()),
        millis,
        format("%.1f", figure.totalMillis()));
  }

  private static String format(String pattern, double value) {
    return String.format(Locale.ROOT, pattern, value);
  }
}
