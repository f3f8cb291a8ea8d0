"""Collections in the BEIR layout, candidates in TREC run files, nDCG and the reciprocal rank."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Candidates:
    """What a first stage found for one query, best first."""

    query_id: str
    query: str
    ids: list[str]
    texts: list[str]
    first_stage: np.ndarray
    gains: dict[str, float]


def qrels(folder: Path, split: str = "test") -> dict[str, dict[str, float]]:
    judged: dict[str, dict[str, float]] = defaultdict(dict)
    for line in (folder / "qrels" / f"{split}.tsv").read_text().splitlines()[1:]:
        query, document, score = line.split("\t")
        judged[query][document] = float(score)
    return judged


def candidates(folder: Path, run: Path, depth: int = 100) -> list[Candidates]:
    """The candidates of every judged query."""
    corpus = {}
    for line in (folder / "corpus.jsonl").open(encoding="utf-8"):
        row = json.loads(line)
        corpus[row["_id"]] = f"{row.get('title', '')} {row['text']}".strip()
    queries = {}
    for line in (folder / "queries.jsonl").open(encoding="utf-8"):
        row = json.loads(line)
        queries[row["_id"]] = row["text"]
    hits: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for line in run.read_text().splitlines():
        query, _, document, _, score, _ = line.split()
        hits[query].append((document, float(score)))
    result = []
    for query, gains in qrels(folder).items():
        top = hits[query][:depth]
        result.append(
            Candidates(
                query,
                queries[query],
                [document for document, _ in top],
                [corpus[document] for document, _ in top],
                np.array([score for _, score in top], dtype=np.float64),
                gains,
            )
        )
    return result


def ndcg(each: Candidates, scores: np.ndarray, k: int = 10) -> float:
    """Linear gains, as trec_eval; the ideal ranking is of all judged documents."""
    order = np.argsort(-scores, kind="stable")[:k]
    discounts = 1 / np.log2(np.arange(k) + 2)
    gained = sum(max(0.0, each.gains.get(each.ids[d], 0.0)) * discounts[i] for i, d in enumerate(order))
    ideal = sorted((g for g in each.gains.values() if g > 0), reverse=True)[:k]
    return gained / sum(g * discounts[i] for i, g in enumerate(ideal)) if ideal else 0.0


def reciprocal_rank(scores: np.ndarray, labels: np.ndarray) -> float:
    """The mean over all rows of 1 / the rank of the first right answer; 0 for a row without one."""
    ranked = np.take_along_axis(labels, np.argsort(-scores, axis=1), axis=1) > 0
    return float(np.mean(np.where(ranked.any(axis=1), 1 / (1 + ranked.argmax(axis=1)), 0)))


def z(scores: np.ndarray) -> np.ndarray:
    deviation = scores.std()
    return (scores - scores.mean()) / deviation if deviation > 0 else np.zeros_like(scores)
