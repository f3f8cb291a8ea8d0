package dev.lucenesemantic.benchmarks;

import dev.lucenesemantic.codec.SemanticCodec;
import dev.lucenesemantic.embed.EncoderOptions;
import dev.lucenesemantic.embed.SentenceTransformer;
import dev.lucenesemantic.inference.TruncationPolicy;
import dev.lucenesemantic.search.SemanticQuery;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/**
 * Measures what indexing costs beside encoding alone: the same passages through {@code
 * embedDocuments} and through a {@code SemanticIndexWriter} with several threads, flushes, graphs
 * and merges counted in. Beside it stands what encoding takes if each of the threads waits for each
 * of its texts and no two share a run of the network. And what it costs a search: the time from a
 * query's text to its hits, alone and while another index is written with the same model as fast as
 * it goes.
 *
 * <p>Each is compared with encoding alone in turn, part by part ({@link IndexingTurn}), in several
 * rounds; the figure is the median of the rounds.
 */
public final class Indexing {
  static final Map<String, String> OPTIONS =
      Options.describe(
          "data", "files and folders with texts and questions, as for Storage (default: generated)",
          "model", "a bundled model or a model folder (default: ALL_MINILM_L6_V2)",
          "documents",
              "what a document is: a passage, or a whole text that the writer divides, flat or block"
                  + " (default: passage)",
          "characters",
              "where a document is a passage, it ends with the sentence that reaches them (default:"
                  + " 300)",
          "docs", "how many passages, about (default: 20000)",
          "threads", "numbers of threads that index (default: 2,16)",
          "calls", "how they add documents: addDocument, addEach (default: both)",
          "storage", "how vectors are stored (default: FLOAT32)",
          "merge-workers", "how many threads share a merge, from 2 (default: none does)",
          "cores", "how many cores the model may use (default: all)",
          "rounds", "how often (default: 3)",
          "queries", "how many searches in each round, alone and beside indexing (default: 1000)");

  private static final double MOST_TIMES_ENCODING = 1.10;
  private static final double MOST_TIMES_ALONE = 3;
  private static final int HITS = 10;

  /** Makes the generated passages the same in every run. */
  private static final long SEED = 42;

  /** Passages of each run before the first round: with fewer the graphs' code is still cold. */
  private static final int WARM_UP = 4_000;

  /** Of a generated text that is to be divided. */
  private static final int PARAGRAPHS = 10;

  private static final String SEARCHING = "alone";

  /** Loads another one for each measurement, which has not seen the texts before. */
  private final Supplier<SentenceTransformer> models;

  private final List<IndexingRun.Source> texts;
  private final List<String> questions;
  private final List<IndexingRun> runs;
  private final PrintStream out;

  private final Map<IndexingRun, List<IndexingTurn>> turns = new LinkedHashMap<>();
  private final Map<String, Sample> searching = new LinkedHashMap<>();

  private Indexing(
      Supplier<SentenceTransformer> models,
      List<IndexingRun.Source> texts,
      List<String> questions,
      List<IndexingRun> runs,
      PrintStream out) {
    this.models = models;
    this.texts = texts;
    this.questions = questions;
    this.runs = runs;
    this.out = out;
  }

  /**
   * Runs the measurement; ends with exit code 2 and a list of the arguments if one is wrong.
   *
   * @param args see the list
   * @throws InterruptedException if the thread is interrupted
   */
  public static void main(String[] args) throws InterruptedException {
    int code = Program.run(OPTIONS, Indexing::run, args, System.out, System.err);
    if (code != 0) {
      System.exit(code);
    }
  }

  static void run(Options options, PrintStream out) throws IOException, InterruptedException {
    int count = options.getInt("docs", 20_000);
    int rounds = options.getInt("rounds", 3);
    int queries = options.getInt("queries", 1000);
    int cores = options.getInt("cores", Runtime.getRuntime().availableProcessors());
    List<Integer> threads = options.getInts("threads", "2,16");
    int mergeWorkers = options.getInt("merge-workers", 1);
    SemanticCodec codec =
        new SemanticCodec(Storage.named("storage", options.get("storage", "FLOAT32")));
    IndexingRun.Shape shape = IndexingRun.Shape.of(options.get("documents", "passage"));
    List<String> texts;
    List<String> questions;
    if (options.has("data")) {
      PassageTexts data =
          shape == IndexingRun.Shape.PASSAGE
              ? new PassageTexts(options.getInt("characters", 300))
              : PassageTexts.uncut();
      for (String path : options.getList("data", "")) {
        data.addAll(Path.of(path));
      }
      texts = data.passages();
      questions = data.questions(queries);
    } else {
      texts = shape == IndexingRun.Shape.PASSAGE ? generated(count) : generatedTexts(count);
      questions = TextSets.generated(queries).get(0).texts();
    }
    if (texts.isEmpty() || questions.isEmpty()) {
      throw new UsageException(
          "'--data' has " + texts.size() + " texts and " + questions.size() + " questions");
    }
    List<IndexingRun.Call> calls =
        options.getList("calls", "addDocument,addEach").stream().map(IndexingRun.Call::of).toList();
    EncoderOptions encoding =
        EncoderOptions.defaults().withThreads(cores).withTruncation(TruncationPolicy.SILENT);

    out.println("machine     " + Machine.here());
    out.println("versions    " + Machine.versions());
    out.println("rounds      " + rounds + "; the model uses " + cores + " cores");
    out.println(
        "vectors     "
            + codec.storage("")
            + ", "
            + (mergeWorkers > 1 ? mergeWorkers + " threads share a merge" : "one thread a merge"));
    Supplier<SentenceTransformer> models =
        () -> Models.load(options.get("model", "ALL_MINILM_L6_V2"), encoding);
    try (ExecutorService mergers = Executors.newFixedThreadPool(mergeWorkers);
        SentenceTransformer model = models.get()) {
      Codec used = mergeWorkers > 1 ? codec.withMergeWorkers(mergeWorkers, mergers) : codec;
      List<IndexingRun> runs = new ArrayList<>();
      for (IndexingRun.Call call : calls) {
        threads.forEach(each -> runs.add(new IndexingRun(call, each, shape, used)));
      }
      out.println("model       " + model);
      List<IndexingRun.Source> sources = sources(texts, count, shape, model);
      out.printf(
          Locale.ROOT,
          "passages    %,d of %,d documents, %.0f tokens on average, %s%n",
          passages(sources),
          sources.size(),
          sources.stream()
              .flatMap(each -> each.passages().stream())
              .limit(500)
              .mapToInt(each -> model.tokenize(each).length())
              .average()
              .orElse(0),
          options.has("data") ? "from " + options.get("data") : "GENERATED");
      Indexing measurement = new Indexing(models, sources, questions, runs, out);
      measurement.warmUp();
      for (int round = 1; round <= rounds; round++) {
        measurement.round();
        out.println("round       " + round + " of " + rounds + " done");
      }
      measurement.report();
    }
  }

  /**
   * Texts from the beginning that have so many passages. What has a passage twice, or one that
   * another text has had, is left out: the writer would encode it once, and encoding alone does so
   * twice.
   */
  private static List<IndexingRun.Source> sources(
      List<String> texts, int passages, IndexingRun.Shape shape, SentenceTransformer model) {
    Set<String> known = new HashSet<>();
    List<IndexingRun.Source> sources = new ArrayList<>();
    for (int i = 0; i < texts.size() && known.size() < passages; i++) {
      List<String> own = shape.passages(texts.get(i), model);
      Set<String> different = new HashSet<>(own);
      if (different.size() == own.size() && Collections.disjoint(known, different)) {
        known.addAll(different);
        sources.add(new IndexingRun.Source(String.valueOf(i), texts.get(i), own));
      }
    }
    if (known.isEmpty()) {
      throw new UsageException(
          "none of the " + texts.size() + " texts has passages that are there only once");
    }
    return sources;
  }

  /** Texts from the beginning that have so many passages. */
  private static List<IndexingRun.Source> first(int passages, List<IndexingRun.Source> sources) {
    int size = 0;
    for (int count = 0; count < passages && size < sources.size(); size++) {
      count += sources.get(size).passages().size();
    }
    return sources.subList(0, size);
  }

  private static int passages(List<IndexingRun.Source> sources) {
    return sources.stream().mapToInt(each -> each.passages().size()).sum();
  }

  /** Texts of several passages. */
  private static List<String> generatedTexts(int passages) {
    // Several of them are a passage.
    List<String> paragraphs = generated(PARAGRAPHS * passages);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < paragraphs.size(); i += PARAGRAPHS) {
      texts.add(String.join("\n\n", paragraphs.subList(i, i + PARAGRAPHS)));
    }
    return texts;
  }

  /** Passages of generated sentences, all different. */
  static List<String> generated(int count) {
    SentenceGenerator sentences = new SentenceGenerator(new Random(SEED));
    Random lengths = new Random(SEED);
    List<String> passages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      passages.add(i + ": " + sentences.text(40 + lengths.nextInt(40)));
    }
    return passages;
  }

  /** So that the first of them is not measured with cold code. */
  private void warmUp() throws IOException, InterruptedException {
    List<IndexingRun.Source> some = first(WARM_UP, texts);
    for (IndexingRun run : runs) {
      try (SentenceTransformer model = models.get();
          TemporaryFolder folder = new TemporaryFolder();
          Directory directory = FSDirectory.open(folder.path())) {
        IndexingTurn.of(run, model, some, directory);
        search(model, directory, new Sample());
      }
    }
  }

  private void round() throws IOException, InterruptedException {
    for (IndexingRun run : runs) {
      try (SentenceTransformer model = models.get();
          TemporaryFolder folder = new TemporaryFolder();
          Directory directory = FSDirectory.open(folder.path())) {
        turns
            .computeIfAbsent(run, key -> new ArrayList<>())
            .add(IndexingTurn.of(run, model, texts, directory));
        search(model, directory, searching.computeIfAbsent(SEARCHING, key -> new Sample()));
        searchBesideIndexing(run, model, directory);
      }
    }
  }

  private void searchBesideIndexing(IndexingRun run, SentenceTransformer model, Directory directory)
      throws IOException, InterruptedException {
    AtomicBoolean stop = new AtomicBoolean();
    CountDownLatch busy = new CountDownLatch(4 * run.threads());
    try (TemporaryFolder folder = new TemporaryFolder();
        Directory other = FSDirectory.open(folder.path())) {
      CompletableFuture<Void> beside =
          CompletableFuture.runAsync(
              () -> {
                try {
                  run.indexUntil(stop, busy, model, texts, other);
                } catch (IOException | InterruptedException e) {
                  throw new CompletionException(e);
                }
              });
      try {
        while (!busy.await(1, TimeUnit.SECONDS) && !beside.isDone()) {
          // Loading its first texts.
        }
        search(model, directory, searching.computeIfAbsent("beside " + run, key -> new Sample()));
      } finally {
        stop.set(true);
        beside.join();
      }
    }
  }

  private void search(SentenceTransformer model, Directory directory, Sample times)
      throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      IndexSearcher searcher = new IndexSearcher(reader);
      for (String question : questions) {
        long start = System.nanoTime();
        searcher.search(new SemanticQuery(IndexingRun.FIELD, question, HITS, model), HITS);
        times.add(secondsSince(start) * 1000);
      }
    }
  }

  private void report() {
    out.println();
    TextTable table =
        new TextTable(
            1,
            "",
            "seconds",
            "fastest",
            "slowest",
            "passages/s",
            "encoding alone",
            "times",
            "goal",
            "",
            "times its calls",
            "of the processor",
            "times",
            "segments",
            "one segment",
            "times",
            "texts a call");
    turns.forEach(
        (run, rounds) -> {
          if (run.hasCallsOfItsOwn()) {
            List<String> row =
                row(
                    "one text a call, " + run.threads() + " threads",
                    rounds,
                    IndexingTurn::byCalls);
            row.addAll(List.of("", "", ""));
            row.addAll(cpu(rounds, IndexingTurn::byCalls));
            row.addAll(List.of("", "", "", "1.0"));
            table.add(row);
          }
          table.add(indexingRow(run, rounds));
        });
    out.print(table);
    out.println();
    TextTable searches =
        new TextTable(1, "search for the best 10", "p50 ms", "p95 ms", "p95 times", "goal", "");
    double p95 = searching.get(SEARCHING).percentile(95);
    searching.forEach(
        (name, sample) -> {
          double times = sample.percentile(95) / p95;
          boolean compared = !name.equals(SEARCHING);
          searches.add(
              List.of(
                  name,
                  format("%.2f", sample.percentile(50)),
                  format("%.2f", sample.percentile(95)),
                  compared ? format("%.2f", times) : "",
                  compared ? format("%.2f", MOST_TIMES_ALONE) : "",
                  compared ? (times <= MOST_TIMES_ALONE ? "reached" : "MISSED") : ""));
        });
    out.print(searches);
  }

  private List<String> indexingRow(IndexingRun run, List<IndexingTurn> rounds) {
    double times = times(rounds, IndexingTurn::indexing, IndexingTurn::encoding);
    List<String> row = row(run.toString(), rounds, IndexingTurn::indexing);
    row.addAll(
        List.of(
            format("%.2f", MOST_TIMES_ENCODING),
            times <= MOST_TIMES_ENCODING ? "reached" : "MISSED",
            format("%.3f", times(rounds, IndexingTurn::indexing, IndexingTurn::byCalls))));
    row.addAll(cpu(rounds, IndexingTurn::indexing));
    row.addAll(
        List.of(
            String.valueOf(rounds.getLast().segments()),
            format("%.1f", median(rounds, turn -> turn.indexing().plus(turn.merging()).seconds())),
            format(
                "%.3f",
                times(
                    rounds, turn -> turn.indexing().plus(turn.merging()), IndexingTurn::encoding)),
            format("%.1f", median(rounds, IndexingTurn::textsACall))));
    return row;
  }

  private List<String> row(
      String name, List<IndexingTurn> rounds, Function<IndexingTurn, Effort> work) {
    Sample seconds = sample(rounds, turn -> work.apply(turn).seconds());
    return new ArrayList<>(
        List.of(
            name,
            format("%.1f", seconds.median()),
            format("%.1f", seconds.percentile(0)),
            format("%.1f", seconds.percentile(100)),
            format("%.1f", passages(texts) / seconds.median()),
            format("%.1f", median(rounds, turn -> turn.encoding().seconds())),
            format("%.3f", times(rounds, work, IndexingTurn::encoding))));
  }

  private static List<String> cpu(List<IndexingTurn> rounds, Function<IndexingTurn, Effort> work) {
    return List.of(
        format("%.1f", median(rounds, turn -> work.apply(turn).cpuSeconds())),
        format(
            "%.3f",
            median(rounds, turn -> work.apply(turn).cpuSeconds() / turn.encoding().cpuSeconds())));
  }

  private static double times(
      List<IndexingTurn> rounds,
      Function<IndexingTurn, Effort> work,
      Function<IndexingTurn, Effort> measure) {
    return median(rounds, turn -> work.apply(turn).seconds() / measure.apply(turn).seconds());
  }

  private static double median(List<IndexingTurn> rounds, ToDoubleFunction<IndexingTurn> value) {
    return sample(rounds, value).median();
  }

  private static Sample sample(List<IndexingTurn> rounds, ToDoubleFunction<IndexingTurn> value) {
    Sample sample = new Sample();
    rounds.forEach(turn -> sample.add(value.applyAsDouble(turn)));
    return sample;
  }

  private static String format(String pattern, double value) {
    return String.format(Locale.ROOT, pattern, value);
  }

  private static double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
