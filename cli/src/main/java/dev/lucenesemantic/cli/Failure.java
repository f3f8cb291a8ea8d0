package dev.lucenesemantic.cli;

import dev.lucenesemantic.inference.InferenceException;
import dev.lucenesemantic.inference.InvalidTextException;
import dev.lucenesemantic.inference.TextTooLongException;
import dev.lucenesemantic.model.ModelException;
import java.io.PrintStream;

/** Says in words why a command ended before its time. */
final class Failure {
  private Failure() {}

  /** Prints what happened and gives the exit code for it. */
  static int report(Throwable failure, PrintStream err, boolean stackTrace) {
    err.println(CommandLines.NAME + ": " + message(failure));
    if (stackTrace) {
      failure.printStackTrace(err);
    }
    err.flush();
    return exitCode(failure);
  }

  private static String message(Throwable failure) {
    if (exitCode(failure) != ExitCode.UNFORESEEN) {
      return inOptions(failure.getMessage());
    }
    return "something unforeseen happened ("
        + failure
        + "). Please report it, with what the same command prints with "
        + CommonOptions.STACK_TRACE;
  }

  /** What a program sets in the library, a user of this one gives as an option. */
  private static String inOptions(String message) {
    return message
        .replace("HubSettings.withMaximumBytes", CommandLines.NAME + " fetch --max-gb")
        .replace("ModelLock.write", CommandLines.NAME + " fetch --lock FILE --write")
        .replace(
            "give an IndexedText that reads what was encoded",
            "--text-field has to name the stored field with what was encoded")
        .replace(
            "Give an IndexedText that reads exactly the text that SemanticField was given; it begins",
            "--text-field has to name the stored field with exactly what was encoded; what was"
                + " read begins");
  }

  private static int exitCode(Throwable failure) {
    return switch (failure) {
      case Refusal refusal -> refusal.exitCode();
      case InvalidTextException e -> ExitCode.BAD_INPUT;
      case TextTooLongException e -> ExitCode.BAD_INPUT;
      case ModelException e -> ExitCode.NO_MODEL;
      case InferenceException e -> ExitCode.NO_MODEL;
      default -> ExitCode.UNFORESEEN;
    };
  }
}
