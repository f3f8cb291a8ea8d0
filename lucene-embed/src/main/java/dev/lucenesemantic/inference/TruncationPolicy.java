package dev.lucenesemantic.inference;

/** What happens to a text with more tokens than the model reads. Every policy counts such texts. */
public enum TruncationPolicy {
  /** The text is cut. */
  SILENT,
  /** The text is cut, and the first time a warning is logged. */
  WARN,
  /** The call fails with a {@link TextTooLongException}, and nothing of it is kept. */
  FAIL
}
