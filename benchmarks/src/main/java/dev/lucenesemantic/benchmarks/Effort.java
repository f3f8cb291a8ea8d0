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

  static final Effort NONE = new Effort(0, 0);

  /** Both together. */
  Effort plus(Effort more) {
    return new Effort(seconds + more.seconds, cpuSeconds + more.cpuSeconds);
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
