package dev.lucenesemantic.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/**
 * One of those whose speed is compared. They take turns for several rounds, because a machine is
 * not equally fast all the time.
 *
 * @param name what the report calls it
 * @param measurement measures it once
 */
record Contestant(String name, Measurement measurement) {

  /** Measures once. */
  interface Measurement {
    /** The rate for each set of texts, by its name. */
    Map<String, Rate> run() throws IOException, InterruptedException;
  }

  /** Gives each its turn in every round. */
  static void takeTurns(
      List<Contestant> contestants, int rounds, ThroughputReport report, PrintStream out)
      throws IOException, InterruptedException {
    for (int round = 1; round <= rounds; round++) {
      for (Contestant contestant : contestants) {
        report.add(contestant.name(), contestant.measurement().run());
      }
      out.println("round       " + round + " of " + rounds + " done");
    }
  }
}
