"""Writes ONNX files that are no cross-encoders, in the shape of a bi-encoder's.

    python make_foreign_models.py [--out ../resources/reference/foreign]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def _model(*outputs: str) -> onnx.ModelProto:
    """Adds the outputs: one vector of 4 components per token, or their mean."""
    nodes = [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])]
    described = {"last_hidden_state": ["batch", "tokens", 4], "sentence_embedding": ["batch", 4]}
    if "sentence_embedding" in outputs:
        nodes.append(helper.make_node("ReduceMean", ["last_hidden_state"], ["sentence_embedding"], axes=[1], keepdims=0))
    graph = helper.make_graph(
        nodes,
        "foreign",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch", "tokens"])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, described[name]) for name in outputs],
        [numpy_helper.from_array(np.ones((1000, 4), np.float32), "table")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--out", type=Path, default=Path(__file__).resolve().parent.parent / "resources" / "reference" / "foreign"
    )
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    onnx.save(_model("last_hidden_state"), out / "bi-encoder.onnx")
    onnx.save(_model("last_hidden_state", "sentence_embedding"), out / "pooled.onnx")


if __name__ == "__main__":
    main()
