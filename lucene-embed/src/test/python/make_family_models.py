"""Writes tiny networks of all families, the model folders made of them, and what sentence-transformers gives.

    python make_family_models.py [--out ../resources/reference]

../resources/reference/README.md describes the output.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
import onnxruntime
import torch
from sentence_transformers import SentenceTransformer

import reference_folder
import texts
import tiny_families
import tiny_variants
from make_tiny_models import Expected
from tiny_families import Family
from tiny_modules import Model, Models, write_json
from tiny_tokenizers import compact

_LARGEST_DIFFERENCE = 2e-5


def _network(family: Family, folder: Path) -> None:
    """All that a folder of this family needs, with torch's weights beside the ONNX file."""
    family.tokenizer.save_pretrained(folder)
    family.model.save_pretrained(folder)
    tokenizer = folder / "tokenizer.json"
    tokenizer.write_text(compact(tokenizer.read_text(encoding="utf-8")), encoding="ascii")
    config = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
    write_json(folder / "tokenizer_config.json", {k: v for k, v in config.items() if k not in ("is_local", "local_files_only")})
    tiny_families.export(family.model, family.export, folder / "onnx" / "model.onnx")
    print(f"{family.name}: torch - onnx {_check(family, folder / 'onnx' / 'model.onnx'):.1e}", flush=True)


def _check(family: Family, file: Path) -> float:
    session = onnxruntime.InferenceSession(str(file))
    worst = 0.0
    for length in (1, 2, 7, 30, tiny_families.POSITIONS):
        generator = np.random.default_rng(length)
        ids = generator.integers(5, len(family.tokenizer) - 5, (3, length))
        mask = np.ones_like(ids)
        mask[1, max(1, length - 3) :] = 0
        values = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids),
                  "position_ids": np.broadcast_to(np.arange(length), ids.shape)}
        feeds = {node.name: np.ascontiguousarray(values[node.name].astype(np.int32 if "int32" in node.type else np.int64))
                 for node in session.get_inputs()}
        names = [node.name for node in session.get_outputs()]
        name = next(name for name in ("last_hidden_state", "token_embeddings", "hidden") if name in names)
        (from_onnx,) = session.run([name], feeds)
        with torch.inference_mode():
            inputs = {name: torch.from_numpy(np.array(values[name])) for name in family.export.inputs}
            from_torch = family.model(**inputs).last_hidden_state.numpy()
        worst = max(worst, float(np.abs(from_onnx - from_torch)[mask == 1].max()))
    if worst > _LARGEST_DIFFERENCE:
        raise SystemExit(f"{family.name}: torch and ONNX differ by {worst}")
    return worst


def _assemble(model: Model, complete: Path, folder: Path) -> None:
    for place, layer in (*model.layers, ("", f"folders/{model.name}")):
        shutil.copytree(complete / layer, folder / place, dirs_exist_ok=True)


def _ids(model: SentenceTransformer, strings: list[str]) -> np.ndarray:
    rows = [model.preprocess([text])["input_ids"].numpy().reshape(-1) for text in strings]
    return np.concatenate([np.concatenate(([len(row)], row)) for row in rows])


def _run(model: Model, folder: Path, expected: Expected, strings: list[str]) -> dict:
    """Python's own results for a model, and the entry that describes them."""
    loaded = SentenceTransformer(str(folder), device="cpu")
    outputs = []
    worst = 0.0
    for call in model.calls:
        arguments = {key: value for key, value in call.items() if key != "call"}
        method = getattr(loaded, call["call"])
        # One text at a time: no padding, so that the reference is the text's own vector.
        vectors = np.asarray(method(strings, batch_size=1, **arguments), dtype=np.float32)
        if not np.isfinite(vectors).all():
            raise ValueError(f"{model.name}: not all components are numbers")
        together = np.asarray(method(strings, batch_size=8, **arguments), dtype=np.float32)
        worst = max(worst, float(np.abs(together - vectors).max()))
        file = expected.write(".".join([model.name, call["call"], *arguments.values(), "f32"]), vectors, "<f4")
        outputs.append(call | {"file": file})
    length = loaded.max_seq_length
    truncation = getattr(loaded.tokenizer, "truncation", None)
    if length == float("inf") and truncation:
        # Python does not name this limit, but keeps to it.
        length = truncation["max_length"]
    entry = {
        "name": model.name,
        "tests": model.tests,
        "layers": [{"to": place, "from": layer} for place, layer in model.layers],
        "dimension": int(vectors.shape[1]),
        "max_seq_length": None if length is None or length == float("inf") else length,
        "similarity": loaded.similarity_fn_name,
        "tolerance": model.tolerance,
        "outputs": outputs,
    }
    if model.ids:
        entry["ids"] = expected.write(f"{model.name}.ids", _ids(loaded, strings), "<i4")
    print(f"{model.name}: in batches {worst:.1e}", flush=True)
    return entry


def main() -> None:
    arguments = reference_folder.parse(reference_folder.parser(__doc__))

    out = arguments.out / "families"
    shutil.rmtree(out, ignore_errors=True)
    strings = [texts.expand(entry) for entry in tiny_variants.TEXTS]
    families = tiny_families.families(strings)
    expected = Expected(out)
    entries = []
    with tempfile.TemporaryDirectory() as temporary:
        complete = Path(temporary) / "complete"
        for family in families:
            folder = complete / "networks" / family.name
            _network(family, folder)
            shutil.copytree(folder, out / "networks" / family.name, ignore=shutil.ignore_patterns("model.safetensors"))
        for model in Models(families, complete).all():
            own = complete / "folders" / model.name
            own.mkdir(parents=True)
            model.build(own)
            shutil.copytree(own, out / "folders" / model.name)
            folder = Path(temporary) / model.name
            folder.mkdir()
            _assemble(model, complete, folder)
            entries.append(_run(model, folder, expected, strings))
    write_json(out / "models.json", entries)
    size = sum(file.stat().st_size for file in out.rglob("*") if file.is_file())
    print(f"{len(entries)} models, {len(strings)} texts, {size} bytes")


if __name__ == "__main__":
    main()
