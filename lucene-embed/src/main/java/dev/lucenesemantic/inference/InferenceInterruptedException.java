package dev.lucenesemantic.inference;

/**
 * The thread was interrupted before all its texts were through. Its interrupt flag is still set,
 * and no result of the call is kept.
 */
public final class InferenceInterruptedException extends InferenceException {

  /**
   * For a model.
   *
   * @param model the model's name
   */
  public InferenceInterruptedException(String model) {
    super(
        "interrupted while using model "
            + model
            + "; clear the thread's interrupt flag before you call again");
  }
}
