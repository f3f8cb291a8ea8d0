"""Makes the golden files of the bundled models: a few of the texts whose vectors Python's
sentence-transformers gave for lucene-embed's tests, and the hashes of the files in the jars.

    python make_golden.py [LOCAL_MAVEN_REPOSITORY]

Needs nothing but numpy; run it again when a bundled model's jar changes.
"""

import hashlib
import json
import sys
import zipfile
from pathlib import Path

import numpy

HERE = Path(__file__).resolve().parent
REFERENCE = HERE.parents[3] / "lucene-embed" / "src" / "test" / "resources" / "reference"
TARGET = HERE.parent / "resources" / "dev" / "lucenesemantic" / "cli" / "golden"
MADE_BY = "sentence-transformers 6.0.1, transformers 5.18.0, torch 2.13.0, float32"
DIMENSION = 384

# The first three are the quickstart of sentence-transformers; the last is longer than every limit.
TEXTS = ["quickstart-1", "quickstart-2", "quickstart-3", "question", "passage", "chinese", "url", "prose-600"]

# The model, the artifact of its jar (and, with -q, of its 8-bit form), and what it has prompts for.
MODELS = [
    ("all-MiniLM-L6-v2", "all-minilm-l6-v2", []),
    ("bge-small-en-v1.5", "bge-small-en-v15", ["query"]),
    ("e5-small-v2", "e5-small-v2", ["query", "document"]),
]


def vectors(name):
    return numpy.fromfile(REFERENCE / name, dtype="<f4").reshape(-1, DIMENSION)


def entry(text, task, vector):
    shown = {"text": text} if task is None else {"text": text, "task": task}
    return shown | {"vector": [float(f"{value:.6g}") for value in vector]}


def hashes(repository, artifact):
    found = {}
    for suffix in ["", "-q"]:
        folder = repository / "dev" / "langchain4j" / f"langchain4j-embeddings-{artifact}{suffix}"
        for jar in folder.glob("*/*.jar"):
            with zipfile.ZipFile(jar) as archive:
                for name in archive.namelist():
                    if name.endswith((".onnx", "-tokenizer.json")):
                        found[name] = hashlib.sha256(archive.read(name)).hexdigest()
    return dict(sorted(found.items()))


def main():
    repository = Path(sys.argv[1]) if len(sys.argv) > 1 else Path.home() / ".m2" / "repository"
    texts = json.loads((REFERENCE / "texts.json").read_text(encoding="utf-8"))
    places = {entry["name"]: place for place, entry in enumerate(texts)}
    for model, artifact, tasks in MODELS:
        entries = []
        for task in [None, *tasks]:
            rows = vectors(f"{model}.f32" if task is None else f"{model}.{task}.f32")
            for name in TEXTS if task is None else TEXTS[:4]:
                place = places[name]
                entries.append(entry(texts[place]["text"], task, rows[place]))
        golden = {
            "version": 1,
            "made_by": MADE_BY,
            "files": hashes(repository, artifact),
            "vectors": entries,
        }
        # A vector a line.
        text = json.dumps(golden, ensure_ascii=True, indent=1)
        for item in entries:
            text = text.replace(
                json.dumps(item["vector"], indent=1).replace("\n", "\n   "), json.dumps(item["vector"])
            )
        (TARGET / f"{model}.json").write_text(text + "\n", encoding="utf-8")


main()
