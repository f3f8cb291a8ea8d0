/**
 * What Python users find in {@code sentence_transformers.util}: search with many queries, mining of
 * paraphrases, detection of communities, near duplicates. {@link
 * dev.lucenesemantic.mining.VectorMining} works on lists and compares everything with everything;
 * {@link dev.lucenesemantic.mining.IndexMining} works on a field of a Lucene index, finds
 * neighbours by its HNSW graphs, and holds no more than a few vectors at a time.
 *
 * <p>What belongs here: functions of many vectors at once. A single question to an index is a query
 * and belongs to {@code search}.
 */
package dev.lucenesemantic.mining;
