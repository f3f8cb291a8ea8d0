package dev.lucenesemantic.rerank;

/** What becomes of a hit of the window that has no text, or nothing but white space. */
public enum MissingText {
  /** It goes to the end of the window, below all that could be scored. */
  LOWEST_SCORE,

  /** It keeps the place that the first stage gave it; the other hits are ordered around it. */
  KEEP_PLACE,

  /** The rescoring fails with a {@link MissingTextException}. */
  ERROR
}
