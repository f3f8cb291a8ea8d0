package dev.lucenesemantic.cli;

import dev.lucenesemantic.document.FillMonitor;
import dev.lucenesemantic.document.FillReport;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** Says how far the encoding of an index's documents has come, every few seconds. */
final class FillProgress implements FillMonitor {
  private static final long PAUSE = 5_000_000_000L;

  private final PrintStream err;
  private final LongSupplier nanoTime;
  private long next;

  FillProgress(Surroundings surroundings) {
    err = surroundings.err();
    nanoTime = surroundings.nanoTime();
    next = nanoTime.getAsLong() + PAUSE;
  }

  @Override
  public void progress(FillReport soFar) {
    long now = nanoTime.getAsLong();
    if (now >= next) {
      next = now + PAUSE;
      err.println(
          Words.plural(soFar.encoded(), "text")
              + " encoded, "
              + Words.plural(soFar.remaining(), "document")
              + " to do");
    }
  }

  /** Prints what has come of it; a command may add fields to the JSON, and lines to the text. */
  static int print(
      Surroundings surroundings,
      FillReport report,
      boolean json,
      Map<String, Object> fields,
      List<String> lines) {
    if (json) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("documents", report.documents());
      result.put("encoded", report.encoded());
      result.put("reused", report.reused());
      result.put("failed", report.failed());
      result.put("failures", report.failures());
      result.put("remaining", report.remaining());
      result.putAll(fields);
      Json.print(surroundings.out(), result);
    } else {
      surroundings
          .out()
          .println(
              Words.plural(report.documents(), "document")
                  + " got a vector, "
                  + Words.number(report.remaining())
                  + " still without");
      report.failures().forEach(failure -> surroundings.out().println("failed: " + failure));
      lines.forEach(surroundings.out()::println);
    }
    return report.complete() ? ExitCode.FINE : ExitCode.CHECK_FAILED;
  }
}
