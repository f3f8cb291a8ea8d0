"""Reranks candidates and says what it is worth, without Java. Of a collection and a run file:

    python evaluate.py --model RUN/model.pt --tokenizer MODELS/all-MiniLM-L6-v2/tokenizer.json \\
        --collection DATA/cranfield --run cranfield-bm25.trec

and of the held-out part of the training data, to choose a model or the weight of BM25:

    python evaluate.py --model RUN/model.pt --tokenizer MODELS/all-MiniLM-L6-v2/tokenizer.json \\
        --dev TRAIN/dev

--model takes an .onnx file as well. The run file comes from the BeirEvaluation benchmark with --runs.
For choosing, use texts other than those by which the model is to be judged.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import beir
import export
import numpy as np
import student
import train
from pairs import PairTokenizer, has_bfloat16, predict


WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)


def scores_of(model: Path, rows: list[tuple[list[int], int]]) -> np.ndarray:
    if model.suffix == ".onnx":
        return export.predict(model, rows)
    network, _ = student.load(model)
    return predict(network.eval(), rows, has_bfloat16())


def rerank_run(arguments: argparse.Namespace, tokenizer: PairTokenizer) -> None:
    asked = beir.candidates(arguments.collection, arguments.run, arguments.depth)
    if arguments.queries < len(asked):
        some = np.random.default_rng(1).choice(len(asked), arguments.queries, replace=False)
        asked = [asked[i] for i in some]
    texts = sorted({text for each in asked for text in each.texts})
    ids = dict(zip(texts, tokenizer.ids(texts), strict=True))
    queries = tokenizer.ids([each.query for each in asked])
    rows = [tokenizer.join(query, ids[text]) for query, each in zip(queries, asked, strict=True) for text in each.texts]
    flat = scores_of(arguments.model, rows)
    ends = np.cumsum([len(each.texts) for each in asked])
    scores = [part.astype(np.float64) for part in np.split(flat, ends[:-1])]
    print(f"{len(asked)} queries, {len(rows)} pairs, top {arguments.depth}")
    print(f"{'first stage':32} nDCG@10 {np.mean([beir.ndcg(each, each.first_stage) for each in asked]):.4f}")
    for weight in WEIGHTS:
        values = [
            beir.ndcg(each, beir.z(s) + weight * beir.z(each.first_stage)) for each, s in zip(asked, scores, strict=True)
        ]
        print(f"{f'cross-encoder + {weight} first stage':32} nDCG@10 {np.mean(values):.4f}")


def rerank_dev(arguments: argparse.Namespace, tokenizer: PairTokenizer) -> None:
    """MRR over the held-out queries whose right answer is known, among their 30 candidates."""
    dev = train.Lists.read(arguments.dev, tokenizer)
    known = np.flatnonzero((dev.labels > 0).any(axis=1))[: arguments.queries]
    width = dev.candidates.shape[1]
    rows = [row for q in known for row in dev.rows(tokenizer, int(q), np.arange(width))]
    scores = scores_of(arguments.model, rows).reshape(len(known), width)
    pool = np.load(arguments.dev / "pool.npz")
    bm25 = pool["scores"][known][:, :, [str(j) for j in pool["judges"]].index("bm25")].astype(np.float64)
    print(f"{len(known)} held-out queries, {len(rows)} pairs")
    print(f"{'BM25':32} MRR {beir.reciprocal_rank(bm25, dev.labels[known]):.4f}")
    for weight in WEIGHTS:
        fused = np.stack([beir.z(s) + weight * beir.z(b) for s, b in zip(scores, bm25, strict=True)])
        print(f"{f'cross-encoder + {weight} BM25':32} MRR {beir.reciprocal_rank(fused, dev.labels[known]):.4f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--collection", type=Path, help="a folder in the BEIR layout")
    parser.add_argument("--run", type=Path, help="a TREC run file of the first stage")
    parser.add_argument("--dev", type=Path, help="the held-out part of what make_data.py wrote")
    parser.add_argument("--depth", type=int, default=100)
    parser.add_argument("--queries", type=int, default=10**6, help="so many of them, chosen by chance")
    parser.add_argument("--max-length", type=int, default=512)
    arguments = parser.parse_args()
    if (arguments.dev is None) == (arguments.collection is None or arguments.run is None):
        parser.error("give --dev, or --collection and --run")
    tokenizer = PairTokenizer(arguments.tokenizer, arguments.max_length)
    (rerank_run if arguments.dev is None else rerank_dev)(arguments, tokenizer)


if __name__ == "__main__":
    main()
