package dev.lucenesemantic.examples.searchdocs;

/**
 * A piece of text that is found as a whole.
 *
 * @param id names it in its corpus, for example {@code
 *     org.apache.lucene.index.IndexWriter#deleteDocuments(Query...)}
 * @param title what a person calls it, for example {@code IndexWriter#deleteDocuments(Query...)}
 * @param heading words that stand above it and are found with it, for example {@code IndexWriter
 *     deleteDocuments}; may be empty
 * @param text what it says, in one line
 */
public record Passage(String id, String title, String heading, String text) {}
