package dev.lucenesemantic.cli;

/** A command cannot go on. The message is for the user and says what to do. */
final class Refusal extends RuntimeException {
  private final int exitCode;

  Refusal(int exitCode, String message) {
    this(exitCode, message, null);
  }

  Refusal(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
