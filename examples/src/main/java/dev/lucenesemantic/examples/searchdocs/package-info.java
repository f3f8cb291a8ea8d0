/**
 * The parts of {@link dev.lucenesemantic.examples.SearchDocs}, in reading order: a {@link
 * dev.lucenesemantic.examples.searchdocs.Corpus} gives the passages, a {@link
 * dev.lucenesemantic.examples.searchdocs.PassageIndex} keeps them in a Lucene index with their
 * embeddings, a {@link dev.lucenesemantic.examples.searchdocs.PassageSearch} answers a question by
 * words, by meaning and with a reranker, and {@link
 * dev.lucenesemantic.examples.searchdocs.SideBySide} prints the answers.
 */
package dev.lucenesemantic.examples.searchdocs;
