package dev.lucenesemantic.cli;

import dev.lucenesemantic.embed.EncoderOptions;
import dev.lucenesemantic.hub.FileCheck;
import dev.lucenesemantic.hub.HubId;
import dev.lucenesemantic.hub.HubSettings;
import dev.lucenesemantic.hub.ModelKind;
import dev.lucenesemantic.hub.ModelLock;
import dev.lucenesemantic.inference.TruncationPolicy;
import dev.lucenesemantic.model.ModelException;
import dev.lucenesemantic.model.ModelFile;
import dev.lucenesemantic.rerank.BundledReranker;
import dev.lucenesemantic.rerank.CrossEncoder;
import dev.lucenesemantic.rerank.TextPair;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Checks that a model is what it should be, and gives what it should give. */
@Command(
    name = "verify",
    description = {
      "Read every file of a model again and compare its hash with the one that the hub's cache, a"
          + " models.lock or golden.json knows; then load the model and compare its vectors or"
          + " scores with golden ones.",
      "Golden ones come with the bundled models; a folder's are in its golden.json.",
      "Ends with 1 if anything differs, and says what could not be checked."
    })
final class VerifyCommand implements Callable<Integer> {
  private static final List<String> RECORDED_TEXTS =
      List.of(
          "The weather is lovely today.",
          "It's so sunny outside!",
          "He drove to the stadium.",
          "How many people live in London?",
          "Lucene is a library for full-text search; it runs inside the JVM.");

  private final Surroundings surroundings;

  @Mixin private CommonOptions common;
  @Mixin private ModelArguments model;

  @Option(
      names = "--lock",
      paramLabel = "FILE",
      description = "Compare hashes with this models.lock, and take the commit that it names.")
  private Path lock;

  @Option(
      names = "--golden",
      paramLabel = "FILE",
      description = "Golden vectors or scores; golden.json in the model's folder if not given.")
  private Path goldenFile;

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description =
          "Write what the model gives here and now into a golden file, to verify it with"
              + " elsewhere.")
  private Path record;

  /** One thing that was looked at. */
  private enum Outcome {
    OK("ok"),
    FAILED("FAILED"),
    UNKNOWN("not checked");

    private final String word;

    Outcome(String word) {
      this.word = word;
    }
  }

  private record Result(String area, Outcome outcome, String what, String detail) {}

  VerifyCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    ModelReference reference = find();
    List<Result> results = new ArrayList<>(hashes(reference));
    String name = reference.asked();
    // Golden texts may be too long, on purpose.
    EncoderOptions quiet = model.options().withTruncation(TruncationPolicy.SILENT);
    try (LoadedModel loaded = LoadedModel.load(reference, quiet)) {
      name = loaded.name();
      results.add(
          new Result("model", Outcome.OK, "loads", "a " + Kinds.name(loaded) + ", " + name));
      compareWithGolden(reference, loaded, results);
      if (record != null) {
        write(loaded);
      }
    } catch (ModelException e) {
      boolean hasCulprit = results.stream().anyMatch(r -> r.outcome() == Outcome.FAILED);
      if (!hasCulprit) {
        throw e;
      }
      results.add(new Result("model", Outcome.FAILED, "loads", e.getMessage()));
    }
    boolean failed = results.stream().anyMatch(result -> result.outcome() == Outcome.FAILED);
    if (common.json) {
      printJson(name, failed, results);
    } else {
      print(failed, results);
    }
    return failed ? ExitCode.CHECK_FAILED : ExitCode.FINE;
  }

  // ---- hashes -----------------------------------------------------------------------------------

  private ModelReference find() {
    HubSettings hub = surroundings.hub().get();
    // What is on the disk is verified; the hub is asked only for what is not.
    ModelFinder finder = new ModelFinder(hub.withCacheFirst(true));
    if (lock == null || Files.exists(Path.of(model.model))) {
      return finder.find(model);
    }
    Optional<ModelReference> bundled = ModelFinder.bundled(model.model);
    if (bundled.isPresent()) {
      return bundled.get();
    }
    ModelKind kind = model.crossEncoder ? ModelKind.CROSS_ENCODER : ModelKind.SENTENCE_TRANSFORMER;
    HubId id = HubId.parse(model.model, kind);
    Texts.requireFile(lock);
    String commit = ModelLock.enforce(lock).commit(id);
    ModelReference found =
        finder.find(id.repository() + "@" + commit, model.crossEncoder, model.modelFile());
    ModelReference.InFolder folder = (ModelReference.InFolder) found;
    return new ModelReference.InFolder(
        model.model, folder.folder(), folder.kind(), Optional.of(id));
  }

  private List<Result> hashes(ModelReference reference) {
    if (!(reference instanceof ModelReference.InFolder folder)) {
      if (lock != null) {
        throw new Refusal(
            ExitCode.WRONG_USE, reference.asked() + " comes in a jar, which no lock file names");
      }
      return List.of();
    }
    if (!Files.isDirectory(folder.folder())) {
      return List.of();
    }
    if (lock == null) {
      return results(
          folder.folder(), FileCheck.ofSnapshot(folder.folder()), "no hash is known for it");
    }
    HubId id =
        folder
            .id()
            .orElseThrow(
                () ->
                    new Refusal(
                        ExitCode.WRONG_USE,
                        "a lock file names models by their ids on the hub; give the id in place of "
                            + folder.folder()));
    return results(
        folder.folder(), FileCheck.ofLock(lock, id, folder.folder()), "it is not in " + lock);
  }

  private static List<Result> results(Path folder, List<FileCheck> checks, String unknown) {
    List<Result> results = new ArrayList<>();
    for (FileCheck check : checks) {
      results.add(
          switch (check.outcome()) {
            case INTACT -> new Result("hash", Outcome.OK, check.path(), check.hash());
            case DIFFERENT ->
                new Result(
                    "hash",
                    Outcome.FAILED,
                    check.path(),
                    "its hash is "
                        + check.hash()
                        + " and should be "
                        + check.expected()
                        + "; delete "
                        + content(folder.resolve(check.path()))
                        + " and fetch the model again");
            case MISSING ->
                new Result(
                    "hash",
                    Outcome.FAILED,
                    check.path(),
                    "is missing, or a link to nowhere; fetch the model again");
            case UNKNOWN -> new Result("hash", Outcome.UNKNOWN, check.path(), unknown);
          });
    }
    return results;
  }

  /** The file that has to go: behind a link there is one that all commits share. */
  private static String content(Path file) {
    try {
      return Files.isSymbolicLink(file)
          ? file.toRealPath() + ", the content behind the link (other commits may share it),"
          : file.toString();
    } catch (IOException e) {
      return file.toString();
    }
  }

  // ---- golden vectors ---------------------------------------------------------------------------

  private void compareWithGolden(
      ModelReference reference, LoadedModel loaded, List<Result> results) {
    Optional<Golden> golden = golden(reference);
    if (golden.isEmpty()) {
      results.add(
          new Result(
              "parity",
              Outcome.UNKNOWN,
              "vectors and scores",
              "there is no " + Golden.FILE + " in the model's folder, and none was given"));
      return;
    }
    compareFiles(reference, loaded, golden.get(), results);
    if (loaded instanceof LoadedModel.Reranker reranker && reranker.model().labels() != 1) {
      results.add(
          new Result(
              "parity",
              Outcome.UNKNOWN,
              "scores",
              "the model has several labels: " + reranker.model().labelNames()));
      return;
    }
    List<Parity.Comparison> comparisons = parity(reference, loaded).compare(loaded, golden.get());
    if (comparisons.isEmpty()) {
      results.add(
          new Result(
              "parity",
              Outcome.UNKNOWN,
              "vectors and scores",
              "the golden file has none for a " + Kinds.name(loaded)));
    }
    for (Parity.Comparison comparison : comparisons) {
      results.add(
          new Result(
              "parity",
              comparison.fine() ? Outcome.OK : Outcome.FAILED,
              comparison.what(),
              comparison.found()));
    }
  }

  private Optional<Golden> golden(ModelReference reference) {
    if (goldenFile != null) {
      Texts.requireFile(goldenFile);
      return Optional.of(Golden.read(new ModelFile.OnDisk(goldenFile)));
    }
    return switch (reference) {
      case ModelReference.Bundled bundled -> BundledGolden.of(bundled.model());
      case ModelReference.BundledCrossEncoder bundled ->
          bundled.model() == BundledReranker.DEFAULT
              ? BundledGolden.ofDefaultReranker()
              : Optional.empty();
      case ModelReference.InFolder folder ->
          Optional.of(folder.folder().resolve(Golden.FILE))
              .filter(Files::isRegularFile)
              .map(file -> Golden.read(new ModelFile.OnDisk(file)));
    };
  }

  private static Parity parity(ModelReference reference, LoadedModel loaded) {
    // The golden vectors of a bundled model are the original's; those of a folder are its own.
    boolean isAnothers = !(reference instanceof ModelReference.InFolder);
    return ModelFiles.isQuantized(loaded) && isAnothers ? Parity.INT8 : Parity.EXACT;
  }

  private static void compareFiles(
      ModelReference reference, LoadedModel loaded, Golden golden, List<Result> results) {
    boolean isInJar = !(reference instanceof ModelReference.InFolder);
    for (ModelFiles.Used used : ModelFiles.of(loaded)) {
      String expected = golden.files().get(used.name());
      if (expected == null) {
        if (isInJar) {
          results.add(new Result("hash", Outcome.UNKNOWN, used.name(), "no hash is known for it"));
        }
        continue;
      }
      String sha256 = used.sha256();
      boolean same = sha256.equals(expected);
      results.add(
          new Result(
              "hash",
              same ? Outcome.OK : Outcome.FAILED,
              used.name(),
              same
                  ? sha256
                  : "its SHA-256 is " + sha256 + " and the golden file says " + expected));
    }
  }

  private void write(LoadedModel loaded) {
    Map<String, String> files = new LinkedHashMap<>();
    ModelFiles.of(loaded).forEach(used -> files.put(used.name(), used.sha256()));
    String madeBy =
        CommandLines.NAME
            + " "
            + CommandLines.Version.number()
            + ", ONNX Runtime, "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch");
    Golden golden =
        switch (loaded) {
          case LoadedModel.Encoder encoder ->
              new Golden(
                  madeBy,
                  files,
                  RECORDED_TEXTS.stream().map(text -> vector(encoder, text)).toList(),
                  List.of());
          case LoadedModel.Reranker reranker ->
              new Golden(madeBy, files, List.of(), scores(reranker.model()));
        };
    try {
      try (PrintStream out = new PrintStream(record.toFile(), StandardCharsets.UTF_8)) {
        Json.print(out, golden.json());
      }
    } catch (IOException e) {
      throw new Refusal(ExitCode.BAD_INPUT, record + " cannot be written: " + e.getMessage(), e);
    }
    surroundings.err().println("Recorded in " + record);
  }

  private static Golden.TextVector vector(LoadedModel.Encoder encoder, String text) {
    Golden.TextVector asked = new Golden.TextVector(text, Optional.of("document"), new float[0]);
    return new Golden.TextVector(text, asked.task(), Parity.encode(encoder.model(), asked));
  }

  private static List<Golden.PairScore> scores(CrossEncoder crossEncoder) {
    if (crossEncoder.labels() != 1) {
      throw new Refusal(
          ExitCode.WRONG_USE,
          crossEncoder.modelName()
              + " gives a score for each of "
              + crossEncoder.labelNames()
              + "; --record is for models with one score");
    }
    String query = RECORDED_TEXTS.get(3);
    return RECORDED_TEXTS.stream()
        .map(
            text ->
                new Golden.PairScore(
                    query, text, crossEncoder.predict(List.of(new TextPair(query, text)))[0]))
        .toList();
  }

  // ---- the report -------------------------------------------------------------------------------

  private void print(boolean failed, List<Result> results) {
    PrintStream out = surroundings.out();
    for (Result result : results) {
      out.println(
          String.format(Locale.ROOT, "%-11s  %-6s  ", result.outcome().word, result.area())
              + result.what()
              + (result.detail().isEmpty() ? "" : ": " + result.detail()));
    }
    out.println();
    out.println(summary(failed, results));
  }

  private static String summary(boolean failed, List<Result> results) {
    String checked =
        Words.plural(count(results, "hash", Outcome.OK), "hash", "hashes")
            + " and "
            + Words.plural(count(results, "parity", Outcome.OK), "golden value");
    long unknown = results.stream().filter(r -> r.outcome() == Outcome.UNKNOWN).count();
    String rest = unknown == 0 ? "" : "; " + Words.number(unknown) + " could not be checked";
    if (failed) {
      long failures = results.stream().filter(r -> r.outcome() == Outcome.FAILED).count();
      return "FAILED: " + Words.plural(failures, "check") + " failed, " + checked + " fit" + rest;
    }
    boolean compared = results.stream().anyMatch(VerifyCommand::isComparison);
    return compared
        ? "Verified: " + checked + " fit" + rest
        : "The model loads, but there was nothing to compare it with" + rest;
  }

  private static boolean isComparison(Result result) {
    return result.outcome() == Outcome.OK && !result.area().equals("model");
  }

  private static long count(List<Result> results, String area, Outcome outcome) {
    return results.stream().filter(r -> r.area().equals(area) && r.outcome() == outcome).count();
  }

  private void printJson(String name, boolean failed, List<Result> results) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", name);
    json.put("verified", !failed && results.stream().anyMatch(VerifyCommand::isComparison));
    json.put("failed", failed);
    List<Map<String, Object>> checks = new ArrayList<>();
    for (Result result : results) {
      Map<String, Object> check = new LinkedHashMap<>();
      check.put("area", result.area());
      check.put("status", result.outcome().word.toLowerCase(Locale.ROOT));
      check.put("what", result.what());
      check.put("detail", result.detail());
      checks.add(check);
    }
    json.put("checks", checks);
    Json.print(surroundings.out(), json);
  }
}
