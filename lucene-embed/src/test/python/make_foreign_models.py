"""Makes small ONNX files that are valid but no sentence encoders: loading them must fail with a reason.

python make_foreign_models.py ../resources/reference/foreign
"""

import sys
from pathlib import Path

import onnx
from onnx import TensorProto, helper


def save(folder, name, nodes, inputs, outputs, constants=()):
    graph = helper.make_graph(nodes, name, inputs, outputs, list(constants))
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    onnx.save(model, folder / f"{name}.onnx")


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    value = helper.make_tensor_value_info
    # An image network's input.
    save(folder, "pixels", [helper.make_node("Relu", ["pixel_values"], ["y"])],
         [value("pixel_values", TensorProto.FLOAT, [1, 3])], [value("y", TensorProto.FLOAT, [1, 3])])
    # Token ids in, one number per text out: a classifier's logits.
    save(folder, "logits",
         [helper.make_node("Cast", ["input_ids"], ["f"], to=TensorProto.FLOAT),
          helper.make_node("ReduceSum", ["f"], ["logits"], keepdims=1)],
         [value("input_ids", TensorProto.INT64, ["b", "s"])], [value("logits", TensorProto.FLOAT, [1, 1])])
    # A decoder with its memory of what it has read.
    save(folder, "cache",
         [helper.make_node("Cast", ["input_ids"], ["f"], to=TensorProto.FLOAT),
          helper.make_node("Add", ["f", "past_key_values.0.key"], ["y"])],
         [value("input_ids", TensorProto.INT64, ["b", "s"]), value("past_key_values.0.key", TensorProto.FLOAT, [1, 1])],
         [value("y", TensorProto.FLOAT, ["b", "s"])])
    # Promises a vector per token and gives twice as many.
    axes = helper.make_tensor("axes", TensorProto.INT64, [1], [2])
    save(folder, "doubled",
         [helper.make_node("Cast", ["input_ids"], ["f"], to=TensorProto.FLOAT),
          helper.make_node("Unsqueeze", ["f", "axes"], ["u"]),
          helper.make_node("Concat", ["u", "u"], ["last_hidden_state"], axis=1)],
         [value("input_ids", TensorProto.INT64, ["b", "s"])],
         [value("last_hidden_state", TensorProto.FLOAT, ["b", "t", "w"])], [axes])


if __name__ == "__main__":
    main()
