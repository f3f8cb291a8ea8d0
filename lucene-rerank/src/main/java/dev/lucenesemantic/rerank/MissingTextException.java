package dev.lucenesemantic.rerank;

/** A hit has no text, and {@link MissingText#ERROR} was chosen. */
public final class MissingTextException extends RuntimeException {
  /** The first document without text. */
  private final int doc;

  MissingTextException(int doc, String message) {
    super(message);
    this.doc = doc;
  }

  /**
   * The first hit without a text.
   *
   * @return its document id
   */
  public int doc() {
    return doc;
  }
}
