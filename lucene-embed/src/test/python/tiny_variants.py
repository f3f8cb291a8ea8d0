"""The model folders that are tested on the tiny BERT, each as the files that set it apart.

A variant's files lie on top of the base (ONNX model, tokenizer, config.json), and are no more than it
tests; a folder needs no others. Those named folder-of-* and saved-by-* are complete.
"""

from __future__ import annotations

from dataclasses import dataclass

import tiny_bert

MODES = ("cls", "max", "mean", "mean_sqrt_len_tokens", "weightedmean", "lasttoken")

_OLD_KEYS = {
    "cls": "pooling_mode_cls_token",
    "mean": "pooling_mode_mean_tokens",
    "max": "pooling_mode_max_tokens",
    "mean_sqrt_len_tokens": "pooling_mode_mean_sqrt_len_tokens",
    "weightedmean": "pooling_mode_weightedmean_tokens",
    "lasttoken": "pooling_mode_lasttoken",
}

_NEW_TYPES = (
    "sentence_transformers.base.modules.transformer.Transformer",
    "sentence_transformers.sentence_transformer.modules.pooling.Pooling",
    "sentence_transformers.base.modules.normalize.Normalize",
)
_OLD_TYPES = (
    "sentence_transformers.models.Transformer",
    "sentence_transformers.models.Pooling",
    "sentence_transformers.models.Normalize",
)
_SHORT_TYPES = (
    "sentence_transformers.sentence_transformer.modules.Transformer",
    "sentence_transformers.sentence_transformer.modules.Pooling",
    "sentence_transformers.sentence_transformer.modules.Normalize",
)

ENCODE = ("encode", None)
QUERY = ("encode_query", None)
DOCUMENT = ("encode_document", None)


@dataclass(frozen=True)
class Variant:
    name: str
    tests: str
    files: dict[str, object]  # path in the folder -> content of the JSON file
    calls: tuple[tuple[str, str | None], ...] = (ENCODE,)  # (method, prompt name)
    ids: bool = False  # whether the token ids are of interest
    similarities: bool = False


def _modules(types: tuple[str, ...]) -> list[dict]:
    paths = ("", "1_Pooling", "2_Normalize")
    return [
        {"idx": number, "name": str(number), "path": path, "type": name}
        for number, (path, name) in enumerate(zip(paths, types))
    ]


def _pooling_new(mode: object, include_prompt: bool = True) -> dict:
    return {"embedding_dimension": 32, "pooling_mode": mode, "include_prompt": include_prompt}


def _pooling_old(*modes: str, keys: int = 6, **more) -> dict:
    """As version 2 wrote it with 4 keys, and later ones with 6."""
    booleans = {key: mode in modes for mode, key in list(_OLD_KEYS.items())[:keys]}
    return {"word_embedding_dimension": 32} | booleans | more


def _model_config(prompts: dict | None = None, **more) -> dict:
    return {
        "__version__": {"sentence_transformers": "6.0.1", "transformers": "5.18.0", "pytorch": "2.13.0+cpu"},
        "model_type": "SentenceTransformer",
        "prompts": {"query": "", "document": ""} if prompts is None else prompts,
        "default_prompt_name": None,
        "similarity_fn_name": "cosine",
    } | more


def _new(pooling: object = "mean", normalize: bool = False, config: dict | None = None) -> dict:
    """Modules as version 6 writes them."""
    files = {
        "modules.json": _modules(_NEW_TYPES if normalize else _NEW_TYPES[:2]),
        "1_Pooling/config.json": pooling if isinstance(pooling, dict) else _pooling_new(pooling),
    }
    if normalize:
        files["2_Normalize/config.json"] = _normalize()
    if config is not None:
        files["config_sentence_transformers.json"] = config
    return files


def _normalize() -> dict:
    return {"module_input_name": "sentence_embedding", "module_output_name": "sentence_embedding"}


def _old(pooling: dict, normalize: bool = False) -> dict:
    """Modules as versions 2 to 5 wrote them; Normalize had no file of its own."""
    return {
        "modules.json": _modules(_OLD_TYPES if normalize else _OLD_TYPES[:2]),
        "1_Pooling/config.json": pooling,
    }


_PROMPTS = {"query": "query: ", "document": "text : ", "clustering": "Group this with others like it: "}


def _pooling() -> list[Variant]:
    variants = []
    for mode in MODES:
        variants.append(Variant(f"pooling-{mode}", f"pooling_mode {mode}, by name", _new(mode)))
        keys = 4 if mode in list(_OLD_KEYS)[:4] else 6
        variants.append(
            Variant(f"pooling-{mode}-booleans", f"pooling mode {mode}, by {keys} booleans",
                    _old(_pooling_old(mode, keys=keys)))
        )
    variants += [
        Variant("pooling-list", "several modes by name: concatenated in the order of the list",
                _new(["weightedmean", "lasttoken", "cls"])),
        Variant("pooling-list-all", "every mode by name", _new(list(MODES))),
        Variant("pooling-list-of-one", "a list with one mode", _new(["max"])),
        Variant("pooling-several-booleans",
                "several booleans: concatenated as cls, max, mean, whatever the order of the keys",
                _old(_pooling_old("mean", "max", "cls"))),
        Variant("pooling-all-booleans", "every boolean", _old(_pooling_old(*MODES))),
        Variant("pooling-no-boolean", "all booleans false: mean", _old(_pooling_old())),
        Variant("pooling-name-over-booleans", "pooling_mode wins over booleans",
                _old(_pooling_old("mean", pooling_mode="cls"))),
        Variant("pooling-mean-normalized-booleans", "Normalize in the old form, without a file of its own",
                _old(_pooling_old("mean", keys=4), normalize=True)),
        Variant("pooling-list-normalized", "Normalize after a concatenation: the whole vector has length 1",
                _new(["cls", "mean"], normalize=True)),
    ]
    return variants


def _modules_spelled() -> list[Variant]:
    short = _new("mean", normalize=True)
    short["modules.json"] = _modules(_SHORT_TYPES)
    version_2 = _old(_pooling_old("mean", keys=4), normalize=True) | {
        "sentence_bert_config.json": {"max_seq_length": 32, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "__version__": {"sentence_transformers": "2.0.0", "transformers": "4.6.1", "pytorch": "1.8.1"}
        },
    }
    version_5 = _old(_pooling_old("cls", include_prompt=True), normalize=True) | {
        "sentence_bert_config.json": {"max_seq_length": 32, "do_lower_case": False},
        "config_sentence_transformers.json": _model_config(
            {"query": "query: ", "document": ""},
            __version__={"sentence_transformers": "5.1.0", "transformers": "4.55.0", "pytorch": "2.8.0+cu128"},
        ),
    }
    return [
        Variant("folder-of-version-2", "all files as version 2 wrote them", version_2, ids=True),
        Variant("folder-of-version-5", "all files as version 5 wrote them", version_5,
                calls=(ENCODE, QUERY, DOCUMENT), ids=True),
        Variant("modules-short", "module types by the package that re-exports them", short),
        Variant("modules-named", "modules with names and kwargs", _new("mean", normalize=True) | {
            "modules.json": [
                {"idx": 0, "name": "transformer", "path": "", "type": _OLD_TYPES[0], "kwargs": []},
                {"idx": 1, "name": "pooling", "path": "1_Pooling", "type": _OLD_TYPES[1], "kwargs": []},
                {"idx": 2, "name": "normalize", "path": "2_Normalize", "type": _OLD_TYPES[2], "kwargs": []},
            ]
        }),
        Variant("plain", "no modules.json: mean pooling, not normalised, length by the number of positions", {},
                ids=True),
        Variant("plain-other-files-ignored",
                "no modules.json: prompts, similarity and max_seq_length in the other files do not count",
                {
                    "sentence_bert_config.json": {"max_seq_length": 16, "do_lower_case": True},
                    "config_sentence_transformers.json": _model_config(
                        _PROMPTS, default_prompt_name="query", similarity_fn_name="dot", truncate_dim=8
                    ),
                },
                calls=(ENCODE, QUERY), ids=True),
    ]


def _length() -> list[Variant]:
    def limited(limit: int | None, **more) -> dict:
        return {"sentence_bert_config.json": {"max_seq_length": limit, "do_lower_case": False} | more}

    def tokenizer(**more) -> dict:
        return {"tokenizer_config.json": tiny_bert.tokenizer_config(**more)}

    mean = _pooling_old("mean")
    return [
        Variant("length-16", "max_seq_length 16", _old(mean) | limited(16), ids=True),
        Variant("length-16-lower-case", "max_seq_length 16 and do_lower_case",
                _old(mean) | limited(16, do_lower_case=True), ids=True),
        Variant("lower-case", "do_lower_case on a cased tokenizer: accents stay",
                _old(mean) | limited(64, do_lower_case=True), ids=True),
        Variant("length-of-tokenizer", "no max_seq_length: model_max_length of tokenizer_config.json",
                _new() | tokenizer(model_max_length=24), ids=True),
        Variant("length-over-tokenizer", "max_seq_length wins over model_max_length",
                _old(mean) | limited(16) | tokenizer(model_max_length=24), ids=True),
        Variant("length-null", "max_seq_length null counts as absent",
                _old(mean) | limited(None) | tokenizer(model_max_length=24), ids=True),
        Variant("length-unset", "model_max_length 1e30 counts as unset: max_position_embeddings",
                _new() | tokenizer(model_max_length=1000000000000000019884624838656), ids=True),
        Variant("length-over-positions", "model_max_length beyond max_position_embeddings is cut to it",
                _new() | tokenizer(model_max_length=512), ids=True),
        Variant("length-neither", "no length anywhere: max_position_embeddings", _new(), ids=True),
        Variant("length-legacy-file", "the config file by its name for RoBERTa",
                _old(mean) | {"sentence_roberta_config.json": {"max_seq_length": 16, "do_lower_case": False}}, ids=True),
        Variant("padding-left", "padding on the left: the vector of a text alone", _new(
            ["cls", "weightedmean", "lasttoken", "max"]) | tokenizer(padding_side="left"), ids=True),
        Variant("truncation-left", "truncation on the left keeps the end of a text",
                _old(mean) | limited(16) | tokenizer(truncation_side="left"), ids=True),
    ]


def _prompts() -> list[Variant]:
    by_name = ("encode", "clustering")
    everything = (ENCODE, by_name, QUERY, DOCUMENT)
    variants = [
        Variant("prompts", "prompts of their own for queries and documents, and one by name",
                _new(config=_model_config(_PROMPTS)), calls=everything),
        Variant("prompts-default", "default_prompt_name is for encode, not for queries and documents",
                _new(config=_model_config(_PROMPTS, default_prompt_name="clustering")), calls=everything),
        Variant("prompts-default-only", "a default prompt, but none for queries and documents: they get none",
                _new(config=_model_config({"retrieval": "find: "}, default_prompt_name="retrieval")),
                calls=(ENCODE, QUERY, DOCUMENT)),
        Variant("prompts-passage", "a prompt called passage is not used for documents",
                _new(config=_model_config({"query": "query: ", "passage": "passage: "})),
                calls=(ENCODE, ("encode", "passage"), QUERY, DOCUMENT)),
        Variant("prompts-length-16", "the prompt counts towards the limit",
                _old(_pooling_old("mean")) | {
                    "sentence_bert_config.json": {"max_seq_length": 16, "do_lower_case": False},
                    "config_sentence_transformers.json": _model_config(_PROMPTS),
                }, calls=everything),
    ]
    for mode in MODES:
        variants.append(
            Variant(f"exclude-prompt-{mode}", f"include_prompt false, {mode}",
                    _new(_pooling_new(mode, include_prompt=False), config=_model_config(_PROMPTS)), calls=everything)
        )
    variants += [
        Variant("exclude-prompt-booleans", "include_prompt false in the old form",
                _old(_pooling_old("mean", "cls", include_prompt=False))
                | {"config_sentence_transformers.json": _model_config(_PROMPTS)}, calls=everything),
        Variant("exclude-prompt-glued", "a prompt that grows together with the text's first word",
                _new(_pooling_new("mean", include_prompt=False), config=_model_config({"query": "under"})),
                calls=(ENCODE, QUERY)),
        Variant("exclude-prompt-too-long", "a prompt that fills the limit: only [SEP] is pooled",
                _old(_pooling_old("mean", "max", include_prompt=False)) | {
                    "sentence_bert_config.json": {"max_seq_length": 8, "do_lower_case": False},
                    "config_sentence_transformers.json": _model_config(_PROMPTS),
                }, calls=everything),
    ]
    return variants


def _output() -> list[Variant]:
    variants = [
        Variant("truncate-dim", "truncate_dim cuts after Normalize; the rest is not normalised again",
                _new(normalize=True, config=_model_config(truncate_dim=12))),
        Variant("truncate-dim-list", "truncate_dim cuts a concatenation",
                _new(["mean", "cls", "max"], config=_model_config(truncate_dim=40))),
        Variant("truncate-dim-larger", "truncate_dim beyond the dimension changes nothing",
                _new(config=_model_config(truncate_dim=64))),
    ]
    for name in ("cosine", "dot", "euclidean", "manhattan"):
        variants.append(
            Variant(f"similarity-{name}", f"similarity_fn_name {name}",
                    _new(config=_model_config(similarity_fn_name=name)), similarities=True)
        )
    variants.append(
        Variant("similarity-null", "similarity_fn_name null: cosine",
                _new(config=_model_config(similarity_fn_name=None)), similarities=True)
    )
    return variants


def variants() -> list[Variant]:
    every = _pooling() + _modules_spelled() + _length() + _prompts() + _output()
    names = [variant.name for variant in every]
    if len(set(names)) != len(names):
        raise ValueError("names are not unique")
    return every


TEXTS = [
    {"name": "sentence", "text": "The weather is lovely today."},
    {"name": "sentence-2", "text": "It's so sunny outside!"},
    {"name": "sentence-3", "text": "He drove to the stadium."},
    {"name": "question", "text": "How many people live in London?"},
    {"name": "empty", "text": ""},
    {"name": "blank", "text": " \t\n"},
    {"name": "letter", "text": "a"},
    {"name": "word", "text": "war"},
    {"name": "unknown", "text": "\u4e16"},
    {"name": "upper", "text": "THE WEATHER IS LOVELY TODAY."},
    {"name": "accents", "text": "Zo\u00eb's caf\u00e9 in M\u00fcnchen: stra\u00dfe, ni\u00f1o, \u00c9T\u00c9"},
    {"name": "accents-decomposed", "text": "Zoe\u0308's cafe\u0301"},
    {"name": "cyrillic-upper", "text": "\u0414\u0410 \u0434\u0430"},
    {"name": "cjk", "text": "\u65e5\u672c\u8a9e\u306e\u6587\u66f8"},
    {"name": "emoji", "text": "good \U0001f44d\U0001f3fd work"},
    {"name": "special-tokens", "text": "[CLS] the [MASK] of [SEP] France [PAD]"},
    {"name": "special-tokens-lower", "text": "[cls] [sep]"},
    {"name": "numbers", "text": "In 1984, 3 of 12 (25%) cost $4.50."},
    {"name": "code", "text": "int x = a[i] + b; // see http://example.com/?q=1&r=2"},
    {"name": "glued", "text": "stand and take the ground"},
    {"name": "spaces", "text": "  many   spaces   between  "},
    {"name": "controls", "text": "be\u0000fore \u200bzero\u200b and \ufeffafter\u0007"},
    {"name": "thirteen", "text": "one two three four five six seven eight ten one two three four"},
    {"name": "fourteen", "text": "one two three four five six seven eight ten one two three four five"},
    {"name": "fifteen", "text": "one two three four five six seven eight ten one two three four five six"},
    {"name": "twenty-two", "repeat": "the war ", "times": 11},
    {"name": "twenty-three", "repeat": "time ", "times": 23},
    {"name": "sixty-two", "repeat": "year ", "times": 62},
    {"name": "sixty-three", "repeat": "world ", "times": 63},
    {"name": "cut-in-a-word", "repeat": "unbelievable ", "times": 40},
    {"name": "long", "text": "After the war he went back to the city where his family had lived for many years, and "
     "there he found that the house was gone, that the school had become a hospital, and that nobody on the street "
     "could say what had happened to the people who once lived in it. He stayed for three days and then left again."},
    {"name": "very-long", "repeat": "in the end all things are one. ", "times": 500},
    {"name": "long-word", "repeat": "ab", "times": 51},
]
