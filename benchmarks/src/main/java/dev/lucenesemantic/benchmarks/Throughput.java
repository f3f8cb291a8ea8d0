package dev.lucenesemantic.benchmarks;

import dev.lucenesemantic.embed.EncoderOptions;
import dev.lucenesemantic.embed.SentenceTransformer;
import dev.lucenesemantic.inference.TruncationPolicy;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Measures how many texts and tokens a model encodes per second, in fp32 and int8, for short,
 * medium and long texts; and, where it is told of a Python with sentence-transformers, how many
 * that encodes of the same texts on the same machine in the same run.
 *
 * <p>All take turns for several rounds, because a machine is not equally fast all the time; the
 * figure is the median of the rounds.
 */
public final class Throughput {
  static final Map<String, String> OPTIONS =
      Options.describe(
          "data", "a BEIR folder to take the texts from (default: generated sentences)",
          "fp32", "a bundled model or a model folder (default: ALL_MINILM_L6_V2)",
          "int8", "its int8 form, FOLDER#FILE.onnx for a folder (default: that of a bundled model)",
          "threads", "how many cores each may use (default: all)",
          "texts", "how many texts each set has (default: 600)",
          "seconds", "for how long each set is encoded in a round (default: 10)",
          "rounds", "how often (default: 3)",
          "python", "a Python with sentence-transformers, to be measured too",
          "peer-model", "a folder with the same model for PyTorch; needed with --python");

  private static final List<ThroughputReport.Goal> GOALS =
      List.of(
          new ThroughputReport.Goal(ThroughputReport.INT8, ThroughputReport.PEER_BF16, 1.0),
          new ThroughputReport.Goal(ThroughputReport.INT8, ThroughputReport.PEER_FP32, 2.5),
          new ThroughputReport.Goal(ThroughputReport.FP32, ThroughputReport.PEER_FP32, 1.15));

  private Throughput() {}

  /** An empty report with the goals. */
  static ThroughputReport report() {
    return new ThroughputReport("docs/s", GOALS);
  }

  /**
   * Runs the measurement; ends with exit code 2 and a list of the arguments if one is wrong.
   *
   * @param args see the list
   * @throws InterruptedException if the thread is interrupted
   */
  public static void main(String[] args) throws InterruptedException {
    int code = Program.run(OPTIONS, Throughput::run, args, System.out, System.err);
    if (code != 0) {
      System.exit(code);
    }
  }

  static void run(Options options, PrintStream out) throws IOException, InterruptedException {
    int threads = options.getInt("threads", Runtime.getRuntime().availableProcessors());
    double seconds = options.getPositive("seconds", 10);
    int rounds = options.getInt("rounds", 3);
    if (options.has("python") != options.has("peer-model")) {
      throw new UsageException("'--python' and '--peer-model' belong together");
    }
    String fp32Name = options.get("fp32", "ALL_MINILM_L6_V2");
    Optional<String> int8Name =
        options.has("int8") ? Optional.of(options.get("int8")) : Models.int8(fp32Name);
    List<TextSet> sets = texts(options);
    EncoderOptions encoding =
        EncoderOptions.defaults().withThreads(threads).withTruncation(TruncationPolicy.SILENT);

    out.println("machine     " + Machine.here());
    out.println("versions    " + Machine.versions());
    out.println("threads     " + threads + "; " + rounds + " rounds of " + seconds + " s a set");
    out.println("texts       " + describe(options));
    ThroughputReport report = report();
    try (TemporaryFolder work = new TemporaryFolder();
        SentenceTransformer fp32 = Models.load(fp32Name, encoding);
        SentenceTransformer int8 =
            int8Name.isPresent() ? Models.load(int8Name.get(), encoding) : null) {
      List<Contestant> contestants = new ArrayList<>();
      contestants.add(ours(ThroughputReport.FP32, fp32, sets, seconds, out));
      if (int8 != null) {
        contestants.add(ours(ThroughputReport.INT8, int8, sets, seconds, out));
      }
      PythonPeer peer =
          options.has("python") ? peer(options, sets, work.path(), threads, seconds) : null;
      if (peer != null) {
        contestants.add(new Contestant(ThroughputReport.PEER_FP32, () -> peer.measure("fp32")));
        contestants.add(new Contestant(ThroughputReport.PEER_BF16, () -> peer.measure("bf16")));
      }
      Contestant.takeTurns(contestants, rounds, report, out);
      if (peer != null) {
        out.println("peer        " + peer.versions() + ", " + options.get("peer-model"));
      }
    }
    out.println();
    out.print(report.table());
    out.print(report.ratios());
  }

  private static Contestant ours(
      String name, SentenceTransformer model, List<TextSet> sets, double seconds, PrintStream out) {
    out.println("model       " + name + ": " + model);
    ModelSpeed speed = new ModelSpeed(model::encode, text -> model.tokenize(text).length(), sets);
    for (TextSet set : sets) {
      out.printf(
          Locale.ROOT,
          "            %-6s %d texts of %.0f tokens on average%n",
          set.name(),
          set.texts().size(),
          speed.meanTokens(set));
    }
    speed.warmUp();
    return new Contestant(name, () -> speed.measure(seconds));
  }

  private static PythonPeer peer(
      Options options, List<TextSet> sets, Path work, int threads, double seconds)
      throws IOException {
    Path file = work.resolve("texts.jsonl");
    TextSets.write(sets, file);
    Path model = Path.of(options.get("peer-model"));
    return PythonPeer.biEncoder(options.get("python"), model, file, work, threads, seconds);
  }

  private static List<TextSet> texts(Options options) throws IOException {
    int count = options.getInt("texts", 600);
    return options.has("data")
        ? TextSets.from(BeirFolder.open(Path.of(options.get("data"))), count)
        : TextSets.generated(count);
  }

  private static String describe(Options options) {
    return options.has("data")
        ? "the first documents of " + options.get("data")
        : "GENERATED sentences, not real ones: figures are comparable with each other only;"
            + " --data takes texts from a BEIR folder";
  }
}
