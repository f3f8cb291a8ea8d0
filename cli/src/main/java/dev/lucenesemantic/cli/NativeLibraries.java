package dev.lucenesemantic.cli;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/** The libraries outside of the Java heap, once a model has been loaded. */
final class NativeLibraries {
  private static final Path MAPS = Path.of("/proc/self/maps");

  private NativeLibraries() {}

  static List<Finding> loaded() {
    return List.of(
        Finding.ok(
            "onnx runtime", OrtEnvironment.getEnvironment().getVersion() + place("onnxruntime.")),
        Finding.ok("tokenizers", tokenizersVersion() + place("tokenizers.")));
  }

  /** Linux lists the files that a process has mapped. */
  private static String place(String library) {
    if (!Files.isReadable(MAPS)) {
      return "";
    }
    try (Stream<String> lines = Files.lines(MAPS, StandardCharsets.ISO_8859_1)) {
      Optional<String> path =
          lines
              .filter(line -> line.indexOf('/') >= 0)
              .map(line -> line.substring(line.indexOf('/')))
              .filter(file -> RoadSteps.fileName(file).startsWith("lib" + library))
              .findFirst();
      return path.map(file -> ", " + file).orElse("");
    } catch (IOException e) {
      return "";
    }
  }

  private static String tokenizersVersion() {
    Properties properties = new Properties();
    try (InputStream in =
        NativeLibraries.class.getResourceAsStream("/native/lib/tokenizers.properties")) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      return "unknown version";
    }
    return properties.getProperty("version", "unknown version");
  }

  /** What to do if a library cannot be loaded. */
  static String advice() {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    if (system.startsWith("windows")) {
      return "install Microsoft's Visual C++ Redistributable for x64; libraries are unpacked into "
          + System.getProperty("java.io.tmpdir");
    }
    return "libraries are unpacked into "
        + System.getProperty("java.io.tmpdir")
        + " and "
        + Path.of(System.getProperty("user.home"), ".djl.ai")
        + ", which must be writable and not mounted noexec; others are chosen with"
        + " -Djava.io.tmpdir=DIR and the variable DJL_CACHE_DIR. On Linux glibc is needed";
  }
}
