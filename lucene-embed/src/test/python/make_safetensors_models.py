"""Writes the weights of the families that can be converted without Python, and tiny classifiers with their scores.

    python make_safetensors_models.py [--out ../resources/reference]

Comes after make_family_models.py, whose networks it makes again from the same seeds. ../resources/reference/README.md
describes the output.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
import onnxruntime
import torch
from safetensors.torch import save_file
from transformers import AutoModelForSequenceClassification, AutoConfig

import reference_folder
import texts
import tiny_families
import tiny_variants

_FAMILIES = ("bert", "distilbert", "roberta", "xlm-roberta", "electra", "mpnet")
_LARGEST_DIFFERENCE = 2e-5
_SEED = 7
_WORDS = 120

# Between them the classifiers have the usual activations, one label and several.
_CLASSIFIERS = {
    "bert": {"hidden_act": "gelu_new", "num_labels": 1},
    "distilbert": {"activation": "relu", "num_labels": 2},
    "roberta": {"hidden_act": "silu", "num_labels": 3},
    "xlm-roberta": {"hidden_act": "gelu", "num_labels": 1},
    "electra": {"hidden_act": "gelu", "num_labels": 1},
    "mpnet": {"hidden_act": "gelu", "num_labels": 2},
}

# The same weights of BERT's classifier with any other activation.
_ACTIVATIONS = ("gelu_10", "gelu_python_tanh", "leaky_relu", "linear", "mish", "quick_gelu", "relu2", "relu6", "sigmoid",
                "tanh")


def _state(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    return {name: tensor.contiguous() for name, tensor in model.state_dict().items() if tensor.is_floating_point()}


def _same_as_network(family: tiny_families.Family, folder: Path) -> None:
    """The seeds must still give the weights that the ONNX file has."""
    session = onnxruntime.InferenceSession(str(folder / "onnx" / "model.onnx"))
    ids = np.random.default_rng(1).integers(5, len(family.tokenizer) - 5, (2, 9))
    values = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    feeds = {node.name: values[node.name].astype(np.int32 if "int32" in node.type else np.int64)
             for node in session.get_inputs()}
    names = [node.name for node in session.get_outputs()]
    name = next(name for name in ("last_hidden_state", "token_embeddings") if name in names)
    (expected,) = session.run([name], feeds)
    with torch.inference_mode():
        inputs = {name: torch.from_numpy(values[name]) for name in family.export.inputs}
        actual = family.model(**inputs).last_hidden_state.numpy()
    if np.abs(expected - actual).max() > _LARGEST_DIFFERENCE:
        raise SystemExit(f"{family.name}: other weights than those of its ONNX file")


def _write(name: str, state: dict[str, torch.Tensor], folder: Path) -> None:
    """As libraries of all times write it: under old names, in one file, in several."""
    folder.mkdir(parents=True)
    if name == "bert":
        old = {"LayerNorm.weight": "LayerNorm.gamma", "LayerNorm.bias": "LayerNorm.beta"}
        renamed = {}
        for key, tensor in state.items():
            for new, before in old.items():
                key = key.replace(new, before)
            renamed["bert." + key] = tensor
        renamed["cls.predictions.bias"] = torch.zeros(3)
        renamed["bert.embeddings.position_ids"] = torch.arange(4)
        save_file(renamed, folder / "model.safetensors", metadata={"format": "pt"})
    elif name == "roberta":
        keys = list(state)
        files = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
        places = {key: files[i * 2 // len(keys)] for i, key in enumerate(keys)}
        for file in files:
            save_file({key: state[key] for key in keys if places[key] == file}, folder / file, metadata={"format": "pt"})
        (folder / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": places}))
    else:
        save_file(state, folder / "model.safetensors", metadata={"format": "pt"})


def _classifier(name: str, network: Path, folder: Path) -> None:
    config = AutoConfig.from_pretrained(network, vocab_size=_WORDS, max_position_embeddings=40, **_CLASSIFIERS[name])
    config._attn_implementation = "eager"
    model = tiny_families._randomise(AutoModelForSequenceClassification.from_config(config), _SEED)
    model.save_pretrained(folder)
    generator = np.random.default_rng(_SEED)
    rows = [generator.integers(5, _WORDS, length) for length in (1, 2, 9, 30)]
    scores = _scores(name, model, rows)
    scores.astype("<f4").tofile(folder / "scores.f32")
    np.concatenate([np.concatenate(([len(row)], row)) for row in rows]).astype("<i4").tofile(folder / "rows.ids")
    print(f"{name}: {model.config.architectures} {scores}", flush=True)
    if name == "bert":
        for activation in _ACTIVATIONS:
            config.hidden_act = activation
            other = AutoModelForSequenceClassification.from_config(config).eval()
            other.load_state_dict(model.state_dict())
            _scores(name, other, rows).astype("<f4").tofile(folder / f"scores.{activation}.f32")


def _scores(name: str, model: torch.nn.Module, rows: list[np.ndarray]) -> np.ndarray:
    scores = []
    for row in rows:
        ids = torch.from_numpy(row)[None]
        inputs = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
        if name in ("bert", "electra"):
            inputs["token_type_ids"] = (torch.arange(len(row)) >= len(row) // 2).long()[None]
        with torch.inference_mode():
            scores.append(model(**inputs).logits.numpy().reshape(-1))
    return np.concatenate(scores)


def main() -> None:
    arguments = reference_folder.parse(reference_folder.parser(__doc__))
    out = arguments.out / "families"
    for made in ("safetensors", "classifiers"):
        shutil.rmtree(out / made, ignore_errors=True)
    strings = [texts.expand(entry) for entry in tiny_variants.TEXTS]
    for family in tiny_families.families(strings):
        if family.name in _FAMILIES:
            network = out / "networks" / family.name
            _same_as_network(family, network)
            _write(family.name, _state(family.model), out / "safetensors" / family.name)
            _classifier(family.name, network, out / "classifiers" / family.name)
    size = sum(file.stat().st_size for file in out.rglob("*") if file.is_file())
    print(f"{size} bytes")


if __name__ == "__main__":
    main()
