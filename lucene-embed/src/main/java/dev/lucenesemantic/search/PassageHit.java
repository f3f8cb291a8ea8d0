package dev.lucenesemantic.search;

/**
 * The best passage of a long text that was found.
 *
 * @param parent the id of the document that the text is in
 * @param parentDoc that document's number in the searcher; -1 in an index of layout {@code FLAT},
 *     where only passages are documents
 * @param doc the passage's number in the searcher
 * @param number the passage's number in the text, from 0
 * @param start the offset of its first char in the text
 * @param end the offset behind its last char
 * @param text the passage
 * @param score {@code (1 + cosine) / 2} of the vectors of question and passage
 */
public record PassageHit(
    String parent,
    int parentDoc,
    int doc,
    int number,
    int start,
    int end,
    String text,
    float score) {}
