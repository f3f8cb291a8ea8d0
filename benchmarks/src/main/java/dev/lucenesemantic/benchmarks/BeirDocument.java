package dev.lucenesemantic.benchmarks;

/**
 * A document of a BEIR collection.
 *
 * @param id the document's id in the judgements
 * @param title the title; empty where there is none
 * @param text the text; may be empty
 */
record BeirDocument(String id, String title, String text) {

  /** Title and text as BEIR joins them for dense retrieval, which is what the figures are for. */
  String contents() {
    return (title + " " + text).strip();
  }
}
