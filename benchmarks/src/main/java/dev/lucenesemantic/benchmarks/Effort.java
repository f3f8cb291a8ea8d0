package dev.lucenesemantic.benchmarks;

import java.io.IOException;

/**
 * How long a piece of work took.
 *
 * @param seconds by the clock
 * @param cpuSeconds of all the program's threads together, which depend less on what else runs
 */
record Effort(double seconds, double cpuSeconds) {

  /** What is measured. */
  @FunctionalInterface
  interface Work {
    void run() throws IOException, InterruptedException;
  }

  /** The efforts of several rounds. */
  record Rounds(Sample seconds, Sample cpuSeconds) {
    Rounds() {
      this(new Sample(), new Sample());
    }

    void add(Effort effort) {
      seconds.add(effort.seconds());
      cpuSeconds.add(effort.cpuSeconds());
    }
  }

  static Effort of(Work work) throws IOException, InterruptedException {
    long start = System.nanoTime();
    double cpuStart = processCpuSeconds();
    work.run();
    return new Effort((System.nanoTime() - start) / 1e9, processCpuSeconds() - cpuStart);
  }

  private static double processCpuSeconds() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis() / 1e3;
  }
}
