"""Makes a collection in the BEIR layout of labelled pairs, to measure with.

    python pairs_to_beir.py --pairs DATA/wikiqa/test.jsonl --out COLLECTION

Every line has a query, a passage and a label; every passage of the file becomes a document, and a query
without an answer is left out.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    documents: dict[str, str] = {}
    queries: dict[str, str] = {}
    judged: set[tuple[str, str]] = set()
    for line in arguments.pairs.open(encoding="utf-8"):
        row = json.loads(line)
        document = documents.setdefault(row["passage"], f"d{len(documents)}")
        if float(row["label"]) > 0:
            query = queries.setdefault(row["query"], f"q{len(queries)}")
            judged.add((query, document))
    (arguments.out / "qrels").mkdir(parents=True, exist_ok=True)
    for name, texts in (("corpus", documents), ("queries", queries)):
        with (arguments.out / f"{name}.jsonl").open("w", encoding="utf-8") as file:
            for text, key in texts.items():
                file.write(json.dumps({"_id": key, "title": "", "text": text}) + "\n")
    lines = ["query-id\tcorpus-id\tscore", *(f"{query}\t{document}\t1" for query, document in sorted(judged))]
    (arguments.out / "qrels" / "test.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(documents)} documents, {len(queries)} queries, {len(judged)} judgements")


if __name__ == "__main__":
    main()
