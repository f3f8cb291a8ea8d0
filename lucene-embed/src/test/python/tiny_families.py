"""One network of each family of architectures, with random weights, and how each is exported.

Exports differ on purpose in what they want and give: with and without token_type_ids, position_ids and a
mask, in 32 or 64 bits; the vectors of tokens under several names, alone or beside others.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

import onnx
import torch
from transformers import (
    AlbertConfig,
    AlbertModel,
    BertConfig,
    BertModel,
    DebertaV2Config,
    DebertaV2Model,
    DistilBertConfig,
    DistilBertModel,
    ElectraConfig,
    ElectraModel,
    GteConfig,
    GteModel,
    ModernBertConfig,
    ModernBertModel,
    MPNetConfig,
    MPNetModel,
    NomicBertConfig,
    NomicBertModel,
    Qwen3Config,
    Qwen3Model,
    RobertaConfig,
    RobertaModel,
    XLMRobertaConfig,
    XLMRobertaModel,
)

import tiny_tokenizers as tokenizers

SEED = 20261121
HIDDEN = 16
POSITIONS = tokenizers.LENGTH
_SHAPE = {"hidden_size": HIDDEN, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}

IDS, MASK, TYPES, PLACES = "input_ids", "attention_mask", "token_type_ids", "position_ids"


@dataclass(frozen=True)
class Export:
    """What an ONNX file wants and gives."""

    inputs: tuple[str, ...] = (IDS, MASK)
    int32: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ("last_hidden_state",)  # names of _results
    first_position: int = 0


@dataclass(frozen=True)
class Family:
    name: str
    model: torch.nn.Module
    tokenizer: object
    export: Export
    pooling: str = "mean"


def _randomise(model: torch.nn.Module, seed: int) -> torch.nn.Module:
    """Wider weights than usual, so that order and attention matter and no two texts are alike."""
    generator = torch.Generator().manual_seed(seed)
    state = model.state_dict()
    for name in sorted(state):
        tensor = state[name]
        if not tensor.is_floating_point() or "inv_freq" in name:
            continue
        noise = torch.randn(tensor.shape, generator=generator)
        if tensor.ndim == 1:
            tensor.copy_(1 + 0.2 * noise if name.endswith("weight") else 0.1 * noise)
        elif "embed" in name and "transform" not in name and "project" not in name:
            tensor.copy_((0.2 if "position" in name or "type" in name else 1.0) * noise)
        else:
            tensor.copy_(1.4 / tensor.shape[1] ** 0.5 * noise)
    model.load_state_dict(state)
    return model.eval()


def families(corpus: list[str]) -> list[Family]:
    made: list[Family] = []

    def add(name: str, model_class: type, config_class: type, tokenizer: object, export: Export, pooling: str = "mean",
            **more) -> None:
        config = config_class(**({"vocab_size": len(tokenizer), "pad_token_id": tokenizer.pad_token_id} | more))
        config._attn_implementation = "eager"
        model = _randomise(model_class(config), SEED + len(made))
        made.append(Family(name, model, tokenizer, export, pooling))

    length = {"max_position_embeddings": POSITIONS}
    behind_padding = {"max_position_embeddings": POSITIONS + 2}
    with_types = (IDS, MASK, TYPES)
    add("bert", BertModel, BertConfig, tokenizers.bert(corpus), Export(with_types), **_SHAPE, **length)
    add("distilbert", DistilBertModel, DistilBertConfig, tokenizers.bert(corpus),
        Export(outputs=("last_hidden_state", "logits")), pooling="cls", dim=HIDDEN, hidden_dim=32, n_layers=2, n_heads=2,
        **length)
    add("roberta", RobertaModel, RobertaConfig, tokenizers.roberta(corpus), Export(), type_vocab_size=1,
        **_SHAPE, **behind_padding)
    add("xlm-roberta", XLMRobertaModel, XLMRobertaConfig, tokenizers.xlm_roberta(corpus), Export(int32=(MASK,)),
        type_vocab_size=1, **_SHAPE, **behind_padding)
    add("mpnet", MPNetModel, MPNetConfig, tokenizers.mpnet(corpus),
        Export(outputs=("token_embeddings", "sentence_embedding")), **_SHAPE, **behind_padding)
    add("albert", AlbertModel, AlbertConfig, tokenizers.albert(corpus),
        Export(with_types, outputs=("pooler_output", "last_hidden_state")), embedding_size=8, **_SHAPE, **length)
    add("electra", ElectraModel, ElectraConfig, tokenizers.bert(corpus), Export(with_types, int32=with_types),
        embedding_size=8, **_SHAPE, **length)
    add("deberta-v2", DebertaV2Model, DebertaV2Config, tokenizers.deberta_v2(corpus), Export(with_types),
        relative_attention=True, position_buckets=8, norm_rel_ebd="layer_norm", share_att_key=True,
        pos_att_type=["p2c", "c2p"], position_biased_input=False, type_vocab_size=0, **_SHAPE, **length)
    modern = tokenizers.modern_bert(corpus)
    add("modernbert", ModernBertModel, ModernBertConfig, modern, Export(), global_attn_every_n_layers=2,
        local_attention=8, cls_token_id=modern.cls_token_id, sep_token_id=modern.sep_token_id, bos_token_id=None,
        eos_token_id=None, **(_SHAPE | {"num_hidden_layers": 3}), **length)
    add("nomic-bert", NomicBertModel, NomicBertConfig, tokenizers.bert(corpus), Export(with_types, outputs=("hidden",)),
        **_SHAPE, **length)
    add("gte", GteModel, GteConfig, tokenizers.xlm_roberta(corpus), Export(), "cls", **_SHAPE, **length)
    add("qwen3", Qwen3Model, Qwen3Config, tokenizers.qwen(corpus), Export((IDS, MASK, PLACES)), "lasttoken",
        num_key_value_heads=1, head_dim=8, use_cache=False, **_SHAPE, **length)
    return made


class _Results(torch.nn.Module):
    """Everything that any of the exports gives, by its name."""

    def __init__(self, model: torch.nn.Module, export: Export) -> None:
        super().__init__()
        self.model = model
        self.export = export

    def forward(self, *values: torch.Tensor) -> tuple[torch.Tensor, ...]:
        inputs = dict(zip(self.export.inputs, values))
        # Indices and masks in 32 bits are for the graph's border; within it the model has what it is used to.
        inputs = {name: value.long() for name, value in inputs.items()}
        layers = any(name.startswith("hidden_states.") for name in self.export.outputs)
        output = self.model(**inputs, output_hidden_states=layers)
        tokens = output.last_hidden_state
        return tuple(self._result(name, output, tokens, inputs) for name in self.export.outputs)

    @staticmethod
    def _result(name: str, output, tokens: torch.Tensor, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
        if name in ("last_hidden_state", "token_embeddings", "hidden"):
            return tokens + 0
        if name.startswith("hidden_states."):
            return output.hidden_states[int(name.removeprefix("hidden_states."))] + 0
        if name == "pooler_output":
            return output.pooler_output
        if name == "logits":
            # Of the same rank as the vectors of the tokens, and something else.
            return tokens * 7
        mask = inputs[MASK].unsqueeze(-1).float()
        if name == "sentence_embedding":
            return (tokens * mask).sum(1) / mask.sum(1)
        if name == "sentence_embedding:last":
            return tokens[:, -1]
        raise ValueError(name)


def export(model: torch.nn.Module, wanted: Export, file: Path) -> None:
    """The network as ONNX, with any number of rows and tokens."""
    example = tuple(torch.ones((2, 7), dtype=torch.int32 if name in wanted.int32 else torch.int64)
                    for name in wanted.inputs)
    names = [name.split(":")[0] for name in wanted.outputs]
    axes: dict[str, dict[int, str]] = {name: {0: "batch_size", 1: "sequence_length"} for name in wanted.inputs}
    for name in names:
        pooled = name in ("sentence_embedding", "pooler_output")
        axes[name] = {0: "batch_size"} if pooled else {0: "batch_size", 1: "sequence_length"}
    file.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Results(model, wanted).eval(), example, str(file), input_names=list(wanted.inputs), output_names=names,
            dynamic_axes=axes, opset_version=18, dynamo=False,
        )
    loaded = onnx.load(file)
    for node in loaded.graph.node:
        # Names of Python's modules and lines, of no use to anybody.
        node.doc_string = ""
        del node.metadata_props[:]
    onnx.checker.check_model(loaded, full_check=True)
    onnx.save(loaded, file)
