package dev.lucenesemantic.model;

import dev.lucenesemantic.model.CpuFeatures.InstructionSet;
import java.util.List;
import java.util.Optional;

/**
 * Which ONNX file a choice means, told by the files' names alone, so that what is fetched of a
 * model is what is loaded of it.
 */
public final class OnnxSelection {
  /** How the name of every ONNX file ends. */
  public static final String SUFFIX = ".onnx";

  private static final List<String> USUAL = List.of("onnx/model.onnx", "model.onnx");

  /**
   * Files of the whole network for any processor, the fastest first: a processor computes with
   * 32-bit numbers, and only converts those of 16 bits, which the last two have.
   */
  private static final List<String> OPTIMIZED =
      List.of("model_O3", "model_O2", "model_O1", "model_fp16", "model_O4");

  /**
   * Quantised files that are made for certain instructions, the fastest first. The names are those
   * that sentence-transformers, Optimum and transformers.js give them. A file for any processor
   * ({@code model_quantized}) may overflow where 8-bit products are summed up in 16 bits, which is
   * what AVX2 and AVX-512 do without VNNI.
   */
  private enum Quantized {
    VNNI(
        InstructionSet.VNNI,
        List.of(
            "model_qint8_avx512_vnni",
            "model_qint8_avx512",
            "model_quantized",
            "model_int8",
            "model_quint8_avx2")),
    AVX512(InstructionSet.AVX512, List.of("model_qint8_avx512", "model_quint8_avx2")),
    AVX2(InstructionSet.AVX2, List.of("model_quint8_avx2")),
    ARM64(InstructionSet.ARM64, List.of("model_qint8_arm64", "model_quantized", "model_int8"));

    private final InstructionSet needs;

    @SuppressWarnings("ImmutableEnumChecker") // Unmodifiable lists.
    private final List<String> names;

    Quantized(InstructionSet needs, List<String> names) {
      this.needs = needs;
      this.names = names;
    }
  }

  /**
   * The file that is taken.
   *
   * @param name one of the names
   * @param why what made it the one, in words
   */
  public record Selected(String name, String why) {}

  private OnnxSelection() {}

  /**
   * Selects a file.
   *
   * @param choice what is wanted
   * @param names the ONNX files of a transformer's folder and of {@code onnx} in it, as paths
   *     inside the former with slashes, those of {@code onnx} first
   * @return the file; empty if the one that is wanted is not there, or nothing says which
   */
  public static Optional<Selected> select(OnnxChoice choice, List<String> names) {
    return switch (choice) {
      case OnnxChoice.Named named -> named(named.file(), names);
      case OnnxChoice.Usual usual -> usual(names);
      case OnnxChoice.Fastest fastest -> fastest(fastest.cpu(), names);
    };
  }

  private static Optional<Selected> named(String wanted, List<String> names) {
    String file = wanted.endsWith(SUFFIX) ? wanted : wanted + SUFFIX;
    return names.stream()
        .filter(name -> name.equals(file) || fileName(name).equals(file))
        .findFirst()
        .map(name -> new Selected(name, "it was asked for"));
  }

  private static Optional<Selected> usual(List<String> names) {
    Optional<String> usual = USUAL.stream().filter(names::contains).findFirst();
    if (usual.isEmpty() && names.size() == 1) {
      return Optional.of(new Selected(names.get(0), "it is the only ONNX file"));
    }
    return usual.map(
        name -> new Selected(name, "it is the model in full precision, which is the usual one"));
  }

  private static Optional<Selected> fastest(CpuFeatures cpu, List<String> names) {
    for (Quantized quantized : Quantized.values()) {
      if (!cpu.has(quantized.needs)) {
        continue;
      }
      for (String wanted : quantized.names) {
        for (String name : names) {
          if (fileName(name).equals(wanted + SUFFIX)) {
            return Optional.of(
                new Selected(
                    name,
                    "it has 8-bit weights, and this CPU has " + quantized.needs + " for them"));
          }
        }
      }
    }
    return usual(names)
        .or(() -> optimized(names))
        .map(
            found ->
                new Selected(
                    found.name(),
                    found.why()
                        + "; there is no quantised file for this CPU, which has "
                        + cpu.sets()));
  }

  private static Optional<Selected> optimized(List<String> names) {
    return OPTIMIZED.stream()
        .flatMap(wanted -> names.stream().filter(name -> fileName(name).equals(wanted + SUFFIX)))
        .findFirst()
        .map(name -> new Selected(name, "it is the fastest in full or half precision"));
  }

  private static String fileName(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
  }
}
