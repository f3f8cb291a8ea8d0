package dev.lucenesemantic.benchmarks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Collects the rates of the rounds and puts them beside each other. */
final class ThroughputReport {
  static final String FP32 = "fp32";
  static final String INT8 = "int8";
  static final String PEER_FP32 = "peer fp32";
  static final String PEER_BF16 = "peer bf16";

  /**
   * Two of them that are compared.
   *
   * @param ours the name of one
   * @param theirs the name of the other
   * @param ratio how many times as fast ours has to be
   */
  record Goal(String ours, String theirs, double ratio) {}

  private static final class Samples {
    final Sample docs = new Sample();
    final Sample tokens = new Sample();
  }

  /** By the name of the set, then by that of who encoded it. */
  private final Map<String, Map<String, Samples>> sets = new LinkedHashMap<>();

  private final String unit;
  private final List<Goal> goals;

  /**
   * Starts an empty report.
   *
   * @param unit what the rates count: {@code "docs/s"}
   * @param goals the ratios to report
   */
  ThroughputReport(String unit, List<Goal> goals) {
    this.unit = unit;
    this.goals = goals;
  }

  /** Adds what one of them did in one round. */
  void add(String name, Map<String, Rate> rates) {
    rates.forEach(
        (set, rate) -> {
          Samples samples =
              sets.computeIfAbsent(set, key -> new LinkedHashMap<>())
                  .computeIfAbsent(name, key -> new Samples());
          samples.docs.add(rate.docsPerSecond());
          samples.tokens.add(rate.tokensPerSecond());
        });
  }

  /** The median rates, with the slowest and the fastest round. */
  String table() {
    TextTable table = new TextTable(2, "set", "model", unit, "slowest", "fastest", "tokens/s");
    sets.forEach(
        (set, byName) ->
            byName.forEach(
                (name, samples) ->
                    table.add(
                        List.of(
                            set,
                            name,
                            format("%.1f", samples.docs.median()),
                            format("%.1f", samples.docs.percentile(0)),
                            format("%.1f", samples.docs.percentile(100)),
                            format("%.0f", samples.tokens.median())))));
    return table.toString();
  }

  /** How many times as fast as the peer; empty if there was none. */
  String ratios() {
    TextTable table = new TextTable(2, "set", "ratio", "is", "goal", "");
    boolean any = false;
    for (Map.Entry<String, Map<String, Samples>> set : sets.entrySet()) {
      for (Goal goal : goals) {
        Samples ours = set.getValue().get(goal.ours());
        Samples theirs = set.getValue().get(goal.theirs());
        if (ours != null && theirs != null) {
          double ratio = ours.docs.median() / theirs.docs.median();
          table.add(
              List.of(
                  set.getKey(),
                  goal.ours() + " / " + goal.theirs(),
                  format("%.2f", ratio),
                  format("%.2f", goal.ratio()),
                  ratio >= goal.ratio() ? "reached" : "MISSED"));
          any = true;
        }
      }
    }
    return any ? "\n" + table : "";
  }

  private static String format(String pattern, double value) {
    return String.format(Locale.ROOT, pattern, value);
  }
}
