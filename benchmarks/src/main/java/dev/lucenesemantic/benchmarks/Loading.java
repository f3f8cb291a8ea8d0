package dev.lucenesemantic.benchmarks;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.lucenesemantic.embed.BundledModel;
import dev.lucenesemantic.embed.EncoderOptions;
import dev.lucenesemantic.embed.SentenceTransformer;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures how long it takes to load a model, beside a bare session of ONNX Runtime with the same
 * file and options: no tokenizer, no fingerprint, no check. Of a model in a jar both read the file
 * out of the jar.
 *
 * <p>The two take turns, and the first round, in which native libraries are unpacked and classes
 * loaded, has a row of its own. The figures of the others are medians.
 */
public final class Loading {
  static final Map<String, String> OPTIONS =
      Options.describe(
          "models",
              "bundled models and model folders (default: ALL_MINILM_L6_V2_INT8,ALL_MINILM_L6_V2)",
          "rounds", "how often (default: 9)");

  private static final double GOAL = 1.3;

  private Loading() {}

  /**
   * Runs the measurement; ends with exit code 2 and a list of the arguments if one is wrong.
   *
   * @param args see the list
   * @throws InterruptedException if the thread is interrupted
   */
  public static void main(String[] args) throws InterruptedException {
    int code = Program.run(OPTIONS, Loading::run, args, System.out, System.err);
    if (code != 0) {
      System.exit(code);
    }
  }

  static void run(Options options, PrintStream out) throws IOException {
    int rounds = options.getInt("rounds", 9);
    List<String> models = options.getList("models", "ALL_MINILM_L6_V2_INT8,ALL_MINILM_L6_V2");
    out.println("machine     " + Machine.here());
    out.println("versions    " + Machine.versions());
    out.println("rounds      " + rounds + " and a first one; milliseconds");
    TextTable table =
        new TextTable(2, "model", "round", "bare", "load", "ratio", "and fingerprint");
    boolean first = true;
    for (String model : models) {
      List<double[]> measured = new ArrayList<>();
      for (int round = 0; round <= rounds; round++) {
        measured.add(round(model, round % 2 == 1));
      }
      if (first) {
        table.add(row(model, "first", measured.get(0)));
        first = false;
      }
      double[] medians = new double[3];
      for (int i = 0; i < medians.length; i++) {
        int column = i;
        medians[i] =
            median(measured.stream().skip(1).mapToDouble(times -> times[column]).toArray());
      }
      table.add(row(model, "median", medians));
    }
    out.println();
    out.print(table);
    out.printf(Locale.ROOT, "goal        a ratio of at most %.1f%n", GOAL);
  }

  private static List<String> row(String model, String round, double[] times) {
    return List.of(
        Models.label(model),
        round,
        format(times[0]),
        format(times[1]),
        String.format(Locale.ROOT, "%.2f", times[1] / times[0]),
        format(times[2]));
  }

  private static String format(double milliseconds) {
    return String.format(Locale.ROOT, "%.0f", milliseconds);
  }

  static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** The times of a bare session, of loading, and of loading until the fingerprint is known. */
  private static double[] round(String model, boolean bareFirst) throws IOException {
    double bare = bareFirst ? bare(model) : 0;
    long start = System.nanoTime();
    double load;
    double fingerprint;
    try (SentenceTransformer loaded = Models.load(model, EncoderOptions.defaults())) {
      load = since(start);
      if (loaded.fingerprint().isEmpty()) {
        throw new AssertionError(loaded);
      }
      fingerprint = since(start);
    }
    return new double[] {bareFirst ? bare : bare(model), load, fingerprint};
  }

  private static double bare(String model) throws IOException {
    long start = System.nanoTime();
    OrtEnvironment environment =
        OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      try (OrtSession session = session(environment, model, options)) {
        if (session.getNumInputs() == 0) {
          throw new AssertionError(model);
        }
        return since(start);
      }
    } catch (OrtException e) {
      throw new IOException(model + ": " + e.getMessage(), e);
    }
  }

  private static OrtSession session(
      OrtEnvironment environment, String model, OrtSession.SessionOptions options)
      throws IOException, OrtException {
    Map<String, String> resources = resources();
    String resource = resources.get(Models.label(model));
    if (resource == null) {
      return environment.createSession(onnx(ModelName.parse(model)).toString(), options);
    }
    try (InputStream in = Loading.class.getResourceAsStream(resource)) {
      return environment.createSession(in.readAllBytes(), options);
    }
  }

  /** The files of the bundled models in their jars. */
  private static Map<String, String> resources() {
    Map<String, String> resources = new LinkedHashMap<>();
    for (BundledModel model : BundledModel.values()) {
      String name = model.modelName().toLowerCase(Locale.ROOT).replace("-int8", "-q");
      resources.put(model.name(), "/" + name + ".onnx");
    }
    return resources;
  }

  private static Path onnx(ModelName model) {
    String file = model.file().orElse("model.onnx");
    Path inFolder = model.folder().resolve("onnx").resolve(file);
    return Files.exists(inFolder) ? inFolder : model.folder().resolve(file);
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e6;
  }
}
