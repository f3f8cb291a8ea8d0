"""Teaches the network every text's vector: a run beside that of train.py, which shows it pairs.

    python train_vectors.py --data FOLDER --init MODELS/all-MiniLM-L6-v2 --out RUN --steps 900

What is learned is the ensemble's view of single texts: the teachers' vectors side by side, each as long
as its say is, brought to the network's dimension and turned so that they lie as near to what the network
gives before training as they can. Every text teaches as many numbers as its vector has. Both runs begin
with the same weights; export.py adds up what they have learned. RUN/checkpoint.pt is written every few
minutes; the same command goes on from it. RUN/model.pt is the result.
"""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import student
import teachers
import torch
from pairs import PairTokenizer, batch, by_length, has_bfloat16
from run import Run, add_arguments, agreement, compare
from torch import Tensor
from train import choose


@dataclass(frozen=True)
class Ensemble:
    """The teachers' vectors side by side: inner products are their weighted sum, in usual deviations.

    What all queries have in common, and all passages, is taken away: e5's cosines are all above .7, and
    the network would have to learn a constant vector first. Orders of candidates hardly change.
    """

    scales: list[float]
    means: dict[str, np.ndarray]

    @staticmethod
    def of(folder: Path) -> Ensemble:
        pool = np.load(folder / "pool.npz")
        judges, scales = [str(j) for j in pool["judges"]], []
        for name, (_, _, weight) in teachers.TEACHERS.items():
            column = pool["scores"][:, :, judges.index(name)].astype(np.float64)
            deviation = (column - column.mean(axis=1, keepdims=True)).std()
            scales.append(float(np.sqrt(weight / deviation)))
        raw = Ensemble(scales, {"queries": np.float32(0), "passages": np.float32(0)})
        return Ensemble(scales, {part: raw.join(folder, part).mean(axis=0) for part in raw.means})

    def join(self, folder: Path, part: str) -> np.ndarray:
        vectors = np.load(folder / "vectors.npz")
        each = [vectors[f"{name} {part}"].astype(np.float32) * s for name, s in zip(teachers.TEACHERS, self.scales, strict=True)]
        return np.concatenate(each, axis=1) - self.means[part]


def turn(joined: np.ndarray, near: np.ndarray) -> np.ndarray:
    """From the joined vectors to as many dimensions as `near` has, with the least loss, and close to it."""
    _, vectors = np.linalg.eigh((joined.T @ joined).astype(np.float64))
    best = vectors[:, ::-1][:, : near.shape[1]]
    left, _, right = np.linalg.svd((joined @ best).T.astype(np.float64) @ near)
    return (best @ left @ right).astype(np.float32)


def unit(x: np.ndarray) -> np.ndarray:
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def loss_of(queries: Tensor, documents: Tensor, wanted: tuple[Tensor, Tensor], products: Tensor, scale: float) -> Tensor:
    """The vectors themselves; and how the documents of a step compare for every query."""
    apart = ((queries - wanted[0]) ** 2).sum(dim=1).mean() + ((documents - wanted[1]) ** 2).sum(dim=1).mean()
    differences, order = compare(scale * queries @ documents.T, products)
    return apart + 0.3 * differences + 0.3 * order


class Reader:
    """Vectors of texts, in parts of similar length."""

    def __init__(self, model: student.PairEncoder, forward: torch.nn.Module, tokenizer: PairTokenizer, fast: bool) -> None:
        self.forward, self.tokenizer, self.fast, self.size = forward, tokenizer, fast, model.shape.hidden

    def __call__(self, texts: list[list[int]], queries: bool, size: int = 8) -> Tensor:
        rows = [self.row(ids, queries) for ids in texts]
        result = torch.zeros(len(rows), self.size)
        for part in by_length(rows, size):
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.fast):
                some = self.forward(*batch([rows[i] for i in part]))
            result = result.index_add(0, torch.from_numpy(part), some.float())
        return result

    def row(self, ids: list[int], queries: bool) -> tuple[list[int], int]:
        if not queries:
            return self.tokenizer.join([], ids)
        row = [self.tokenizer.cls, *ids[: self.tokenizer.max_length // 2], self.tokenizer.sep]
        return row, len(row)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="what make_data.py wrote")
    parser.add_argument("--init", type=Path, required=True, help="a bi-encoder's folder")
    add_arguments(parser, steps=900, evaluate_every=200, dev_queries=60)
    parser.add_argument("--queries", type=int, default=24, help="queries a step")
    parser.add_argument("--candidates", type=int, default=4, help="documents of each query a step")
    parser.add_argument("--max-length", type=int, default=258)
    parser.add_argument("--rate", type=float, default=1e-4)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(arguments.seed)
    fast = has_bfloat16()

    def texts(folder: Path, name: str) -> list[list[int]]:
        return tokenizer.ids([json.loads(line)["text"] for line in (folder / f"{name}.jsonl").open(encoding="utf-8")])

    tokenizer = PairTokenizer(arguments.init / "tokenizer.json", arguments.max_length)
    queries, passages = texts(arguments.data, "queries"), texts(arguments.data, "passages")
    dev_queries, dev_passages = texts(arguments.data / "dev", "queries"), texts(arguments.data / "dev", "passages")
    pool, dev_pool = dict(np.load(arguments.data / "pool.npz")), dict(np.load(arguments.data / "dev" / "pool.npz"))
    ensemble = Ensemble.of(arguments.data)
    joined_queries, joined_passages = (ensemble.join(arguments.data, part) for part in ("queries", "passages"))
    own = np.load(arguments.data / "vectors.npz")
    near = np.concatenate([own[f"{arguments.init.name} {part}"] for part in ("queries", "passages")]).astype(np.float32)
    turned = turn(np.concatenate([joined_queries, joined_passages]), near)
    wanted_queries, wanted_passages = unit(joined_queries @ turned), unit(joined_passages @ turned)
    lengths = (float(np.linalg.norm(joined, axis=1).mean()) for joined in (joined_queries, joined_passages))
    scale = math.prod(lengths)
    dev_products = [
        ensemble.join(arguments.data / "dev", "queries"),
        ensemble.join(arguments.data / "dev", "passages"),
    ]

    model = student.initial(arguments.init)
    for still in (model.words, model.types):
        still.weight.requires_grad_(False)
    trained = [p for n, p in model.named_parameters() if n.startswith(("positions", "norm", "layers"))]
    optimizer = torch.optim.AdamW(trained, lr=arguments.rate, weight_decay=0.01, betas=(0.9, 0.98))
    run = Run(arguments, model, optimizer)
    model.scale.data[0] = scale
    read = Reader(model, torch.compile(model.vectors, dynamic=True) if arguments.compile else model.vectors, tokenizer, fast)

    @torch.no_grad()
    def evaluate() -> dict:
        """On held-out texts: how the order of the candidates agrees with the ensemble's."""
        count = min(arguments.dev_queries, len(dev_queries))
        candidates = dev_pool["candidates"][:count]
        needed = np.unique(candidates)
        asked = read(dev_queries[:count], True).numpy()
        found = read([dev_passages[i] for i in needed], False).numpy()[np.searchsorted(needed, candidates)]
        scores = np.einsum("qd,qcd->qc", asked, found)
        target = np.einsum("qd,qcd->qc", dev_products[0][:count], dev_products[1][candidates])
        return agreement(scores, target, dev_pool["labels"][:count])

    def loss_of_step(rng: np.random.Generator) -> tuple[Tensor, int]:
        asked = rng.choice(len(queries), size=arguments.queries, replace=False)
        some: list[int] = []
        for query in asked:
            target = joined_passages[pool["candidates"][query]] @ joined_queries[query]
            chosen = choose(target, pool["labels"][query], arguments.candidates, rng)
            some += pool["candidates"][query][chosen].tolist()
        shown = np.unique(some)
        loss = loss_of(
            read([queries[i] for i in asked], True),
            read([passages[i] for i in shown], False),
            (torch.from_numpy(wanted_queries[asked]), torch.from_numpy(wanted_passages[shown])),
            torch.from_numpy(joined_queries[asked] @ joined_passages[shown].T),
            scale,
        )
        return loss, len(shown)

    run.go(loss_of_step, evaluate, trained, unit="documents")


if __name__ == "__main__":
    main()
