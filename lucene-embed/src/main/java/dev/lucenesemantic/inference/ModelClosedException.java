package dev.lucenesemantic.inference;

/** A model was used after it was closed, while it was being closed, or while the JVM shuts down. */
public final class ModelClosedException extends InferenceException {

  /**
   * For a model.
   *
   * @param model the model's name
   */
  public ModelClosedException(String model) {
    super(
        "model "
            + model
            + " is closed; load it again, and close it only when nothing uses it any more");
  }
}
