"""Writes a tiny CLIP as its ONNX exports come, images to read with it, and what sentence-transformers gives.

    python make_clip_models.py [--out ../resources/reference]

../resources/reference/README.md describes the output.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import tempfile
import warnings
from collections import Counter
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
import onnx
import onnx.numpy_helper
import onnxruntime
import torch
from PIL import Image
from sentence_transformers import SentenceTransformer
from tokenizers import pre_tokenizers
from transformers import CLIPConfig, CLIPImageProcessor, CLIPImageProcessorPil, CLIPModel, CLIPProcessor, CLIPTokenizer

import reference_folder
import test_images
from make_tiny_models import Expected
from tiny_modules import write_json
from tiny_tokenizers import compact, merge_greedily

SEED = 20261122
_SIDE = 32
_MERGES = 60
_START, _END = "<|startoftext|>", "<|endoftext|>"
_LARGEST_DIFFERENCE = 2e-5

TEXTS = [
    "a photo of a cat",
    "Two dogs playing in the snow!",
    "the red disc on a green wave",
    "",
    "   Many\n\tblanks   and CAPITALS, it's 2026 ",
    "Z\u00fcrich na\u00efve \u4eac\u90fd \U0001f600",
    "a very long caption " * 30,
    "x",
]

#: What a processor may ask for; what is left out is the tiny model's own.
PROCESSORS = {
    "own": {},
    "bilinear-square": {"resample": 2, "size": {"height": 20, "width": 29}, "do_center_crop": False},
    "lanczos": {"resample": 1, "size": {"shortest_edge": 19}, "crop_size": {"height": 15, "width": 18}},
    "nearest": {"resample": 0, "size": {"shortest_edge": 17}, "crop_size": {"height": 16, "width": 16}},
    "padded": {"size": {"shortest_edge": 12}, "crop_size": {"height": 17, "width": 30}},
    "not-resized": {"do_resize": False, "crop_size": {"height": 24, "width": 23}},
}


def _tokenizer() -> CLIPTokenizer:
    """Byte pairs merged by how often they stand side by side, with an end of word as CLIP has it."""
    splitter = pre_tokenizers.ByteLevel(add_prefix_space=False)
    words = Counter()
    for text in TEXTS:
        for word, _ in splitter.pre_tokenize_str(text.lower()[:400]):
            words[word.lstrip("\u0120")] += 1
    del words[""]
    split = {word: [*word[:-1], word[-1] + "</w>"] for word in words}
    merges = merge_greedily(words, split, _MERGES)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    pieces = alphabet + [each + "</w>" for each in alphabet] + ["".join(merge) for merge in merges] + [_START, _END]
    return CLIPTokenizer(vocab={piece: i for i, piece in enumerate(pieces)}, merges=merges, model_max_length=77)


def _model(tokenizer: CLIPTokenizer) -> CLIPModel:
    tower = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    text = tower | {"vocab_size": len(tokenizer), "max_position_embeddings": 77, "projection_dim": 24,
                    "bos_token_id": tokenizer.bos_token_id, "eos_token_id": tokenizer.eos_token_id, "pad_token_id": 1}
    vision = tower | {"image_size": _SIDE, "patch_size": 8, "projection_dim": 24}
    config = CLIPConfig(text_config=text, vision_config=vision, projection_dim=24)
    config._attn_implementation = "eager"
    model = CLIPModel(config)
    generator = torch.Generator().manual_seed(SEED)
    state = model.state_dict()
    for name in sorted(state):
        tensor = state[name]
        if not tensor.is_floating_point() or tensor.ndim == 0:
            continue
        # Wider than usual, so that order and attention matter and no two texts or images are alike.
        noise = torch.randn(tensor.shape, generator=generator)
        if "layer_norm" in name or "layrnorm" in name or "layernorm" in name:
            tensor.copy_(1 + 0.2 * noise if name.endswith("weight") else 0.1 * noise)
        elif tensor.ndim == 1:
            tensor.copy_(0.1 * noise)
        elif "position" in name:
            tensor.copy_(0.4 * noise)
        elif "token_embedding" in name:
            tensor.copy_(noise)
        else:
            tensor.copy_(1.4 / tensor[0].numel() ** 0.5 * noise)
    model.load_state_dict(state)
    return model.eval()


class _Text(torch.nn.Module):
    """As transformers.js exports it: no mask, vectors of any length."""

    def __init__(self, model: CLIPModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        return self.model.get_text_features(input_ids=input_ids).pooler_output


class _Vision(torch.nn.Module):
    def __init__(self, model: CLIPModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, pixel_values: torch.Tensor) -> torch.Tensor:
        return self.model.get_image_features(pixel_values=pixel_values).pooler_output


class _Both(torch.nn.Module):
    """As Optimum exports it: both towers in one file, vectors of length 1, and their products."""

    def __init__(self, model: CLIPModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, pixel_values: torch.Tensor, attention_mask: torch.Tensor):
        out = self.model(input_ids=input_ids, pixel_values=pixel_values, attention_mask=attention_mask)
        return out.logits_per_image, out.logits_per_text, out.text_embeds, out.image_embeds


def _export(module: torch.nn.Module, example: dict, outputs: list[str], file: Path) -> None:
    axes = {"input_ids": {0: "text_batch", 1: "sequence"}, "attention_mask": {0: "text_batch", 1: "sequence"},
            "pixel_values": {0: "image_batch"}, "text_embeds": {0: "text_batch"}, "image_embeds": {0: "image_batch"},
            "logits_per_image": {0: "image_batch", 1: "text_batch"}, "logits_per_text": {0: "text_batch", 1: "image_batch"}}
    file.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module.eval(), tuple(example.values()), str(file), input_names=list(example), output_names=outputs,
            dynamic_axes={name: axes[name] for name in (*example, *outputs)}, opset_version=18, dynamo=False,
        )
    loaded = onnx.load(file)
    _shorten(loaded.graph, {*example, *outputs})
    onnx.checker.check_model(loaded, full_check=True)
    onnx.save(loaded, file)


def _shorten(graph: onnx.GraphProto, kept: set[str]) -> None:
    """Names of Python's modules, which are half of so small a file, become numbers."""
    short: dict[str, str] = {"": ""} | {name: name for name in kept}
    for node in graph.node:
        node.doc_string = node.name = ""
        del node.metadata_props[:]
        for names in (node.input, node.output):
            for i, name in enumerate(names):
                names[i] = short.setdefault(name, str(len(short)))
    for tensor in graph.initializer:
        tensor.name = short.setdefault(tensor.name, str(len(short)))
    del graph.value_info[:]


def _exports(model: CLIPModel, out: Path) -> None:
    ids = torch.tensor([[572, 5, 6, 573], [572, 9, 573, 573]]) % model.config.text_config.vocab_size
    mask = torch.tensor([[1, 1, 1, 1], [1, 1, 1, 0]])
    pixels = torch.rand((3, 3, _SIDE, _SIDE), generator=torch.Generator().manual_seed(SEED))
    _export(_Text(model), {"input_ids": ids}, ["text_embeds"], out / "split/onnx/text_model.onnx")
    _export(_Vision(model), {"pixel_values": pixels}, ["image_embeds"], out / "split/onnx/vision_model.onnx")
    _export(_Both(model), {"input_ids": ids, "pixel_values": pixels, "attention_mask": mask},
            ["logits_per_image", "logits_per_text", "text_embeds", "image_embeds"], out / "single/onnx/model.onnx")


def _leaky(file: Path) -> None:
    """What looks like CLIP, but the vector of a text depends on the image beside it."""
    generator = np.random.default_rng(SEED)
    initializers = [onnx.numpy_helper.from_array(generator.normal(size=shape).astype(np.float32), name)
                    for name, shape in (("of_text", (1, 24)), ("of_image", (3, 24)))]
    initializers += [onnx.numpy_helper.from_array(np.array(axes), name)
                     for name, axes in (("tokens", [1]), ("places", [2, 3]))]
    node = onnx.helper.make_node
    nodes = [
        node("Cast", ["input_ids"], ["ids"], to=onnx.TensorProto.FLOAT),
        node("ReduceMean", ["ids", "tokens"], ["mean"], keepdims=1),
        node("MatMul", ["mean", "of_text"], ["text"]),
        node("ReduceMean", ["pixel_values", "places"], ["colours"], keepdims=0),
        node("MatMul", ["colours", "of_image"], ["image_embeds"]),
        node("ReduceMean", ["pixel_values"], ["light"], keepdims=0),
        node("Add", ["text", "light"], ["text_embeds"]),
    ]
    info = onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph(
        nodes, "leaky",
        [info("input_ids", onnx.TensorProto.INT64, ["texts", "tokens_"]),
         info("pixel_values", onnx.TensorProto.FLOAT, ["images", 3, _SIDE, _SIDE])],
        [info("text_embeds", onnx.TensorProto.FLOAT, ["texts", 24]),
         info("image_embeds", onnx.TensorProto.FLOAT, ["images", 24])],
        initializers,
    )
    made = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 18)], ir_version=8)
    onnx.checker.check_model(made, full_check=True)
    file.parent.mkdir(parents=True)
    onnx.save(made, file)


def _check(model: SentenceTransformer, out: Path, pictures: list[Image.Image]) -> None:
    """What ONNX Runtime gives for Python's own inputs is what torch gives."""
    text = onnxruntime.InferenceSession(str(out / "split/onnx/text_model.onnx"))
    vision = onnxruntime.InferenceSession(str(out / "split/onnx/vision_model.onnx"))
    both = onnxruntime.InferenceSession(str(out / "single/onnx/model.onnx"))
    from_text = model.encode(TEXTS, batch_size=8)
    from_image = model.encode(pictures, batch_size=8)
    inputs = model.preprocess(TEXTS)
    ids, mask = inputs["input_ids"].numpy(), inputs["attention_mask"].numpy()
    pixels = model.preprocess(pictures)["pixel_values"].numpy()
    unit = lambda vectors: vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    together = both.run(["text_embeds", "image_embeds"], {"input_ids": ids, "attention_mask": mask, "pixel_values": pixels})
    pairs = [(text.run(None, {"input_ids": ids})[0], from_text), (vision.run(None, {"pixel_values": pixels})[0], from_image),
             (together[0], unit(from_text)), (together[1], unit(from_image))]
    for ours, theirs in pairs:
        difference = float(np.abs(ours - theirs).max())
        print(f"torch - onnx {difference:.1e}")
        if difference > _LARGEST_DIFFERENCE:
            raise SystemExit("torch and ONNX differ")
    for name, vectors in (("texts", from_text), ("images", from_image)):
        cosines = unit(vectors) @ unit(vectors).T
        np.fill_diagonal(cosines, -1)
        print(f"{name}: nearest two {cosines.max():.4f}, lengths {np.linalg.norm(vectors, axis=1).round(2)}")


def _pixels(options: dict, picture: Image.Image) -> np.ndarray:
    """The bytes that are scaled afterwards, as torchvision makes them; Pillow's must be within 1."""
    own = {"size": {"shortest_edge": _SIDE}, "crop_size": {"height": _SIDE, "width": _SIDE},
           "do_rescale": False, "do_normalize": False}
    made = [np.asarray(kind(**(own | options))(picture, return_tensors="np")["pixel_values"][0]).astype(np.int32)
            for kind in (CLIPImageProcessor, CLIPImageProcessorPil)]
    difference = np.abs(made[0] - made[1]).max() if made[0].shape == made[1].shape else "shape"
    print(f"  {options}: torchvision - Pillow {difference}")
    return made[0].astype(np.uint8)


def _saved(processor: CLIPProcessor, model: CLIPModel, out: Path, temporary: Path) -> SentenceTransformer:
    """The folders as older versions and as version 6 write them, less the weights."""
    old = temporary / "old"
    model.save_pretrained(old / "0_CLIPModel")
    processor.tokenizer.save_pretrained(old / "0_CLIPModel")
    tokenizer = old / "0_CLIPModel/tokenizer.json"
    tokenizer.write_text(compact(tokenizer.read_text(encoding="utf-8")), encoding="ascii")
    settings = json.loads((old / "0_CLIPModel/tokenizer_config.json").read_text(encoding="utf-8"))
    write_json(old / "0_CLIPModel/tokenizer_config.json",
               {k: v for k, v in settings.items() if k not in ("is_local", "local_files_only")})
    image = processor.image_processor
    write_json(old / "0_CLIPModel/preprocessor_config.json", {
        "crop_size": _SIDE, "do_center_crop": True, "do_normalize": True, "do_resize": True,
        "feature_extractor_type": "CLIPFeatureExtractor", "image_mean": list(image.image_mean),
        "image_std": list(image.image_std), "resample": 3, "size": _SIDE})
    write_json(old / "modules.json", [
        {"idx": 0, "name": "0", "path": "0_CLIPModel", "type": "sentence_transformers.models.CLIPModel"}])
    loaded = SentenceTransformer(str(old), device="cpu")

    new = temporary / "new"
    SentenceTransformer(str(old / "0_CLIPModel"), device="cpu").save(str(new), create_model_card=False)
    base = out / "base"
    base.mkdir(parents=True)
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json", "preprocessor_config.json"):
        shutil.copy(old / "0_CLIPModel" / name, base / name)
    six = out / "six"
    six.mkdir()
    for name in ("modules.json", "sentence_bert_config.json", "config_sentence_transformers.json", "processor_config.json"):
        shutil.copy(new / name, six / name)
    print("version 6 writes", sorted(path.name for path in new.iterdir()))
    again = SentenceTransformer(str(new), device="cpu")
    assert np.array_equal(again.encode(TEXTS), loaded.encode(TEXTS))
    return loaded


def main() -> None:
    arguments = reference_folder.parse(reference_folder.parser(__doc__))
    out = arguments.out / "clip"
    shutil.rmtree(out, ignore_errors=True)
    expected = Expected(out)

    files = test_images.images()
    (out / "images").mkdir(parents=True)
    for name, content in files.items():
        (out / "images" / name).write_bytes(content)
    pictures = [Image.open(io.BytesIO(content)) for content in files.values()]

    tokenizer = _tokenizer()
    model = _model(tokenizer)
    image_processor = CLIPImageProcessor(size={"shortest_edge": _SIDE}, crop_size={"height": _SIDE, "width": _SIDE})
    processor = CLIPProcessor(image_processor=image_processor, tokenizer=tokenizer)
    with tempfile.TemporaryDirectory() as temporary:
        loaded = _saved(processor, model, out, Path(temporary))
    _exports(model, out)
    _leaky(out / "leaky/onnx/model.onnx")
    _check(loaded, out, pictures)

    texts = np.concatenate([loaded.encode([text]) for text in TEXTS])
    vectors = np.concatenate([loaded.encode([picture]) for picture in pictures])
    ids = [loaded.preprocess([text])["input_ids"].numpy().reshape(-1) for text in TEXTS]
    normalised = loaded.preprocess([pictures[0]])["pixel_values"].numpy()[0]
    shown = ["photo.jpg", "tall.png", "dot.png"]
    pixels = []
    for name, options in PROCESSORS.items():
        for shown_name in shown:
            made = _pixels(options, Image.open(io.BytesIO(files[shown_name])))
            pixels.append({"processor": name, "image": shown_name, "height": made.shape[1], "width": made.shape[2],
                           "file": expected.write(f"{name}.{shown_name}.u1", made, "u1")})
    decoded = []
    for (name, _), picture in zip(files.items(), pictures):
        made = np.asarray(picture.convert("RGB"))
        decoded.append({"image": name, "height": made.shape[0], "width": made.shape[1],
                        "file": expected.write(f"{name}.rgb", made[::3, ::3], "u1")})
    write_json(out / "clip.json", {
        "texts": TEXTS,
        "dimension": 24,
        "text_vectors": expected.write("texts.f32", texts, "<f4"),
        "ids": expected.write("texts.ids", np.concatenate([np.concatenate(([len(row)], row)) for row in ids]), "<i4"),
        "images": list(files),
        "image_vectors": expected.write("images.f32", vectors, "<f4"),
        "normalised": expected.write("normalised.f32", normalised, "<f4"),
        "processors": {name: options for name, options in PROCESSORS.items()},
        "pixels": pixels,
        "decoded": decoded,
    })
    print(sum(path.stat().st_size for path in out.rglob("*") if path.is_file()), "bytes")


if __name__ == "__main__":
    main()
