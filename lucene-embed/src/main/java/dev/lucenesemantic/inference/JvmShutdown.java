package dev.lucenesemantic.inference;

/**
 * Knows whether the JVM is shutting down. ONNX Runtime frees what all sessions need in a shutdown
 * hook of its own, and a run that begins afterwards crashes the process. The hooks of a JVM start
 * in no order, so that a run may still begin in the moment between theirs and this one; nothing
 * that matters is lost then, and there is no way to be earlier.
 */
final class JvmShutdown {
  private static volatile boolean begun;

  static {
    try {
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> begun = true, "inference-sees-shutdown"));
    } catch (IllegalStateException e) {
      begun = true;
    }
  }

  private JvmShutdown() {}

  /** Whether no run may begin any more. */
  static boolean begun() {
    return begun;
  }
}
