/**
 * Programs to start from. Each of {@link dev.lucenesemantic.examples.IndexAndSearch}, {@link
 * dev.lucenesemantic.examples.SentenceSimilarity}, {@link
 * dev.lucenesemantic.examples.ParserExample}, {@link dev.lucenesemantic.examples.FilterAndHybrid},
 * {@link dev.lucenesemantic.examples.FindDuplicates} and {@link
 * dev.lucenesemantic.examples.RerankExistingSearch} shows one thing on one page; {@link
 * dev.lucenesemantic.examples.SearchDocs} searches Lucene's own documentation.
 */
package dev.lucenesemantic.examples;
