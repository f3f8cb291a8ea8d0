package dev.lucenesemantic.model;

import java.lang.management.ManagementFactory;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;

/**
 * Which instructions a processor has of those that quantised models are made for.
 *
 * @param sets the instruction sets; empty where nothing is known
 */
public record CpuFeatures(Set<InstructionSet> sets) {

  /** Instructions that make a difference to 8-bit arithmetic. */
  public enum InstructionSet {
    /** 256-bit vectors on x86. */
    AVX2,
    /** 512-bit vectors on x86. */
    AVX512,
    /** Sums of 8-bit products on x86 that cannot overflow, in 256 or 512 bits. */
    VNNI,
    /** 64-bit ARM. */
    ARM64
  }

  /** Copies the set. */
  public CpuFeatures {
    sets = sets.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(sets));
  }

  /**
   * Looks at the processor that this JVM runs on: its architecture, the flags that Linux lists, and
   * elsewhere what HotSpot found out, which does not tell about {@link InstructionSet#VNNI}.
   *
   * @return what it has as far as it can be known
   */
  public static CpuFeatures ofThisMachine() {
    return of(System.getProperty("os.arch", ""), CpuInfo.ofThisMachine().flags(), hotSpotAvx());
  }

  static CpuFeatures of(String architecture, Set<String> flags, int hotSpotAvx) {
    Set<InstructionSet> sets = EnumSet.noneOf(InstructionSet.class);
    switch (architecture.toLowerCase(Locale.ROOT)) {
      case "aarch64", "arm64" -> sets.add(InstructionSet.ARM64);
      case "amd64", "x86_64" -> {
        if (flags.contains("avx2") || hotSpotAvx >= 2) {
          sets.add(InstructionSet.AVX2);
        }
        if (flags.contains("avx512f") || hotSpotAvx >= 3) {
          sets.add(InstructionSet.AVX512);
        }
        if (flags.contains("avx512_vnni") || flags.contains("avx_vnni")) {
          sets.add(InstructionSet.VNNI);
        }
      }
      default -> {}
    }
    return new CpuFeatures(sets);
  }

  private static int hotSpotAvx() {
    try {
      // By name, as the class of it is no part of the Java platform.
      Object option =
          ManagementFactory.getPlatformMBeanServer()
              .invoke(
                  new ObjectName("com.sun.management:type=HotSpotDiagnostic"),
                  "getVMOption",
                  new Object[] {"UseAVX"},
                  new String[] {String.class.getName()});
      return option instanceof CompositeData data
          ? Integer.parseInt(data.get("value").toString())
          : 0;
    } catch (JMException | RuntimeException | LinkageError e) {
      // Another JVM, or an option that this processor does not have.
      return 0;
    }
  }

  boolean has(InstructionSet set) {
    return sets.contains(set);
  }
}
