/**
 * The bi-encoder: a text goes in, a vector comes out. {@link dev.lucenesemantic.embed.TextEmbedder}
 * is what the Lucene side sees of it.
 */
package dev.lucenesemantic.embed;
