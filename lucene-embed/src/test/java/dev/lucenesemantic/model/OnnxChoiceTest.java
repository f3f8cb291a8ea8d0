package dev.lucenesemantic.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.embed.ModelFolder;
import dev.lucenesemantic.model.CpuFeatures.InstructionSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which ONNX file is taken: the usual one unless somebody asks for the fastest. */
class OnnxChoiceTest {
  private static final CpuFeatures NEW_X86 =
      new CpuFeatures(Set.of(InstructionSet.AVX2, InstructionSet.AVX512, InstructionSet.VNNI));
  private static final CpuFeatures OLD_X86 = new CpuFeatures(Set.of(InstructionSet.AVX2));
  private static final CpuFeatures ARM = new CpuFeatures(Set.of(InstructionSet.ARM64));
  private static final CpuFeatures UNKNOWN = new CpuFeatures(Set.of());

  @TempDir private Path temp;
  private Path folder;

  @BeforeEach
  void makeFolder() {
    folder = ModelFolder.plain(temp.resolve("model"));
  }

  @Test
  void fullPrecisionIsTheDefaultWhateverLiesBesideIt() throws IOException {
    add("model_O2", "model_qint8_avx512_vnni", "model_quantized", "model_qint8_arm64");
    assertEquals("model.onnx", chosen(new OnnxChoice.Usual()));
  }

  @Test
  void theFastestIsMadeForTheInstructionsOfTheProcessor() throws IOException {
    add("model_O3", "model_quint8_avx2", "model_qint8_avx512", "model_qint8_avx512_vnni");
    add("model_qint8_arm64", "model_quantized");
    assertEquals("model_qint8_avx512_vnni.onnx", chosen(new OnnxChoice.Fastest(NEW_X86)));
    assertEquals("model_quint8_avx2.onnx", chosen(new OnnxChoice.Fastest(OLD_X86)));
    assertEquals("model_qint8_arm64.onnx", chosen(new OnnxChoice.Fastest(ARM)));
    assertEquals("model.onnx", chosen(new OnnxChoice.Fastest(UNKNOWN)));
  }

  @Test
  void aFileForAnyProcessorIsTakenOnlyWhereItCannotOverflow() throws IOException {
    add("model_quantized");
    assertEquals("model_quantized.onnx", chosen(new OnnxChoice.Fastest(NEW_X86)));
    assertEquals("model_quantized.onnx", chosen(new OnnxChoice.Fastest(ARM)));
    assertEquals("model.onnx", chosen(new OnnxChoice.Fastest(OLD_X86)));
  }

  @Test
  void withoutAUsualFileTheFastestIsTheMostOptimizedOne() throws IOException {
    Files.delete(folder.resolve("onnx/model.onnx"));
    add("model_O4", "model_fp16", "model_O1", "model_O3");
    for (CpuFeatures cpu : List.of(NEW_X86, OLD_X86, ARM, UNKNOWN)) {
      assertEquals("model_O3.onnx", chosen(new OnnxChoice.Fastest(cpu)));
    }
    Files.delete(folder.resolve("onnx/model_O3.onnx"));
    Files.delete(folder.resolve("onnx/model_O1.onnx"));
    assertEquals("model_fp16.onnx", chosen(new OnnxChoice.Fastest(NEW_X86)));
    assertTrue(reason(new OnnxChoice.Fastest(OLD_X86)).contains("no quantised file"));
    assertThrows(ModelException.class, () -> chosen(new OnnxChoice.Usual()));
  }

  @Test
  void theReasonNamesTheInstructions() throws IOException {
    assertTrue(reason(new OnnxChoice.Fastest(OLD_X86)).contains("AVX2"));
    assertTrue(reason(new OnnxChoice.Fastest(OLD_X86)).contains("no quantised file"));
    add("model_qint8_avx512_vnni");
    assertTrue(reason(new OnnxChoice.Fastest(NEW_X86)).contains("VNNI"));
  }

  @Test
  void instructionsAreThoseOfTheArchitecture() {
    Set<String> flags = Set.of("fpu", "avx2", "avx512f", "avx512_vnni");
    assertEquals(NEW_X86, CpuFeatures.of("amd64", flags, 0));
    assertEquals(OLD_X86, CpuFeatures.of("x86_64", Set.of(), 2));
    assertEquals(
        Set.of(InstructionSet.AVX2, InstructionSet.VNNI),
        CpuFeatures.of("amd64", Set.of("avx2", "avx_vnni"), 2).sets());
    assertEquals(ARM, CpuFeatures.of("aarch64", flags, 0));
    assertEquals(UNKNOWN, CpuFeatures.of("riscv64", flags, 0));
  }

  private void add(String... names) throws IOException {
    for (String name : names) {
      Files.write(folder.resolve("onnx").resolve(name + ".onnx"), new byte[] {1});
    }
  }

  private String chosen(OnnxChoice choice) {
    return Path.of(source(choice).weights().location()).getFileName().toString();
  }

  private String reason(OnnxChoice choice) {
    return ((TransformerSource) source(choice)).weightsChoice();
  }

  private TextInput source(OnnxChoice choice) {
    ModelSource source = ModelDirectory.open(folder).read(choice, OptionalInt.empty());
    return source.roads().usual().orElseThrow().input();
  }
}
