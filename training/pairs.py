"""Tokens of pairs, and scores of pairs with a network, in batches of similar length."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn


class PairTokenizer:
    """`[CLS] query [SEP] document [SEP]`, where only the document is cut."""

    def __init__(self, file: Path, max_length: int) -> None:
        self.tokenizer = Tokenizer.from_file(str(file))
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()
        self.max_length = max_length
        self.cls, self.sep = (self.tokenizer.token_to_id(t) for t in ("[CLS]", "[SEP]"))

    def ids(self, texts: list[str]) -> list[list[int]]:
        return [e.ids for e in self.tokenizer.encode_batch(texts, add_special_tokens=False)]

    def join(self, query: list[int], document: list[int]) -> tuple[list[int], int]:
        """The pair's ids, and how many of them are the query's part."""
        first = [self.cls, *query[: self.max_length // 2], self.sep]
        return [*first, *document[: self.max_length - len(first) - 1], self.sep], len(first)


def has_bfloat16() -> bool:
    """Whether bfloat16 is faster than float32 on this machine."""
    return "amx_bf16" in Path("/proc/cpuinfo").read_text()


def batch(rows: list[tuple[list[int], int]]) -> tuple[Tensor, Tensor, Tensor]:
    length = max(len(ids) for ids, _ in rows)
    ids, mask, types = (torch.zeros(len(rows), length, dtype=torch.int64) for _ in range(3))
    for i, (tokens, first) in enumerate(rows):
        ids[i, : len(tokens)] = torch.tensor(tokens)
        mask[i, : len(tokens)] = 1
        types[i, first : len(tokens)] = 1
    return ids, mask, types


def by_length(rows: list[tuple[list[int], int]], size: int) -> list[np.ndarray]:
    order = np.argsort([len(ids) for ids, _ in rows], kind="stable")
    return [order[i : i + size] for i in range(0, len(order), size)]


@torch.no_grad()
def predict(model: nn.Module, rows: list[tuple[list[int], int]], fast: bool, size: int = 8) -> np.ndarray:
    scores = np.zeros(len(rows))
    for part in by_length(rows, size):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=fast):
            out = model(*batch([rows[i] for i in part]))
        scores[part] = out[:, 0].float().numpy()
    return scores
