package dev.lucenesemantic.rerank;

import java.util.List;

/**
 * Divides a document that is too long for a cross-encoder into passages, which may overlap. Safe
 * for use by several threads at once.
 */
@FunctionalInterface
public interface DocumentSplitter {

  /**
   * Divides a document.
   *
   * @param query the query, which shares the cross-encoder's limit of tokens with the passage
   * @param document the document's text
   * @return the passages by their char offsets in the document, in the order of the text; a
   *     document that fits is one passage
   */
  List<DocumentSpan> split(String query, String document);
}
