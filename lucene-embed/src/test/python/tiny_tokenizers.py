"""Tokenizers small enough for a repository, one of each kind that the families of models have.

They are made by counting, and not by a trainer, whose choice is not the same in every run.
"""

from __future__ import annotations

import json
import math
from collections import Counter

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import (
    AlbertTokenizer,
    BertTokenizer,
    DebertaV2Tokenizer,
    MPNetTokenizer,
    PreTrainedTokenizerFast,
    Qwen2Tokenizer,
    RobertaTokenizer,
    XLMRobertaTokenizer,
)

LENGTH = 64
_WORDS = 190
_MERGES = 90


def _most(counter: Counter, number: int) -> list[str]:
    return [key for key, _ in sorted(counter.items(), key=lambda item: (-item[1], item[0]))[:number]]


def _word_pieces(corpus: list[str], special: list[str]) -> dict[str, int]:
    normalizer, splitter = normalizers.BertNormalizer(lowercase=True), pre_tokenizers.BertPreTokenizer()
    words, endings, characters = Counter(), Counter(), Counter()
    for text in corpus:
        for word, _ in splitter.pre_tokenize_str(normalizer.normalize_str(text)):
            words[word] += 1
            characters.update(set(word))
            endings.update(word[-length:] for length in (2, 3) if len(word) > length)
    common = _most(characters, 60)
    pieces = special + common + ["##" + character for character in common if character.isalnum()]
    pieces += _most(words, _WORDS) + ["##" + ending for ending in _most(endings, 40)]
    return {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}


def merge_greedily(words: Counter, split: dict[str, list[str]], number: int) -> list[tuple[str, str]]:
    """Pairs of pieces, the most frequent first, each counted with all before it merged."""
    merges: list[tuple[str, str]] = []
    for _ in range(number):
        pairs = Counter()
        for word, count in words.items():
            for pair in zip(split[word], split[word][1:]):
                pairs[pair] += count
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        for word, parts in split.items():
            merged, i = [], 0
            while i < len(parts):
                if tuple(parts[i : i + 2]) == best:
                    merged.append("".join(best))
                    i += 2
                else:
                    merged.append(parts[i])
                    i += 1
            split[word] = merged
    return merges


def _byte_pairs(corpus: list[str], first: list[str], last: list[str]) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Byte-level pairs, merged greedily by how often they stand side by side."""
    splitter = pre_tokenizers.ByteLevel(add_prefix_space=False)
    words = Counter(word for text in corpus for word, _ in splitter.pre_tokenize_str(text[:2000]))
    merges = merge_greedily(words, {word: list(word) for word in words}, _MERGES)
    pieces = first + sorted(pre_tokenizers.ByteLevel.alphabet()) + ["".join(merge) for merge in merges] + last
    return {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}, merges


def _unigrams(corpus: list[str], first: list[str], last: list[str]) -> list[tuple[str, float]]:
    counts = Counter()
    for text in corpus:
        common = "".join(c if ord(c) < 0x250 else " " for c in text[:2000])
        for word in common.split():
            counts.update("\u2581" + word)
            counts["\u2581" + word[:10]] += 1
            counts.update(word[-length:] for length in (2, 3) if len(word) > length)
    characters = sorted(piece for piece in counts if len(piece) == 1)
    longer = _most(Counter({piece: count for piece, count in counts.items() if len(piece) > 1}), _WORDS)
    pieces = [*characters, *longer]
    total = sum(counts[piece] for piece in pieces)
    scored = [(piece, round(math.log(counts[piece] / total), 4)) for piece in pieces]
    return [(token, 0.0) for token in first] + scored + [(token, 0.0) for token in last]


def bert(corpus: list[str]) -> BertTokenizer:
    pieces = _word_pieces(corpus, ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
    return BertTokenizer(vocab=pieces, model_max_length=LENGTH)


def mpnet(corpus: list[str]) -> MPNetTokenizer:
    pieces = _word_pieces(corpus, ["<s>", "<pad>", "</s>", "[UNK]", "<mask>"])
    return MPNetTokenizer(vocab=pieces, model_max_length=LENGTH)


def roberta(corpus: list[str]) -> RobertaTokenizer:
    pieces, merges = _byte_pairs(corpus, ["<s>", "<pad>", "</s>", "<unk>"], ["<mask>"])
    return RobertaTokenizer(vocab=pieces, merges=merges, model_max_length=LENGTH)


def xlm_roberta(corpus: list[str]) -> XLMRobertaTokenizer:
    pieces = _unigrams(corpus, ["<s>", "<pad>", "</s>", "<unk>"], ["<mask>"])
    return XLMRobertaTokenizer(vocab=pieces, model_max_length=LENGTH)


def albert(corpus: list[str]) -> AlbertTokenizer:
    lower = [text.lower() for text in corpus]
    return AlbertTokenizer(
        vocab=_unigrams(lower, ["<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]"], []), model_max_length=LENGTH
    )


def deberta_v2(corpus: list[str]) -> DebertaV2Tokenizer:
    pieces = _unigrams(corpus, ["[PAD]", "[CLS]", "[SEP]", "[UNK]"], ["[MASK]"])
    return DebertaV2Tokenizer(vocab=pieces, model_max_length=LENGTH)


def modern_bert(corpus: list[str]) -> PreTrainedTokenizerFast:
    """The only one without a class of its own: everything is in tokenizer.json."""
    special = ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"]
    pieces, merges = _byte_pairs(corpus, [], special)
    tokenizer = Tokenizer(models.BPE(vocab=pieces, merges=merges))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(token, pieces[token]) for token in ("[CLS]", "[SEP]")],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, model_max_length=LENGTH, unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]",
        pad_token="[PAD]", mask_token="[MASK]", model_input_names=["input_ids", "attention_mask"],
    )


def qwen(corpus: list[str]) -> Qwen2Tokenizer:
    """Ends every text with a token, and pads at its beginning."""
    end = "<|endoftext|>"
    pieces, merges = _byte_pairs(corpus, [], [end, "<|im_start|>", "<|im_end|>"])
    tokenizer = Qwen2Tokenizer(vocab=pieces, merges=merges, model_max_length=LENGTH, padding_side="left")
    tokenizer.backend_tokenizer.post_processor = processors.TemplateProcessing(
        single=f"$A {end}", pair=f"$A $B:1 {end}:1", special_tokens=[(end, pieces[end])]
    )
    return tokenizer


def compact(content: str) -> str:
    """tokenizer.json without the blanks that make most of a small one."""
    return json.dumps(json.loads(content), separators=(",", ":"), ensure_ascii=True) + "\n"
