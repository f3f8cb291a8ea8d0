package dev.lucenesemantic.inference;

/** A text is longer than the model reads, and the caller asked for an error in that case. */
public final class TextTooLongException extends InferenceException {

  /**
   * For a model.
   *
   * @param model the model's name
   * @param limit the model's limit in tokens
   * @param beginning the beginning of the text
   */
  public TextTooLongException(String model, int limit, String beginning) {
    super(
        "a text has more than the "
            + limit
            + " tokens that model "
            + model
            + " reads; split it into passages, or allow truncation. It begins: "
            + beginning);
  }
}
