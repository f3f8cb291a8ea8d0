/**
 * The road from a text to tensors: tokenizer, batches, ONNX Runtime session. Knows nothing of
 * Lucene and nothing of what the tensors mean; the bi-encoder and the cross-encoder both stand on
 * it.
 */
package dev.lucenesemantic.inference;
