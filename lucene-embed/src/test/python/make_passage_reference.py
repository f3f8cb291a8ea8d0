"""Writes what Hugging Face's tokenizers say of the passages that Java cuts.

    python make_passage_reference.py --models FOLDER --families FOLDER [--cut FILE] [--out FILE]

FOLDER holds the bundled models as make_bundled_reference.py leaves them, the other one the families'
folders put together. FILE is what PassageReferenceTest's main method writes: where Java cuts the texts
below. Without it the places are those of the last time. Every place is checked to be one between
tokens, and all numbers that are written are the tokenizer's own.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import zlib
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
from transformers import AutoTokenizer

REFERENCE = Path(__file__).parent.parent / "resources" / "reference" / "passages"

MODELS = {
    "all-MiniLM-L6-v2": "",
    "e5-small-v2": "passage: ",
    "family-roberta": "",
    "family-xlm-roberta": "",
    "family-albert": "",
    "family-qwen3": "",
}

TEXTS = [
    ("prose", "", "The river rose in spring. It carried trees, and boats; nobody had seen it so high! Was it over? "
     "Dr. Brown said no.\n\nIn summer the town of 3,500 people rebuilt its bridge, which cost $2.5 million. ", 6),
    ("titled", "On bridges", "The bridge opened in May. Cars cross it, and trains. ", 25),
    ("wrapped", "", "a line that somebody broke\nbefore its sentence was at its end. Then another one that\n"
     "also goes on.\n\n", 12),
    ("crlf", "", "A heading\r\nand a line.\r\n\r\nNext one.\r\n", 25),
    ("japanese", "", "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ！", 12),
    ("chinese", "", "日照香炉生紫烟遥看瀑布挂前川飞流直下三千尺疑是银河落九天", 10),
    ("korean", "", "나랏말이 중국과 달라 \u1112\u1161\u11ab글과 서로 통하지 아니하므로. ", 15),
    ("thai", "", "สวัสดีครับผมชื่อสมชาย ยินดีที่ได้รู้จักคุณ", 15),
    ("hindi", "", "क्षत्रिय ज्ञान है। वह कहाँ गया? ", 20),
    ("arabic", "", "هل وصل القطار؟ نعم، وصل اليوم. ", 25),
    ("combining", "", "Cafe\u0301 Zoe\u0308 nai\u0308ve a\u0323\u0302, Ångström \u212b. ", 25),
    ("composed", "", "Café Zoë naïve ậ, Ångström Å. ", 25),
    ("lengths", "", "ﬁn ½ ㎏ \ufdfa İstanbul Straße ẞ ﷺ ǅ. ", 20),
    ("family", "", "👨\u200d👩\u200d👧\u200d👦 👍🏽 🏳️\u200d🌈 ok. ", 20),
    ("flags", "", "🇩🇪🇫🇷", 60),
    ("surrogates", "", "a\ud83d b \ude00\ud83d x 😀 y. ", 30),
    ("controls", "", "a\u200bb\u0001c \u0000d\ufeff e\u00ad. ", 30),
    ("one-word", "", "antidisestablishmentarianism", 20),
    ("digits", "", "3141592653589793238462643383279502884197", 12),
    ("spaces", "", "word          \t\t   \n\n\n     \u00a0\u3000  next. ", 15),
    ("marks", "", "...!!!???---", 25),
]


def text_of(repeated: str, times: int) -> str:
    return repeated * times


def well_formed(text: str) -> str:
    """As Java gives it to the tokenizer: a lone surrogate, which UTF-8 does not have, is U+FFFD."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def utf16_offsets(text: str) -> np.ndarray:
    """The offset in UTF-16 code units of every code point, and of the end."""
    units = [2 if ord(c) > 0xFFFF else 1 for c in text]
    return np.concatenate([[0], np.cumsum(units)]).astype(np.int64)


def crc(values) -> int:
    return zlib.crc32(np.asarray(values, dtype="<i4").tobytes())


def describe(tokenizer, prompt: str, title: str, text: str, cut: list[list[int]]) -> dict:
    offsets = utf16_offsets(text)
    points = {int(unit): point for point, unit in enumerate(offsets)}
    whole = tokenizer(well_formed(text), add_special_tokens=False, return_offsets_mapping=True)
    spans = [(int(offsets[start]), int(offsets[end])) for start, end in whole["offset_mapping"]]
    rows = []
    for start, end in cut:
        # A place is between tokens, but for the white space that a token may begin with.
        for place in (start, end):
            inside = [s for s in spans if s[0] < place < s[1]]
            if any(text[points[s[0]]:points[place]].strip() and text[points[place]:points[s[1]]].strip()
                   for s in inside):
                raise ValueError(f"{place} is inside of tokens {inside} of {text[:30]!r}")
        passage = text[points[start]:points[end]]
        encoded = prompt + (title + "\n" if title else "") + passage
        ids = tokenizer(well_formed(encoded))["input_ids"]
        rows.append([start, end, len(ids), crc(ids)])
    return {
        "tokens": len(spans),
        "spans": crc([unit for span in spans for unit in span]),
        "passages": rows,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--families", type=Path, required=True)
    parser.add_argument("--cut", type=Path)
    parser.add_argument("--out", type=Path, default=REFERENCE)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    texts = [{"name": n, "title": t, "repeat": r, "times": k} for n, t, r, k in TEXTS]
    (arguments.out / "texts.json").write_text(json.dumps(texts, indent=1) + "\n", encoding="utf-8")
    source = arguments.cut or REFERENCE / "passages.json"
    if not source.exists():
        return
    cut = json.loads(source.read_text(encoding="utf-8"))
    result = {}
    for model, prompt in MODELS.items():
        folder = (arguments.families if model.startswith("family-") else arguments.models) / model
        tokenizer = AutoTokenizer.from_pretrained(folder)
        result[model] = {
            name: describe(
                tokenizer, prompt, title, text_of(repeated, times),
                [row[:2] for row in cut[model][name]["passages"]])
            for name, title, repeated, times in TEXTS
        }
    lines = [
        f'{json.dumps(model)}: {{\n' + ",\n".join(
            f" {json.dumps(name)}: {json.dumps(entry, separators=(',', ':'))}" for name, entry in entries.items())
        + "\n}"
        for model, entries in result.items()
    ]
    (arguments.out / "passages.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
