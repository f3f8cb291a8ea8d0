package dev.lucenesemantic.document;

/**
 * Watches while documents get their missing vectors, and can stop that. Called after each batch of
 * texts, by a thread that does the work while the caller waits; it must not begin other such work.
 */
public interface FillMonitor {
  /** Watches nothing and lets the work come to its end. */
  FillMonitor NONE = new FillMonitor() {};

  /**
   * Is told how far the work is.
   *
   * @param soFar what has come of it so far
   */
  default void progress(FillReport soFar) {}

  /**
   * Asked whether to stop. What was encoded until then is kept and not encoded again when the work
   * is started another time.
   *
   * @return true to stop soon
   */
  default boolean stop() {
    return false;
  }
}
