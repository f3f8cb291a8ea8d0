"""Turns an ONNX export of a BERT encoder back into a transformers BertModel.

The bundled models exist on the Maven registry as ONNX files only. To ask sentence-transformers for
its own numbers, the same weights are needed in a form that it loads.
"""

from __future__ import annotations

import re

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from transformers import BertConfig, BertModel

# ONNX does not record the number of heads; all of the bundled models have heads of this size.
HEAD_DIMENSION = 32


def load(onnx_file: str) -> BertModel:
    """The model in float32; its pooler, which no export holds and no embedding uses, is zero."""
    graph = onnx.load(onnx_file).graph
    tensors = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    state = {name: value for name, value in tensors.items() if re.match(r"(embeddings|encoder)\.", name)}
    state.pop("embeddings.position_ids", None)  # a constant, no weight

    # A linear layer is MatMul(x, W) and Add(bias): the exporter transposes W and so drops its name,
    # but the bias keeps its own, and says which layer it is.
    readers: dict[str, list] = {}
    for node in graph.node:
        for name in node.input:
            readers.setdefault(name, []).append(node)
    for node in graph.node:
        if node.op_type != "MatMul" or node.input[1] not in tensors:
            continue
        additions = [reader for reader in readers[node.output[0]] if reader.op_type == "Add"]
        biases = [name for addition in additions for name in addition.input if name.endswith(".bias")]
        if len(biases) != 1:
            raise ValueError(f"{node.name}: expected one bias on its output, found {biases}")
        state[biases[0].removesuffix("bias") + "weight"] = tensors[node.input[1]].T

    layers = 1 + max(int(name.split(".")[2]) for name in state if name.startswith("encoder.layer."))
    vocabulary, hidden = state["embeddings.word_embeddings.weight"].shape
    state["pooler.dense.weight"] = np.zeros((hidden, hidden), np.float32)
    state["pooler.dense.bias"] = np.zeros(hidden, np.float32)
    config = BertConfig(
        vocab_size=vocabulary,
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=hidden // HEAD_DIMENSION,
        intermediate_size=state["encoder.layer.0.intermediate.dense.weight"].shape[0],
        max_position_embeddings=state["embeddings.position_embeddings.weight"].shape[0],
        type_vocab_size=state["embeddings.token_type_embeddings.weight"].shape[0],
    )
    model = BertModel(config)
    model.load_state_dict({name: torch.from_numpy(np.array(value)) for name, value in state.items()}, strict=True)
    return model.eval()
