package dev.lucenesemantic.examples.searchdocs;

/**
 * A piece of a longer text.
 *
 * @param heading of the section that it stands in; empty before the first heading
 * @param text one line
 */
record Section(String heading, String text) {}
