"""Cross-encoders small enough for a repository: random weights, tokenizers trained on the pairs themselves.

The scores mean nothing, but they differ clearly from pair to pair, and every step to them is a real one.
"""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass
from pathlib import Path

import onnx
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    BertTokenizer,
    DistilBertConfig,
    DistilBertForSequenceClassification,
    ElectraConfig,
    ElectraForSequenceClassification,
    RobertaConfig,
    RobertaForSequenceClassification,
    RobertaTokenizer,
    XLMRobertaConfig,
    XLMRobertaForSequenceClassification,
    XLMRobertaTokenizer,
)

SEED = 20250117
POSITIONS = 64
_PIECES = 900
_SHAPE = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64}


@dataclass(frozen=True)
class Network:
    name: str
    model: torch.nn.Module
    tokenizer: object
    inputs: tuple[str, ...]


def _randomise(model: torch.nn.Module, seed: int) -> torch.nn.Module:
    """Wider weights than usual, so that order and attention matter and the scores are far apart."""
    generator = torch.Generator().manual_seed(seed)
    state = model.state_dict()
    for name in sorted(state):
        tensor = state[name]
        if not tensor.is_floating_point():
            continue
        noise = torch.randn(tensor.shape, generator=generator)
        if name.endswith("LayerNorm.weight") or name.endswith("layer_norm.weight"):
            tensor.copy_(1 + 0.2 * noise)
        elif name.endswith("bias"):
            tensor.copy_(0.1 * noise)
        elif "embeddings" in name:
            tensor.copy_((1.0 if "word_embeddings" in name else 0.3) * noise)
        elif name in ("classifier.weight", "classifier.out_proj.weight"):
            tensor.copy_(2.5 / tensor.shape[1] ** 0.5 * noise)
        else:
            tensor.copy_(1.4 / tensor.shape[1] ** 0.5 * noise)
    model.load_state_dict(state)
    return model.eval()


def _spread_out(network: "Network", corpus: list[str], deviation: float = 1.5) -> "Network":
    """Moves and stretches the scores, so that a sigmoid does not flatten them."""
    batch = network.tokenizer(
        [[first[:500], second[:500]] for first, second in zip(corpus, corpus[1:] + corpus[:1])],
        truncation=True, padding=True, return_tensors="pt",
    )
    with torch.inference_mode():
        logits = network.model(**{name: batch[name] for name in network.inputs}).logits
        head = network.model.classifier
        last = head if isinstance(head, torch.nn.Linear) else head.out_proj
        factor = (deviation / logits.std(0)).round(decimals=2)
        last.bias.copy_(((last.bias - logits.mean(0)) * factor).round(decimals=2))
        last.weight.copy_(last.weight * factor[:, None])
    return network


def _word_pieces(corpus: list[str]) -> dict[str, int]:
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator(
        corpus, trainers.WordPieceTrainer(vocab_size=_PIECES, special_tokens=special, limit_alphabet=200, show_progress=False)
    )
    # In an order of its own: the trainer's is not the same in every run.
    pieces = sorted(set(tokenizer.get_vocab()) - set(special))
    return {piece: number for number, piece in enumerate(special + pieces)}


def _byte_pairs(corpus: list[str]) -> tuple[dict[str, int], list[tuple[str, str]]]:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer.train_from_iterator(
        corpus,
        trainers.BpeTrainer(
            vocab_size=_PIECES,
            special_tokens=special,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    model = json.loads(tokenizer.to_str())["model"]
    return model["vocab"], [tuple(merge) for merge in model["merges"]]


def _unigrams(corpus: list[str]) -> list[tuple[str, float]]:
    # What is left out is unknown to the model, as rare characters are to a real one.
    common = ["".join(c if ord(c) < 0x250 or 0x3040 <= ord(c) < 0x30FF else " " for c in text) for text in corpus]
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    tokenizer.train_from_iterator(
        common, trainers.UnigramTrainer(vocab_size=_PIECES, unk_token="<unk>", special_tokens=["<unk>"], show_progress=False)
    )
    pieces = json.loads(tokenizer.to_str())["model"]["vocab"]
    rest = [(piece, round(score, 4)) for piece, score in pieces if piece != "<unk>"]
    special = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    return special + rest + [("<mask>", 0.0)]


def networks(corpus: list[str]) -> list[Network]:
    pieces = _word_pieces(corpus)
    bert_size = len(pieces)

    def bert_tokenizer() -> BertTokenizer:
        return BertTokenizer(vocab=dict(pieces), model_max_length=POSITIONS)

    vocabulary, merges = _byte_pairs(corpus)
    unigrams = _unigrams(corpus)
    three = {"id2label": {0: "contradiction", 1: "entailment", 2: "neutral"},
             "label2id": {"contradiction": 0, "entailment": 1, "neutral": 2}}
    roberta_positions = {"max_position_embeddings": POSITIONS + 2, "pad_token_id": 1, "bos_token_id": 0,
                         "eos_token_id": 2, "type_vocab_size": 1}
    with_types = ("input_ids", "attention_mask", "token_type_ids")
    without = ("input_ids", "attention_mask")
    made = [
        Network(
            "bert",
            _randomise(
                BertForSequenceClassification(
                    BertConfig(vocab_size=bert_size, max_position_embeddings=POSITIONS, num_labels=1, **_SHAPE)
                ), SEED),
            bert_tokenizer(),
            with_types,
        ),
        Network(
            "roberta",
            _randomise(
                RobertaForSequenceClassification(
                    RobertaConfig(vocab_size=len(vocabulary), **roberta_positions, **three, **_SHAPE)
                ), SEED + 1),
            RobertaTokenizer(vocab=vocabulary, merges=merges, model_max_length=POSITIONS),
            without,
        ),
        Network(
            "distilbert",
            _randomise(
                DistilBertForSequenceClassification(
                    DistilBertConfig(vocab_size=bert_size, max_position_embeddings=POSITIONS, num_labels=1, dim=32,
                                     hidden_dim=64, n_layers=2, n_heads=4)
                ), SEED + 2),
            bert_tokenizer(),
            without,
        ),
        Network(
            "xlm-roberta",
            _randomise(
                XLMRobertaForSequenceClassification(
                    XLMRobertaConfig(vocab_size=len(unigrams), num_labels=1, **roberta_positions, **_SHAPE)
                ), SEED + 3),
            XLMRobertaTokenizer(vocab=unigrams, model_max_length=POSITIONS),
            without,
        ),
        Network(
            "electra",
            _randomise(
                ElectraForSequenceClassification(
                    ElectraConfig(vocab_size=bert_size, max_position_embeddings=POSITIONS, num_labels=1,
                                  embedding_size=16, **_SHAPE)
                ), SEED + 4),
            bert_tokenizer(),
            with_types,
        ),
    ]
    return [_spread_out(network, corpus) for network in made]


class _Logits(torch.nn.Module):
    def __init__(self, model: torch.nn.Module, inputs: tuple[str, ...]) -> None:
        super().__init__()
        self.model = model
        self.inputs = inputs

    def forward(self, *values: torch.Tensor) -> torch.Tensor:
        return self.model(**dict(zip(self.inputs, values))).logits


def export(network: Network, file: Path) -> None:
    """The network as ONNX, with any number of rows and tokens."""
    example = tuple(torch.ones((2, 7), dtype=torch.long) for _ in network.inputs)
    axes = {name: {0: "batch_size", 1: "sequence_length"} for name in network.inputs} | {"logits": {0: "batch_size"}}
    file.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Logits(network.model, network.inputs).eval(), example, str(file), input_names=list(network.inputs),
            output_names=["logits"], dynamic_axes=axes, opset_version=17, dynamo=False,
        )
    model = onnx.load(file)
    for node in model.graph.node:
        # Names of Python's modules and lines, of no use to anybody.
        node.doc_string = ""
        del node.metadata_props[:]
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, file)
