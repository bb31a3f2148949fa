"""One table of figures for one variable: how far do guesses meet a truth, abstentions counted both ways?

``coded`` figures leave abstentions out; ``all`` figures count each abstention as a wrong answer. A guess of
``OFF`` (the coder says that the question doesn't arise) is wrong in both.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from univocal.estimates.answers import Codes
from univocal.statistics import matrix
from univocal.statistics.alpha import NO_VARIATION
from univocal.statistics.bootstrap import Resamples
from univocal.statistics.calibration import Calibration, expected_calibration_error
from univocal.statistics.classification import LabelScore, label_score
from univocal.statistics.labels import places, tables
from univocal.statistics.matrix import Array, ratio
from univocal.statistics.result import Estimate
from univocal.statistics.selective import selective_accuracy

OFF = "(not asked)"
ABSTAINED = "(abstained)"


@dataclass(frozen=True, slots=True)
class Settings:
    """How intervals are made: nominal level, number of resamples, seed."""

    level: float = 0.95
    n_boot: int = 1000
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Units:
    """What is compared: truth and guess of each unit, the paper it belongs to, and the guess's confidence.

    A guess of None is an abstention, of ``(OFF,)`` a coder's word that the question doesn't arise.
    """

    truth: tuple[Codes, ...]
    guess: tuple[Codes | None, ...]
    papers: tuple[str, ...]
    confidence: tuple[float | None, ...] = ()

    @property
    def n_abstained(self) -> int:
        """For how many units did the coder decline to say?"""
        return sum(guess is None for guess in self.guess)


@dataclass(frozen=True, slots=True)
class Table:
    """All figures of one variable."""

    unit: Literal["mention", "paper"]
    n: int
    n_papers: int
    n_abstained: int
    n_off: int
    coverage: Estimate
    coded: Mapping[str, Estimate]
    all: Mapping[str, Estimate]
    codes: tuple[LabelScore, ...]
    codes_all: tuple[LabelScore, ...]
    columns: tuple[str, ...]
    confusion: tuple[tuple[int, ...], ...] | None
    calibration: Calibration | None
    selective: Mapping[float, Estimate] | None


def single_table(
    units: Units,
    labels: Sequence[str],
    settings: Settings,
    *,
    unit: Literal["mention", "paper"] = "paper",
    means: Mapping[str, Sequence[str]] | None = None,
) -> Table:
    """Figures of a variable that has one code for a unit.

    Args:
        units: truth and guess, each of one code.
        labels: the codes, in the order of the tables.
        settings: of the intervals.
        unit: what a unit is.
        means: further means of F1 by name, each over the labels that it lists.

    >>> units = Units((("a",), ("a",), ("b",)), (("a",), ("b",), None), ("p1", "p2", "p3"))
    >>> table = single_table(units, ["a", "b"], Settings(n_boot=0))
    >>> table.n_abstained, table.coded["accuracy"].value, round(table.all["accuracy"].value, 3)
    (1, 0.5, 0.333)
    """
    k = len(labels)
    columns = (*labels, OFF, ABSTAINED)
    truth = places([t[0] for t in units.truth], labels)
    guess = places([ABSTAINED if g is None else g[0] for g in units.guess], columns)
    drawn = draw(tables(truth, guess, (k, k + 2), units.papers), settings)
    averaged = {name: [labels.index(one) for one in of] for name, of in (means or {}).items()}
    total = drawn.total[0].astype(int)
    n_coded = len(truth) - units.n_abstained
    return Table(
        unit=unit,
        n=len(truth),
        n_papers=len(set(units.papers)),
        n_abstained=units.n_abstained,
        n_off=int(total[:, k].sum()),
        coverage=drawn.estimate(lambda t: 1 - ratio(t[..., -1].sum(-1), t.sum((-2, -1))), n=len(truth)),
        coded=_figures(drawn, k + 1, averaged, n_coded),
        all=_figures(drawn, k + 2, averaged, len(truth)),
        codes=tuple(label_score(drawn, i, label, columns=k + 1) for i, label in enumerate(labels)),
        codes_all=tuple(label_score(drawn, i, label, columns=k + 2) for i, label in enumerate(labels)),
        columns=columns,
        confusion=tuple(tuple(int(x) for x in row) for row in total),
        calibration=calibration_of(units, settings),
        selective=selective_of(units, settings),
    )


def _figures(drawn: Resamples, columns: int, means: Mapping[str, list[int]], n: int) -> dict[str, Estimate]:
    def of(statistic: Callable[[Array], Array]) -> Estimate:
        return drawn.estimate(lambda t: statistic(t[..., :columns]), n=n, why_undefined=NO_VARIATION)

    further = {name: of(partial(matrix.macro_f1_of, labels=at)) for name, at in means.items()}
    return {
        "accuracy": of(matrix.accuracy_of),
        "macro_f1": of(matrix.macro_f1_of),
        **further,
        "kappa": of(matrix.kappa_of),
        "alpha": of(lambda t: matrix.alpha_of(matrix.coincidences_of(t))),
    }


def draw(parts: Array, settings: Settings) -> Resamples:
    """Resamples of parts, drawn as the settings say."""
    return Resamples(parts, level=settings.level, n_boot=settings.n_boot, seed=settings.seed)


def calibration_of(units: Units, settings: Settings) -> Calibration | None:
    """Does the confidence of the coded units mean what it says? None where no unit has one."""
    known = [(sure, right) for sure, right in _judged(units) if sure is not None]
    if not known:
        return None
    return expected_calibration_error([c for c, _ in known], [r for _, r in known], level=settings.level)


def selective_of(units: Units, settings: Settings) -> Mapping[float, Estimate] | None:
    """How right is the coder on the units on which it is surest? None where no unit has a confidence."""
    judged = list(_judged(units))
    if all(sure is None for sure, _ in judged):
        return None
    return selective_accuracy(
        [math.nan if sure is None else sure for sure, _ in judged], [right for _, right in judged], clusters=units.papers,
        level=settings.level, n_boot=settings.n_boot, seed=settings.seed,
    )  # fmt: skip


def _judged(units: Units) -> Iterator[tuple[float | None, bool]]:
    """Of each unit the confidence, None where the coder said nothing, and whether it is right."""
    for truth, guess, sure in zip(
        units.truth, units.guess, units.confidence or (None,) * len(units.truth), strict=True
    ):
        said = guess is not None and guess != (OFF,)
        yield sure if said else None, said and set(truth) == set(guess or ())
