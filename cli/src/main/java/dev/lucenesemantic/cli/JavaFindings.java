package dev.lucenesemantic.cli;

import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.management.JMException;
import javax.management.ObjectName;

/** The operating system and the JVM. */
final class JavaFindings {
  private static final long SMALL_HEAP = 200L << 20;

  /** From here on a JVM warns of native libraries that were not allowed. */
  private static final int WARNS_OF_NATIVE_ACCESS = 24;

  private JavaFindings() {}

  static List<Finding> all() {
    List<Finding> findings = new ArrayList<>();
    findings.add(system());
    findings.add(java());
    findings.add(nativeAccess());
    findings.add(vectorModule());
    findings.add(memory());
    findings.add(encoding(System.getProperty("sun.jnu.encoding", "")));
    return findings;
  }

  private static Finding system() {
    String system =
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + ", "
            + System.getProperty("os.arch");
    if (isMusl()) {
      return Finding.fail(
          "system",
          system + ", with the C library musl",
          "the native libraries need glibc: use an image that is not Alpine's");
    }
    if (!hasNativeLibraries(System.getProperty("os.name"), System.getProperty("os.arch"))) {
      return Finding.fail(
          "system",
          system,
          "there are no native libraries for it; there are for Linux (glibc) on x86-64 and aarch64,"
              + " macOS on aarch64, and Windows on x86-64");
    }
    return Finding.ok("system", system);
  }

  private static boolean isMusl() {
    return Files.exists(Path.of("/etc/alpine-release"))
        || (Files.exists(Path.of("/lib/ld-musl-x86_64.so.1"))
            && !Files.exists(Path.of("/lib64/ld-linux-x86-64.so.2")));
  }

  /** Those for which both ONNX Runtime and the tokenizers have a library in their jars. */
  static boolean hasNativeLibraries(String system, String architecture) {
    String name = system.toLowerCase(Locale.ROOT);
    boolean isArm = architecture.equals("aarch64") || architecture.equals("arm64");
    boolean isIntel = architecture.equals("amd64") || architecture.equals("x86_64");
    if (name.startsWith("linux")) {
      return isArm || isIntel;
    }
    return name.startsWith("mac") ? isArm : name.startsWith("windows") && isIntel;
  }

  private static Finding java() {
    return Finding.ok(
        "java",
        Runtime.version()
            + " ("
            + System.getProperty("java.vendor")
            + "), "
            + System.getProperty("java.home"));
  }

  private static Finding nativeAccess() {
    int version = Runtime.version().feature();
    if (version < WARNS_OF_NATIVE_ACCESS) {
      return Finding.ok(
          "native access", "Java " + version + " allows it; from 24 on it must be asked for");
    }
    if (isNativeAccessEnabled()) {
      return Finding.ok(
          "native access",
          "allowed",
          "your application needs --enable-native-access=ALL-UNNAMED too");
    }
    return Finding.warn(
        "native access",
        "not allowed: Java warns of it now, and later versions will refuse it",
        "start Java with --enable-native-access=ALL-UNNAMED");
  }

  /** The method came with Java 22. */
  private static boolean isNativeAccessEnabled() {
    try {
      return (boolean)
          Module.class.getMethod("isNativeAccessEnabled").invoke(JavaFindings.class.getModule());
    } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
      return false;
    }
  }

  private static Finding vectorModule() {
    String advice =
        "this program does not need it; an application that searches with Lucene is two to four"
            + " times as fast with --add-modules=jdk.incubator.vector";
    boolean isThere = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    return Finding.ok(
        "vector module", isThere ? "there" : "not in this JVM", isThere ? "" : advice);
  }

  private static Finding memory() {
    long heap = Runtime.getRuntime().maxMemory();
    String message = "up to " + Words.megabytes(heap) + " of heap";
    Optional<Long> free = systemBytes("FreeMemorySize");
    Optional<Long> total = systemBytes("TotalMemorySize");
    if (free.isPresent() && total.isPresent()) {
      message +=
          ", "
              + Words.megabytes(free.get())
              + " free of "
              + Words.megabytes(total.get())
              + " in the machine or container";
    }
    return heap < SMALL_HEAP
        ? Finding.warn("memory", message, "give the JVM more, for example -Xmx512m")
        : Finding.ok("memory", message + "; models are kept outside of the heap");
  }

  /** An attribute that HotSpot has and other JVMs may not have. */
  private static Optional<Long> systemBytes(String attribute) {
    try {
      ObjectName system = new ObjectName(ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME);
      Object value = ManagementFactory.getPlatformMBeanServer().getAttribute(system, attribute);
      return value instanceof Long bytes ? Optional.of(bytes) : Optional.empty();
    } catch (JMException e) {
      return Optional.empty();
    }
  }

  /** What Java makes of the bytes of arguments and file names. */
  static Finding encoding(String encoding) {
    boolean isUnicode = encoding.toUpperCase(Locale.ROOT).startsWith("UTF");
    return isUnicode
        ? Finding.ok("encoding", encoding)
        : Finding.warn(
            "encoding",
            "arguments and file names are read as " + encoding,
            "set LC_ALL=C.UTF-8, or texts beyond that must come in files or on standard input");
  }
}
