package dev.lucenesemantic.rerank;

/** What becomes of the hits below the window of a {@link CrossEncoderRescorer}. */
public enum Tail {
  /** They follow the hits of the window, in first-stage order. */
  KEEP,

  /** They are left out, so that a result never has more hits than the window. */
  DROP
}
