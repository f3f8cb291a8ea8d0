"""Reranks the candidates of a run file and says what it is worth, without Java.

    python evaluate.py --model RUN/model.pt --tokenizer MODELS/all-MiniLM-L6-v2/tokenizer.json \\
        --collection DATA/cranfield --run cranfield-bm25.trec

--model takes an .onnx file as well. The run file comes from the BeirEvaluation benchmark with --runs.
For choosing a model, use collections other than those it is to be judged by.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import beir
import export
import numpy as np
import student
from pairs import PairTokenizer, predict


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--collection", type=Path, required=True, help="a folder in the BEIR layout")
    parser.add_argument("--run", type=Path, required=True, help="a TREC run file of the first stage")
    parser.add_argument("--depth", type=int, default=100)
    parser.add_argument("--queries", type=int, default=10**6, help="so many of them, chosen by chance")
    parser.add_argument("--max-length", type=int, default=512)
    arguments = parser.parse_args()
    tokenizer = PairTokenizer(arguments.tokenizer, arguments.max_length)
    asked = beir.candidates(arguments.collection, arguments.run, arguments.depth)
    if arguments.queries < len(asked):
        some = np.random.default_rng(1).choice(len(asked), arguments.queries, replace=False)
        asked = [asked[i] for i in some]
    texts = sorted({text for each in asked for text in each.texts})
    ids = dict(zip(texts, tokenizer.ids(texts), strict=True))
    queries = tokenizer.ids([each.query for each in asked])
    rows = [tokenizer.join(query, ids[text]) for query, each in zip(queries, asked, strict=True) for text in each.texts]
    if arguments.model.suffix == ".onnx":
        flat = export.predict(arguments.model, rows)
    else:
        model, _ = student.load(arguments.model)
        flat = predict(model.eval(), rows, "amx_bf16" in Path("/proc/cpuinfo").read_text())
    ends = np.cumsum([len(each.texts) for each in asked])
    scores = [part.astype(np.float64) for part in np.split(flat, ends[:-1])]
    print(f"{len(asked)} queries, {len(rows)} pairs, top {arguments.depth}")
    for weight in (None, 0.0, 0.25, 0.5, 0.75, 1.0):
        values = [
            beir.ndcg(each, each.first_stage if weight is None else beir.z(s) + weight * beir.z(each.first_stage))
            for each, s in zip(asked, scores, strict=True)
        ]
        name = "first stage" if weight is None else f"cross-encoder + {weight} first stage"
        print(f"{name:32} nDCG@10 {np.mean(values):.4f}")


if __name__ == "__main__":
    main()
