"""The model folders that are tested on the networks of tiny_families: one for each family, each kind of
export, each module and each way to write it.

A model is networks laid into its folder, and on top of them the files of its own that build() writes.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import onnx
import torch
from safetensors.torch import load_file, save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Dense, Normalize, Router, Transformer
from sentence_transformers.sentence_transformer.modules import (
    Dropout,
    LayerNorm,
    Pooling,
    StaticEmbedding,
    WeightedLayerPooling,
)
from tokenizers import Tokenizer

import tiny_families
from tiny_families import HIDDEN, IDS, MASK, PLACES, TYPES, Export, Family
from tiny_tokenizers import compact

ENCODE = {"call": "encode"}
QUERY = {"call": "encode_query"}
DOCUMENT = {"call": "encode_document"}

ACTIVATIONS = (
    "Identity", "Sigmoid", "LogSigmoid", "Softmax", "LogSoftmax", "Softmin", "ReLU", "ReLU6", "LeakyReLU", "ELU",
    "SELU", "CELU", "GELU", "Mish", "SiLU", "Softplus", "Softsign", "Hardtanh", "Hardsigmoid", "Hardswish", "Tanhshrink",
    "Hardshrink", "Softshrink", "RReLU",
)

_OLD = "sentence_transformers.models."
_TRANSFORMER_FILES = {"model.safetensors", "tokenizer.json", "tokenizer_config.json", "config.json"}


@dataclass(frozen=True)
class Model:
    name: str
    tests: str
    layers: tuple[tuple[str, str], ...]  # (folder in the model, what is laid there)
    build: Callable[[Path], None]  # writes the model's own files
    calls: tuple[dict, ...] = (ENCODE,)
    ids: bool = False
    tolerance: float = 1e-4


def write_json(file: Path, content: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content, indent=2, ensure_ascii=True) + "\n", encoding="ascii")


class Models:
    """Makes them all; needs the folders in which the networks lie, with torch's weights in them."""

    def __init__(self, families: list[Family], complete: Path) -> None:
        self._families = {family.name: family for family in families}
        self._complete = complete
        self._generator = torch.Generator().manual_seed(tiny_families.SEED)

    def all(self) -> list[Model]:
        models = self._of_families() + self._exports() + self._tokenizers()
        models += self._dense() + self._other_modules() + self._static() + self._routers()
        names = [model.name for model in models]
        if len(set(names)) != len(names):
            raise ValueError("names are not unique")
        return models

    # ---- families and exports ----------------------------------------------------------------------------

    def _of_families(self) -> list[Model]:
        return [
            Model(f"family-{family.name}", f"{family.name}: {', '.join(family.export.inputs)}; {family.pooling}",
                  (("", f"networks/{family.name}"),), _pooled(family.pooling), ids=True)
            for family in self._families.values()
        ]

    def _exports(self) -> list[Model]:
        pooled_last = _pooled("lasttoken")
        return [
            self._export("roberta", "roberta-positions", "position_ids are counted from behind the padding token; all in int32",
                         Export((IDS, MASK, PLACES), int32=(IDS, MASK, PLACES)), _pooled("mean")),
            self._export("bert", "bert-ids-only", "an export without a mask", Export((IDS,)), _pooled("mean")),
            self._export("bert", "bert-pooled", "an export that gives only sentence_embedding, not normalised",
                         Export((IDS, MASK), outputs=("sentence_embedding",)), _pooled("mean", normalize=True)),
            self._export("qwen3", "qwen3-pooled", "an export that takes the last token itself, whatever the padding",
                         Export((IDS, MASK), outputs=("sentence_embedding:last",)), pooled_last),
            self._export("bert", "bert-external-data", "weights in a file beside the ONNX file",
                         Export((IDS, MASK, TYPES)), _pooled("max"), external=True),
            self._export("bert", "weighted-layers", "WeightedLayerPooling over the layers that the export carries",
                         Export((IDS, MASK), outputs=("last_hidden_state", "hidden_states.0", "hidden_states.1",
                                                      "hidden_states.2")), self._weighted_layers),
            Model("weighted-layers-unused", "WeightedLayerPooling where the transformer gives its last layer only",
                  (("", "networks/bert"),), lambda folder: self._weighted_layers(folder, hidden_states=False)),
        ]

    def _export(self, family: str, name: str, tests: str, export: Export, build: Callable[[Path], None],
                external: bool = False) -> Model:
        def write(folder: Path) -> None:
            build(folder)
            file = folder / "onnx" / "model.onnx"
            tiny_families.export(self._families[family].model, export, file)
            if external:
                onnx.save(onnx.load(file), file, save_as_external_data=True, location="model.onnx_data",
                          size_threshold=256)

        return Model(name, tests, (("", f"networks/{family}"),), write)

    def _weighted_layers(self, folder: Path, hidden_states: bool = True) -> None:
        config = json.loads((self._complete / "networks/bert/config.json").read_text())
        if hidden_states:
            write_json(folder / "config.json", config | {"output_hidden_states": True})
        _pooled("mean")(folder)
        types = [_OLD + "Transformer", _OLD + "WeightedLayerPooling", _OLD + "Pooling"]
        _modules(folder, [("", types[0]), ("1_WeightedLayerPooling", types[1]), ("1_Pooling", types[2])])
        module = WeightedLayerPooling(HIDDEN, num_hidden_layers=2, layer_start=1)
        with torch.no_grad():
            module.layer_weights.copy_(torch.tensor([0.7, 2.5]))
        (folder / "1_WeightedLayerPooling").mkdir()
        module.save(str(folder / "1_WeightedLayerPooling"))

    # ---- tokenizers that Python builds anew --------------------------------------------------------------

    def _tokenizers(self) -> list[Model]:
        def other_parts(name: str) -> Callable[[Path], None]:
            def write(folder: Path) -> None:
                _pooled(self._families[name].pooling)(folder)
                tokenizer = json.loads((self._complete / f"networks/{name}/tokenizer.json").read_text())
                tokenizer["normalizer"] = {"type": "Sequence", "normalizers": [
                    {"type": "NFKD"}, {"type": "StripAccents"}, {"type": "Replace", "pattern": {"String": "e"}, "content": "a"}]}
                tokenizer["pre_tokenizer"] = {"type": "WhitespaceSplit"}
                (folder / "tokenizer.json").write_text(compact(json.dumps(tokenizer)), encoding="ascii")

            return write

        def options(name: str, **changes) -> Callable[[Path], None]:
            def write(folder: Path) -> None:
                _pooled(self._families[name].pooling)(folder)
                config = json.loads((self._complete / f"networks/{name}/tokenizer_config.json").read_text())
                write_json(folder / "tokenizer_config.json", config | changes)

            return write

        rebuilt = ("mpnet", "roberta", "xlm-roberta", "albert", "deberta-v2", "qwen3", "modernbert")
        models = [
            Model(f"tokenizer-parts-{name}", "tokenizer.json has another normaliser and splits texts differently",
                  (("", f"networks/{name}"),), other_parts(name), ids=True)
            for name in rebuilt
        ]
        for name, tests, changes in (
            ("mpnet", "a cased class", {"do_lower_case": False}),
            ("roberta", "a blank before the first word", {"add_prefix_space": True}),
            ("xlm-roberta", "no blank before the first word", {"add_prefix_space": False}),
            ("albert", "cased and with accents", {"do_lower_case": False, "keep_accents": True}),
            ("deberta-v2", "lower-cased and split at punctuation", {"do_lower_case": True, "split_by_punct": True}),
            ("qwen3", "add_eos_token false counts for nothing beside a tokenizer.json", {"add_eos_token": False}),
        ):
            models.append(Model(f"tokenizer-options-{name}", tests, (("", f"networks/{name}"),), options(name, **changes),
                                ids=True))
        models.append(Model("tokenizer-options-qwen3-end", "nor does add_eos_token true", (("", "networks/qwen3"),),
                            options("qwen3", add_eos_token=True, add_bos_token=False), ids=True))
        return models

    # ---- dense layers ------------------------------------------------------------------------------------

    def _dense(self) -> list[Model]:
        bert = (("", "networks/bert"),)

        def saved(*modules: torch.nn.Module, **more) -> Callable[[Path], None]:
            return self._saved(lambda: [self._transformer("bert"), *modules], {""}, **more)

        dense = self._random(Dense(HIDDEN, 12))
        models = [
            Model("dense", "Dense as version 6 saves it: tanh", bert, saved(Pooling(HIDDEN), dense)),
            Model("dense-normalized", "Normalize, Dense without a bias, Normalize", bert,
                  saved(Pooling(HIDDEN), Normalize(), self._random(Dense(HIDDEN, 20, bias=False)), Normalize())),
            Model("dense-residual", "a residual connection", bert,
                  saved(Pooling(HIDDEN), self._random(Dense(HIDDEN, HIDDEN, use_residual=True)))),
            Model("dense-residual-projected", "a residual connection with a projection", bert,
                  saved(Pooling(HIDDEN), self._random(Dense(HIDDEN, 24, use_residual=True)))),
            Model("dense-tokens", "Dense and Normalize over the vectors of the tokens", bert,
                  saved(self._random(Dense(HIDDEN, 10, module_input_name="token_embeddings")),
                        Normalize("token_embeddings"), Pooling(10, "max"))),
            Model("dense-two", "two layers behind two modes of pooling, Dropout between", bert,
                  saved(Pooling(HIDDEN, ("cls", "mean")), self._random(Dense(2 * HIDDEN, 20)), Dropout(0.3),
                        self._random(Dense(20, 12, activation_function=torch.nn.Identity())))),
            Model("dense-bfloat16", "weights in 16 bits (bfloat16)", (*bert, ("", "folders/dense")),
                  self._dense_as(torch.bfloat16)),
            Model("dense-float16", "weights in 16 bits", (*bert, ("", "folders/dense")), self._dense_as(torch.float16)),
            Model("dense-old", "Dense as versions 2 to 5 wrote it", (*bert, ("", "folders/dense")), self._dense_old),
        ]
        for name in ACTIVATIONS:
            models.append(Model(f"dense-{name}", f"Dense with {name}", (*bert, ("", "folders/dense")),
                                lambda folder, name=name: write_json(
                                    folder / "2_Dense" / "config.json",
                                    _dense_config(f"torch.nn.modules.{'linear' if name == 'Identity' else 'activation'}.{name}"))))
        models.append(Model("dense-PReLU", "Dense with PReLU and the factor that it has learned",
                            (*bert, ("", "folders/dense")), self._dense_prelu))
        return models

    def _dense_prelu(self, folder: Path) -> None:
        weights = load_file(self._complete / "folders/dense/2_Dense/model.safetensors")
        write_json(folder / "2_Dense" / "config.json", _dense_config("torch.nn.modules.activation.PReLU"))
        save_file(weights | {"activation_function.weight": torch.tensor([-0.37])},
                  folder / "2_Dense" / "model.safetensors", metadata={"format": "pt"})

    def _dense_as(self, dtype: torch.dtype) -> Callable[[Path], None]:
        def write(folder: Path) -> None:
            weights = load_file(self._complete / "folders/dense/2_Dense/model.safetensors")
            (folder / "2_Dense").mkdir(parents=True)
            save_file({name: tensor.to(dtype) for name, tensor in weights.items()},
                      folder / "2_Dense" / "model.safetensors", metadata={"format": "pt"})

        return write

    def _dense_old(self, folder: Path) -> None:
        _modules(folder, [("", _OLD + "Transformer"), ("1_Pooling", _OLD + "Pooling"), ("2_Dense", _OLD + "Dense")])
        write_json(folder / "2_Dense" / "config.json", _dense_config("torch.nn.modules.activation.Tanh"))

    # ---- other modules -----------------------------------------------------------------------------------

    def _other_modules(self) -> list[Model]:
        bert = (("", "networks/bert"),)

        def saved(*modules: torch.nn.Module, **more) -> Callable[[Path], None]:
            return self._saved(lambda: [self._transformer("bert"), *modules], {""}, **more)

        return [
            Model("layer-norm", "LayerNorm", bert, saved(Pooling(HIDDEN), self._random(LayerNorm(HIDDEN)))),
            Model("layer-norm-normalized", "LayerNorm, Normalize, Dropout, and truncate_dim", bert,
                  saved(Pooling(HIDDEN), self._random(LayerNorm(HIDDEN)), Normalize(), Dropout(), truncate_dim=8)),
            Model("similarity-of-module", "similarity_fn_name and truncate_dim of a model with modules", bert,
                  saved(Pooling(HIDDEN), self._random(Dense(HIDDEN, 12)), similarity_fn_name="manhattan", truncate_dim=5)),
        ]

    # ---- static embeddings -------------------------------------------------------------------------------

    def _static(self) -> list[Model]:
        return [
            Model("static", "StaticEmbedding and Normalize as version 6 saves them, with prompts",
                  (), self._saved(lambda: [self._static_module(), Normalize()], set(),
                                  prompts={"query": "the time of ", "document": ""}),
                  calls=(ENCODE, QUERY, DOCUMENT), ids=True),
            Model("static-truncated", "Matryoshka: the leading components only", (("", "folders/static"),),
                  lambda folder: write_json(folder / "config_sentence_transformers.json", {"truncate_dim": 6})),
            Model("static-version-3", "a folder of its own, and the truncation and padding of tokenizer.json",
                  (), self._static_old, ids=True),
            Model("static-model2vec", "as model2vec itself writes it", (), self._model2vec),
            # In 16 bits Python adds up in 16 bits as well, and normalises a text without tokens to NaN.
            Model("static-float16", "model2vec in 16 bits, not normalised", (), self._model2vec_in_16_bits, tolerance=2e-3),
        ]

    def _static_module(self) -> StaticEmbedding:
        tokenizer = Tokenizer.from_file(str(self._complete / "networks/bert/tokenizer.json"))
        return StaticEmbedding(tokenizer, embedding_weights=self._noise(tokenizer.get_vocab_size(), 12))

    def _static_old(self, folder: Path) -> None:
        _modules(folder, [("0_StaticEmbedding", _OLD + "StaticEmbedding")])
        module = folder / "0_StaticEmbedding"
        module.mkdir()
        embedding = self._static_module()
        save_file({"embedding.weight": embedding.embedding.weight.detach()}, module / "model.safetensors")
        tokenizer = json.loads(embedding.tokenizer.to_str())
        tokenizer["truncation"] = {"direction": "Right", "max_length": 9, "strategy": "LongestFirst", "stride": 0}
        tokenizer["padding"] = {"strategy": {"Fixed": 12}, "direction": "Right", "pad_to_multiple_of": None,
                                "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]"}
        (module / "tokenizer.json").write_text(compact(json.dumps(tokenizer)), encoding="ascii")

    def _model2vec_in_16_bits(self, folder: Path) -> None:
        self._model2vec(folder)
        _modules(folder, [(".", _OLD + "StaticEmbedding")])
        weights = load_file(folder / "model.safetensors")
        save_file({name: tensor.half() for name, tensor in weights.items()}, folder / "model.safetensors")

    def _model2vec(self, folder: Path) -> None:
        _modules(folder, [(".", _OLD + "StaticEmbedding"), ("1_Normalize", _OLD + "Normalize")])
        embedding = self._static_module()
        save_file({"embeddings": embedding.embedding.weight.detach().clone()}, folder / "model.safetensors")
        (folder / "tokenizer.json").write_text(compact(embedding.tokenizer.to_str()), encoding="ascii")
        write_json(folder / "config.json", {"model_type": "model2vec", "architectures": ["StaticModel"],
                                            "hidden_dim": 12, "seq_length": 1000000, "normalize": True})

    # ---- routers -----------------------------------------------------------------------------------------

    def _routers(self) -> list[Model]:
        everything = (ENCODE, QUERY, DOCUMENT)
        by_task = ({"call": "encode", "task": "query"}, {"call": "encode", "task": "document"})

        def two_roads(**more) -> Router:
            return Router.for_query_document(
                query_modules=[self._static_module()],
                document_modules=[self._transformer("bert"), Pooling(HIDDEN), self._random(Dense(HIDDEN, 12))], **more)

        def layers(place: str) -> tuple[tuple[str, str], ...]:
            return ((place, "networks/bert"),)

        document = "document_0_Transformer"
        mapped = {("query", "text"): "short", (None, "text"): "long", ("find", None): "short",
                  (None, ("image", "text")): "short"}
        return [
            Model("router", "a static embedding for queries, a transformer for documents, Normalize for both",
                  layers(document), self._saved(lambda: [two_roads(), Normalize()], {document},
                                                prompts={"query": "the ", "document": ""}),
                  calls=(*everything, *by_task)),
            Model("router-no-default", "no default route, and none for an empty key",
                  layers(document), self._saved(lambda: [two_roads(default_route=None, allow_empty_key=False)], {document}),
                  calls=(QUERY, DOCUMENT)),
            Model("router-empty-key", "no default route: the first one", layers(document),
                  self._saved(lambda: [two_roads(default_route=None)], {document}), calls=everything),
            Model("router-mapped", "routes by task and modality", layers("long_0_Transformer"),
                  self._saved(lambda: [Router(
                      {"long": [self._transformer("bert"), Pooling(HIDDEN), self._random(Dense(HIDDEN, 12))],
                       "short": [self._static_module()]}, route_mappings=mapped)], {"long_0_Transformer"}),
                  calls=(*everything, {"call": "encode", "task": "find"})),
            Model("router-behind", "a router behind the transformer that both roads share", layers(""),
                  self._saved(lambda: [self._transformer("bert"), Pooling(HIDDEN), Router(
                      {"query": [self._random(Dense(HIDDEN, 8))], "document": [self._random(Dense(HIDDEN, 8))]})], {""}),
                  calls=(*everything, *by_task)),
            Model("asym", "Asym as versions 2 to 4 wrote it, with a route called doc", layers(""), self._asym,
                  calls=(ENCODE, QUERY, {"call": "encode", "task": "doc"})),
        ]

    def _asym(self, folder: Path) -> None:
        _pooled("mean")(folder)
        _modules(folder, [("", _OLD + "Transformer"), ("1_Pooling", _OLD + "Pooling"), ("2_Asym", _OLD + "Asym")])
        ids = {"query": "140_Dense", "doc": "141_Dense"}
        write_json(folder / "2_Asym" / "config.json", {
            "types": {module: _OLD + "Dense" for module in ids.values()},
            "structure": {route: [module] for route, module in ids.items()},
            "parameters": {"allow_empty_key": True},
        })
        for module in ids.values():
            (folder / "2_Asym" / module).mkdir()
            self._random(Dense(HIDDEN, 8)).save(str(folder / "2_Asym" / module))

    # ---- parts -------------------------------------------------------------------------------------------

    def _transformer(self, family: str) -> Transformer:
        return Transformer(str(self._complete / "networks" / family))

    def _noise(self, *shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=self._generator)

    def _random(self, module: torch.nn.Module) -> torch.nn.Module:
        with torch.no_grad():
            for _, weight in sorted(module.named_parameters()):
                scale = 1.2 / weight.shape[1] ** 0.5 if weight.ndim == 2 else 0.5
                weight.copy_(scale * self._noise(*weight.shape))
        return module

    @staticmethod
    def _saved(modules: Callable[[], list], transformers: set[str], **more) -> Callable[[Path], None]:
        """What sentence-transformers itself saves, less the transformers, which lie in networks."""

        def write(folder: Path) -> None:
            with tempfile.TemporaryDirectory() as temporary:
                SentenceTransformer(modules=modules(), device="cpu", **more).save(temporary, create_model_card=False)
                for file in sorted(Path(temporary).rglob("*")):
                    path = file.relative_to(temporary)
                    place = "" if path.parent == Path(".") else path.parent.as_posix()
                    if file.is_dir() or place in transformers and path.name in _TRANSFORMER_FILES:
                        continue
                    target = folder / path
                    target.parent.mkdir(parents=True, exist_ok=True)
                    if path.name == "tokenizer.json":
                        target.write_text(compact(file.read_text(encoding="utf-8")), encoding="ascii")
                    else:
                        shutil.copyfile(file, target)

        return write


def _modules(folder: Path, modules: list[tuple[str, str]]) -> None:
    write_json(folder / "modules.json", [
        {"idx": number, "name": str(number), "path": path, "type": kind} for number, (path, kind) in enumerate(modules)
    ])


def _pooled(mode: str, normalize: bool = False) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        modules = [("", _OLD + "Transformer"), ("1_Pooling", _OLD + "Pooling")]
        _modules(folder, modules + ([("2_Normalize", _OLD + "Normalize")] if normalize else []))
        write_json(folder / "1_Pooling" / "config.json", {"embedding_dimension": HIDDEN, "pooling_mode": mode})

    return write


def _dense_config(activation: str) -> dict:
    return {"in_features": HIDDEN, "out_features": 12, "bias": True, "activation_function": activation}
