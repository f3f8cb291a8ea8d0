"""Makes the training data: queries of several kinds, candidates as a search finds them, and what the
teachers think of each.

    python make_data.py --data DATA --models MODELS --out FOLDER
    python make_data.py --beir COLLECTION --models MODELS --out FOLDER

The first makes the data of the model that ships, the second takes documents, queries and judgements of
one's own (corpus.jsonl, queries.jsonl, qrels/train.tsv). Both write passages.jsonl, queries.jsonl and
pool.npz (candidates of each query, teachers' scores, labels) and vectors.npz (every teacher's of every
text), and the same under dev/ for what is held out.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from collections import Counter
from pathlib import Path

import numpy as np
import teachers
from beir import qrels
from passages import Passage, Question, documentation, jsonl, pairs, sentences, squad
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer

# Of each query's candidates so many come from the top of BM25 and of each teacher, and by chance.
FROM_BM25, FROM_TEACHER, BY_CHANCE = 14, 8, 4
POOL = 30


def words(text: str) -> list[str]:
    """Lower-cased words without their plural, as a cheap stand-in for a stemmer."""
    found = re.findall(r"[a-z0-9]+(?:[._-][a-z0-9]+)*", text.lower())
    return [re.sub(r"(?<=[a-z]{3})(es|s)$", "", word) for word in found if word not in ENGLISH_STOP_WORDS]


class Bm25:
    """Okapi BM25 with Lucene's formula, all documents at once."""

    def __init__(self, texts: list[str], k1: float = 0.9, b: float = 0.4) -> None:
        self.vectorizer = CountVectorizer(analyzer=words, dtype=np.float32)
        counts = self.vectorizer.fit_transform(texts).tocsr()
        lengths = np.asarray(counts.sum(axis=1)).ravel()
        frequency = np.asarray((counts > 0).sum(axis=0)).ravel()
        self.idf = np.log(1 + (len(texts) - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
        rows = np.repeat(np.arange(len(texts)), np.diff(counts.indptr))
        norm = k1 * (1 - b + b * lengths / lengths.mean())
        counts.data = counts.data / (counts.data + norm[rows]) * self.idf[counts.indices]
        self.weights = counts.T.tocsc()

    def scores(self, queries: list[str]) -> np.ndarray:
        asked = self.vectorizer.transform(queries).minimum(1)
        return np.asarray((asked @ self.weights).todense(), dtype=np.float32)


def keywords(passage: Passage, bm25: Bm25, rng: random.Random) -> str:
    """Two to five telling words of a passage, in its order."""
    counts = Counter(words(passage.text))
    known = bm25.vectorizer.vocabulary_
    weight = {w: n**0.5 * bm25.idf[known[w]] for w, n in counts.items() if w in known and len(w) > 2}
    best = sorted(weight, key=lambda w: -weight[w])[:9]
    chosen = set(rng.sample(best, min(len(best), rng.randint(2, 5))))
    kept: list[str] = []
    for word in re.findall(r"[\w-]+", passage.text):
        stem = (words(word) or [""])[0]
        if stem in chosen:
            chosen.discard(stem)
            kept.append(word)
    return " ".join(kept)


def make_queries(
    passages: list[Passage], questions: list[Question], bm25: Bm25, rng: random.Random, count: int
) -> list[dict]:
    """Questions that people wrote, and claims, titles and keywords taken from the passages."""
    made = [query_of("question", q.text, {q.answer: 1.0}) for q in questions]
    rng.shuffle(made)
    made = made[: count * 55 // 100]
    for i in rng.sample(range(len(passages)), len(passages)):
        if len(made) >= count:
            break
        passage, roll = passages[i], rng.random()
        if roll < 0.5:
            kind = "sentence"
            fitting = [s for s in sentences(passage.text) if 6 <= len(s.split()) <= 32]
            text = rng.choice(fitting) if fitting else ""
            # Often without its end, as a claim is shorter than the sentence it is taken from.
            if text and rng.random() < 0.4:
                text = " ".join(text.split()[: rng.randint(6, 14)])
        elif roll < 0.75:
            kind, text = "keywords", keywords(passage, bm25, rng)
        else:
            kind, text = "title", passage.title
        if len(text) >= 6:
            # Nothing is learned from finding the very sentence, so its passage is mostly left out.
            hidden = kind == "sentence" and rng.random() < 0.7
            made.append(query_of(kind, text, hidden=i if hidden else -1))
    rng.shuffle(made)
    return made


def query_of(kind: str, text: str, labels: dict[int, float] | None = None, hidden: int = -1) -> dict:
    """A query; labels are judgements from 0 to 1 by passage, hidden is a passage that is no candidate."""
    return {"kind": kind, "text": text, "labels": sorted((labels or {}).items(), key=lambda x: -x[1]), "hidden": hidden}


def embed(passages: list[Passage], queries: list[dict], models: Path) -> dict[str, np.ndarray]:
    """The vectors of all texts by every teacher; keys are `TEACHER queries` and `TEACHER passages`."""
    texts = [text_of(p) for p in passages]
    asked = [q["text"] for q in queries]
    vectors = {}
    for name in teachers.TEACHERS:
        start = time.time()
        vectors[f"{name} queries"] = teachers.embed(name, models, asked, True)
        vectors[f"{name} passages"] = teachers.embed(name, models, texts, False)
        print(f"{name}: {len(texts)} passages, {len(asked)} queries in {time.time() - start:.0f} s", flush=True)
    return vectors


def pool_of(
    passages: list[Passage], queries: list[dict], bm25: Bm25, vectors: dict[str, np.ndarray], seed: int
) -> dict:
    texts = [text_of(p) for p in passages]
    names = list(teachers.TEACHERS)
    embedded = [(vectors[f"{name} queries"], vectors[f"{name} passages"]) for name in names]
    rng = np.random.default_rng(seed)
    candidates = np.zeros((len(queries), POOL), dtype=np.int32)
    scores = np.zeros((len(queries), POOL, len(names) + 1), dtype=np.float32)
    labels = np.zeros((len(queries), POOL), dtype=np.float32)
    for first in range(0, len(queries), 256):
        part = queries[first : first + 256]
        columns = [q[first : first + 256] @ d.T for q, d in embedded]
        columns.append(bm25.scores([q["text"] for q in part]))
        for row, query in enumerate(part):
            ranked = []
            for column, take in zip(columns, [FROM_TEACHER] * len(names) + [FROM_BM25], strict=True):
                top = np.argpartition(-column[row], take)[: take + 1]
                ranked += [int(i) for i in top]
            ranked += [int(i) for i in rng.integers(len(texts), size=BY_CHANCE)]
            found = [i for i in dict.fromkeys(ranked) if i != query["hidden"]]
            rng.shuffle(found)
            judged = dict(query["labels"])
            chosen = list(dict.fromkeys([*list(judged)[: POOL // 3], *found]))
            while len(chosen) < POOL:
                chosen.append(int(rng.integers(len(texts))))
            chosen = chosen[:POOL]
            labels[first + row] = [judged.get(i, 0) for i in chosen]
            candidates[first + row] = chosen
            for i, column in enumerate(columns):
                scores[first + row, :, i] = column[row][chosen]
    return {"candidates": candidates, "scores": scores, "labels": labels, "judges": np.array([*names, "bm25"])}


def text_of(passage: Passage) -> str:
    return f"{passage.title} {passage.text}".strip()


def write(
    arguments: argparse.Namespace, out: Path, passages: list[Passage], queries: list[dict], bm25: Bm25
) -> None:
    vectors = embed(passages, queries, arguments.models)
    pool = pool_of(passages, queries, bm25, vectors, arguments.seed)
    out.mkdir(parents=True, exist_ok=True)
    with (out / "passages.jsonl").open("w", encoding="utf-8") as file:
        for passage in passages:
            file.write(json.dumps({"source": passage.source, "text": text_of(passage)}, ensure_ascii=False) + "\n")
    with (out / "queries.jsonl").open("w", encoding="utf-8") as file:
        for query in queries:
            file.write(json.dumps(query, ensure_ascii=False) + "\n")
    np.savez(out / "pool.npz", **pool)
    # Half precision: a cosine is then right to three digits, and teachers differ by more.
    np.savez(out / "vectors.npz", **{name: v.astype(np.float16) for name, v in vectors.items()})


def gather(parts: list[tuple[list[Passage], list[Question]]]) -> tuple[list[Passage], list[Question]]:
    """One list of passages; the questions' answers point into it."""
    passages: list[Passage] = []
    questions: list[Question] = []
    for some, asked in parts:
        questions += [Question(q.source, q.text, q.answer + len(passages)) for q in asked]
        passages += some
    return passages, questions


def shipped(arguments: argparse.Namespace, rng: random.Random) -> None:
    """The data of the model that ships."""
    n = arguments.passages
    docs = documentation(arguments.debs, rng, n * 35 // 100)
    print(f"documentation: {len(docs)} passages", flush=True)
    pubmed = pairs(arguments.data, "pubmedqa", rng, n * 10 // 100)
    held_out = {q.answer for q in pubmed[1][: len(pubmed[1]) // 8]}
    abstracts = (pubmed[0], [q for q in pubmed[1] if q.answer not in held_out])
    passages, questions = gather(
        [
            squad(arguments.data, rng, n * 30 // 100, held_out=False),
            pairs(arguments.data, "medquad", rng, n * 25 // 100),
            abstracts,
            (docs, []),
        ]
    )
    bm25 = Bm25([text_of(p) for p in passages])
    queries = make_queries(passages, questions, bm25, rng, arguments.queries)
    print(f"{len(passages)} passages, {len(queries)} queries", Counter(q["kind"] for q in queries), flush=True)
    write(arguments, arguments.out, passages, queries, bm25)

    held = squad(arguments.data, rng, n // 10, held_out=True)
    asked = rng.sample(held[1], min(len(held[1]), n // 100))
    dev_passages, dev_questions = gather(
        [(held[0], asked), (pubmed[0], [q for q in pubmed[1] if q.answer in held_out])]
    )
    dev_queries = [query_of(q.source, q.text, {q.answer: 1.0}) for q in dev_questions]
    write(arguments, arguments.out / "dev", dev_passages, dev_queries, Bm25([text_of(p) for p in dev_passages]))


def own(arguments: argparse.Namespace, rng: random.Random) -> None:
    """A collection in the BEIR layout; of its judged queries one in ten is held out."""
    passages, position = [], {}
    for row in jsonl(arguments.beir / "corpus.jsonl"):
        position[row["_id"]] = len(passages)
        passages.append(Passage("own", row.get("title") or "", row["text"]))
    judged = qrels(arguments.beir, "train")
    highest = max((g for gains in judged.values() for g in gains.values()), default=1.0)
    queries = []
    for row in jsonl(arguments.beir / "queries.jsonl"):
        gains = judged.get(row["_id"], {})
        labels = {position[d]: g / highest for d, g in gains.items() if d in position and g > 0}
        if labels:
            queries.append(query_of("own", row["text"], labels))
    if len(queries) < 10:
        raise SystemExit(f"{arguments.beir}: {len(queries)} queries have a judgement in qrels/train.tsv; 10 are needed")
    rng.shuffle(queries)
    held = max(1, min(len(queries) // 10, 200))
    bm25 = Bm25([text_of(p) for p in passages])
    # Beside the judged queries, some out of the texts themselves, so that nothing else is forgotten.
    more = make_queries(passages, [], bm25, rng, min(len(passages), len(queries) // 2))
    print(f"{len(passages)} passages, {len(queries)} judged queries, {len(more)} others", flush=True)
    write(arguments, arguments.out, passages, queries[held:] + more, bm25)
    write(arguments, arguments.out / "dev", passages, queries[:held], bm25)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--data", type=Path, help="folder with squad_v11_train, medquad, pubmedqa; those that are there")
    source.add_argument("--beir", type=Path, help="a collection of one's own")
    parser.add_argument("--models", type=Path, required=True, help="where the teachers are, or are put")
    parser.add_argument("--debs", type=Path, help="folder with the .deb files of the documentation; else fetched")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--passages", type=int, default=14000)
    parser.add_argument("--queries", type=int, default=14000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    if arguments.beir:
        own(arguments, rng)
    else:
        shipped(arguments, rng)


if __name__ == "__main__":
    main()
