"""Writes the tiny model, its variants, and what sentence-transformers gives for each of them.

    python make_tiny_models.py --tokenizer tokenizer.json [--out ../resources/reference]

tokenizer.json is that of any of the bundled models; the tiny model takes its word pieces from there.
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
from sentence_transformers import SentenceTransformer, util
from sentence_transformers.base.modules import Normalize
from sentence_transformers.sentence_transformer.modules import Pooling

import reference_folder
import texts
import tiny_bert
import tiny_variants
from tiny_variants import Variant

SIMILARITY_TEXTS = 8


def _json(file: Path, content: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content, indent=2, ensure_ascii=True) + "\n", encoding="ascii")


def _make_base(base: Path, weights: Path, tokenizer: Path) -> None:
    """The files that all variants share, and apart from them the weights in the form that torch reads."""
    pieces = tiny_bert.vocabulary(tokenizer)
    bert = tiny_bert.model(len(pieces))
    bert.save_pretrained(weights)
    exported = tiny_bert.onnx_model(bert).SerializeToString()
    (base / "onnx").mkdir(parents=True)
    (base / "onnx" / "model.onnx").write_bytes(exported)
    _json(base / "tokenizer.json", tiny_bert.tokenizer_json(pieces))
    _json(base / "tokenizer_config.json", tiny_bert.tokenizer_config())
    shutil.move(weights / "config.json", base / "config.json")
    _check_onnx(bert, exported, len(pieces))


def _check_onnx(bert: torch.nn.Module, exported: bytes, pieces: int) -> None:
    generator = np.random.default_rng(7)
    ids = generator.integers(0, pieces, (4, tiny_bert.POSITIONS))
    mask = np.ones_like(ids)
    mask[1, 20:] = 0
    mask[2, :30] = 0
    inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
    (from_onnx,) = onnxruntime.InferenceSession(exported).run(None, inputs)
    with torch.inference_mode():
        from_torch = bert(**{name: torch.from_numpy(value) for name, value in inputs.items()}).last_hidden_state
    difference = np.abs(from_onnx - from_torch.numpy())[mask == 1].max()
    if difference > 1e-5:
        raise SystemExit(f"torch and ONNX differ by {difference}")
    print(f"torch - onnx: {difference:.1e}")


def _saved_by_version_6(base: Path, weights: Path) -> Variant:
    """Not written by hand: what sentence-transformers itself saves."""
    with tempfile.TemporaryDirectory() as temporary:
        plain, saved = Path(temporary) / "plain", Path(temporary) / "saved"
        shutil.copytree(base, plain)
        shutil.copytree(weights, plain, dirs_exist_ok=True)
        transformer = SentenceTransformer(str(plain))[0]
        model = SentenceTransformer(
            modules=[transformer, Pooling(32, ("mean", "max")), Normalize()],
            prompts={"query": "query: ", "document": "text : "},
            similarity_fn_name="dot",
            truncate_dim=48,
        )
        model.save(str(saved), create_model_card=False)
        files = {
            str(file.relative_to(saved)): json.loads(file.read_text(encoding="utf-8"))
            for file in sorted(saved.rglob("*.json"))
            if file.name not in ("tokenizer.json", "config.json") or file.parent != saved
        }
    for key in ("is_local", "local_files_only"):
        files["tokenizer_config.json"].pop(key, None)
    return Variant(
        "saved-by-version-6",
        "a folder as sentence-transformers 6 itself saves it",
        files,
        calls=(tiny_variants.ENCODE, tiny_variants.QUERY, tiny_variants.DOCUMENT),
        similarities=True,
    )


def _ids(model: SentenceTransformer, strings: list[str]) -> np.ndarray:
    rows = [model.preprocess([text])["input_ids"][0].numpy() for text in strings]
    return np.concatenate([np.concatenate(([len(row)], row)) for row in rows])


class Expected:
    """Writes results; equal ones, as an old and a new spelling should give, share the first one's file."""

    def __init__(self, tiny: Path) -> None:
        self._tiny = tiny
        self._files: dict[bytes, str] = {}

    def write(self, name: str, array: np.ndarray, dtype: str) -> str:
        content = np.ascontiguousarray(array, dtype=dtype).tobytes()
        if content not in self._files:
            self._files[content] = f"expected/{name}"
            file = self._tiny / "expected" / name
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(content)
        return self._files[content]


def _run(variant: Variant, folder: Path, expected: Expected, strings: list[str]) -> dict:
    """Python's own results for a variant, and the entry that describes them."""
    model = SentenceTransformer(str(folder), device="cpu")
    outputs = []
    for method, prompt_name in variant.calls:
        more = {} if prompt_name is None else {"prompt_name": prompt_name}
        # One text at a time: no padding, so that the reference is the text's own vector.
        vectors = getattr(model, method)(strings, batch_size=1, **more)
        if not np.isfinite(vectors).all() or vectors.shape != (len(strings), model.get_embedding_dimension()):
            raise ValueError(f"{variant.name}: not the vectors that were expected")
        file = expected.write(".".join([variant.name, method, *more.values(), "f32"]), vectors, "<f4")
        outputs.append({"call": method} | more | {"file": file})
    entry = {
        "name": variant.name,
        "tests": variant.tests,
        "folder": f"variants/{variant.name}" if variant.files else None,
        "dimension": model.get_embedding_dimension(),
        "max_seq_length": model.max_seq_length,
        "similarity": model.similarity_fn_name,
        "prompts": model.prompts,
        "default_prompt_name": model.default_prompt_name,
        "outputs": outputs,
    }
    if variant.ids:
        entry["ids"] = expected.write(f"{variant.name}.ids", _ids(model, strings), "<i4")
    if variant.similarities:
        vectors = model.encode(strings[:SIMILARITY_TEXTS], batch_size=1)
        similarities = model.similarity(vectors, vectors).numpy()
        entry["similarities"] = expected.write(f"{variant.name}.similarity.f32", similarities, "<f4")
    return entry


def _similarity(file: Path) -> None:
    """The four similarities on vectors that are neither normalised nor all different from zero."""
    generator = np.random.default_rng(17)
    a = generator.normal(size=(5, 7)).astype(np.float32)
    b = generator.normal(size=(4, 7)).astype(np.float32)
    c = generator.normal(size=(5, 7)).astype(np.float32)
    a[1] = 0
    b[2] = a[3]  # equal
    b[3] = -2.5 * a[0]  # opposite
    c[1] = 0  # both zero
    c[3] = a[3]
    c[4] = 0  # one zero
    c[0] *= 1e-3
    names = ("cosine", "dot", "euclidean", "manhattan")
    matrix = {name: util.SimilarityFunction.to_similarity_fn(name)(a, b).tolist() for name in names}
    pairwise = {name: util.SimilarityFunction.to_similarity_pairwise_fn(name)(a, c).tolist() for name in names}
    content = {"a": a.tolist(), "b": b.tolist(), "c": c.tolist(), "matrix of a and b": matrix,
               "pairwise of a and c": pairwise}
    rows = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in content.items()]
    file.write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="ascii")


def main() -> None:
    parser = reference_folder.parser(__doc__)
    parser.add_argument("--tokenizer", type=Path, required=True, help="a tokenizer.json with BERT's vocabulary")
    arguments = reference_folder.parse(parser)

    tiny = arguments.out / "tiny"
    shutil.rmtree(tiny, ignore_errors=True)
    tiny.mkdir(parents=True)
    (tiny / "texts.json").write_text(texts.to_json(tiny_variants.TEXTS), encoding="ascii")
    strings = [texts.expand(entry) for entry in tiny_variants.TEXTS]
    entries = []
    expected = Expected(tiny)
    with tempfile.TemporaryDirectory() as temporary:
        base, weights = tiny / "base", Path(temporary) / "weights"
        _make_base(base, weights, arguments.tokenizer)
        for variant in [*tiny_variants.variants(), _saved_by_version_6(base, weights)]:
            for path, content in variant.files.items():
                _json(tiny / "variants" / variant.name / path, content)
            folder = Path(temporary) / variant.name
            shutil.copytree(base, folder)
            shutil.copytree(weights, folder, dirs_exist_ok=True)
            if variant.files:
                shutil.copytree(tiny / "variants" / variant.name, folder, dirs_exist_ok=True)
            entries.append(_run(variant, folder, expected, strings))
    _json(tiny / "variants.json", entries)
    _similarity(arguments.out / "similarity.json")
    print(f"{len(entries)} variants, {len(strings)} texts")


if __name__ == "__main__":
    main()
