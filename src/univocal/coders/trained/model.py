"""The weights, and what they score: sums of weights, block by block, so that every score can be taken apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from univocal.coders.trained.blocks import Block, unit
from univocal.coders.trained.extract import CueColumns, Extract, Passage
from univocal.coders.trained.vectors import WordVectors

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Machine:
    """One linear model: a matrix (features by outputs) for each block, and a bias an output."""

    blocks: Mapping[str, Array]
    bias: Array


@dataclass(frozen=True)
class Calibrator:
    """From scores to probabilities of one variable's codes: a small logistic regression on standardised scores.

    ``exclusive`` codes share one softmax; others have a logistic function each.
    """

    codes: tuple[str, ...]
    exclusive: bool
    mean: Array
    spread: Array
    weight: Array
    bias: Array

    def probabilities(self, scores: Array) -> Array:
        """One row of probabilities for each row of ``scores``."""
        z = (scores - self.mean) / self.spread @ self.weight + self.bias
        if not self.exclusive:
            return np.asarray(1 / (1 + np.exp(-np.clip(z, -50, 50))), np.float32)
        z = np.exp(z - z.max(-1, keepdims=True))
        return np.asarray(z / z.sum(-1, keepdims=True), np.float32)


@dataclass(frozen=True)
class Model:
    """All that was learned.

    ``machines``: ``sense`` scores a mention; ``topic`` any paper (``about`` and the ideals); ``paper`` the variables
    of papers about the alignment of AI. ``outputs`` names the columns of each as (variable, code).
    """

    blocks: Mapping[str, Block]
    centres: Mapping[str, Array]
    cue_scale: Mapping[str, tuple[Array, Array]]
    columns: CueColumns
    machines: Mapping[str, Machine]
    outputs: Mapping[str, tuple[tuple[str, str], ...]]
    calibrators: Mapping[str, Calibrator]
    thresholds: Mapping[str, float]
    seen: frozenset[int]

    def dense(self, name: str, vector: Array) -> Array:
        """A mean of word vectors as the machines see it: less the centre of the training data, of length one."""
        return unit(vector - self.centres[name]) if vector.any() else vector

    def cue_values(self, name: str, row: Array) -> Array:
        """Cue matches, centred and scaled as in training."""
        mean, scale = self.cue_scale[name]
        return np.asarray((row - mean) * scale, np.float32)


def sparse_score(model: Model, machine: Machine, name: str, names: tuple[str, ...] | frozenset[str]) -> Array:
    """What do the named features add to each output?"""
    columns, values = model.blocks[name].row(names)
    return np.asarray(values @ machine.blocks[name][columns], np.float32)


def passage_score(model: Model, machine: Machine, passage: Passage, vectors: WordVectors) -> Array:
    """What does a passage as a whole add to each output?"""
    text = sparse_score(model, machine, "text", passage.names)
    near = sparse_score(model, machine, "near", passage.near)
    vector = model.dense("passage", vectors.mean(passage.ids))
    return np.asarray(text + near + vector @ machine.blocks["passage"], np.float32)


def sense_scores(model: Model, found: Extract, vectors: WordVectors) -> Array:
    """One row a mention, one column a sense. In a long text the opening and the mention's passage count alike."""
    machine = model.machines["sense"]
    whole = {p: passage_score(model, machine, passage, vectors) for p, passage in found.passages.items()}
    title = sparse_score(model, machine, "title", found.title) + machine.bias
    rows = np.zeros((len(found.mentions), len(machine.bias)), np.float32)
    for i, place in enumerate(found.cut.of):
        sentence = model.dense("sentence", vectors.mean(found.sentences[i]))
        rows[i] = (
            title
            + (whole[place] + whole[0]) / 2
            + sparse_score(model, machine, "signs", found.signs[i])
            + sentence @ machine.blocks["sentence"]
            + model.cue_values("mention", found.cues[i]) @ machine.blocks["cues"]
        )
    return rows


def paper_scores(model: Model, name: str, found: Extract, vectors: WordVectors) -> Array:
    """One score an output of the machine ``topic`` or ``paper``. The opening counts as much as all other passages."""
    machine = model.machines[name]
    whole = {p: passage_score(model, machine, passage, vectors) for p, passage in found.passages.items()}
    others = [score for p, score in whole.items() if p] or [whole[0]]
    return np.asarray(
        machine.bias
        + sparse_score(model, machine, "title", found.title)
        + (whole[0] + np.mean(others, axis=0)) / 2
        + model.cue_values("mention_mean", found.cues.mean(0)) @ machine.blocks["cues"]
        + model.cue_values("paper", found.paper_cues) @ machine.blocks["paper_cues"],
        np.float32,
    )


def second_look(scores: Array, places: tuple[int, ...], topic: Array) -> Array:
    """What a mention's calibrator sees: its own scores, the mean of its passage's and of its paper's, the topic's."""
    of = np.array(places)
    own = np.stack([scores[of == p].mean(0) for p in places])
    return np.hstack([scores, (own + scores.mean(0)) / 2, np.tile(topic, (len(scores), 1))])


def paper_look(topic: Array, paper: Array, senses: Array) -> Array:
    """What a paper's calibrators see: the scores of both machines, and its mentions' probabilities pooled."""
    return np.concatenate([topic, paper, senses.mean(0), senses.max(0)])
