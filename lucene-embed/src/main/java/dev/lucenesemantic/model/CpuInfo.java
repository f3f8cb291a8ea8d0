package dev.lucenesemantic.model;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What Linux says of the processor in {@code /proc/cpuinfo}.
 *
 * @param name the processor's name; empty where nothing is said
 * @param flags what Linux calls its instruction sets and other features; empty where nothing is
 *     said
 * @param threads how many the machine has; 0 where nothing is said
 */
public record CpuInfo(String name, Set<String> flags, int threads) {
  private static final Path FILE = Path.of("/proc/cpuinfo");

  /** Copies the flags. */
  public CpuInfo {
    flags = Collections.unmodifiableSet(new TreeSet<>(flags));
  }

  /**
   * Looks at the machine that this JVM runs on.
   *
   * @return what is known of it; nothing on other systems than Linux
   */
  public static CpuInfo ofThisMachine() {
    try {
      return parse(
          Files.isReadable(FILE)
              ? Files.readAllLines(FILE, StandardCharsets.ISO_8859_1)
              : List.of());
    } catch (IOException e) {
      return parse(List.of());
    }
  }

  /**
   * Reads the lines of the file. The first processor stands for all.
   *
   * @param lines as Linux writes them on x86 or ARM
   * @return what they say
   */
  public static CpuInfo parse(List<String> lines) {
    Set<String> flags = new TreeSet<>();
    flags.addAll(List.of(value(lines, "flags").split(" +")));
    flags.addAll(List.of(value(lines, "Features").split(" +")));
    flags.remove("");
    return new CpuInfo(
        value(lines, "model name"),
        flags,
        (int) lines.stream().filter(line -> line.startsWith("processor")).count());
  }

  private static String value(List<String> lines, String key) {
    return lines.stream()
        .filter(line -> line.matches(key + "\\s*:.*"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("");
  }
}
