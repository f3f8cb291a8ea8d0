package dev.lucenesemantic.benchmarks;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.lucene.util.Version;

/**
 * What figures depend on besides the code: a ratio measured on a processor with AMX says nothing
 * about one without.
 *
 * @param processor the processor's name
 * @param cores how many the JVM may use
 * @param flags those of its instruction sets that matter for matrix products
 */
record Machine(String processor, int cores, List<String> flags) {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  private static final List<String> MATRIX_FLAGS =
      List.of(
          "avx2",
          "avx512f",
          "avx_vnni",
          "avx512_vnni",
          "avx512_bf16",
          "amx_int8",
          "amx_bf16",
          "asimddp",
          "i8mm",
          "bf16",
          "sve");

  /** The machine that this runs on; only the architecture is known where there is no cpuinfo. */
  static Machine here() throws IOException {
    int cores = Runtime.getRuntime().availableProcessors();
    return Files.isReadable(CPUINFO)
        ? parse(Files.readAllLines(CPUINFO), cores)
        : new Machine(System.getProperty("os.arch"), cores, List.of());
  }

  /** Reads the lines of Linux's cpuinfo. */
  static Machine parse(List<String> cpuinfo, int cores) {
    String processor = value(cpuinfo, "model name");
    Set<String> all =
        Arrays.stream((value(cpuinfo, "flags") + " " + value(cpuinfo, "Features")).split(" "))
            .collect(Collectors.toSet());
    return new Machine(
        processor.isEmpty() ? System.getProperty("os.arch") : processor,
        cores,
        MATRIX_FLAGS.stream().filter(all::contains).toList());
  }

  private static String value(List<String> cpuinfo, String key) {
    return cpuinfo.stream()
        .filter(line -> line.matches(key + "\\s*:.*"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("");
  }

  /** The versions of everything below the library. */
  static String versions() {
    // The level that the library asks for: another one would make ONNX Runtime warn of a change.
    OrtEnvironment onnx = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
    return "lucene "
        + Version.LATEST
        + ", onnxruntime "
        + onnx.getVersion()
        + ", JDK "
        + Runtime.version();
  }

  @Override
  public String toString() {
    return processor
        + ", "
        + cores
        + " cores, "
        + (flags.isEmpty() ? "instruction sets unknown" : String.join(" ", flags));
  }
}
