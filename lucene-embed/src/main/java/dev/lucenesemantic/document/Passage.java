package dev.lucenesemantic.document;

/**
 * A passage of a text.
 *
 * @param number its number in the text, from 0
 * @param start the offset of its first char in the text
 * @param end the offset behind its last char
 * @param text the part of the text from {@code start} to {@code end}; neither begins nor ends with
 *     white space
 * @param encoded what is encoded: the title, if there is one, and the passage's text
 * @param tokens how many tokens the model reads of {@code encoded}, special tokens and the document
 *     prompt included
 */
public record Passage(int number, int start, int end, String text, String encoded, int tokens) {}
