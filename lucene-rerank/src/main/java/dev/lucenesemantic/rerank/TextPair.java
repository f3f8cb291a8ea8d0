package dev.lucenesemantic.rerank;

import java.util.Objects;

/**
 * What a cross-encoder reads in one pass: a query together with the text of one document.
 *
 * @param query the query; not null, may be empty
 * @param document the document's text; not null, may be empty
 */
public record TextPair(String query, String document) {

  /** Checks that neither text is null. */
  public TextPair {
    Objects.requireNonNull(query, "query");
    Objects.requireNonNull(document, "document");
  }
}
