package dev.lucenesemantic.benchmarks;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import dev.lucenesemantic.model.CpuInfo;
import java.util.List;
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

  /** The machine that this runs on; only the architecture is known where Linux says nothing. */
  static Machine here() {
    return of(CpuInfo.ofThisMachine(), Runtime.getRuntime().availableProcessors());
  }

  static Machine of(CpuInfo info, int cores) {
    return new Machine(
        info.name().isEmpty() ? System.getProperty("os.arch") : info.name(),
        cores,
        MATRIX_FLAGS.stream().filter(info.flags()::contains).toList());
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
