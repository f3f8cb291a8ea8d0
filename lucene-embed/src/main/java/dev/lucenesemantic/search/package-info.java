/**
 * Finding texts by meaning. {@link dev.lucenesemantic.search.SemanticQuery} finds the documents
 * whose vectors are nearest to a question, {@link dev.lucenesemantic.search.SemanticQueryParser}
 * puts such queries into Lucene's classic syntax, beside terms, boosts and filters.
 *
 * <p>{@link dev.lucenesemantic.search.PassageSearch} finds long texts by their best passage.
 *
 * <p>What belongs here: queries, and what makes queries. The search itself is Lucene's; this
 * package encodes the question, refuses vectors of another model, and explains a hit. Nothing here
 * knows how a model is run: it sees an {@link dev.lucenesemantic.embed.TextEmbedder}.
 */
package dev.lucenesemantic.search;
