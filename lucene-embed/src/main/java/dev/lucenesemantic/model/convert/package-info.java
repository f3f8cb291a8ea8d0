/**
 * From PyTorch weights to a network that ONNX Runtime runs, for the architectures of the BERT
 * family: the graph is built from {@code config.json}, the weights are those of {@code
 * model.safetensors}, in full precision or quantised to 8 bits.
 */
package dev.lucenesemantic.model.convert;
