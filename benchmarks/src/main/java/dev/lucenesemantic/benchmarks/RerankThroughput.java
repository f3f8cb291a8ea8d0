package dev.lucenesemantic.benchmarks;

import dev.lucenesemantic.rerank.CrossEncoder;
import dev.lucenesemantic.rerank.CrossEncoderOptions;
import dev.lucenesemantic.rerank.TextPair;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * Measures how many hits of one query a cross-encoder scores per second, in fp32 and int8; and,
 * where it is told of a Python with sentence-transformers, how many its {@code CrossEncoder} scores
 * with the same weights on the same machine in the same run.
 *
 * <p>All take turns for several rounds, because a machine is not equally fast all the time; the
 * figure is the median of the rounds.
 */
public final class RerankThroughput {
  static final Map<String, String> OPTIONS =
      Options.describe(
          "peer-model",
              "a cross-encoder's folder with model.safetensors and, in onnx, both ONNX files;"
                  + " make_peer_reranker.py makes one",
          "int8", "its int8 file (default: onnx/model_int8.onnx)",
          "python", "a Python with sentence-transformers, to be measured too",
          "reranker",
              "DEFAULT or cross-encoders' folders, FOLDER#FILE.onnx for another file, separated by"
                  + " commas, to be measured beside it (default: none)",
          "data", "a BEIR folder to take the texts from (default: generated sentences)",
          "hits", "how many hits the query has (default: 100)",
          "threads", "how many cores each may use (default: all)",
          "seconds", "for how long the hits are scored in a round (default: 10)",
          "rounds", "how often (default: 3)");

  private static final List<ThroughputReport.Goal> GOALS =
      List.of(
          new ThroughputReport.Goal(ThroughputReport.INT8, ThroughputReport.PEER_FP32, 3.0),
          new ThroughputReport.Goal(ThroughputReport.FP32, ThroughputReport.PEER_FP32, 1.2));

  /** Scores of the same weights in fp32 differ by less. */
  private static final float SAME = 1e-3f;

  private RerankThroughput() {}

  /**
   * Runs the measurement; ends with exit code 2 and a list of the arguments if one is wrong.
   *
   * @param args see the list
   * @throws InterruptedException if the thread is interrupted
   */
  public static void main(String[] args) throws InterruptedException {
    int code = Program.run(OPTIONS, RerankThroughput::run, args, System.out, System.err);
    if (code != 0) {
      System.exit(code);
    }
  }

  /** An empty report with the goals. */
  static ThroughputReport report() {
    return new ThroughputReport("pairs/s", GOALS);
  }

  static void run(Options options, PrintStream out) throws IOException, InterruptedException {
    String peerModel = options.get("peer-model");
    int hits = options.getInt("hits", 100);
    int threads = options.getInt("threads", Runtime.getRuntime().availableProcessors());
    double seconds = options.getPositive("seconds", 10);
    int rounds = options.getInt("rounds", 3);

    out.println("machine     " + Machine.here());
    out.println("versions    " + Machine.versions());
    out.println("threads     " + threads + "; " + rounds + " rounds of " + seconds + " s");
    ThroughputReport report = report();
    try (TemporaryFolder work = new TemporaryFolder();
        Rerankers models = new Rerankers(threads)) {
      CrossEncoder fp32 = models.load(ThroughputReport.FP32, peerModel);
      CrossEncoder int8 =
          models.load(
              ThroughputReport.INT8, peerModel + "#" + options.get("int8", "onnx/model_int8.onnx"));
      for (String name : options.getList("reranker", "")) {
        models.load(Models.rerankerLabel(name), name);
      }
      QueryHits texts = texts(options, hits, textTokens(fp32));
      TextSet set = new TextSet(hits + " hits", texts.hits());
      out.println("texts       " + describe(options));
      out.println("query       " + texts.query());

      List<Contestant> contestants = new ArrayList<>();
      models
          .byName()
          .forEach(
              (name, model) ->
                  contestants.add(ours(name, model, texts.query(), set, seconds, out)));
      PythonPeer peer = null;
      if (options.has("python")) {
        Path file = work.path().resolve("texts.jsonl");
        TextSets.write(List.of(set), file);
        PythonPeer python =
            PythonPeer.crossEncoder(
                options.get("python"),
                Path.of(peerModel),
                file,
                work.path(),
                threads,
                seconds,
                texts.query());
        contestants.add(new Contestant(ThroughputReport.PEER_FP32, () -> python.measure("fp32")));
        peer = python;
      }
      Contestant.takeTurns(contestants, rounds, report, out);
      if (peer != null) {
        out.println("peer        " + peer.versions() + ", " + peerModel);
        out.printf(
            Locale.ROOT,
            "scores      differ from the peer's by at most %.1e (fp32) and %.1e (int8)%n",
            requireSame(difference(fp32, texts, peer), peerModel),
            difference(int8, texts, peer));
      }
    }
    out.println();
    out.print(report.table());
    out.print(report.ratios());
  }

  /** The models that are measured, by the names that the report has for them. */
  private record Rerankers(int threads, Map<String, CrossEncoder> byName) implements AutoCloseable {
    Rerankers(int threads) {
      this(threads, new LinkedHashMap<>());
    }

    CrossEncoder load(String name, String model) {
      if (byName.containsKey(name)) {
        throw new UsageException("two of the models are called " + name);
      }
      CrossEncoder loaded =
          Models.loadReranker(model, CrossEncoderOptions.defaults().withThreads(threads));
      byName.put(name, loaded);
      return loaded;
    }

    @Override
    public void close() {
      byName.values().forEach(CrossEncoder::close);
    }
  }

  private static Contestant ours(
      String name, CrossEncoder model, String query, TextSet set, double seconds, PrintStream out) {
    ModelSpeed speed =
        new ModelSpeed(
            texts -> model.score(query, texts),
            text -> model.tokenize(new TextPair(query, text)).length(),
            List.of(set));
    out.printf(
        Locale.ROOT,
        "model       %s: %s, pairs of %.0f tokens on average%n",
        name,
        model,
        speed.meanTokens(set));
    speed.warmUp();
    return new Contestant(name, () -> speed.measure(seconds));
  }

  /** How many tokens of a model a text has, without the special ones. */
  private static ToIntFunction<String> textTokens(CrossEncoder model) {
    int special = model.tokenize(new TextPair("", "")).length();
    return text -> model.tokenize(new TextPair("", text)).length() - special;
  }

  private static float difference(CrossEncoder model, QueryHits texts, PythonPeer peer)
      throws IOException {
    float[] ours = model.score(texts.query(), texts.hits());
    float[] theirs = peer.scores();
    if (ours.length != theirs.length) {
      throw new IOException(
          "the peer gave " + theirs.length + " scores for " + ours.length + " pairs");
    }
    float largest = 0;
    for (int i = 0; i < ours.length; i++) {
      largest = Math.max(largest, Math.abs(ours[i] - theirs[i]));
    }
    return largest;
  }

  private static float requireSame(float difference, String model) throws IOException {
    if (!(difference <= SAME)) {
      throw new IOException(
          model
              + ": the scores of its ONNX file differ from torch's by up to "
              + difference
              + ", so these are not the same weights, and their speeds say nothing");
    }
    return difference;
  }

  private static QueryHits texts(Options options, int hits, ToIntFunction<String> tokens)
      throws IOException {
    return options.has("data")
        ? QueryHits.from(BeirFolder.open(Path.of(options.get("data"))), hits, tokens)
        : QueryHits.generated(hits, tokens);
  }

  private static String describe(Options options) {
    String source =
        options.has("data")
            ? "the first documents of " + options.get("data") + " that have "
            : "GENERATED sentences (--data takes texts from a BEIR folder) of ";
    return source + QueryHits.MIN_TOKENS + " to " + QueryHits.MAX_TOKENS + " tokens";
  }
}
