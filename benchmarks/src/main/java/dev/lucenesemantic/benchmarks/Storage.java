package dev.lucenesemantic.benchmarks;

import dev.lucenesemantic.codec.SemanticCodec;
import dev.lucenesemantic.codec.StoredVectors;
import dev.lucenesemantic.codec.VectorStorage;
import dev.lucenesemantic.embed.EncoderOptions;
import dev.lucenesemantic.embed.SentenceTransformer;
import dev.lucenesemantic.inference.TruncationPolicy;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.apache.lucene.search.Query;

/**
 * Measures what each way to store vectors costs and gives, on embeddings of real texts: time to
 * index, size on disk, memory that a search needs, recall of the true nearest, time of a query.
 *
 * <p>Texts are encoded once, and the vectors kept in a file. Each storage gets an index of its own
 * with the same vectors, merged into one segment. The searches take turns, because a machine is not
 * equally fast all the time.
 */
public final class Storage {
  static final Map<String, String> OPTIONS =
      Options.describe(
          "data", "files and folders with texts and questions: .jsonl (BEIR, pairs), .txt",
          "vectors", "a file in which the vectors are kept for the next run",
          "model", "a bundled model or a model folder (default: ALL_MINILM_L6_V2_INT8)",
          "characters", "a passage ends with the sentence that reaches them (default: 300)",
          "passages", "how many passages, at most (default: all)",
          "questions", "how many questions, at most (default: 1000)",
          "words", "how many searches for a few words of the texts, at most (default: 600)",
          "storages", "the storages (default: FLOAT32,INT8,INT4,BIT)",
          "k", "how many nearest a search is for (default: 10)",
          "beams", "numbers of candidates beside the default (default: 10,20,50,100,200,400)",
          "workers", "how many threads share a second merge; 1 for no such (default: all cores)",
          "rounds", "how often each question is searched for (default: 3)");

  private Storage() {}

  /** What is searched for. */
  private record Searches(List<String> texts, TrueNearest nearest) {
    double recall(StorageIndex index, Function<String, Query> queries) throws IOException {
      return index.search(texts, nearest, queries, new Sample(), new Sample());
    }
  }

  /**
   * Runs the measurement; ends with exit code 2 and a list of the arguments if one is wrong.
   *
   * @param args see the list
   * @throws InterruptedException if the thread is interrupted
   */
  public static void main(String[] args) throws InterruptedException {
    int code = Program.run(OPTIONS, Storage::run, args, System.out, System.err);
    if (code != 0) {
      System.exit(code);
    }
  }

  static void run(Options options, PrintStream out) throws IOException, InterruptedException {
    int cores = Runtime.getRuntime().availableProcessors();
    int workers = options.getInt("workers", cores);
    int k = options.getInt("k", 10);
    int rounds = options.getInt("rounds", 3);
    List<Integer> beams = options.getInts("beams", "10,20,50,100,200,400");
    if (beams.stream().anyMatch(beam -> beam < k)) {
      throw new UsageException("'--beams' takes whole numbers from " + k + ", which --k says");
    }
    List<VectorStorage> storages =
        options.getList("storages", "FLOAT32,INT8,INT4,BIT").stream()
            .map(name -> named("storages", name))
            .toList();
    String modelName = options.get("model", "ALL_MINILM_L6_V2_INT8");
    Path file = Path.of(options.get("vectors"));
    PassageTexts texts = new PassageTexts(options.getInt("characters", 300));
    for (String path : options.get("data").split("\\s*,\\s*")) {
      texts.addAll(Path.of(path));
    }
    List<String> all = texts.passages();
    List<String> passages =
        all.subList(0, Math.min(all.size(), options.getInt("passages", 999_999_999)));
    List<String> questions = texts.questions(options.getInt("questions", 1000));
    if (passages.size() < k || questions.isEmpty()) {
      throw new UsageException(
          "'--data' has " + passages.size() + " passages and " + questions.size() + " questions");
    }
    List<String> words = PassageTexts.words(passages, options.getInt("words", 600));
    out.println("machine     " + Machine.here());
    out.println("versions    " + Machine.versions());
    out.println("load        " + load());
    EncoderOptions encoding = EncoderOptions.defaults().withTruncation(TruncationPolicy.SILENT);
    try (TemporaryFolder work = new TemporaryFolder();
        SentenceTransformer model = Models.load(modelName, encoding)) {
      EncodedTexts encoded = EncodedTexts.of(passages, questions, model, file);
      out.printf(
          Locale.ROOT,
          "vectors     %,d passages of %.0f characters on average, %,d questions, %s, %d"
              + " dimensions%n",
          passages.size(),
          passages.stream().mapToInt(String::length).average().orElse(0),
          questions.size(),
          Models.label(modelName),
          model.dimension());
      out.println();
      EncodedTexts ofWords = encoded.withQuestions(words, model);
      KnownVectors known = new KnownVectors(model);
      known.add(questions, encoded.questions());
      known.add(words, ofWords.questions());
      Searches asked = new Searches(questions, new TrueNearest(encoded, k));
      Searches typed = new Searches(words, new TrueNearest(ofWords, k));
      List<StorageIndex> indexes = new ArrayList<>();
      try {
        for (VectorStorage storage : storages) {
          Path folder = Files.createDirectory(work.path().resolve(storage.name()));
          indexes.add(StorageIndex.build(storage, encoded.passages(), known, k, workers, folder));
        }
        measure(indexes, asked, rounds);
        out.print(table(indexes, typed, k, workers));
        out.println();
        out.println(
            "add         one thread, segments of 64 MB of vectors; merge: all of them into one");
        out.println(
            "hot MB      by Lucene's account of its files: graph, and quantised vectors or, where"
                + " there are none, raw ones");
        out.println(
            "of words    the recall of searches for one, two or three words of the texts: "
                + words.size());
        out.println(
            "ms          a search for the best "
                + k
                + " without encoding the question, "
                + rounds
                + " rounds in turn; CPU: without the time in which other programs ran");
        out.println();
        out.print(candidates(indexes, asked, typed, k, beams));
        out.println();
        out.println("load        " + load());
      } finally {
        for (StorageIndex index : indexes) {
          index.close();
        }
      }
    }
  }

  private static void measure(List<StorageIndex> indexes, Searches asked, int rounds)
      throws IOException {
    for (StorageIndex index : indexes) {
      double unused = asked.recall(index, index::query);
    }
    for (int round = 0; round < rounds; round++) {
      for (StorageIndex index : indexes) {
        index.search(asked.texts(), asked.nearest());
      }
    }
  }

  private static TextTable table(List<StorageIndex> indexes, Searches typed, int k, int workers)
      throws IOException {
    TextTable table =
        new TextTable(
            1,
            "storage",
            "add s",
            "(CPU)",
            "merge s",
            "(CPU)",
            workers + " threads",
            "(CPU)",
            "disk MB",
            "hot MB",
            "of it graph",
            "recall@" + k,
            "of words",
            "p50 ms",
            "p95 ms",
            "CPU p50",
            "CPU p95");
    for (StorageIndex index : indexes) {
      StoredVectors stored = index.stored();
      table.add(
          List.of(
              index.storage().name(),
              seconds(index.add()),
              cpuSeconds(index.add()),
              seconds(index.merge()),
              cpuSeconds(index.merge()),
              index.sharedMerge().map(Storage::seconds).orElse("-"),
              index.sharedMerge().map(Storage::cpuSeconds).orElse("-"),
              number("%.1f", index.diskBytes() / 1e6),
              number("%.1f", stored.hotBytes() / 1e6),
              number("%.1f", stored.graphBytes() / 1e6),
              number("%.4f", index.recall()),
              number("%.4f", typed.recall(index, index::query)),
              number("%.2f", index.times().percentile(50)),
              number("%.2f", index.times().percentile(95)),
              number("%.2f", index.cpuTimes().percentile(50)),
              number("%.2f", index.cpuTimes().percentile(95))));
    }
    return table;
  }

  private static String seconds(Effort effort) {
    return number("%.0f", effort.seconds());
  }

  private static String cpuSeconds(Effort effort) {
    return number("%.0f", effort.cpuSeconds());
  }

  private static TextTable candidates(
      List<StorageIndex> indexes, Searches asked, Searches typed, int k, List<Integer> beams)
      throws IOException {
    TextTable table =
        new TextTable(
            1,
            "storage",
            "candidates",
            "recall@" + k,
            "of words",
            "without exact scores",
            "p50 ms",
            "p95 ms",
            "CPU p50",
            "CPU p95");
    for (StorageIndex index : indexes) {
      for (int beam : beams) {
        Sample times = new Sample();
        Sample cpu = new Sample();
        double recall =
            index.search(
                asked.texts(),
                asked.nearest(),
                text -> index.query(text).withBeam(beam),
                times,
                cpu);
        double ofWords = typed.recall(index, text -> index.query(text).withBeam(beam));
        double plain = asked.recall(index, text -> index.plainQuery(text, beam));
        table.add(
            List.of(
                index.storage().name(),
                String.valueOf(beam),
                number("%.4f", recall),
                number("%.4f", ofWords),
                number("%.4f", plain),
                number("%.2f", times.percentile(50)),
                number("%.2f", times.percentile(95)),
                number("%.2f", cpu.percentile(50)),
                number("%.2f", cpu.percentile(95))));
      }
    }
    return table;
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  /** The storage that an option names. */
  static VectorStorage named(String option, String name) {
    VectorStorage storage =
        Arrays.stream(VectorStorage.values())
            .filter(each -> each.name().equalsIgnoreCase(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new UsageException(
                        "'--"
                            + option
                            + "' takes "
                            + Arrays.toString(VectorStorage.values())
                            + ", not '"
                            + name
                            + "'"));
    try {
      return new SemanticCodec(storage).storage("");
    } catch (UnsupportedOperationException e) {
      throw new UsageException("'--" + option + "': " + e.getMessage());
    }
  }

  private static String load() {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    return load < 0
        ? "unknown"
        : number("%.1f", load) + " processes ready to run, on average over the last minute";
  }
}
