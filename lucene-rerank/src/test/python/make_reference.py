"""Writes the tiny cross-encoders, their variants, and what sentence-transformers gives for each of them.

    python make_reference.py [--out ../resources/reference]

../resources/reference/README.md describes the output.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
import onnxruntime
import torch
from sentence_transformers import CrossEncoder

import networks
import pairs
import variants
from networks import Network
from variants import Variant

_RANKED = 60
_SMALLEST_DEVIATION = 0.01


def _json(file: Path, content: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content, indent=2, ensure_ascii=True) + "\n", encoding="ascii")


def _make_base(network: Network, base: Path, weights: Path) -> None:
    """What all variants of a network share, and apart from it the weights in the form that torch reads."""
    network.tokenizer.save_pretrained(base)
    network.model.save_pretrained(weights)
    shutil.move(weights / "config.json", base / "config.json")
    for file in base.iterdir():
        _json(file, json.loads(file.read_text(encoding="utf-8")))
    tokenizer = json.loads((base / "tokenizer.json").read_text(encoding="ascii"))
    (base / "tokenizer.json").write_text(json.dumps(tokenizer, separators=(",", ":")) + "\n", encoding="ascii")
    networks.export(network, base / "onnx" / "model.onnx")


def _lay_on_top(variant: Variant, base: Path, target: Path) -> None:
    """Writes a variant's files: changes of a file that is there as the whole changed file."""
    for path, content in variant.files.items():
        below = base / path
        if isinstance(content, dict) and below.exists():
            content = json.loads(below.read_text(encoding="ascii")) | content
            content = {key: value for key, value in content.items() if value is not None or key.startswith("sbert")}
        _json(target / path, content)


def _saved_by_version_6(network: Network, base: Path, weights: Path) -> Variant:
    """Not written by hand: what sentence-transformers itself saves."""
    with tempfile.TemporaryDirectory() as temporary:
        plain, saved = Path(temporary) / "plain", Path(temporary) / "saved"
        shutil.copytree(base, plain)
        shutil.copytree(weights, plain, dirs_exist_ok=True)
        model = CrossEncoder(
            str(plain), device="cpu", max_length=48, activation_fn=torch.nn.Identity(),
            prompts={"web": "Find the page: "}, default_prompt_name="web",
        )
        model.save_pretrained(str(saved), create_model_card=False)
        names = ("modules.json", "config_sentence_transformers.json", "sentence_bert_config.json",
                 "tokenizer_config.json", "config.json")
        files = {name: json.loads((saved / name).read_text(encoding="utf-8")) for name in names}
    return Variant(network.name, f"saved-by-version-6-{network.name}", "what sentence-transformers 6 saves", files,
                   ids=True, rank=network.model.config.num_labels == 1)


class Expected:
    """Writes results; equal ones, as an old and a new spelling should give, share the first one's file."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._files: dict[bytes, str] = {}

    def write(self, name: str, array: np.ndarray, dtype: str) -> str:
        content = np.ascontiguousarray(array, dtype=dtype).tobytes()
        if content not in self._files:
            self._files[content] = f"expected/{name}"
            file = self._out / "expected" / name
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(content)
        return self._files[content]


def _ids(model: CrossEncoder, strings: list[tuple[str, str]], prompt: str | None) -> np.ndarray:
    rows = [model.preprocess([list(pair)], prompt=prompt)["input_ids"][0].numpy() for pair in strings]
    return np.concatenate([np.concatenate(([len(row)], row)) for row in rows])


def _run(variant: Variant, folder: Path, expected: Expected, strings: list[tuple[str, str]]) -> dict:
    """Python's own results for a variant, and the entry that describes them."""
    model = CrossEncoder(str(folder), device="cpu")
    outputs = []
    for prompt_name in variant.prompt_names:
        more = {} if prompt_name is None else {"prompt_name": prompt_name}
        # One pair at a time: no padding, so that the reference is the pair's own score.
        scores = model.predict(strings, batch_size=1, **more)
        if not np.isfinite(scores).all():
            raise ValueError(f"{variant.name}: not all scores are numbers")
        flat = "Softm" in repr(model.activation_fn) and model.num_labels == 1 or "LogSoftmax" in repr(model.activation_fn)
        if scores.std(0).min() < _SMALLEST_DEVIATION and not flat:
            raise ValueError(f"{variant.name}: the scores hardly differ")
        file = expected.write(".".join([variant.name, *more.values(), "f32"]), scores, "<f4")
        outputs.append(more | {"file": file})
    entry = {
        "name": variant.name,
        "tests": variant.tests,
        "network": variant.network,
        "folder": f"variants/{variant.name}" if variant.files else None,
        "labels": [model.config.id2label[number] for number in range(model.num_labels)],
        "activation": type(model.activation_fn).__name__,
        "max_length": model.max_seq_length,
        "prompts": model.prompts,
        "outputs": outputs,
    }
    prompt = model._resolve_prompt(None, None)
    if variant.ids:
        entry["ids"] = expected.write(f"{variant.name}.ids", _ids(model, strings, prompt), "<i4")
    if variant.rank:
        query = "how many people live in London?"
        documents = [document for _, document in strings[:_RANKED]]
        entry["ranked"] = [hit["corpus_id"] for hit in model.rank(query, documents)]
        only_second = {"text": {"truncation": "only_second"}}
        scores = model.predict([(query, d) for _, d in strings], batch_size=1, processing_kwargs=only_second)
        entry["score"] = expected.write(f"{variant.name}.score.f32", scores, "<f4")
    return entry


def _check_onnx(file: Path, folder: Path, strings: list[tuple[str, str]]) -> None:
    """The ONNX file gives Python's logits."""
    model = CrossEncoder(str(folder), device="cpu", activation_fn=torch.nn.Identity())
    session = onnxruntime.InferenceSession(str(file))
    names = [each.name for each in session.get_inputs()]
    largest = 0.0
    for pair in strings[:100]:
        features = model.preprocess([list(pair)])
        inputs = {
            name: features[name].numpy() if name in features else np.zeros_like(features["input_ids"].numpy())
            for name in names
        }
        (logits,) = session.run(None, inputs)
        largest = max(largest, np.abs(logits.squeeze() - model.predict([pair])[0]).max())
    if largest > 1e-4:
        raise SystemExit(f"{file}: torch and ONNX differ by {largest}")
    print(f"{folder.name}: torch - onnx {largest:.1e}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--out", type=Path, default=Path(__file__).resolve().parent.parent / "resources" / "reference"
    )
    out = parser.parse_args().out
    torch.set_num_threads(1)
    for name in ("networks", "variants", "expected"):
        shutil.rmtree(out / name, ignore_errors=True)
    out.mkdir(parents=True, exist_ok=True)
    entries = pairs.pairs()
    (out / "pairs.json").write_text(pairs.to_json(entries), encoding="ascii")
    strings = [(pairs.expand(entry["query"]), pairs.expand(entry["document"])) for entry in entries]
    corpus = sorted({text[:2000] for pair in strings for text in pair})
    expected = Expected(out)
    described = []
    with tempfile.TemporaryDirectory() as temporary:
        for network in networks.networks(corpus):
            base, weights = out / "networks" / network.name, Path(temporary) / "weights" / network.name
            _make_base(network, base, weights)
            mine = [variant for variant in variants.variants() if variant.network == network.name]
            for variant in [*mine, _saved_by_version_6(network, base, weights)]:
                if variant.files:
                    _lay_on_top(variant, base, out / "variants" / variant.name)
                folder = Path(temporary) / variant.name
                shutil.copytree(base, folder)
                shutil.copytree(weights, folder, dirs_exist_ok=True)
                if variant.files:
                    shutil.copytree(out / "variants" / variant.name, folder, dirs_exist_ok=True)
                described.append(_run(variant, folder, expected, strings))
                if not variant.files:
                    _check_onnx(base / "onnx" / "model.onnx", folder, strings)
    _json(out / "variants.json", described)
    print(f"{len(described)} variants, {len(strings)} pairs")


if __name__ == "__main__":
    main()
