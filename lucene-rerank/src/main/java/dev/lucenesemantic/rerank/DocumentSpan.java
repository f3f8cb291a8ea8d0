package dev.lucenesemantic.rerank;

/**
 * A passage of a document, by where it stands in the document's text.
 *
 * @param start the offset of its first char
 * @param end the offset behind its last char
 */
public record DocumentSpan(int start, int end) {

  /**
   * Checks the offsets.
   *
   * @throws IllegalArgumentException if the start is below 0 or the end before the start
   */
  public DocumentSpan {
    if (start < 0 || end < start) {
      throw new IllegalArgumentException(
          "a span from " + start + " to " + end + " is none: it needs 0 <= start <= end");
    }
  }
}
