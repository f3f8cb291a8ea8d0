"""Trains the cross-encoder on what make_data.py made; stops and goes on where it was.

    python train.py --data FOLDER --init MODELS/all-MiniLM-L6-v2 --out RUN --steps 3000

RUN/checkpoint.pt is written every few minutes; the same command goes on from it. RUN/model.pt is the
result, RUN/initial.pt what it began with, RUN/log.jsonl says how it went.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import student
import teachers
import torch
from pairs import PairTokenizer, batch, by_length, has_bfloat16, predict
from run import Run, add_arguments, agreement, compare
from torch import Tensor

# BM25 beside the teachers: what they miss of exact words.
BM25_WEIGHT = 0.3
# Learning rate of the gates and of the weights of the score's parts.
SINGLE_RATE = 0.01


@dataclass(frozen=True)
class Lists:
    """For every query its candidates and what the cross-encoder should say of them."""

    queries: list[list[int]]
    passages: list[list[int]]
    candidates: np.ndarray
    target: np.ndarray
    labels: np.ndarray  # of each candidate, from 0 to 1

    @staticmethod
    def read(folder: Path, tokenizer: PairTokenizer) -> Lists:
        queries = [json.loads(line) for line in (folder / "queries.jsonl").open(encoding="utf-8")]
        passages = [json.loads(line)["text"] for line in (folder / "passages.jsonl").open(encoding="utf-8")]
        pool = np.load(folder / "pool.npz")
        return Lists(
            tokenizer.ids([q["text"] for q in queries]),
            tokenizer.ids(passages),
            pool["candidates"],
            target(pool["scores"], [str(j) for j in pool["judges"]]),
            pool["labels"],
        )

    def rows(self, tokenizer: PairTokenizer, query: int, chosen: np.ndarray) -> list[tuple[list[int], int]]:
        return [tokenizer.join(self.queries[query], self.passages[self.candidates[query, c]]) for c in chosen]


def target(scores: np.ndarray, judges: list[str]) -> np.ndarray:
    """The judges' weighted sum, in units of the usual deviation among a query's candidates.

    A teacher's cosines mean the same for every query, BM25's scores do not.
    """
    total = np.zeros(scores.shape[:2])
    for i, judge in enumerate(judges):
        column = scores[:, :, i].astype(np.float64)
        centred = column - column.mean(axis=1, keepdims=True)
        if judge == "bm25":
            total += BM25_WEIGHT * centred / (column.std(axis=1, keepdims=True) + 1e-6)
        else:
            total += teachers.TEACHERS[judge][2] * (column - column.mean()) / centred.std()
    return total.astype(np.float32)


def choose(target: np.ndarray, labels: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Half of a list from the best third, where the order matters most, half from the rest.

    Of the right answers, if some are known, one is always there.
    """
    order = np.argsort(-target)
    third = len(order) // 3
    chosen = np.concatenate(
        [rng.choice(order[:third], count // 2, replace=False), rng.choice(order[third:], count - count // 2, replace=False)]
    )
    right = np.flatnonzero(labels > 0)
    if len(right) and not (labels[chosen] > 0).any():
        chosen[0] = rng.choice(right)
    return chosen


def loss_of(scores: Tensor, wanted: Tensor) -> Tensor:
    """Differences within a list; its order, with more weight on its top; and a little of its level."""
    differences, order = compare(scores, wanted)
    return differences + 0.3 * order + 0.03 * ((scores - wanted) ** 2).mean()


def evaluate(model: student.PairEncoder, dev: Lists, tokenizer: PairTokenizer, fast: bool, most: int) -> dict:
    """On held-out texts: agreement with the target, and where the right answers come."""
    model.eval()
    count = min(most, len(dev.queries))
    rows = [row for q in range(count) for row in dev.rows(tokenizer, q, np.arange(dev.candidates.shape[1]))]
    scores = predict(model, rows, fast).reshape(count, -1)
    model.train()
    return agreement(scores, dev.target[:count], dev.labels[:count])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="what make_data.py wrote")
    parser.add_argument("--init", type=Path, required=True, help="a bi-encoder's folder, or a model.pt or .onnx of this recipe")
    parser.add_argument("--tokenizer", type=Path, help="tokenizer.json; the bi-encoder's by default")
    add_arguments(parser, steps=3000, evaluate_every=250, dev_queries=80)
    parser.add_argument("--lists", type=int, default=12, help="queries a step")
    parser.add_argument("--candidates", type=int, default=8, help="documents of each query a step")
    parser.add_argument("--max-length", type=int, default=160)
    parser.add_argument("--rate", type=float, default=6e-5, help="learning rate; ten times that in the new parts")
    parser.add_argument("--label-bonus", type=float, default=0.3, help="added to the target of a right answer")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(arguments.seed)
    fast = has_bfloat16()

    tokenizer = PairTokenizer(arguments.tokenizer or arguments.init / "tokenizer.json", arguments.max_length)
    lists, dev = Lists.read(arguments.data, tokenizer), Lists.read(arguments.data / "dev", tokenizer)
    model = student.initial(arguments.init)
    # Most of the weights, little of the use, and what holds words together that no text here has.
    model.words.weight.requires_grad_(False)
    inherited = ("positions", "types", "norm", "layers")
    single = ("gates", "scale", "shift")
    groups = [
        {"params": [p for n, p in model.named_parameters() if n.startswith(inherited)], "lr": arguments.rate},
        {
            "params": [p for n, p in model.named_parameters() if not n.startswith((*inherited, *single, "words"))],
            "lr": 10 * arguments.rate,
        },
        # A step of Adam is as long as the rate, whatever the gradient: these have a way to go.
        {"params": [p for n, p in model.named_parameters() if n.startswith(single)], "lr": SINGLE_RATE, "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, betas=(0.9, 0.98))
    run = Run(arguments, model, optimizer)
    forward = torch.compile(model, dynamic=True) if arguments.compile else model
    model.train()
    if run.step == 0:
        student.save(model, arguments.out / "initial.pt")

    def loss_of_step(rng: np.random.Generator) -> tuple[Tensor, int]:
        chosen = rng.integers(len(lists.queries), size=arguments.lists)
        rows, wanted = [], []
        for query in chosen:
            labels = lists.labels[query]
            some = choose(lists.target[query], labels, arguments.candidates, rng)
            rows += lists.rows(tokenizer, int(query), some)
            wanted.append(lists.target[query][some] + arguments.label_bonus * labels[some])
        scores = torch.zeros(len(rows))
        for part in by_length(rows, 8):
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=fast):
                scores = scores.index_add(0, torch.from_numpy(part), forward(*batch([rows[i] for i in part]))[:, 0].float())
        wanted_now = torch.from_numpy(np.stack(wanted)).float()
        return loss_of(scores.view(arguments.lists, -1), wanted_now), len(rows)

    run.go(
        loss_of_step,
        lambda: evaluate(model, dev, tokenizer, fast, arguments.dev_queries),
        model.parameters(),
        unit="pairs",
    )


if __name__ == "__main__":
    main()
