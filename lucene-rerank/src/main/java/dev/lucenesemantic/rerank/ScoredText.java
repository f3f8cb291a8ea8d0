package dev.lucenesemantic.rerank;

/**
 * What the cross-encoder gave for one text.
 *
 * @param score the score, of the best passage if there are any; can be any float
 * @param bestPassage null without passages
 * @param passages how many were scored; 0 without passages
 */
record ScoredText(float score, DocumentSpan bestPassage, int passages) {}
