"""The passages and the natural queries that the training data is made of.

Everything comes from collections whose licence allows a derived model; see README.md for the list.
"""

from __future__ import annotations

import html
import json
import random
import re
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

# Documentation of free software, and under which folder of the package its HTML lies.
DEBIAN_PACKAGES = (
    "python3.11-doc",
    "postgresql-doc-15",
    "python-scipy-doc",
    "python-sklearn-doc",
    "python-astropy-doc",
    "python-biopython-doc",
    "python-statsmodels-doc",
    "calculix-ccx-doc",
    "gmsh-doc",
    "debian-reference-en",
)
HEADINGS = {"h1", "h2", "h3", "h4"}
BLOCKS = {"p", "li", "dd", "dt", "td", "div", "section", "ul", "ol", "table", "br"}
BREAK = "\x00"
SILENT = {"script", "style", "pre", "nav", "head", "svg", "footer"}


@dataclass(frozen=True)
class Passage:
    """A text to be found; texts of one source resemble each other."""

    source: str
    title: str
    text: str


@dataclass(frozen=True)
class Question:
    """A query that somebody wrote, and the passage that answers it, as an index."""

    source: str
    text: str
    answer: int


def jsonl(file: Path) -> Iterator[dict]:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def clean(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def sentences(text: str) -> list[str]:
    return [s for s in re.split(r"(?<=[.!?])\s+(?=[A-Z(\"])", text) if s]


def chunks(text: str, rng: random.Random, longest: int = 230) -> list[str]:
    """Runs of whole sentences of various lengths, as documents have in a search."""
    result: list[str] = []
    current: list[str] = []
    words, limit = 0, rng.randint(40, longest)
    for sentence in sentences(text):
        count = len(sentence.split())
        if current and words + count > limit:
            result.append(" ".join(current))
            current, words, limit = [], 0, rng.randint(40, longest)
        current.append(sentence)
        words += count
    if current:
        result.append(" ".join(current))
    return [" ".join(each.split()[: longest + 30]) for each in result if len(each.split()) >= 12]


# ---- question answering collections -----------------------------------------------------------------


def squad(data: Path, rng: random.Random, limit: int, held_out: bool) -> tuple[list[Passage], list[Question]]:
    """SQuAD: one article in ten is held out for choosing between models."""
    folder = data / "squad_v11_train"
    if not folder.exists():
        return [], []
    rows = list(jsonl(folder / "corpus.jsonl"))
    titles = sorted({row["title"] for row in rows})
    random.Random(7).shuffle(titles)
    dev = set(titles[: len(titles) // 10])
    rows = [row for row in rows if (row["title"] in dev) == held_out]
    rng.shuffle(rows)
    rows = rows[:limit]
    position = {row["_id"]: i for i, row in enumerate(rows)}
    passages = [Passage("squad", row["title"], clean(row["text"])) for row in rows]
    questions = []
    for row in jsonl(folder / "queries.jsonl"):
        answer = position.get(row["_id"].rsplit("-q", 1)[0])
        if answer is not None:
            questions.append(Question("squad", clean(row["text"]), answer))
    return passages, questions


def pairs(data: Path, name: str, rng: random.Random, limit: int) -> tuple[list[Passage], list[Question]]:
    """A folder with pairs.jsonl of query and passage; long answers become several passages."""
    file = data / name / "pairs.jsonl"
    if not file.exists():
        return [], []
    rows = list(jsonl(file))
    rng.shuffle(rows)
    passages: list[Passage] = []
    questions: list[Question] = []
    for row in rows:
        if len(passages) >= limit:
            break
        query = clean(row["query"])
        if name == "medquad":
            query = re.sub(r"\s*\?+$", "?", query.replace("(are) ", ""))
        for i, text in enumerate(chunks(clean(row["passage"]), rng)[:2]):
            if i == 0:
                questions.append(Question(name, query, len(passages)))
            passages.append(Passage(name, "", text))
    return passages, questions


# ---- documentation ------------------------------------------------------------------------------------


class _Sections(HTMLParser):
    """Collects the running text under each heading."""

    def __init__(self) -> None:
        super().__init__()
        self.sections: list[tuple[str, list[str]]] = [("", [])]
        self._silent = 0
        self._heading: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag in SILENT:
            self._silent += 1
        elif tag in HEADINGS:
            self._heading = []
        elif tag in BLOCKS and self._heading is None:
            self.sections[-1][1].append(BREAK)

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in HEADINGS and self._heading is not None:
            title = clean("".join(self._heading)).rstrip("¶#").strip()
            self.sections.append((re.sub(r"^[\dA-Z]+(\.\d+)*\.?\s+", "", title), []))
            self._heading = None

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        text = data.replace(BREAK, " ")
        (self.sections[-1][1] if self._heading is None else self._heading).append(text)


def _prose(block: str) -> bool:
    words = block.split()
    letters = sum(c.isalpha() or c.isspace() for c in block)
    return len(words) >= 8 and letters > 0.85 * len(block)


def documentation(debs: Path | None, rng: random.Random, limit: int) -> list[Passage]:
    """Paragraphs of the documentation packages, fetched with apt-get where there is one."""
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        if debs is None:
            debs = work
            subprocess.run(["apt-get", "download", "-qq", *DEBIAN_PACKAGES], cwd=work, check=True)
        found: list[list[Passage]] = []
        for package in DEBIAN_PACKAGES:
            for deb in sorted(debs.glob(f"{package}_*.deb")):
                target = work / package
                subprocess.run(["dpkg", "-x", deb, target], check=True)
                found.append(list(_package(package, target, rng)))
    share = limit // max(1, len(found))
    passages: list[Passage] = []
    # The smallest first, so that what they lack goes to the others.
    for i, each in enumerate(sorted(found, key=len)):
        rng.shuffle(each)
        share = (limit - len(passages)) // (len(found) - i)
        passages += each[:share]
    return passages


def _package(package: str, folder: Path, rng: random.Random) -> Iterator[Passage]:
    seen: set[str] = set()
    for file in sorted([*folder.rglob("*.html"), *folder.rglob("*.htm")]):
        if not file.is_file() or file.is_symlink() or re.search(r"genindex|search|changelog|release|whatsnew|_modules|_sources|/de\.|/fr\.", str(file)):
            continue
        parser = _Sections()
        parser.feed(file.read_text(encoding="utf-8", errors="replace"))
        for title, parts in parser.sections:
            blocks = [clean(html.unescape(b)) for b in "".join(parts).split(BREAK)]
            text = " ".join(b if b[-1:] in ".!?:" else b + "." for b in blocks if _prose(b))
            for chunk in chunks(text, rng):
                if chunk not in seen:
                    seen.add(chunk)
                    yield Passage(package, title if len(title) < 100 else "", chunk)
