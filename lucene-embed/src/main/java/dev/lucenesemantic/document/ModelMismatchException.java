package dev.lucenesemantic.document;

/**
 * Vectors of different models met in one field. They cannot be compared: a similarity between them
 * is a number without a meaning. The message names the field, the models on both sides with their
 * fingerprints, and what to do.
 */
public final class ModelMismatchException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** The field in which the models met. */
  private final String field;

  ModelMismatchException(String field, String message) {
    super(message);
    this.field = field;
  }

  /**
   * The field in which the models met.
   *
   * @return the name of the field
   */
  public String field() {
    return field;
  }
}
