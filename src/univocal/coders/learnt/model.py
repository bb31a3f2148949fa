"""A linear model over named blocks of features: NumPy only, and it can say which words it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from univocal.coders.learnt.features import Counts

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Vocabulary:
    rows: Mapping[str, int]
    idf: Floats
    blocks: Mapping[str, float]

    @classmethod
    def learn(cls, documents, papers, blocks, fewest) -> "Vocabulary":
        seen: dict[str, int] = {}
        last: dict[str, int] = {}
        for document, paper in zip(documents, papers, strict=True):
            for block in blocks:
                for name in document[block]:
                    key = f"{block}:{name}"
                    if last.get(key) != paper:
                        last[key] = int(paper)
                        seen[key] = seen.get(key, 0) + 1
        kept = sorted(key for key, n in seen.items() if n >= fewest[key.partition(":")[0]])
        counts = np.array([seen[key] for key in kept], dtype=np.float32)
        idf = np.log((1 + len(set(map(int, papers)))) / (1 + counts)).astype(np.float32) + 1
        return cls({key: row for row, key in enumerate(kept)}, idf, dict(blocks))

    def vector(self, document):
        rows: list[int] = []
        values = []
        for block, weight in self.blocks.items():
            found = [(row, n) for name, n in document[block].items() if (row := self.rows.get(f"{block}:{name}")) is not None]
            if not found:
                continue
            at = [row for row, _ in found]
            value = (1 + np.log(np.array([n for _, n in found], dtype=np.float32))) * self.idf[at]
            values.append(value * np.float32(np.sqrt(weight) / np.linalg.norm(value)))
            rows += at
        return np.array(rows, dtype=np.int64), np.concatenate(values) if values else np.zeros(0, np.float32)


@dataclass(frozen=True)
class Linear:
    codes: tuple[str, ...]
    weights: Floats
    dense: Floats
    bias: Floats
    several: bool
    temperature: float = 1.0

    def scores(self, rows, values, dense):
        return np.asarray(values @ self.weights[rows].astype(np.float32) + dense @ self.dense + self.bias, np.float32)

    def probabilities(self, scores):
        scaled = np.asarray(scores, dtype=np.float64) / self.temperature
        return logistic(scaled) if self.several else softmax(scaled)

    def pull(self, code: str):
        at = self.codes.index(code)
        weights = self.weights.astype(np.float32)
        return weights[:, at] if self.several else weights[:, at] - weights.mean(axis=1)


def softmax(scores):
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def logistic(scores):
    return np.asarray(np.exp(-np.logaddexp(0, -scores)))


def calibrated(scores, truth, *, several: bool) -> float:
    grid = np.exp(np.linspace(np.log(0.2), np.log(10), 120))
    return float(min(grid, key=lambda t: _loss(scores / t, truth, several=several)))


def _loss(scores, truth, *, several: bool) -> float:
    if several:
        return float(np.logaddexp(0, np.where(truth == 1, -scores, scores)).mean())
    top = scores.max(axis=1)
    return float((np.log(np.exp(scores - top[:, None]).sum(axis=1)) + top - scores[np.arange(len(truth)), truth]).mean())


def stacked(vectors):
    listed = list(vectors)
    starts = np.cumsum([0, *(len(rows) for rows, _ in listed)])
    return (
        np.concatenate([rows for rows, _ in listed]),
        np.concatenate([values for _, values in listed]),
        starts.astype(np.int64),
    )
