package dev.lucenesemantic.cli;

import dev.lucenesemantic.cli.Finding.Status;
import dev.lucenesemantic.embed.BundledModel;
import dev.lucenesemantic.embed.EncoderOptions;
import dev.lucenesemantic.embed.SentenceTransformer;
import dev.lucenesemantic.inference.TruncationPolicy;
import dev.lucenesemantic.model.CpuFeatures;
import dev.lucenesemantic.rerank.BundledReranker;
import dev.lucenesemantic.rerank.CrossEncoder;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Finds out whether and how well models run here. */
@Command(
    name = "doctor",
    description = {
      "Find out whether and how well models run on this machine: Java, CPU, native libraries, the"
          + " hub's cache and variables; a self-test with the models that come with this program;"
          + " and the speed to expect. Takes some ten seconds and needs no network.",
      "Ends with 1 if something does not work."
    })
final class DoctorCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  private final List<Finding> findings = new ArrayList<>();

  @Mixin private CommonOptions common;

  DoctorCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    int cores = Runtime.getRuntime().availableProcessors();
    findings.clear();
    report(List.of(Finding.ok("program", CommandLines.NAME + " " + CommandLines.Version.number())));
    report(JavaFindings.all());
    report(Processor.here().findings(CpuFeatures.ofThisMachine(), cores));
    report(HubFindings.all(surroundings.hub(), surroundings.environment()));
    SpeedTest.Speed speed = examine(cores);
    boolean failed = has(Status.FAIL);
    if (common.json) {
      printJson(speed, failed);
    } else {
      surroundings.out().println();
      surroundings.out().println(summary(failed));
    }
    return failed ? ExitCode.CHECK_FAILED : ExitCode.FINE;
  }

  /** Loads the models and runs them; null if they do not run. */
  private SpeedTest.Speed examine(int cores) {
    EncoderOptions options = EncoderOptions.defaults().withTruncation(TruncationPolicy.SILENT);
    try (SentenceTransformer encoder =
            SentenceTransformer.load(BundledModel.ALL_MINILM_L6_V2_INT8, options);
        CrossEncoder reranker = CrossEncoder.load(BundledReranker.DEFAULT)) {
      report(NativeLibraries.loaded());
      report(new SelfTest(encoder, reranker).run());
      SpeedTest test = new SpeedTest(encoder, reranker, surroundings.nanoTime(), cores);
      SpeedTest.Speed speed = test.run();
      report(test.findings(speed));
      return speed;
    } catch (RuntimeException | LinkageError e) {
      boolean isLibrary = e instanceof LinkageError || e.getCause() instanceof LinkageError;
      report(
          List.of(
              Finding.fail(
                  "self-test",
                  String.valueOf(e.getMessage()),
                  isLibrary
                      ? NativeLibraries.advice()
                      : "this should not happen: report it with the output of doctor --json")));
      if (common.stackTrace) {
        e.printStackTrace(surroundings.err());
      }
      return null;
    }
  }

  private boolean has(Status status) {
    return findings.stream().anyMatch(finding -> finding.status() == status);
  }

  /** Each finding is shown at once, as some take their time. */
  private void report(List<Finding> some) {
    findings.addAll(some);
    if (!common.json) {
      some.forEach(this::print);
      surroundings.out().flush();
    }
  }

  private void print(Finding finding) {
    PrintStream out = surroundings.out();
    out.println(
        String.format(
            Locale.ROOT,
            "%-4s  %-14s  %s",
            finding.status().word(),
            finding.area(),
            finding.message()));
    if (!finding.advice().isEmpty()) {
      out.println(" ".repeat(22) + "-> " + finding.advice());
    }
  }

  private String summary(boolean failed) {
    long warnings = findings.stream().filter(f -> f.status() == Status.WARN).count();
    if (failed) {
      return "Something does not work here; see 'fail' above.";
    }
    return warnings == 0
        ? "All is well: models run here and give the right numbers."
        : "Models run here and give the right numbers; "
            + Words.plural(warnings, "thing")
            + " could be better, see 'warn' above.";
  }

  private void printJson(SpeedTest.Speed speed, boolean failed) {
    Map<String, Object> json = new LinkedHashMap<>();
    Status status = failed ? Status.FAIL : has(Status.WARN) ? Status.WARN : Status.OK;
    json.put("status", status.word());
    json.put("version", CommandLines.Version.number());
    json.put("checks", findings.stream().map(Finding::json).toList());
    json.put("speed", speed == null ? null : speed.json());
    Json.print(surroundings.out(), json);
  }
}
