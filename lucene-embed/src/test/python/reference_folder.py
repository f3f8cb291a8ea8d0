"""Where the scripts write to, and how they are called."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

_REFERENCE = Path(__file__).resolve().parent.parent / "resources" / "reference"


def parser(description: str) -> argparse.ArgumentParser:
    result = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    result.add_argument("--out", type=Path, default=_REFERENCE)
    return result


def parse(parser: argparse.ArgumentParser) -> argparse.Namespace:
    # The order of sums, and with it the last digit, depends on the number of threads.
    torch.set_num_threads(1)
    return parser.parse_args()
