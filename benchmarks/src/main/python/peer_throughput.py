"""The Python peer of the throughput benchmarks: sentence-transformers on the same texts.

    python peer_throughput.py --model FOLDER --texts FILE.jsonl --dtype fp32|bf16 [--threads N] [--seconds S]
                              [--query=QUERY]

FILE.jsonl holds one {"set": ..., "text": ...} per line. Each set is encoded as a whole with
SentenceTransformer.encode(batch_size=32), or, with a query, scored as a whole with
CrossEncoder.predict(batch_size=32), again and again for at least S seconds after a warm-up, and
gives one line of JSON on standard output: only whole passes count, since both sort what they are
given by length, and would pad more if they were given less. Tokens are those that the model sees: after
truncation, with the special ones, without padding.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path

BATCH_SIZE = 32
# The instruction sets that decide how fast a matrix product is.
CPU_FLAGS = ("avx2", "avx512f", "avx_vnni", "avx512_vnni", "avx512_bf16", "amx_int8", "amx_bf16",
             "asimddp", "i8mm", "bf16", "sve")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="a sentence-transformers folder")
    parser.add_argument("--texts", type=Path, required=True, help="the texts, one JSON object per line")
    parser.add_argument("--dtype", choices=("fp32", "bf16"), default="fp32", help="type of weights and activations")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="threads of torch and of the tokenizer")
    parser.add_argument("--seconds", type=float, default=10, help="how long to measure each set, at least")
    parser.add_argument("--query", help="score the texts for it with a cross-encoder")
    return parser.parse_args()


def read_sets(file: Path) -> dict[str, list[str]]:
    sets: dict[str, list[str]] = {}
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                entry = json.loads(line)
                sets.setdefault(entry["set"], []).append(entry["text"])
    if not sets:
        raise SystemExit(f"{file}: no texts")
    return sets


def cpu_flags() -> list[str]:
    cpuinfo = Path("/proc/cpuinfo")
    if not cpuinfo.is_file():
        return []
    for line in cpuinfo.read_text().splitlines():
        if line.startswith(("flags", "Features")):
            present = line.partition(":")[2].split()
            return [flag for flag in CPU_FLAGS if flag in present]
    return []


def main() -> None:
    options = arguments()
    sets = read_sets(options.texts)

    # Read by the native libraries when they are loaded, hence before the imports.
    os.environ["OMP_NUM_THREADS"] = str(options.threads)
    os.environ["RAYON_NUM_THREADS"] = str(options.threads)
    os.environ["TOKENIZERS_PARALLELISM"] = "true"
    os.environ["HF_HUB_OFFLINE"] = "1"
    import sentence_transformers
    import torch

    torch.set_num_threads(options.threads)
    dtype = {"fp32": torch.float32, "bf16": torch.bfloat16}[options.dtype]
    kind = sentence_transformers.SentenceTransformer if options.query is None else sentence_transformers.CrossEncoder
    model = kind(options.model, device="cpu", model_kwargs={"dtype": dtype})
    if next(model.parameters()).dtype != dtype:
        raise SystemExit(f"{options.model}: loaded as {next(model.parameters()).dtype}, not as {dtype}")

    for name, texts in sets.items():
        if options.query is None:
            inputs, run = texts, model.encode
        else:
            inputs, run = [(options.query, text) for text in texts], model.predict
        tokens = sum(len(model.preprocess([each])["input_ids"][0]) for each in inputs)
        warm_up = inputs[:BATCH_SIZE] if options.query is None else inputs
        first = run(warm_up, batch_size=BATCH_SIZE, show_progress_bar=False)
        passes = 0
        elapsed = 0.0
        start = time.perf_counter()
        while elapsed < options.seconds:
            run(inputs, batch_size=BATCH_SIZE, show_progress_bar=False)
            passes += 1
            elapsed = time.perf_counter() - start
        result = {
            "set": name,
            "dtype": options.dtype,
            "docs_per_s": round(passes * len(texts) / elapsed, 2),
            "tokens_per_s": round(passes * tokens / elapsed, 1),
            "threads": torch.get_num_threads(),
            "torch": torch.__version__,
            "sentence_transformers": sentence_transformers.__version__,
            "cpu_flags": cpu_flags(),
        }
        if options.query is not None:
            result["scores"] = [float(score) for score in first]
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
