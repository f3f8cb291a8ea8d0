"""Makes the reference values again and compares them with the stored ones.

    python check_reference.py --models FOLDER --jar JAR [JAR ...] [--stored ../resources/reference]

Token ids, texts, configurations and the tiny model must be the same; a vector may differ by
TOLERANCE in any component, for sums are not rounded alike on every processor.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

TOLERANCE = 1e-5
HERE = Path(__file__).resolve().parent


def _make(arguments: argparse.Namespace, out: Path) -> None:
    jars = [str(jar) for jar in arguments.jar]
    models = str(arguments.models)
    tokenizer = str(arguments.models / "all-MiniLM-L6-v2" / "tokenizer.json")
    for command in (
        ["make_bundled_reference.py", "--models", models, "--out", str(out), "--jar", *jars],
        ["make_tiny_models.py", "--tokenizer", tokenizer, "--out", str(out)],
        ["make_family_models.py", "--out", str(out)],
        ["make_safetensors_models.py", "--out", str(out)],
        ["make_tokenizers.py", "--out", str(out)],
        ["make_clip_models.py", "--out", str(out)],
        ["make_foreign_models.py", str(out / "foreign")],
        ["make_mining_reference.py", "--out", str(out)],
    ):
        subprocess.run([sys.executable, str(HERE / command[0]), *command[1:]], check=True)


def _files(folder: Path) -> set[Path]:
    return {file.relative_to(folder) for file in folder.rglob("*") if file.is_file() and file.suffix != ".md"}


def _numbers(value: object) -> list[float]:
    if isinstance(value, dict):
        return [number for key in sorted(value) for number in _numbers(value[key])]
    if isinstance(value, list):
        return [number for item in value for number in _numbers(item)]
    if isinstance(value, str):
        return []
    return [value]


def _difference(stored: Path, made: Path) -> float:
    """The largest difference of two files' numbers; infinite where they must be equal and are not."""
    if stored.suffix == ".f32":
        a, b = np.fromfile(stored, "<f4"), np.fromfile(made, "<f4")
    elif stored.name in ("similarity.json", "mining.json"):
        a, b = (np.array(_numbers(json.loads(file.read_text()))) for file in (stored, made))
    else:
        return 0.0 if stored.read_bytes() == made.read_bytes() else float("inf")
    return float(np.abs(a - b).max()) if a.shape == b.shape else float("inf")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jar", type=Path, nargs="+", required=True, help="jars that hold the models")
    parser.add_argument("--models", type=Path, required=True, help="where the model folders are saved")
    parser.add_argument("--stored", type=Path, default=HERE.parent / "resources" / "reference")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        made = Path(temporary)
        _make(arguments, made)
        stored_files, made_files = _files(arguments.stored), _files(made)
        wrong = [f"{file}: {'not stored' if file in made_files else 'not made any more'}"
                 for file in sorted(stored_files ^ made_files)]
        largest = 0.0
        for file in sorted(stored_files & made_files):
            difference = _difference(arguments.stored / file, made / file)
            if not difference <= TOLERANCE:
                wrong.append(f"{file}: differs by {difference}")
            largest = max(largest, difference)
    print("\n".join([*wrong, f"{len(stored_files)} files, largest difference {largest:.1e}"]))
    if wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
