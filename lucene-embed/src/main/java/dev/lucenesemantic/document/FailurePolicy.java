package dev.lucenesemantic.document;

/** What happens to a document of which a text cannot be encoded. */
public enum FailurePolicy {
  /** The call that adds it fails with an {@link EncodingException}, and nothing of it is added. */
  FAIL,

  /**
   * The document is added without that vector, so that it is found by its words, and with the text,
   * so that {@link SemanticIndexWriter#backfill} can encode it later. {@link
   * CompanionFields#pendingQuery} finds such documents. It holds for whatever the embedder throws,
   * an {@code Error} and a closed model included, but not for an interrupt, nor for images, whose
   * pixels are not kept: for these the call fails. So it does if a long text cannot be divided into
   * passages, which takes the model's tokenizer.
   */
  ADD_WITHOUT_VECTOR
}
