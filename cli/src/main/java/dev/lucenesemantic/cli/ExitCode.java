package dev.lucenesemantic.cli;

/** What the program ends with; scripts rely on the numbers. */
final class ExitCode {
  static final int FINE = 0;

  /** Something was checked and is not as it should be. */
  static final int CHECK_FAILED = 1;

  static final int WRONG_USE = 2;

  /** The model cannot be had, loaded or run. */
  static final int NO_MODEL = 3;

  /** A text or a file that was given cannot be used. */
  static final int BAD_INPUT = 4;

  /** What nobody has thought of. */
  static final int UNFORESEEN = 5;

  private ExitCode() {}
}
