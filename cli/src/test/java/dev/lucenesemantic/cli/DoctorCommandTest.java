package dev.lucenesemantic.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.lucenesemantic.cli.Finding.Status;
import dev.lucenesemantic.hub.HubException;
import dev.lucenesemantic.model.CpuFeatures;
import dev.lucenesemantic.model.CpuFeatures.InstructionSet;
import dev.lucenesemantic.model.CpuInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The doctor sees what is wrong, says what to do, and keeps secrets. */
class DoctorCommandTest {
  @TempDir Path temp;

  private Shell shell() {
    return Shell.offline(temp.resolve("hub"));
  }

  @Test
  void aMachineThatRunsTheTestsIsWell() {
    Shell.Result result = shell().run("doctor").fine();
    result.shows("ok    vectors", "ok    similarities", "ok    batches", "ok    reranker");
    result.shows("0.6660 0.1046 0.1411", "onnx runtime", "tokenizers", "pairs of");
    result.shows("offline: only models in the cache are used");
    assertFalse(result.out().contains("fail "), result.out());
  }

  @Test
  void jsonHasEveryCheckAndTheSpeed() {
    JsonObject json = shell().run("doctor", "--json").fine().json();
    assertTrue(Set.of("ok", "warn").contains(json.get("status").getAsString()));
    Set<String> areas = new TreeSet<>();
    for (JsonElement check : json.getAsJsonArray("checks")) {
      areas.add(check.getAsJsonObject().get("area").getAsString());
    }
    assertTrue(
        areas.containsAll(
            List.of(
                "system",
                "java",
                "native access",
                "memory",
                "processor",
                "cores",
                "model cache",
                "hub",
                "variables",
                "proxy",
                "onnx runtime",
                "tokenizers",
                "vectors")),
        areas::toString);
    // Twice 64 texts, by a clock that goes on by half a second at each look.
    assertEquals(
        128, json.getAsJsonObject("speed").get("short_texts_per_second").getAsDouble(), 1e-6);
  }

  @Test
  void aTokenIsNeverPrinted() {
    Shell.Result result =
        shell()
            .set("HF_TOKEN", "hf_secret")
            .set("HF_ENDPOINT", "https://user:password@mirror.example")
            .set("https_proxy", "http://me:password@proxy.example:3128")
            .set("HF_HOME", "/models")
            .run("doctor");
    result.shows("HF_TOKEN=(set, not shown)", "HF_HOME=/models", "https://...@mirror.example");
    result.shows("http://...@proxy.example:3128", "-Dhttps.proxyHost");
    assertFalse(result.out().contains("secret"), result.out());
    assertFalse(result.out().contains("password"), result.out());
  }

  @Test
  void anEnvironmentThatCannotBeUsedIsAFailure() {
    Shell.Result result =
        shell()
            .hub(
                () -> {
                  throw new HubException("HF_HUB_DOWNLOAD_TIMEOUT", "must be a number");
                })
            .run("doctor");
    assertEquals(1, result.exitCode());
    result.shows("fail  hub", "HF_HUB_DOWNLOAD_TIMEOUT: must be a number", "see 'fail' above");
    assertEquals("", result.err());
  }

  @Test
  void aCacheIsCountedOrSaidToBeUnusable() throws IOException {
    Path blobs = Files.createDirectories(temp.resolve("hub/models--a--b/blobs"));
    Files.write(blobs.resolve("x"), new byte[2_000_000]);
    Finding finding = HubFindings.cache(temp.resolve("hub"));
    assertEquals(Status.OK, finding.status());
    assertTrue(finding.message().contains("1 model, 2.0 MB"), finding.message());
    Path file = Files.writeString(temp.resolve("file"), "x");
    assertEquals(Status.WARN, HubFindings.cache(file.resolve("hub")).status());
  }

  @Test
  void aProxyThatJavaDoesNotReadIsNamed() {
    assertEquals(Status.OK, HubFindings.proxy(Map.of(), Optional.empty()).status());
    assertEquals(
        Status.WARN,
        HubFindings.proxy(Map.of("HTTPS_PROXY", "http://p"), Optional.empty()).status());
    assertEquals(
        Status.OK, HubFindings.proxy(Map.of("HTTPS_PROXY", "http://p"), Optional.of("p")).status());
  }

  @Test
  void aProcessorIsReadFromLinuxsList() {
    Processor processor =
        Processor.of(
            CpuInfo.parse(
                List.of(
                    "processor\t: 0",
                    "model name\t: Some CPU",
                    "flags\t\t: fpu avx2 avx512f avx512_vnni",
                    "processor\t: 1",
                    "model name\t: Some CPU")));
    assertEquals(
        new Processor("Some CPU", List.of("avx2", "avx512f", "avx512_vnni"), 2), processor);
    CpuFeatures none = new CpuFeatures(EnumSet.noneOf(InstructionSet.class));
    CpuFeatures avx2 = new CpuFeatures(EnumSet.of(InstructionSet.AVX2));
    assertEquals(Status.WARN, processor.findings(none, 2).get(0).status());
    assertTrue(processor.findings(avx2, 2).get(0).message().contains("VNNI"));
    assertTrue(processor.findings(avx2, 1).get(1).message().contains("the machine has 2"));
  }

  @Test
  void aContainersLimitIsInCores() {
    assertEquals(Optional.of("1.5"), Processor.limit("150000 100000\n"));
    assertEquals(Optional.empty(), Processor.limit("max 100000\n"));
    assertEquals(Optional.empty(), Processor.limit("?"));
  }

  @Test
  void systemsWithoutNativeLibrariesAreKnown() {
    assertTrue(JavaFindings.hasNativeLibraries("Linux", "amd64"));
    assertTrue(JavaFindings.hasNativeLibraries("Mac OS X", "aarch64"));
    assertTrue(JavaFindings.hasNativeLibraries("Windows 11", "amd64"));
    assertFalse(JavaFindings.hasNativeLibraries("Mac OS X", "x86_64"));
    assertFalse(JavaFindings.hasNativeLibraries("Linux", "riscv64"));
    assertEquals(Status.WARN, JavaFindings.encoding("ANSI_X3.4-1968").status());
  }

  @Test
  void wrongNumbersAreAFailureWithAdvice() {
    Finding finding =
        SelfTest.parity(
            "vectors", "8 texts", List.of(new Parity.Comparison("text x", false, "cosine 0.2")));
    assertEquals(Status.FAIL, finding.status());
    assertTrue(finding.message().contains("text x, cosine 0.2"), finding.message());
    assertFalse(finding.advice().isEmpty());
  }

  @Test
  void javaOfTheRightVersionIsNewEnough() {
    assertFalse(Launcher.isNewEnough("1.8"));
    assertFalse(Launcher.isNewEnough("17"));
    assertTrue(Launcher.isNewEnough("21"));
    assertTrue(Launcher.isNewEnough("25"));
  }
}
