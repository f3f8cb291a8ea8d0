/**
 * How vectors lie on disk and in memory. {@link dev.lucenesemantic.codec.SemanticCodec} writes a
 * field's vectors as a {@link dev.lucenesemantic.codec.VectorStorage} says, {@link
 * dev.lucenesemantic.codec.StoredVectors} reads what an index takes up.
 *
 * <p>What belongs here: the choice among Lucene's own formats. No format is defined and no name is
 * registered, so that a Lucene without this library reads, checks, searches and merges the index.
 */
package dev.lucenesemantic.codec;
