"""The model folders that are made of the tiny networks, each as the files that set it apart.

A variant's files lie on top of its network's folder. Those named folder-of-* are like what a version of
sentence-transformers wrote; the saved-by-* are what it writes, and are made in make_reference.py.
"""

from __future__ import annotations

from dataclasses import dataclass

SIGMOID = "torch.nn.modules.activation.Sigmoid"
IDENTITY = "torch.nn.modules.linear.Identity"
_TRANSFORMER = "sentence_transformers.base.modules.transformer.Transformer"
_ACTIVATIONS = (
    "LogSigmoid", "Softmax", "LogSoftmax", "Softmin", "Tanh", "ReLU", "ReLU6", "LeakyReLU", "ELU", "SiLU", "Softplus",
    "Softsign", "Hardtanh", "Hardsigmoid",
)


@dataclass(frozen=True)
class Variant:
    network: str
    name: str
    tests: str
    files: dict[str, dict | list]  # path in the folder -> what to change in, or lay in place of, the JSON file
    prompt_names: tuple[str | None, ...] = (None,)
    ids: bool = False  # whether the token ids are of interest
    rank: bool = False  # whether rank() is stored as well


def _version_6(activation: str | None = SIGMOID, prompts: dict | None = None, transformer: dict | None = None, **more) -> dict:
    return {
        "modules.json": [{"idx": 0, "name": "0", "path": "", "type": _TRANSFORMER}],
        "sentence_bert_config.json": {
            "transformer_task": "sequence-classification",
            "modality_config": {"text": {"method": "forward", "method_output_name": "logits"}},
            "module_output_name": "scores",
        } | (transformer or {}),
        "config_sentence_transformers.json": {
            "__version__": {"sentence_transformers": "6.0.1", "transformers": "5.18.0", "pytorch": "2.13.0+cpu"},
            "model_type": "CrossEncoder",
            "prompts": prompts or {},
            "default_prompt_name": None,
            "activation_fn": activation,
        } | more,
    }


def _version_4(activation: str | None) -> dict:
    return {"config.json": {"sentence_transformers": {"activation_fn": activation, "version": "4.1.0"}}}


def _version_2(activation: str | None) -> dict:
    return {"config.json": {"sbert_ce_default_activation_function": activation}}


def _tokenizer(**changes) -> dict:
    return {"tokenizer_config.json": changes}


def _bert() -> list[Variant]:
    def variant(name: str, tests: str, files: dict, **more) -> Variant:
        return Variant("bert", name, tests, files, **more)

    prompts = {"web": "Find the page: ", "none": ""}
    made = [
        variant("bert", "no activation is named: sigmoid for one label", {}, ids=True, rank=True),
        variant("folder-of-version-2", "the key of versions 2 and 3, raw scores", _version_2(IDENTITY), rank=True),
        variant("folder-of-version-2-null", "the key of versions 2 and 3 without a value", _version_2(None)),
        variant("folder-of-version-4", "the key of versions 4 and 5", _version_4(IDENTITY)),
        variant("folder-of-version-6", "modules.json and the activation beside it", _version_6(IDENTITY)),
        variant("newer-key-wins", "both keys in config.json",
                {"config.json": _version_2(SIGMOID)["config.json"] | _version_4(IDENTITY)["config.json"]}),
        variant("newer-key-null", "null in the newer key hides the older one",
                {"config.json": _version_2(IDENTITY)["config.json"] | _version_4(None)["config.json"]}),
        variant("newer-key-without-activation", "the newer key holds a version only",
                {"config.json": _version_2(IDENTITY)["config.json"] | {"sentence_transformers": {"version": "4.0.0"}}}),
        variant("version-6-wins", "an activation in all places", _version_6("torch.nn.modules.activation.Tanh") | {
            "config.json": _version_2(SIGMOID)["config.json"] | _version_4(IDENTITY)["config.json"]}),
        variant("version-6-null", "null beside modules.json leaves it to config.json",
                _version_6(None) | _version_4(IDENTITY)),
        variant("short-name", "an activation by its public name", _version_4("torch.nn.Tanh")),
        variant("not-called-a-cross-encoder", "a model_type that is missing hides prompts and activation",
                _version_6(IDENTITY, prompts, default_prompt_name="web", model_type=None)),
        variant("prompts", "a prompt in front of the query, when it is asked for",
                _version_6(IDENTITY, prompts), prompt_names=(None, "web", "none")),
        variant("prompts-default", "a prompt that is always used", _version_6(IDENTITY, prompts, default_prompt_name="web"),
                ids=True, rank=True),
        variant("max-seq-length-20", "max_seq_length of the transformer's own file",
                _version_6(transformer={"max_seq_length": 20}), ids=True),
        variant("length-24", "the tokenizer's limit, an odd number of tokens for texts", _tokenizer(model_max_length=24), ids=True),
        variant("length-25", "the tokenizer's limit, an even number of tokens for texts", _tokenizer(model_max_length=25), ids=True),
        variant("length-4", "a limit with room for one token", _tokenizer(model_max_length=4), ids=True),
        variant("length-5", "a limit with room for two tokens", _tokenizer(model_max_length=5), ids=True),
        variant("length-of-positions", "a limit beyond the positions", _tokenizer(model_max_length=512)),
        variant("truncation-left", "both texts are cut at their beginning",
                _tokenizer(model_max_length=24, truncation_side="left"), ids=True),
        variant("cased", "do_lower_case of the tokenizer", _tokenizer(do_lower_case=False), ids=True),
        variant("no-segments", "model_input_names without token_type_ids",
                _tokenizer(model_input_names=["input_ids", "attention_mask"])),
        variant("generic-tokenizer", "a tokenizer class that names no segments",
                _tokenizer(tokenizer_class="PreTrainedTokenizerFast")),
        variant("generic-tokenizer-with-segments", "a tokenizer class that is told to name them",
                _tokenizer(tokenizer_class="PreTrainedTokenizerFast",
                           model_input_names=["input_ids", "token_type_ids", "attention_mask"])),
        variant("electra-tokenizer", "another name of the same class", _tokenizer(tokenizer_class="ElectraTokenizerFast")),
        variant("distilbert-tokenizer", "a class that names no segments", _tokenizer(tokenizer_class="DistilBertTokenizer")),
    ]
    made += [
        variant(f"activation-{name}", f"{name} of one score", _version_4(f"torch.nn.modules.activation.{name}"))
        for name in _ACTIVATIONS
    ]
    return made


def _others() -> list[Variant]:
    named = {"config.json": {"id2label": None, "label2id": None, "num_labels": 3}}
    return [
        Variant("roberta", "roberta", "three labels: scores as they are", {}, ids=True),
        Variant("roberta", "roberta-length-23", "an odd number of tokens for texts", _tokenizer(model_max_length=23), ids=True),
        Variant("roberta", "roberta-left", "cut at the beginning",
                _tokenizer(model_max_length=23, truncation_side="left"), ids=True),
        Variant("roberta", "roberta-softmax", "softmax over the labels", _version_6("torch.nn.modules.activation.Softmax")),
        Variant("roberta", "roberta-log-softmax", "log-softmax over the labels",
                _version_4("torch.nn.modules.activation.LogSoftmax")),
        Variant("roberta", "roberta-softmin", "softmin over the labels", _version_4("torch.nn.modules.activation.Softmin")),
        Variant("roberta", "roberta-sigmoid", "sigmoid of each label", _version_2(SIGMOID)),
        Variant("roberta", "roberta-number-of-labels", "num_labels in place of names", named),
        Variant("distilbert", "distilbert", "a network without segments", {}, ids=True, rank=True),
        Variant("distilbert", "distilbert-version-2", "as its own class, with the old key",
                _version_2(IDENTITY) | _tokenizer(tokenizer_class="DistilBertTokenizer"), rank=True),
        Variant("xlm-roberta", "xlm-roberta", "a unigram tokenizer", {}, ids=True, rank=True),
        Variant("xlm-roberta", "xlm-roberta-length-23", "cut in a word of several pieces",
                _version_4(IDENTITY) | _tokenizer(model_max_length=23), ids=True),
        Variant("electra", "electra", "an ELECTRA with the key of version 4", _version_4(IDENTITY), rank=True),
    ]


def variants() -> list[Variant]:
    return _bert() + _others()
