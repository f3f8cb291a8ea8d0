"""A BERT small enough for a repository: random weights, real English word pieces.

The vectors mean nothing, but no two texts share one, and every step from text to vector is a real one.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from transformers import BertConfig, BertModel

SEED = 20240229
POSITIONS = 64
_HEADS = 4
_HIDDEN = 32

_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
_CASED = ["The", "London", "Lucene", "Python", "How", "It", "He", "é", "ü", "ß", "ñ", "ö", "д", "а", "日", "本"]
_WHOLE_WORDS = 760
_ENDINGS = 330


def vocabulary(tokenizer_json: Path) -> list[str]:
    """The most frequent pieces of BERT's own vocabulary, and a few capitalised ones of ours."""
    pieces = json.loads(tokenizer_json.read_text(encoding="utf-8"))["model"]["vocab"]
    frequent = [piece for piece, _ in sorted(pieces.items(), key=lambda item: item[1]) if piece.isascii()]
    characters = [piece for piece in frequent if len(piece) == 1]
    capitals = [chr(code) for code in range(ord("A"), ord("Z") + 1)]
    words = [piece for piece in frequent if len(piece) > 1 and piece.isalpha()][:_WHOLE_WORDS]
    endings = [piece for piece in frequent if piece.startswith("##") and piece != "##"][:_ENDINGS]
    inner = ["##" + character for character in characters if character.isalnum()]
    inner += ["##" + character for character in _CASED if len(character) == 1] + ["##ë"]
    chosen = _SPECIAL + characters + capitals + _CASED + words + endings + inner
    return list(dict.fromkeys(chosen))


def tokenizer_json(pieces: list[str]) -> dict:
    """A cased tokenizer, so that do_lower_case makes a difference."""
    special = [
        {
            "id": number,
            "content": content,
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
            "special": True,
        }
        for number, content in enumerate(_SPECIAL)
    ]
    first = {"SpecialToken": {"id": "[CLS]", "type_id": 0}}
    last = {"SpecialToken": {"id": "[SEP]", "type_id": 0}}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": special,
        "normalizer": {
            "type": "BertNormalizer",
            "clean_text": True,
            "handle_chinese_chars": True,
            "strip_accents": None,
            "lowercase": False,
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [first, {"Sequence": {"id": "A", "type_id": 0}}, last],
            "pair": [
                first,
                {"Sequence": {"id": "A", "type_id": 0}},
                last,
                {"Sequence": {"id": "B", "type_id": 1}},
                {"SpecialToken": {"id": "[SEP]", "type_id": 1}},
            ],
            "special_tokens": {
                token: {"id": token, "ids": [_SPECIAL.index(token)], "tokens": [token]} for token in ("[CLS]", "[SEP]")
            },
        },
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": {piece: number for number, piece in enumerate(pieces)},
        },
    }


def tokenizer_config(**more) -> dict:
    return {
        "cls_token": "[CLS]",
        "do_lower_case": False,
        "mask_token": "[MASK]",
        "pad_token": "[PAD]",
        "sep_token": "[SEP]",
        "strip_accents": None,
        "tokenize_chinese_chars": True,
        "tokenizer_class": "BertTokenizer",
        "unk_token": "[UNK]",
    } | more


def model(pieces: int) -> BertModel:
    config = BertConfig(
        vocab_size=pieces,
        hidden_size=_HIDDEN,
        num_hidden_layers=2,
        num_attention_heads=_HEADS,
        intermediate_size=2 * _HIDDEN,
        max_position_embeddings=POSITIONS,
    )
    bert = BertModel(config).eval()
    generator = torch.Generator().manual_seed(SEED)
    state = bert.state_dict()
    for name in sorted(state):
        tensor = state[name]
        if not tensor.is_floating_point():
            continue
        noise = torch.randn(tensor.shape, generator=generator)
        if name.startswith("pooler."):
            tensor.zero_()
        elif name.endswith("LayerNorm.weight"):
            tensor.copy_(1 + 0.2 * noise)
        elif name.endswith("bias"):
            tensor.copy_(0.1 * noise)
        elif name.startswith("embeddings.word"):
            tensor.copy_(noise)
        elif name.startswith("embeddings."):
            # Smaller: what all texts share must not drown what tells them apart.
            tensor.copy_(0.2 * noise)
        else:
            # Wider than usual, so that attention is far from uniform and order matters.
            tensor.copy_(1.4 / tensor.shape[1] ** 0.5 * noise)
    return bert


def onnx_model(bert: BertModel) -> onnx.ModelProto:
    """The same network in the shape of a usual export: three inputs, last_hidden_state."""
    weights = {name: tensor.numpy() for name, tensor in bert.state_dict().items() if not name.startswith("pooler.")}
    epsilon = bert.config.layer_norm_eps
    initializers: dict[str, np.ndarray] = {}
    nodes = []

    def weight(name: str, transposed: bool = False) -> str:
        initializers[name] = weights[name].T.copy() if transposed else weights[name]
        return name

    def constant(name: str, value: np.ndarray) -> str:
        initializers[name] = value
        return name

    def node(operator: str, inputs: list[str], output: str, **attributes) -> str:
        nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    def layer_norm(x: str, prefix: str) -> str:
        inputs = [x, weight(f"{prefix}.weight"), weight(f"{prefix}.bias")]
        return node("LayerNormalization", inputs, f"/{prefix}", epsilon=epsilon)

    def linear(x: str, prefix: str) -> str:
        product = node("MatMul", [x, weight(f"{prefix}.weight", transposed=True)], f"/{prefix}/MatMul")
        return node("Add", [product, weight(f"{prefix}.bias")], f"/{prefix}/Add")

    one = constant("one", np.array(1, np.float32))
    half = constant("half", np.array(0.5, np.float32))
    shape = node("Shape", ["input_ids"], "/shape")
    length = node("Gather", [shape, constant("axis_1", np.array([1], np.int64))], "/length")
    start = constant("start", np.array([0], np.int64))
    positions = node("Slice", [weight("embeddings.position_embeddings.weight"), start, length, start], "/positions")
    words = node("Gather", [weight("embeddings.word_embeddings.weight"), "input_ids"], "/words")
    types = node("Gather", [weight("embeddings.token_type_embeddings.weight"), "token_type_ids"], "/types")
    summed = node("Add", [node("Add", [words, types], "/words_and_types"), positions], "/embeddings")
    x = layer_norm(summed, "embeddings.LayerNorm")

    mask = node("Cast", ["attention_mask"], "/mask/Cast", to=TensorProto.FLOAT)
    mask = node("Unsqueeze", [mask, constant("axes_1_2", np.array([1, 2], np.int64))], "/mask/Unsqueeze")
    hidden = node("Sub", [one, mask], "/mask/Sub")
    lowest = constant("lowest", np.array(np.finfo(np.float32).min, np.float32))
    mask = node("Mul", [hidden, lowest], "/mask")
    heads = constant("heads", np.array([0, 0, _HEADS, _HIDDEN // _HEADS], np.int64))
    joined = constant("joined", np.array([0, 0, _HIDDEN], np.int64))
    scale = constant("scale", np.array((_HIDDEN // _HEADS) ** 0.5, np.float32))
    root = constant("root", np.array(2**0.5, np.float32))
    for number in range(bert.config.num_hidden_layers):
        layer = f"encoder.layer.{number}"
        split = {}
        for part, order in (("query", [0, 2, 1, 3]), ("key", [0, 2, 3, 1]), ("value", [0, 2, 1, 3])):
            projected = linear(x, f"{layer}.attention.self.{part}")
            reshaped = node("Reshape", [projected, heads], f"/{layer}/{part}/Reshape")
            split[part] = node("Transpose", [reshaped], f"/{layer}/{part}", perm=order)
        scores = node("MatMul", [split["query"], split["key"]], f"/{layer}/scores")
        scores = node("Div", [scores, scale], f"/{layer}/scores/Div")
        scores = node("Add", [scores, mask], f"/{layer}/scores/Add")
        attention = node("Softmax", [scores], f"/{layer}/attention", axis=-1)
        context = node("MatMul", [attention, split["value"]], f"/{layer}/context")
        context = node("Transpose", [context], f"/{layer}/context/Transpose", perm=[0, 2, 1, 3])
        context = node("Reshape", [context, joined], f"/{layer}/context/Reshape")
        attended = linear(context, f"{layer}.attention.output.dense")
        x = layer_norm(node("Add", [attended, x], f"/{layer}/attended"), f"{layer}.attention.output.LayerNorm")
        inner = linear(x, f"{layer}.intermediate.dense")
        erf = node("Erf", [node("Div", [inner, root], f"/{layer}/gelu/Div")], f"/{layer}/gelu/Erf")
        gelu = node("Mul", [inner, node("Add", [erf, one], f"/{layer}/gelu/Add")], f"/{layer}/gelu/Mul")
        outer = linear(node("Mul", [gelu, half], f"/{layer}/gelu"), f"{layer}.output.dense")
        x = layer_norm(node("Add", [outer, x], f"/{layer}/sum"), f"{layer}.output.LayerNorm")
    nodes.append(helper.make_node("Identity", [x], ["last_hidden_state"], name="last_hidden_state"))

    batch = ["batch_size", "sequence_length"]
    graph = helper.make_graph(
        nodes,
        "tiny-bert",
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, batch)
            for name in ("input_ids", "attention_mask", "token_type_ids")
        ],
        [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, [*batch, _HIDDEN])],
        [numpy_helper.from_array(value, name) for name, value in initializers.items()],
    )
    exported = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="tiny_bert.py"
    )
    onnx.checker.check_model(exported, full_check=True)
    return exported
