"""Makes the folder that CrossEncoder.load reads: ONNX in float32 and int8, tokenizer, configuration.

    python export.py --model RUN/model.pt --tokenizer MODELS/all-MiniLM-L6-v2/tokenizer.json --out FOLDER

Checks that the ONNX file gives torch's scores, and says how far the int8 file is from it. probes.json has
the scores of a few pairs, for the tests of whoever ships the model.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import student
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from pairs import PairTokenizer, batch

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
PROBES = (
    ("how many people live in London?", "Around 9 million people live in London."),
    ("how many people live in London?", "London is known for its financial district."),
    ("how many people live in London?", "The boundary layer separates behind the shock."),
    ("induction of myelin-reactive T cells", "Mice were immunised with a peptide of the myelin protein. " * 12),
    ("", ""),
    ("a question without a document", ""),
    ("", "a document without a question"),
    ("boundary layer", "The flow past a flat plate at zero incidence was measured in a wind tunnel. " * 20),
    ("what is the effect of aspirin on the heart", "Aspirin lowers the risk of a second heart attack."),
    ("delete rows that match a condition", "DELETE FROM films WHERE producer_id IN (SELECT id FROM producers);"),
    ("東京の人口は何人ですか", "東京の人口は約1400万人です。"),
    ("best 🍕 in town", "The pizzeria at the corner bakes in a wood oven. 🍕🔥"),
    ("café naïveté", "Cafe\u0301 with na\u00efvete\u0301 and \u200bzero-width space"),
    ("why is the sky blue? " * 30, "Air scatters short waves of light more than long ones."),
    ("why is the sky blue?", "Air scatters short waves of light more than long ones. " * 200),
)


def to_onnx(model: student.PairEncoder, file: Path) -> None:
    rows = batch([([101, 2129, 102, 2003, 2009, 102], 3), ([101, 102, 2003, 102], 2)])
    axes = {name: {0: "batch", 1: "tokens"} for name in INPUTS} | {"logits": {0: "batch"}}
    torch.onnx.export(
        model.eval(),
        rows,
        str(file),
        input_names=list(INPUTS),
        output_names=["logits"],
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )
    graph = onnx.load(file)
    name_weights(graph)
    # Enough to make the network again from its file: see student.from_onnx. The exporter folds some of
    # the small parameters into constants, and merges equal ones.
    found = {i.name for i in graph.graph.initializer}
    folded = {
        name: value.tolist()
        for name, value in model.state_dict().items()
        if name not in found and f"{name}.T" not in found
    }
    props = {"pair_encoder": json.dumps(asdict(model.shape)), "pair_encoder_folded": json.dumps(folded)}
    onnx.helper.set_model_props(graph, props)
    onnx.save(graph, file)


def name_weights(model: onnx.ModelProto) -> None:
    """Gives the transposed weights, for which the exporter makes up names, those of their layers."""
    constants = {i.name: i for i in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "MatMul" and node.input[1] in constants:
            layer = node.name.removesuffix("/MatMul").strip("/").replace("/", ".")
            named = onnx.TensorProto()
            named.CopyFrom(constants[node.input[1]])
            named.name = node.input[1] = f"{layer}.weight.T"
            model.graph.initializer.append(named)
    used = {name for node in model.graph.node for name in node.input}
    for unused in [i for i in model.graph.initializer if i.name not in used]:
        model.graph.initializer.remove(unused)


def to_int8(source: Path, target: Path, exclude: list[str]) -> None:
    """Weights in 7 bits, with a scale for each column; activations in 8 bits, scaled run by run.

    With 8 bits the sums of two products overflow on CPUs without VNNI, and scores would depend on the
    machine.
    """
    quantize_dynamic(
        source,
        target,
        op_types_to_quantize=["MatMul", "Gather"],
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        nodes_to_exclude=exclude,
        extra_options={"MatMulConstBOnly": True},
    )


def between(initial: student.PairEncoder, trained: list[student.PairEncoder], shares: list[float]) -> student.PairEncoder:
    """Goes from the weights that training began with a part of the way to each of those it ended with.

    Training teaches the collections it is done on, and takes away what the parent knew of others;
    part of the way keeps most of both (Wortsman et al., Robust fine-tuning of zero-shot models, 2022),
    and what runs of different kinds have learned adds up (Ilharco et al., Editing models with task
    arithmetic, 2023).
    """
    first = initial.state_dict()
    weights = {name: value.clone() for name, value in first.items()}
    for model, share in zip(trained, shares, strict=True):
        for name, value in model.state_dict().items():
            weights[name] += share * (value - first[name])
    initial.load_state_dict(weights)
    return initial


def weights_of_nodes(file: Path) -> dict[str, str]:
    """The matrix products with a weight, by name, in order."""
    graph = onnx.load(file).graph
    constants = {i.name for i in graph.initializer}
    return {n.name: n.input[1] for n in graph.node if n.op_type == "MatMul" and n.input[1] in constants}


def predict(file: Path, rows: list[tuple[list[int], int]]) -> np.ndarray:
    """One pair a run, as the library does it."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    scores = []
    for row in rows:
        inputs = dict(zip(INPUTS, (tensor.numpy() for tensor in batch([row])), strict=True))
        scores.append(session.run(["logits"], inputs)[0][0, 0])
    return np.array(scores)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, nargs="+", required=True, help="one, or several with --initial")
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--initial", type=Path, help="a model.pt that training began with, to go only part of the way")
    parser.add_argument("--share", type=float, nargs="+", help="how far to each --model: 0 is --initial, 1 all the way")
    parser.add_argument("--max-length", type=int, default=512)
    parser.add_argument("--keep-float", nargs="*", default=[], help="parts of names of products left in float32")
    parser.add_argument("--first-stage-weight", type=float, default=0.5, help="of BM25, beside this model; see evaluate.py")
    arguments = parser.parse_args()
    if len(arguments.model) != len(arguments.share or [1]) or (arguments.initial is None) != (arguments.share is None):
        parser.error("give one --model, or --initial and for each --model a --share")
    onnx_folder = arguments.out / "onnx"
    onnx_folder.mkdir(parents=True, exist_ok=True)
    trained = [student.load(file)[0] for file in arguments.model]
    if arguments.initial is None:
        model = trained[0]
    else:
        model = between(student.load(arguments.initial)[0], trained, arguments.share)
    model.eval()
    full, small = onnx_folder / "model.onnx", onnx_folder / "model_int8.onnx"
    to_onnx(model, full)
    exclude = [name for name in weights_of_nodes(full) if any(part in name for part in arguments.keep_float)]
    to_int8(full, small, exclude)

    tokenizer = json.loads(arguments.tokenizer.read_text(encoding="utf-8"))
    tokenizer["truncation"] = tokenizer["padding"] = None
    text = json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":"))
    (arguments.out / "tokenizer.json").write_text(text, encoding="utf-8")
    (arguments.out / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "BertTokenizer", "do_lower_case": True, "model_max_length": arguments.max_length})
    )
    shape = model.shape
    (arguments.out / "config.json").write_text(
        json.dumps(
            {
                "architectures": ["PairEncoder"],
                "model_type": "bert",
                "hidden_size": shape.hidden,
                "num_hidden_layers": shape.layers,
                "num_attention_heads": shape.heads,
                "intermediate_size": shape.intermediate,
                "vocab_size": shape.vocabulary,
                "max_position_embeddings": shape.positions,
                "id2label": {"0": "LABEL_0"},
                "label2id": {"LABEL_0": 0},
                # The library's reranker adds so much of the first stage's score, both as z-scores.
                "lucene_semantic": {"first_stage_weight": arguments.first_stage_weight},
                "sentence_transformers": {"activation_fn": "torch.nn.modules.linear.Identity", "version": "6.0.1"},
            },
            indent=2,
        )
    )

    pairs = PairTokenizer(arguments.out / "tokenizer.json", arguments.max_length)
    queries, documents = (pairs.ids([pair[i] for pair in PROBES]) for i in (0, 1))
    rows = [pairs.join(q, d) for q, d in zip(queries, documents, strict=True)]
    with torch.no_grad():
        expected = np.concatenate([model(*batch([row])).numpy()[:, 0] for row in rows])
    difference = np.abs(predict(full, rows) - expected).max()
    if difference > 1e-4:
        raise ValueError(f"{full}: scores differ from torch's by {difference}")
    quantised = predict(small, rows)
    probes = [
        {"query": query, "document": document, "fp32": round(float(exact), 5), "int8": round(float(near), 5)}
        for (query, document), exact, near in zip(PROBES, expected, quantised, strict=True)
    ]
    text = json.dumps(probes, ensure_ascii=True, indent=1) + "\n"
    (arguments.out / "probes.json").write_text(text, encoding="utf-8")
    print(f"{full}: {full.stat().st_size / 1e6:.1f} MB, torch's scores within {difference:.1e}")
    print(f"{small}: {small.stat().st_size / 1e6:.1f} MB, off by {np.abs(quantised - expected).max():.3f} at most")


if __name__ == "__main__":
    main()
