"""Writes tiny tokenizers of classes whose parts transformers builds anew, and the tokens that they give.

    python make_tokenizers.py [--out ../resources/reference]

Each is saved by its own class; then its tokenizer.json gets other parts, which Python does not look at.
../resources/reference/README.md describes the output.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import transformers
from tokenizers import Tokenizer
from transformers import AutoTokenizer

import reference_folder
import texts
import tiny_variants
from tiny_modules import write_json
from tiny_tokenizers import _byte_pairs, _unigrams, _word_pieces, compact

_BERT = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
_BYTES = [f"<0x{number:02X}>" for number in range(256)]
_TEXTS = 24
_CHARS = 300
_LONG = 2000  # nothing is cut


def _tokenizers(corpus: list[str]) -> dict[str, tuple[str, dict, dict]]:
    """Of each name the class, what its vocabulary is, and its options."""

    def unigrams(first: list[str], last: list[str]) -> dict:
        return {"vocab": _unigrams(corpus, first, last)}

    def byte_pairs(first: list[str], last: list[str]) -> dict:
        pieces, merges = _byte_pairs(corpus, first, last)
        return {"vocab": pieces, "merges": merges}

    def characters(first: list[str]) -> dict:
        # Pairs with blanks inside, and a byte for what is none of the characters.
        pieces = dict.fromkeys([*first, *_BYTES, "\u2581"])
        pieces |= dict.fromkeys(chr(number) for number in range(33, 0x17F))
        merges = [("\u2581", "t"), ("h", "e"), ("\u2581t", "he"), ("i", "n"), ("\u2581", "a"), ("\u2581", "\u2581")]
        pieces |= dict.fromkeys("".join(merge) for merge in merges)
        return {"vocab": {piece: number for number, piece in enumerate(pieces)}, "merges": merges}

    def with_ends() -> dict:
        characters = sorted({c for text in corpus for c in text[:400] if c.isascii() and not c.isspace()})
        merges = [("t", "h"), ("th", "e</w>"), ("i", "n"), ("e", "r</w>"), ("o", "n</w>")]
        pieces = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", *characters, *(c + "</w>" for c in characters)]
        pieces = dict.fromkeys([*pieces, *("".join(merge) for merge in merges)])
        return {"vocab": {piece: number for number, piece in enumerate(pieces)}, "merges": merges}

    def words(special: list[str]) -> dict:
        return {"vocab": _word_pieces(corpus, special)}

    funnel = ["<pad>", "<unk>", "<cls>", "<sep>", "<mask>", "<s>", "</s>"]
    xlnet = (["<unk>", "<s>", "</s>", "<cls>", "<sep>", "<pad>", "<mask>", "<eod>", "<eop>"], [])
    return {
        "xlnet": ("XLNetTokenizer", unigrams(*xlnet), {}),
        "xlnet-lower": ("XLNetTokenizer", unigrams(*xlnet), {"do_lower_case": True}),
        "big-bird": ("BigBirdTokenizer", unigrams(["<pad>", "</s>", "<s>", "<unk>"], ["[CLS]", "[SEP]", "[MASK]"]), {}),
        "deberta": ("DebertaTokenizer", byte_pairs(["[CLS]", "[PAD]", "[SEP]", "[UNK]"], ["[MASK]"]), {}),
        "deberta-blank": ("DebertaTokenizer", byte_pairs(["[CLS]", "[PAD]", "[SEP]", "[UNK]"], ["[MASK]"]),
                          {"add_prefix_space": True}),
        "gpt2": ("GPT2Tokenizer", byte_pairs([], ["<|endoftext|>"]), {}),
        "gpt2-blank": ("GPT2Tokenizer", byte_pairs([], ["<|endoftext|>"]), {"add_prefix_space": True}),
        "gpt-neox": ("GPTNeoXTokenizer", byte_pairs(["<|endoftext|>", "<|padding|>"], []), {}),
        "blenderbot": ("BlenderbotTokenizer", byte_pairs(["<s>", "<pad>", "</s>", "<unk>"], ["<mask>"]), {}),
        "qwen3-5": ("Qwen3_5Tokenizer", byte_pairs([], ["<|endoftext|>"]), {}),
        "llama": ("LlamaTokenizer", characters(["<unk>", "<s>", "</s>"]), {}),
        "llama-legacy": ("LlamaTokenizer", characters(["<unk>", "<s>", "</s>"]), {"legacy": True}),
        "llama-no-blank": ("LlamaTokenizer", characters(["<unk>", "<s>", "</s>"]), {"add_prefix_space": False}),
        "gemma": ("GemmaTokenizer", characters(["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"]), {}),
        "pegasus": ("PegasusTokenizer", unigrams(["<pad>", "</s>", "<mask_1>", "<mask_2>", "<unk>"], []), {"offset": 3}),
        "splinter": ("SplinterTokenizer", words([*_BERT, "[QUESTION]"]), {}),
        "splinter-cased": ("SplinterTokenizer", words([*_BERT, "[QUESTION]"]), {"do_lower_case": False}),
        "funnel": ("FunnelTokenizer", words(funnel), {}),
        "funnel-accents": ("FunnelTokenizer", words(funnel), {"strip_accents": False}),
        "dpr": ("DPRQuestionEncoderTokenizer", words(_BERT), {"do_lower_case": False}),
        "herbert": ("HerbertTokenizer", with_ends(), {}),
        "barthez": ("BarthezTokenizer", unigrams(["<s>", "<pad>", "</s>", "<unk>"], ["<mask>"]), {}),
        "bert-ends": ("BertTokenizer", words(_BERT), {}),
        "bert-map": ("BertTokenizer", words(_BERT), {}),
        "bert-bare": ("BertTokenizer", words(_BERT), {}),
        "mpnet-bare": ("MPNetTokenizer", words(["<s>", "<pad>", "</s>", "[UNK]", "<mask>"]), {}),
        "roberta-ends": ("RobertaTokenizer", byte_pairs(["<s>", "<pad>", "</s>", "<unk>"], ["<mask>"]), {}),
        "deberta-v2-bare": ("DebertaV2Tokenizer", unigrams(["[PAD]", "[CLS]", "[SEP]", "[UNK]"], ["[MASK]"]), {}),
        "xlm-roberta-bare": ("XLMRobertaTokenizer", unigrams(["<s>", "<pad>", "</s>", "<unk>"], ["<mask>"]), {}),
        "rembert": ("RemBertTokenizer", unigrams(["<pad>", "[CLS]", "<unk>", "[SEP]", "[MASK]"], []), {}),
    }


_NO_TEMPLATE = {"post_processor": None}
_PIECES = {"continuing_subword_prefix": "@@", "max_input_chars_per_word": 5}

# Of some names what else is changed: the options, the parts of tokenizer.json and the settings of its model.
_CHANGES = {
    "bert-ends": ({"cls_token": "[MASK]", "sep_token": "[UNK]"}, {}, {}),
    "bert-map": ({"cls_token": None, "sep_token": None, "additional_special_tokens": ["the", "er"]}, {}, {}),
    "bert-bare": ({}, _NO_TEMPLATE | {"added_tokens": []}, _PIECES),
    "mpnet-bare": ({}, _NO_TEMPLATE, _PIECES),
    "roberta-ends": ({"cls_token": "<mask>", "sep_token": "<unk>"}, {}, {"continuing_subword_prefix": "abc"}),
    "deberta-v2-bare": ({}, _NO_TEMPLATE, {}),
    "xlm-roberta-bare": ({}, _NO_TEMPLATE, {}),
}
_SPECIAL_TOKENS_MAP = {"bert-map": {"cls_token": "[MASK]", "sep_token": {"content": "[SEP]", "lstrip": False,
                       "normalized": False, "rstrip": False, "single_word": False}}}


def _change(name: str, folder: Path) -> None:
    options, parts, settings = _CHANGES.get(name, ({}, {}, {}))
    file = folder / "tokenizer_config.json"
    config = json.loads(file.read_text(encoding="utf-8")) | options
    write_json(file, {key: value for key, value in config.items()
                      if key not in ("is_local", "local_files_only") and (key not in options or value is not None)})
    if name in _SPECIAL_TOKENS_MAP:
        write_json(folder / "special_tokens_map.json", _SPECIAL_TOKENS_MAP[name])
    if parts or settings:
        file = folder / "tokenizer.json"
        content = json.loads(file.read_text(encoding="utf-8")) | parts
        content["model"] |= settings
        file.write_text(compact(json.dumps(content)), encoding="ascii")


def _as_it_is(folder: Path) -> Tokenizer | None:
    """What the library makes of the file; it breaks down over some."""
    content = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    if content["model"].get("continuing_subword_prefix") == "abc":
        return None
    return Tokenizer.from_file(str(folder / "tokenizer.json"))


def _with_other_parts(file: Path) -> None:
    """What an older version, or another library, might have left in the file."""
    content = json.loads(file.read_text(encoding="utf-8"))
    content["normalizer"] = {"type": "Replace", "pattern": {"String": "e"}, "content": "a"}
    content["pre_tokenizer"] = {"type": "WhitespaceSplit"}
    model = content["model"]
    if model["type"] == "BPE":
        model |= {"fuse_unk": not model["fuse_unk"], "byte_fallback": not model["byte_fallback"]}
    if model["type"] == "Unigram":
        model["byte_fallback"] = False
    file.write_text(compact(json.dumps(content)), encoding="ascii")


def main() -> None:
    out = reference_folder.parse(reference_folder.parser(__doc__)).out / "tokenizers"
    shutil.rmtree(out, ignore_errors=True)
    corpus = [texts.expand(entry) for entry in tiny_variants.TEXTS]
    strings = [text[:_CHARS] for text in corpus][:_TEXTS]
    strings += ["``quoted'' text", "two  blanks\nand a\tline", "e\u0301 \u0301", "\U0001f600 \u4eac\u90fd", " leading and trailing "]
    pairs = [[strings[i], strings[-1 - i]] for i in range(6)]
    entries = []
    for name, (kind, vocabulary, options) in _tokenizers(corpus).items():
        folder = out / name
        made = getattr(transformers, kind)(**vocabulary, **options, model_max_length=_LONG)
        made.save_pretrained(folder)
        _with_other_parts(folder / "tokenizer.json")
        _change(name, folder)
        loaded = AutoTokenizer.from_pretrained(folder)
        if type(loaded).__name__ != kind:
            raise SystemExit(f"{name} is loaded as {type(loaded).__name__}")
        singles, couples = (loaded(*arguments, return_token_type_ids=True) for arguments in
                            ((strings,), ([a for a, _ in pairs], [b for _, b in pairs])))
        as_it_is = _as_it_is(folder)
        differing = sum(as_it_is is None or as_it_is.encode(text).ids != ids
                        for text, ids in zip(strings, singles["input_ids"]))
        print(f"{name}: {len(loaded)} pieces, another in {differing} of {len(strings)} texts", flush=True)
        entries.append({
            "name": name,
            "segments": "token_type_ids" in loaded.model_input_names,
            "ids": singles["input_ids"],
            "types": singles["token_type_ids"],
            "pair_ids": couples["input_ids"],
            "pair_types": couples["token_type_ids"],
        })
    content = {"texts": strings, "pairs": pairs, "tokenizers": entries}
    (out / "tokenizers.json").write_text(compact(json.dumps(content)), encoding="ascii")
    print(sum(path.stat().st_size for path in out.rglob("*") if path.is_file()), "bytes")


if __name__ == "__main__":
    main()
