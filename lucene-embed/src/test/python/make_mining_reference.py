"""Writes what sentence_transformers.util finds among some vectors.

    python make_mining_reference.py [--out ../resources/reference]

../resources/reference/README.md describes the output.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from sentence_transformers.util import (
    community_detection,
    cos_sim,
    dot_score,
    paraphrase_mining_embeddings,
    semantic_search,
)

import reference_folder

DIMENSION = 13
FUNCTIONS = {"COSINE": cos_sim, "DOT": dot_score}
CLOSEST = 1e-6  # a score as near to a threshold might fall on its other side elsewhere


def _vectors(seed: int) -> torch.Tensor:
    """Clusters of several sizes and widths, of vectors of different lengths."""
    random = np.random.default_rng(seed)
    rows = []
    for size, width in ((60, 0.25), (40, 0.5), (30, 0.15), (20, 0.35), (12, 0.1), (7, 0.2)):
        centre = random.standard_normal(DIMENSION)
        rows.append(centre + width * random.standard_normal((size, DIMENSION)))
    rows.append(random.standard_normal((34, DIMENSION)))
    vectors = np.concatenate(rows)
    random.shuffle(vectors)
    vectors *= random.uniform(0.3, 1.5, (len(vectors), 1)) / np.linalg.norm(vectors, axis=1, keepdims=True)
    return torch.from_numpy(vectors.astype(np.float32))


def _searches(queries: torch.Tensor, corpus: torch.Tensor) -> list[dict]:
    found = []
    for name, function in FUNCTIONS.items():
        for top_k, query_chunk, corpus_chunk in ((10, 100, 500000), (3, 7, 31), (1000, 100, 50)):
            hits = semantic_search(
                queries,
                corpus,
                top_k=top_k,
                query_chunk_size=query_chunk,
                corpus_chunk_size=corpus_chunk,
                score_function=function,
            )
            rows = [[[hit["corpus_id"], hit["score"]] for hit in row[:20]] for row in hits]
            found.append({"similarity": name, "top_k": top_k, "found": len(hits[0]), "first": rows})
    return found


def _pairs(vectors: torch.Tensor) -> list[dict]:
    found = []
    for name, count, top_k, max_pairs, query_chunk, corpus_chunk in (
        ("COSINE", 45, 100, 500000, 5000, 100000),
        ("COSINE", 203, 3, 500000, 5000, 100000),
        ("COSINE", 203, 100, 301, 50, 100000),
        ("COSINE", 203, 100, 302, 50, 100000),
        ("COSINE", 203, 1, 500000, 17, 60),
        ("COSINE", 203, 2, 150, 17, 60),
        ("COSINE", 203, 5, 1, 5000, 100000),
        ("COSINE", 203, 5, 2, 5000, 100000),
        ("DOT", 45, 100, 500000, 5000, 100000),
        ("DOT", 203, 2, 500000, 5000, 100000),
        ("COSINE", 1, 100, 500000, 5000, 100000),
    ):
        pairs = paraphrase_mining_embeddings(
            vectors[:count],
            top_k=top_k,
            max_pairs=max_pairs,
            query_chunk_size=query_chunk,
            corpus_chunk_size=corpus_chunk,
            score_function=FUNCTIONS[name],
        )
        found.append(
            {
                "similarity": name,
                "vectors": count,
                "top_k": top_k,
                "max_pairs": max_pairs,
                "corpus_chunk_size": corpus_chunk,
                "pairs": [[i, j, score] for score, i, j in pairs],
            }
        )
    return found


def _communities(vectors: torch.Tensor) -> list[dict]:
    found = []
    for count, threshold, min_size, batch in (
        (203, 0.75, 10, 1024),
        (203, 0.5, 5, 50),
        (203, 0.9, 2, 1024),
        (203, 0.2, 3, 64),
        (203, 0.97, 1, 1024),
        (203, -1, 10, 1024),
        (6, 0.3, 10, 1024),
        (6, -1, 10, 1024),
    ):
        communities = community_detection(
            vectors[:count], threshold=threshold, min_community_size=min_size, batch_size=batch
        )
        found.append(
            {
                "vectors": count,
                "threshold": threshold,
                "min_community_size": min_size,
                "communities": communities,
            }
        )
    return found


def _is_unambiguous(vectors: torch.Tensor) -> bool:
    thresholds = torch.tensor([0.75, 0.5, 0.9, 0.2, 0.97, 0.3])
    return (cos_sim(vectors, vectors)[:, :, None] - thresholds).abs().min() > CLOSEST


def main() -> None:
    out = reference_folder.parse(reference_folder.parser(__doc__)).out

    vectors = next(found for found in map(_vectors, range(1000)) if _is_unambiguous(found))
    queries = vectors[::19] + 0.1
    (out / "mining.f32").write_bytes(vectors.numpy().astype("<f4").tobytes())
    (out / "mining.queries.f32").write_bytes(queries.numpy().astype("<f4").tobytes())
    reference = {
        "dimension": DIMENSION,
        "semantic_search": _searches(queries, vectors),
        "paraphrase_mining": _pairs(vectors),
        "community_detection": _communities(vectors),
    }
    rounded = json.loads(json.dumps(reference), parse_float=lambda number: round(float(number), 7))
    (out / "mining.json").write_text(json.dumps(rounded, separators=(",", ":")), encoding="ascii")


if __name__ == "__main__":
    main()
