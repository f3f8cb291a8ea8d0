"""The cross-encoder: it starts as a bi-encoder and learns to look at both texts together.

A cross-encoder with a new head knows nothing at first and needs millions of pairs. This one is built so
that it gives its parent bi-encoder's similarity before any training:

* query and document are one input, `[CLS] query [SEP] document [SEP]`, as for every BERT cross-encoder;
  positions are counted anew in the document, as the parent has learned them;
* in the lower layers a token sees its own text only; in the upper layers it sees the other one too,
  through a gate (a bias on the attention logits, one per head) that starts almost closed;
* the score is a sum of: the cosine of the two texts' mean vectors (the parent's score); the mean over
  the query's tokens of the best match among the document's tokens, once for the last layer's vectors
  and once for the word embeddings, with learned weights (ColBERT's MaxSim; the second is close to a
  lexical match); and a small network on both mean vectors. All but the first start at zero.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import BertModel

MASKED = -1e4


@dataclass(frozen=True)
class Shape:
    vocabulary: int = 30522
    hidden: int = 384
    layers: int = 6
    heads: int = 12
    intermediate: int = 1536
    positions: int = 512
    crossing: int = 3  # so many of the upper layers look across
    match: int = 128  # dimension of the token vectors that are matched


class Layer(nn.Module):
    """BERT's, with a bias for every head and pair of tokens."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.query = nn.Linear(shape.hidden, shape.hidden)
        self.key = nn.Linear(shape.hidden, shape.hidden)
        self.value = nn.Linear(shape.hidden, shape.hidden)
        self.output = nn.Linear(shape.hidden, shape.hidden)
        self.norm1 = nn.LayerNorm(shape.hidden, eps=1e-12)
        self.up = nn.Linear(shape.hidden, shape.intermediate)
        self.down = nn.Linear(shape.intermediate, shape.hidden)
        self.norm2 = nn.LayerNorm(shape.hidden, eps=1e-12)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        b, t, h = x.shape
        q, k, v = (
            part(x).view(b, t, self.heads, h // self.heads).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        )
        seen = self.attend(q, k, v, bias).transpose(1, 2).reshape(b, t, h)
        x = self.norm1(x + self.output(seen))
        return self.norm2(x + self.down(F.gelu(self.up(x))))

    def attend(self, q: Tensor, k: Tensor, v: Tensor, bias: Tensor) -> Tensor:
        if not self.training:
            return F.scaled_dot_product_attention(q, k, v, attn_mask=bias.to(q.dtype))
        # On a CPU its backward pass in bfloat16 takes twice as long as all the rest together.
        return torch.softmax(q @ k.transpose(2, 3) * q.shape[3] ** -0.5 + bias, dim=-1).to(v.dtype) @ v


class PairEncoder(nn.Module):
    """Scores pairs: one logit each."""

    def __init__(self, shape: Shape = Shape()) -> None:
        super().__init__()
        self.shape = shape
        self.words = nn.Embedding(shape.vocabulary, shape.hidden)
        self.positions = nn.Embedding(shape.positions, shape.hidden)
        self.types = nn.Embedding(2, shape.hidden)
        self.norm = nn.LayerNorm(shape.hidden, eps=1e-12)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.gates = nn.Parameter(torch.full((shape.crossing, shape.heads), -4.0))
        self.match = nn.Linear(shape.hidden, shape.match, bias=False)
        self.weight = nn.Linear(shape.hidden, 1)
        self.word_match = nn.Linear(shape.hidden, shape.match, bias=False)
        self.word_weight = nn.Linear(shape.hidden, 1)
        self.mix = nn.Linear(4 * shape.hidden, shape.hidden)
        self.mixed = nn.Linear(shape.hidden, 1)
        # Cosine, match, word match: how much each counts. A cosine varies by a tenth between texts.
        self.scale = nn.Parameter(torch.tensor([10.0, 0.0, 0.0]))
        self.shift = nn.Parameter(torch.tensor(0.0))
        for matcher in (self.match, self.word_match):
            nn.init.orthogonal_(matcher.weight)
        for flat in (self.weight, self.word_weight, self.mixed):
            nn.init.zeros_(flat.weight)
            nn.init.zeros_(flat.bias)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        word, x, query, document = self.read(input_ids, attention_mask, token_type_ids)
        # Differences between documents are small: bfloat16 would round them away.
        with torch.autocast("cpu", enabled=False):
            return self.score(word, x.float(), query, document)

    def vectors(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        """Of pairs of which one text is empty, the other one's vector: what the cosine compares."""
        _, x, query, document = self.read(input_ids, attention_mask, token_type_ids, across=False)
        some = (document.sum(dim=1, keepdim=True) > 0).float()
        return unit(mean(x.float(), document * some + query * (1 - some)))

    def read(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor, across: bool = True
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Word embeddings, the last layer's vectors, and which tokens are the query's, the document's."""
        kept = attention_mask.to(torch.float32)
        document = token_type_ids.to(torch.float32) * kept
        query = kept - document
        # The query's part comes first; the document's positions begin at 1, behind an imagined [CLS].
        length = query.sum(dim=1, keepdim=True)
        index = torch.cumsum(torch.ones_like(kept), dim=1) - 1
        position = (index - document * (length - 1)).clamp(0, self.shape.positions - 1).to(torch.int64)
        word = self.words(input_ids)
        x = self.norm(word + self.positions(position) + self.types(token_type_ids))
        # 1 where two tokens belong to the same text; the [CLS] in front belongs to both.
        first = torch.clamp(1 - index, min=0)[:, None, :]
        same = torch.clamp(
            query[:, :, None] * query[:, None, :] + document[:, :, None] * document[:, None, :] + first, max=1
        )[:, None]
        padding = ((1 - kept) * MASKED)[:, None, None, :]
        apart = (1 - same) * MASKED + padding
        for i, layer in enumerate(self.layers):
            crossing = i - (self.shape.layers - self.shape.crossing)
            looks = across and crossing >= 0
            bias = (1 - same) * self.gates[crossing][None, :, None, None] + padding if looks else apart
            x = layer(x, bias)
        return word, x, query, document

    def score(self, word: Tensor, x: Tensor, query: Tensor, document: Tensor) -> Tensor:
        q, d = mean(x, query), mean(x, document)
        cosine = (unit(q) * unit(d)).sum(dim=1, keepdim=True)
        matched = best_matches(self.match(x), F.softplus(self.weight(x)), query, document)
        word_matched = best_matches(self.word_match(word), F.softplus(self.word_weight(word)), query, document)
        features = torch.cat([cosine, matched, word_matched], dim=1)
        mixed = self.mixed(torch.tanh(self.mix(torch.cat([q, d, q * d, (q - d).abs()], dim=1))))
        return (features * self.scale).sum(dim=1, keepdim=True) + mixed + self.shift


def unit(x: Tensor) -> Tensor:
    return x / torch.sqrt((x * x).sum(dim=-1, keepdim=True) + 1e-12)


def mean(x: Tensor, mask: Tensor) -> Tensor:
    return (x * mask[:, :, None]).sum(dim=1) / mask.sum(dim=1, keepdim=True).clamp(min=1)


def best_matches(x: Tensor, weight: Tensor, query: Tensor, document: Tensor) -> Tensor:
    """The weighted mean over the query's tokens of their highest cosine with one of the document's."""
    x = unit(x)
    cosines = x @ x.transpose(1, 2) + (document[:, None, :] - 1) * 2
    weight = weight[:, :, 0] * query
    return (cosines.amax(dim=2) * weight).sum(dim=1, keepdim=True) / weight.sum(dim=1, keepdim=True).clamp(min=1e-6)


def from_bi_encoder(folder: Path, crossing: int = 3) -> PairEncoder:
    """A pair encoder that gives (nearly) the cosine of a mean-pooling BERT bi-encoder."""
    bert = BertModel.from_pretrained(folder)
    config = bert.config
    model = PairEncoder(
        Shape(
            config.vocab_size,
            config.hidden_size,
            config.num_hidden_layers,
            config.num_attention_heads,
            config.intermediate_size,
            config.max_position_embeddings,
            crossing,
        )
    )
    e = bert.embeddings
    model.words.load_state_dict(e.word_embeddings.state_dict())
    model.positions.load_state_dict(e.position_embeddings.state_dict())
    model.types.weight.data.copy_(e.token_type_embeddings.weight.data[:1].expand(2, -1))
    model.norm.load_state_dict(e.LayerNorm.state_dict())
    for mine, theirs in zip(model.layers, bert.encoder.layer, strict=True):
        attention = theirs.attention
        for target, source in (
            (mine.query, attention.self.query),
            (mine.key, attention.self.key),
            (mine.value, attention.self.value),
            (mine.output, attention.output.dense),
            (mine.norm1, attention.output.LayerNorm),
            (mine.up, theirs.intermediate.dense),
            (mine.down, theirs.output.dense),
            (mine.norm2, theirs.output.LayerNorm),
        ):
            target.load_state_dict(source.state_dict())
    return model


def from_onnx(file: Path) -> PairEncoder:
    """The network in a file that export.py made, in float32 or int8, to be trained further."""
    saved = onnx.load(file)
    props = {p.key: json.loads(p.value) for p in saved.metadata_props if p.key.startswith("pair_encoder")}
    model = PairEncoder(Shape(**props["pair_encoder"]))
    folded = props["pair_encoder_folded"]
    tensors = {i.name: numpy_helper.to_array(i) for i in saved.graph.initializer}

    def tensor(name: str) -> np.ndarray | None:
        if name in tensors:
            return tensors[name]
        if f"{name}_quantized" not in tensors:
            return None
        zero, scale = tensors[f"{name}_zero_point"], tensors[f"{name}_scale"]
        return (tensors[f"{name}_quantized"].astype(np.float32) - zero) * scale

    state = {}
    for name, parameter in model.state_dict().items():
        exact = folded[name] if name in folded else tensor(name)
        value = np.array(tensor(f"{name}.T").T if exact is None else exact, dtype=np.float32)
        # Quantisation transposes the weights of the last products.
        state[name] = torch.from_numpy(value if value.shape == parameter.shape else value.T)
    model.load_state_dict(state)
    return model


def initial(source: Path) -> PairEncoder:
    """Where to start: a bi-encoder's folder, a trained model.pt, or a file of export.py."""
    if source.is_dir():
        return from_bi_encoder(source)
    return from_onnx(source) if source.suffix == ".onnx" else load(source)[0]


def save(model: PairEncoder, file: Path, **more: object) -> None:
    temporary = file.with_suffix(".tmp")
    torch.save({"shape": asdict(model.shape), "weights": model.state_dict(), **more}, temporary)
    temporary.replace(file)


def load(file: Path) -> tuple[PairEncoder, dict]:
    saved = torch.load(file, weights_only=True)
    model = PairEncoder(Shape(**saved["shape"]))
    model.load_state_dict(saved["weights"])
    return model, saved
