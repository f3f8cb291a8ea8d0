package dev.lucenesemantic.inference;

/** What was given as a text is none: null, or a list with null in it. */
public final class InvalidTextException extends IllegalArgumentException {

  /**
   * For a model.
   *
   * @param model the model's name
   * @param problem what was given, and what to give instead
   */
  public InvalidTextException(String model, String problem) {
    super("model " + model + ": " + problem);
  }
}
