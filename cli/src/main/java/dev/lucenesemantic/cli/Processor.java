package dev.lucenesemantic.cli;

import dev.lucenesemantic.model.CpuFeatures;
import dev.lucenesemantic.model.CpuFeatures.InstructionSet;
import dev.lucenesemantic.model.CpuInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The processor, as far as the system tells.
 *
 * @param name its name, or its architecture where nothing is said
 * @param flags those of its instruction sets that matter for matrix products
 * @param threads how many the machine has; 0 where it is not known
 */
record Processor(String name, List<String> flags, int threads) {
  private static final Path CONTAINER_LIMIT = Path.of("/sys/fs/cgroup/cpu.max");

  private static final List<String> MATRIX_FLAGS =
      List.of(
          "avx2",
          "avx512f",
          "avx_vnni",
          "avx512_vnni",
          "avx512_bf16",
          "amx_int8",
          "asimddp",
          "i8mm",
          "sve");

  static Processor here() {
    return of(CpuInfo.ofThisMachine());
  }

  static Processor of(CpuInfo info) {
    return new Processor(
        info.name().isEmpty() ? System.getProperty("os.arch") : info.name(),
        MATRIX_FLAGS.stream().filter(info.flags()::contains).toList(),
        info.threads());
  }

  List<Finding> findings(CpuFeatures features, int cores) {
    List<Finding> findings = new ArrayList<>();
    String sets = flags.isEmpty() ? "" : ", with " + String.join(" ", flags);
    findings.add(instructions(features, name + sets));
    findings.add(cores(cores));
    return findings;
  }

  private static Finding instructions(CpuFeatures features, String name) {
    Set<InstructionSet> sets = features.sets();
    if (sets.contains(InstructionSet.VNNI) || sets.contains(InstructionSet.ARM64)) {
      return Finding.ok("processor", name + ": made for 8-bit models");
    }
    if (sets.contains(InstructionSet.AVX2)) {
      return Finding.ok(
          "processor",
          name + ": no instruction for products of 8-bit numbers (VNNI)",
          "8-bit models still gain, but less; 'inspect --fastest' shows which file fits");
    }
    return Finding.warn(
        "processor",
        name + ": neither AVX2 nor VNNI is known of it",
        "models will be slow; on a virtual machine, choose a CPU type that passes them on");
  }

  private Finding cores(int cores) {
    Optional<String> limit = containerLimit();
    String message =
        Words.plural(cores, "core")
            + " for this JVM, and as many texts at a time"
            + (threads > cores ? "; the machine has " + threads : "")
            + limit.map(l -> "; the container's limit is " + l).orElse("");
    return threads > cores || cores == 1
        ? Finding.ok(
            "cores",
            message,
            "speed goes with the cores: raise the container's limit, or -XX:ActiveProcessorCount")
        : Finding.ok("cores", message);
  }

  /** The quota of a Linux container, in cores. */
  private static Optional<String> containerLimit() {
    try {
      return Files.isReadable(CONTAINER_LIMIT)
          ? limit(Files.readString(CONTAINER_LIMIT))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Reads a quota and its period in microseconds; the quota is {@code max} for none. */
  static Optional<String> limit(String quotaAndPeriod) {
    String[] numbers = quotaAndPeriod.strip().split(" +");
    if (numbers.length != 2 || numbers[0].equals("max")) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          Words.about(Double.parseDouble(numbers[0]) / Double.parseDouble(numbers[1])));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
