"""The expectation step that every latent-truth model shares, laid out so that its cost is a few passes over answers.

Units are ordered by their number of answers. Slot s holds the s-th answer of each unit that has one, so a slot is
a prefix of the units and its sums need no index of units (jagged diagonal storage, Saad 1989,
doi:10.1137/0910073). Neighbouring slots are merged for as long as few distinct combinations of answers occur: a
combination then costs one look-up instead of several. Where all slots merge into one, equal units become one
weighted row, and an iteration costs no more than the distinct rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from univocal.statistics.answers import Answers
from univocal.statistics.matrix import Array

#: Slots are merged while their distinct combinations are no more than this, so that a table of them fits the cache.
_COMBINATIONS = 1 << 13
#: Combinations are found by a table of all that could be; no larger table than this is made.
_CONCEIVABLE = 1 << 22
#: So many cells (labels × units) are worked on at once.
_CELLS = 1 << 17
#: A likelihood is taken for no smaller than this, so that its logarithm is finite.
_LEAST = 1e-300

Index = NDArray[np.signedinteger[Any]]


def log_of(shares: Array) -> Array:
    """The logarithm of shares; zero and undefined (NaN) count as 1e-300, so that sums stay finite.

    >>> log_of(np.array([1.0, 0.0, np.nan])).round(1).tolist()
    [0.0, -690.8, -690.8]
    """
    result: Array = np.log(np.fmax(shares, _LEAST))
    return result


@dataclass(frozen=True, slots=True)
class _Slot:
    """The combination of answers at each row of a prefix of rows, and the keys that each combination holds."""

    codes: Index  # (n,)
    keys: NDArray[np.intp]  # (combinations, answers), n_keys where a unit has no further answer


@dataclass(frozen=True, slots=True)
class Expected:
    """What an expectation step finds: expected numbers of answers and of units, and the log-likelihood.

    ``counts`` (coders, true labels, given labels); ``classes`` (labels,).
    """

    counts: Array
    classes: Array
    log_likelihood: float


class Slots:
    """Answers laid out for expectation steps. Units without answers take no part in them.

    Args:
        answers: whose units, coders and labels are kept.
        n_true: the number of true labels, where it isn't that of the labels given.

    >>> from univocal.statistics.answers import answers_of
    >>> slots = Slots(answers_of([["b", "a", "b"], ["b", "b", "b"]]))
    >>> slots.n_rows, slots.weights.tolist()
    (2, [1.0, 2.0])
    """

    def __init__(self, answers: Answers, *, n_true: int | None = None) -> None:
        self.shape = (answers.n_coders, len(answers.labels))
        self.n_true = len(answers.labels) if n_true is None else n_true
        self.n_keys = answers.n_coders * len(answers.labels)
        self.n_units, self.n_answers = answers.n_units, answers.n_answers
        slots, self.units = _laid_out(answers, self.n_keys)
        self.row_of_unit: Index = np.arange(len(self.units), dtype=np.int32)
        self.weights: Array = np.ones(len(self.units))
        if len(slots) == 1:  # equal units are one row
            self.row_of_unit = slots[0].codes
            self.weights = np.bincount(self.row_of_unit, minlength=len(slots[0].keys)).astype(np.float64)
            slots = [_Slot(np.arange(len(self.weights)), slots[0].keys)]
        self.slots = slots

    @property
    def n_rows(self) -> int:
        """How many rows does an expectation step go through: units, or kinds of units?"""
        return len(self.weights)

    def expected(self, log_confusion: Array, log_prior: Array, weights: Array | None = None) -> Expected:
        """One expectation step.

        Args:
            log_confusion: (coders, true, given) log-likelihood of an answer under each true label.
            log_prior: (labels,) log-probability of each true label.
            weights: (rows,) how often each row counts; ``self.weights`` where None.
        """
        weights = self.weights if weights is None else weights
        tables = self._tables(log_confusion)
        sums = [np.zeros(table.shape) for table in tables]
        classes, likelihood = np.zeros(self.n_true), 0.0
        for start, stop in self._blocks():
            block = self._scores(tables, start, stop, log_prior)
            evidence = _softmax(block)
            weight = weights[start:stop]
            likelihood += float(weight @ evidence)
            block *= weight
            classes += block.sum(axis=1)
            for slot, total in zip(self.slots, sums, strict=True):
                codes = slot.codes[start:stop].astype(np.intp, copy=False)
                for k in range(self.n_true if len(codes) else 0):
                    found = np.bincount(codes, block[k, : len(codes)])
                    total[k, : len(found)] += found
        return Expected(self._by_key(sums), classes, likelihood)

    def counts_given(self, posterior: Array, weights: Array | None = None) -> Expected:
        """The expected counts where the posterior (rows, labels) of the truth is known already."""
        weighted = posterior.T * (self.weights if weights is None else weights)
        sums = []
        for slot in self.slots:
            total = np.empty((self.n_true, len(slot.keys)))
            for k in range(self.n_true):
                total[k] = np.bincount(slot.codes, weighted[k, : len(slot.codes)], minlength=len(slot.keys))
            sums.append(total)
        return Expected(self._by_key(sums), weighted.sum(axis=1), np.nan)

    def posterior(self, log_confusion: Array, log_prior: Array) -> Array:
        """The probability of each true label for each row, (rows, labels)."""
        result = np.empty((self.n_rows, self.n_true))
        tables = self._tables(log_confusion)
        for start, stop in self._blocks():
            block = self._scores(tables, start, stop, log_prior)
            _softmax(block)
            result[start:stop] = block.T
        return result

    def vote_shares(self) -> Array:
        """Which share of the answers to each row names each label, (rows, labels)?"""
        labels = self.shape[1]
        votes = np.broadcast_to(np.eye(labels), (self.shape[0], labels, labels))
        result = np.empty((self.n_rows, labels))
        tables = self._tables(votes)
        for start, stop in self._blocks():
            block = self._scores(tables, start, stop, np.zeros(labels))
            result[start:stop] = (block / block.sum(axis=0)).T
        return result

    def for_units(self, rows: Array, unanswered: Array) -> Array:
        """What holds for rows (rows, labels) as what holds for units (n_units, labels), in their order."""
        result = np.empty((self.n_units, rows.shape[1]))
        if len(self.units) < self.n_units:
            result[:] = unanswered
        result[self.units] = rows[self.row_of_unit]
        return result

    def counts_of(self, start: int, stop: int) -> Array:
        """How often was each key (coder, label) answered in rows start to stop? (rows, keys), dense."""
        n = stop - start
        cell = [np.empty(0, np.intp)]
        for slot in self.slots:
            keys = slot.keys[slot.codes[start:stop]]
            cell.append((keys + np.arange(len(keys))[:, None] * (self.n_keys + 1)).ravel())
        counts = np.bincount(np.concatenate(cell), minlength=n * (self.n_keys + 1))
        return counts.reshape(n, self.n_keys + 1)[:, : self.n_keys].astype(np.float64)

    def _blocks(self) -> list[tuple[int, int]]:
        step = max(1, _CELLS // max(1, self.n_true))
        return [(start, min(start + step, self.n_rows)) for start in range(0, self.n_rows, step)]

    def _tables(self, values: Array) -> list[Array]:
        """For each slot the sum of ``values`` (coders, true, given) over its combinations, (true, combinations)."""
        by_key = np.zeros((self.n_true, self.n_keys + 1))
        by_key[:, :-1] = values.transpose(1, 0, 2).reshape(self.n_true, self.n_keys)
        return [by_key[:, slot.keys].sum(axis=2) for slot in self.slots]

    def _scores(self, tables: list[Array], start: int, stop: int, offset: Array) -> Array:
        block = np.empty((self.n_true, stop - start))
        block[:] = offset[:, None]
        for slot, table in zip(self.slots, tables, strict=True):
            codes = slot.codes[start:stop].astype(np.intp, copy=False)
            for k in range(self.n_true if len(codes) else 0):
                block[k, : len(codes)] += table[k].take(codes)
        return block

    def _by_key(self, sums: list[Array]) -> Array:
        coders, labels = self.shape
        total = np.zeros((self.n_true, self.n_keys + 1))
        for slot, weights in zip(self.slots, sums, strict=True):
            for column in slot.keys.T:
                for k in range(self.n_true):
                    total[k] += np.bincount(column, weights[k], minlength=self.n_keys + 1)
        return total[:, :-1].reshape(self.n_true, coders, labels).transpose(1, 0, 2)


def _softmax(block: Array) -> Array:
    """Turns log-likelihoods (labels, n) into posteriors in place; gives the log of their sums."""
    top = block.max(axis=0)
    block -= top
    np.exp(block, out=block)
    total = block.sum(axis=0)
    block /= total
    result: Array = np.log(total)
    result += top
    return result


def _laid_out(answers: Answers, n_keys: int) -> tuple[list[_Slot], NDArray[np.intp]]:
    """The merged slots, and the units that have answers, those with most answers first."""
    sizes = np.bincount(answers.unit, minlength=answers.n_units)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    most = int(sizes.max(initial=0))
    order = np.argsort((most - sizes).astype(np.int16 if most < 1 << 15 else np.int64), kind="stable")
    order = order[: int((sizes > 0).sum())]
    # how many units have more than s answers?
    longer = np.searchsorted(-sizes[order], -np.arange(most), side="left")
    slots: list[_Slot] = []
    for s, n in enumerate(longer.tolist()):
        at = starts[order[:n]] + s
        keys = answers.coder[at].astype(np.int32) * len(answers.labels) + answers.label[at]
        slot = _distinct(keys, n_keys, np.arange(n_keys)[:, None])
        merged = _merged(slots[-1], slot, n_keys) if slots else None
        if merged is None:
            slots.append(slot)
        else:
            slots[-1] = merged
    return slots, order


def _merged(first: _Slot, second: _Slot, n_keys: int) -> _Slot | None:
    """Both slots as one, or None if too many combinations occur."""
    more = len(second.keys) + 1
    conceivable = len(first.keys) * more
    if conceivable > _CONCEIVABLE:
        return None
    codes = first.codes.astype(np.int32) * np.int32(more)
    codes[: len(second.codes)] += second.codes
    codes[: len(second.codes)] += 1
    there = np.flatnonzero(np.bincount(codes, minlength=conceivable))
    if len(there) > _COMBINATIONS:
        return None
    left, right = np.divmod(there, more)
    padded = np.vstack([np.full((1, second.keys.shape[1]), n_keys), second.keys])
    return _renumbered(codes, there, conceivable, np.hstack([first.keys[left], padded[right]]))


def _distinct(codes: Index, conceivable: int, keys: NDArray[np.intp]) -> _Slot:
    there = np.flatnonzero(np.bincount(codes, minlength=conceivable))
    return _renumbered(codes, there, conceivable, keys[there])


def _renumbered(codes: Index, there: NDArray[np.intp], conceivable: int, keys: NDArray[np.intp]) -> _Slot:
    small = np.int16 if len(there) < 1 << 15 else np.int32
    table: Index = np.zeros(conceivable, dtype=small)
    table[there] = np.arange(len(there))
    return _Slot(table.take(codes), keys)
