"""The pairs of texts whose scores and token ids are stored as reference values.

They are made of the texts of lucene-embed's reference values, every one of which is the first and the
second text of a pair, and of texts that are too long on either side or on both.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[4] / "lucene-embed" / "src" / "test" / "python"))

import texts

# Numbers of words around the limits of the tiny models, which read 64 and 24 tokens.
_LENGTHS = (0, 1, 9, 10, 11, 20, 21, 22, 29, 30, 31, 32, 33, 59, 60, 61, 62, 63, 64, 65, 200)
_LONGEST = 5000


def _repeat(unit: str, times: int) -> dict:
    return {"repeat": unit, "times": times}


def _entry(entry: dict) -> dict:
    if "text" in entry:
        return {"text": entry["text"]}
    return _repeat(entry["repeat"], min(entry["times"], _LONGEST // len(entry["repeat"])))


def pairs() -> list[dict]:
    """The entries of pairs.json, in order: {"query", "document"}, each {"text"} or {"repeat", "times"}."""
    singles = [_entry(entry) for entry in texts.texts()]
    made = [(single, singles[(7 * number + 3) % len(singles)]) for number, single in enumerate(singles)]
    for number, length in enumerate(_LENGTHS):
        for other in (_LENGTHS[(number * 5 + 2) % len(_LENGTHS)], _LENGTHS[(number * 8 + 1) % len(_LENGTHS)], length):
            made.append((_repeat("a ", length), _repeat("of ", other)))
    made += [
        # Both beyond the limit, and in words of several pieces, where it matters which word is the last one.
        (_repeat("embedding ", 60), _repeat("telescope ", 70)),
        (_repeat("telescope ", 70), _repeat("embedding ", 60)),
        (_repeat("tokenization the ", 40), _repeat("a counterintuitive ", 40)),
        (_repeat("a counterintuitive ", 40), _repeat("tokenization the ", 40)),
        (_repeat("the ", 63) | {}, _repeat("internationalization ", 40)),
        (_repeat("internationalization ", 40), _repeat("the ", 63)),
        (_repeat("水", 300), _repeat("\U0001F600 ", 300)),
        (_repeat("x", 3000), _repeat("y", 3000)),
        (_repeat(" ", 3000), _repeat("\n", 3000)),
        (_repeat("word ", 20000), _repeat("another ", 30000)),
        (_repeat("another ", 30000), _repeat("word ", 20000)),
        ({"text": "same"}, {"text": "same"}),
        ({"text": ""}, {"text": ""}),
    ]
    return [{"query": query, "document": document} for query, document in made]


def expand(entry: dict) -> str:
    """The text that one side of a pair stands for."""
    return entry["text"] if "text" in entry else entry["repeat"] * entry["times"]


def to_json(entries: list[dict]) -> str:
    """One pair a line, pure ASCII."""
    return "[\n" + ",\n".join(json.dumps(entry, ensure_ascii=True) for entry in entries) + "\n]\n"
