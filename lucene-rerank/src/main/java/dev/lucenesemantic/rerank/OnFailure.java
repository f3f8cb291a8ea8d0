package dev.lucenesemantic.rerank;

/** What a {@link CrossEncoderRescorer} does when its model fails. */
public enum OnFailure {
  /** The model's exception goes to the caller. */
  ERROR,

  /**
   * The hits come back in first-stage order with their first-stage scores, and {@link
   * RescoredTopDocs#failure} says why.
   */
  FIRST_STAGE
}
