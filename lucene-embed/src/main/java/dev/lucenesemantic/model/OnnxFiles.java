package dev.lucenesemantic.model;

import dev.lucenesemantic.model.CpuFeatures.InstructionSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the ONNX file of a transformer's folder, and the files that hold its weights beside it. */
final class OnnxFiles {
  private static final Logger LOG = LoggerFactory.getLogger(OnnxFiles.class);
  private static final String SUFFIX = ".onnx";

  private static final List<String> NEVER_WEIGHTS =
      List.of(SUFFIX, ".json", ".txt", ".md", ".safetensors", ".gitattributes");

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
   * @param path where it is
   * @param why what made it the one, in words
   */
  record Chosen(Path path, String why) {}

  private final Path folder;
  private final TransformerTask task;

  OnnxFiles(Path folder, TransformerTask task) {
    this.folder = folder;
    this.task = task;
  }

  Chosen choose(OnnxChoice choice) {
    List<Path> all = all();
    return switch (choice) {
      case OnnxChoice.Named named -> new Chosen(named(named.file(), all), "it was asked for");
      case OnnxChoice.Usual usual -> usual(all);
      case OnnxChoice.Fastest fastest -> logged(fastest(fastest.cpu(), all));
    };
  }

  private Chosen usual(List<Path> all) {
    for (String usual : List.of("onnx/model.onnx", "model.onnx")) {
      Path path = folder.resolve(usual);
      if (Files.isRegularFile(path)) {
        return new Chosen(path, "it is the model in full precision, which is the usual one");
      }
    }
    if (all.size() == 1) {
      return new Chosen(all.get(0), "it is the only ONNX file");
    }
    throw all.isEmpty() ? missing() : ambiguous(all);
  }

  private static Chosen logged(Chosen chosen) {
    LOG.info("{} is taken: {}", chosen.path(), chosen.why());
    return chosen;
  }

  private Chosen fastest(CpuFeatures cpu, List<Path> all) {
    for (Quantized quantized : Quantized.values()) {
      if (cpu.has(quantized.needs)) {
        for (String name : quantized.names) {
          for (Path path : all) {
            if (path.getFileName().toString().equals(name + SUFFIX)) {
              return new Chosen(
                  path, "it has 8-bit weights, and this CPU has " + quantized.needs + " for them");
            }
          }
        }
      }
    }
    Chosen usual = usual(all);
    return new Chosen(
        usual.path(),
        usual.why() + "; there is no quantised file for this CPU, which has " + cpu.sets());
  }

  /** The files beside it whose names stand in the ONNX file: they hold weights of it. */
  List<Path> externalData(Path onnx) {
    ModelFile file = new ModelFile.OnDisk(onnx);
    try (Stream<Path> siblings = Files.list(onnx.toAbsolutePath().getParent())) {
      return siblings
          .filter(Files::isRegularFile)
          .filter(path -> NEVER_WEIGHTS.stream().noneMatch(path.toString()::endsWith))
          .filter(path -> file.contains(path.getFileName().toString()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new ModelException(onnx.toString(), "its folder cannot be listed: " + e, e);
    }
  }

  private Path named(String wanted, List<Path> all) {
    String withSuffix = wanted.endsWith(SUFFIX) ? wanted : wanted + SUFFIX;
    for (Path path : all) {
      String relative = folder.relativize(path).toString().replace('\\', '/');
      if (relative.equals(withSuffix) || path.getFileName().toString().equals(withSuffix)) {
        return path;
      }
    }
    throw new ModelException(
        folder.toString(),
        "has no model file '" + wanted + "'; it has " + (all.isEmpty() ? "none" : names(all)));
  }

  private ModelException missing() {
    String where = folder.toString();
    boolean hasOtherWeights =
        Stream.of(
                "model.safetensors",
                "model.safetensors.index.json",
                "pytorch_model.bin",
                "pytorch_model.bin.index.json")
            .anyMatch(name -> Files.exists(folder.resolve(name)));
    if (hasOtherWeights) {
      return new ModelException(
          where,
          "has PyTorch weights but no ONNX file. Export it once with: optimum-cli export onnx"
              + " --library transformers --task "
              + task.exportName()
              + " --model "
              + where
              + " "
              + folder.resolve("onnx"));
    }
    return new ModelException(
        where, "has no ONNX file: onnx/model.onnx or model.onnx was expected");
  }

  private ModelException ambiguous(List<Path> all) {
    return new ModelException(
        folder.toString(),
        "has several ONNX files and none is called model.onnx; choose one of " + names(all));
  }

  private String names(List<Path> all) {
    List<String> names = new ArrayList<>();
    for (Path path : all) {
      names.add(folder.relativize(path).toString().replace('\\', '/'));
    }
    return String.join(", ", names);
  }

  private List<Path> all() {
    List<Path> found = new ArrayList<>();
    for (Path place : List.of(folder.resolve("onnx"), folder)) {
      if (!Files.isDirectory(place)) {
        continue;
      }
      try (Stream<Path> files = Files.list(place)) {
        files
            .filter(path -> path.getFileName().toString().endsWith(SUFFIX))
            .filter(Files::isRegularFile)
            .sorted()
            .forEach(found::add);
      } catch (IOException e) {
        throw new ModelException(place.toString(), "cannot be listed: " + e, e);
      }
    }
    return found;
  }
}
