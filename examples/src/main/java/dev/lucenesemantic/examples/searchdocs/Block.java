package dev.lucenesemantic.examples.searchdocs;

/**
 * A paragraph, a list item, a row of a table or a heading, in one line.
 *
 * @param heading whether it opens a section
 * @param text the words, never blank
 */
record Block(boolean heading, String text) {}
