package dev.lucenesemantic.search;

import dev.lucenesemantic.document.EncodingException;
import dev.lucenesemantic.document.SemanticFieldType;
import dev.lucenesemantic.embed.TextEmbedder;

/** The vector of a query's text, encoded at the first use. */
final class QueryVector {
  private final String field;
  private final String text;
  private final TextEmbedder embedder;
  private float[] vector;

  QueryVector(String field, String text, TextEmbedder embedder) {
    this.field = field;
    this.text = text;
    this.embedder = embedder;
  }

  /**
   * Checks what a query is made of.
   *
   * @throws IllegalArgumentException if {@code k} is below 1 or the text is null
   */
  static void check(String field, String text, int k) {
    if (text == null) {
      throw new IllegalArgumentException("the text to find in field '" + field + "' is null");
    }
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1, got: " + k);
    }
  }

  /** The vector, not a copy. A failure is not remembered: the next use tries again. */
  synchronized float[] get() {
    if (vector == null) {
      vector = encode();
    }
    return vector;
  }

  private float[] encode() {
    float[] encoded;
    try {
      encoded = embedder.embedQuery(text);
    } catch (Exception e) {
      throw failure(e);
    }
    try {
      return new SemanticFieldType(embedder).toUnitLength(encoded);
    } catch (IllegalArgumentException e) {
      throw failure(e);
    }
  }

  private EncodingException failure(Exception cause) {
    return new EncodingException(
        "Cannot encode the query for field '"
            + field
            + "' with model "
            + embedder.modelName()
            + " (fingerprint "
            + embedder.fingerprint()
            + "): "
            + cause,
        cause);
  }
}
