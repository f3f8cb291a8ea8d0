package dev.lucenesemantic.document;

/**
 * An embedder failed on a text, or gave something that is no vector of its model. The message names
 * the field and the model; the cause is what the embedder threw, if it threw.
 */
public final class EncodingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception.
   *
   * @param message names the field and the model and says what is wrong
   * @param cause what the embedder threw; null if it threw nothing
   */
  public EncodingException(String message, Throwable cause) {
    super(message, cause);
  }
}
