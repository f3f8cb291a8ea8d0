package dev.lucenesemantic.inference;

/** A text could not be taken through a model. The message names the model and says what to do. */
public class InferenceException extends RuntimeException {

  /**
   * Without a cause.
   *
   * @param message what went wrong, in which model, and what to do
   */
  public InferenceException(String message) {
    super(message);
  }

  /**
   * With a cause.
   *
   * @param message what went wrong, in which model, and what to do
   * @param cause what was thrown underneath
   */
  public InferenceException(String message, Throwable cause) {
    super(message, cause);
  }
}
