package dev.lucenesemantic.examples.searchdocs;

/** What was asked for cannot be done; the message says why and what to do, in one line. */
public final class Refusal extends Exception {

  /**
   * Refuses with a reason.
   *
   * @param message one line for the person who asked
   */
  public Refusal(String message) {
    super(message);
  }

  /**
   * Refuses with a reason.
   *
   * @param message one line for the person who asked
   * @param cause what went wrong underneath
   */
  public Refusal(String message, Throwable cause) {
    super(message, cause);
  }
}
