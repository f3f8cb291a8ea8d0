package dev.lucenesemantic.mining;

/**
 * A vector that is near a query.
 *
 * @param corpusIndex its place in the corpus, from 0; in an index its document id
 * @param score how near it is: the larger, the nearer
 */
public record SearchHit(int corpusIndex, float score) {}
