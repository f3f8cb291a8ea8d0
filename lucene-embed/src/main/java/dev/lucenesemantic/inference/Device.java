package dev.lucenesemantic.inference;

import java.util.Objects;

/**
 * What a network runs on.
 *
 * @param kind the processor, or a graphics card
 * @param number which card of several, counted from 0; 0 for the processor
 */
public record Device(Kind kind, int number) {

  /** What ONNX Runtime calls an execution provider. */
  public enum Kind {
    /** The processor. */
    CPU,
    /** A graphics card of NVIDIA. */
    CUDA
  }

  /** The processor, each run on one core. */
  public static final Device CPU = new Device(Kind.CPU, 0);

  /** Checks that the device exists as far as can be seen here. */
  public Device {
    Objects.requireNonNull(kind, "kind");
    if (number < 0 || (kind == Kind.CPU && number > 0)) {
      throw new IllegalArgumentException("there is no " + kind + " number " + number);
    }
  }

  /**
   * A graphics card of NVIDIA. The class path needs {@code onnxruntime_gpu} in place of {@code
   * onnxruntime}. Results are those of the processor up to rounding. A card wants larger batches
   * than a core: raise the token budget, and use one or two threads.
   *
   * @param number which of the cards, counted from 0
   * @return the device
   */
  public static Device cuda(int number) {
    return new Device(Kind.CUDA, number);
  }
}
