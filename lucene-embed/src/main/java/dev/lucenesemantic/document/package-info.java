/**
 * Texts on their way into an index. {@link dev.lucenesemantic.document.SemanticField} is a vector
 * field that is given a text, {@link dev.lucenesemantic.document.SemanticFieldType} says which
 * embedder encodes it and leaves the model's fingerprint in the index, {@link
 * dev.lucenesemantic.document.SemanticIndexWriter} encodes the documents of all its callers
 * together before it adds them. {@link dev.lucenesemantic.document.FieldModels} reads back which
 * models made the vectors of a field.
 *
 * <p>A text that is longer than a model reads is a {@link
 * dev.lucenesemantic.document.PassageField}, which is divided into passages.
 *
 * <p>What belongs here: everything that happens to a text before it is a vector in a segment, and
 * the guard that keeps a field to one model. Searching is the search package's business. Nothing
 * here knows how a model is run: it sees an {@link dev.lucenesemantic.embed.TextEmbedder}.
 */
package dev.lucenesemantic.document;
