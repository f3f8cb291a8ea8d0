package dev.lucenesemantic.rerank;

import java.util.Objects;

/**
 * A document in its place after ranking.
 *
 * @param corpusIndex its position in the list that was ranked, from 0
 * @param score its score for the query
 * @param text its text
 */
public record RankedDocument(int corpusIndex, float score, String text) {

  /** Checks that there is a text. */
  public RankedDocument {
    Objects.requireNonNull(text, "text");
  }
}
