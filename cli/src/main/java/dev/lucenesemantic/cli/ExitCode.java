package dev.lucenesemantic.cli;

/** What the program ends with; scripts rely on the numbers. */
final class ExitCode {
  static final int FINE = 0;

  /** Something was checked and is not as it should be, or documents are left without a vector. */
  static final int CHECK_FAILED = 1;

  /** The command is wrong, whatever is in the files and texts: an option, or what a model lacks. */
  static final int WRONG_USE = 2;

  /** The model cannot be had, loaded or run. */
  static final int NO_MODEL = 3;

  /** A text, a file or an index that was given is not there, cannot be read, or is not enough. */
  static final int BAD_INPUT = 4;

  /** What nobody has thought of. */
  static final int UNFORESEEN = 5;

  private ExitCode() {}
}
