"""Which coder does best on which variable? Compared pair by pair on the same papers, each cross-validated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from univocal.codebook.model import Codebook, Variable
from univocal.coders.gold import GoldPaper
from univocal.coders.protocol import Coder
from univocal.errors import UnivocalError
from univocal.estimates.answers import Answers, measured_variables
from univocal.estimates.evaluate import bench
from univocal.estimates.folds import GroupBy
from univocal.estimates.measure import sense_units, variable_units
from univocal.estimates.report import GOLD_NOTE, Procedure
from univocal.estimates.runs import Plan, silent
from univocal.estimates.tables import ABSTAINED, Settings, Units, draw
from univocal.statistics import matrix
from univocal.statistics.distances import jaccard_distances
from univocal.statistics.labels import places, tables
from univocal.statistics.matrix import Array
from univocal.statistics.result import Estimate


@dataclass(frozen=True, slots=True)
class Contest:
    """One variable: α of each coder (abstentions wrong), the best one, and how far it is ahead of the next."""

    alpha: Mapping[str, float | None]
    best: str
    ahead: Estimate | None

    @property
    def clear(self) -> bool:
        """Does the interval of the lead leave out 0?"""
        return self.ahead is not None and self.ahead.low is not None and self.ahead.low > 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Which coder does best, variable by variable (``sense`` among them). Nothing is summed over ideals."""

    variables: Mapping[str, Contest]
    procedures: Mapping[str, Procedure]
    note: str = GOLD_NOTE

    @property
    def best(self) -> Mapping[str, str]:
        """The best coder of each variable."""
        return {variable: contest.best for variable, contest in self.variables.items()}

    @property
    def most_often_best(self) -> str:
        """The coder that is best on the most variables; among equals, the one that is best on senses, then by name."""
        counts = Counter(self.best.values())
        return min(counts, key=lambda name: (-counts[name], name != self.best.get("sense"), name))

    def as_dict(self) -> dict[str, Any]:
        """The record as plain values for JSON."""
        return {
            "note": self.note,
            "procedures": {name: asdict(one) for name, one in self.procedures.items()},
            "variables": {
                variable: {
                    "alpha": dict(one.alpha),
                    "best": one.best,
                    "ahead": None if one.ahead is None else asdict(one.ahead),
                    "clear": one.clear,
                }
                for variable, one in self.variables.items()
            },
            "most_often_best": self.most_often_best,
        }


def compare(
    gold: Sequence[GoldPaper],
    coders: Sequence[Coder],
    codebook: Codebook,
    *,
    extra: Sequence[GoldPaper] = (),
    folds: int = 5,
    group_by: GroupBy = "paper",
    level: float = 0.95,
    n_boot: int = 1000,
    seed: int = 0,
    tell: Callable[[str], None] = silent,
) -> Comparison:
    """Which coder does best on each variable, none of them having learned from the papers that it codes?

    Coders are run as ``evaluate`` runs them. They are compared by Krippendorff's α with the gold (nominal; Jaccard
    distance for sets), each abstention counted as wrong, so that silence wins nothing. The lead over the next coder
    has an interval from the same resamples of papers for both.

    Raises:
        UnivocalError: no coders, or two with one name; and as ``evaluate``.

    >>> from univocal.codebook import load
    >>> from univocal.estimates.baselines import KeywordScanner, Majority
    >>> from univocal.records import Mention, Paper
    >>> def coded(id, text, sense):
    ...     at = text.index("align")
    ...     return GoldPaper(Paper(id, text), (Mention(id, at, at + 5, "align", sense),), {"about": "main"})
    >>> gold = [coded(str(i), "We align it to human preferences.", "task_reliability") for i in range(3)]
    >>> gold += [coded("x", "We align words.", "technical")]
    >>> compare(gold, [Majority(), KeywordScanner()], load(), folds=2).best["sense"]
    'keyword'
    """
    names = [coder.name for coder in coders]
    if not names or len(set(names)) < len(names):
        raise UnivocalError(
            f"compare: coders with different names were expected, got {', '.join(names) or 'none'}"
        )
    settings = Settings(level, n_boot, seed)
    set_up = bench(gold, codebook, Plan(tuple(extra), folds, group_by, seed, tell), settings)
    ran = {coder.name: set_up.code(coder) for coder in coders}
    said = {name: answers for name, (_, _, answers) in ran.items()}
    contests = {"sense": _contest(lambda guess: sense_units(set_up.truth, guess), said, settings, many=False)}
    for variable in measured_variables(codebook):

        def units(guess: Sequence[Answers], variable: Variable = variable) -> Units:
            return variable_units(variable, set_up.truth, guess)

        if units(set_up.truth).truth:
            contests[variable.id] = _contest(units, said, settings, many=variable.answers == "many")
    return Comparison(contests, {name: procedure for name, (procedure, _, _) in ran.items()})


def _contest(
    units: Callable[[Sequence[Answers]], Units],
    said: Mapping[str, Sequence[Answers]],
    settings: Settings,
    *,
    many: bool,
) -> Contest:
    compared = {name: units(answers) for name, answers in said.items()}
    known, apart = _known(compared, many=many)
    parts = {name: _tables(one, known) for name, one in compared.items()}

    def alpha(sums: Array) -> Array:
        return matrix.alpha_of(matrix.coincidences_of(sums), apart)

    values = {name: float(alpha(part.sum(axis=0))) for name, part in parts.items()}
    order = sorted(values, key=lambda name: (np.isnan(values[name]), -values[name], name))
    ahead = None
    if len(order) > 1:
        both = draw(np.stack([parts[order[0]], parts[order[1]]], axis=1), settings)
        n = len(compared[order[0]].truth)
        ahead = both.estimate(lambda s: alpha(s[:, 0]) - alpha(s[:, 1]), n=n, why_undefined="α is undefined")
    return Contest({name: None if np.isnan(values[name]) else values[name] for name in said}, order[0], ahead)


def _known(compared: Mapping[str, Units], *, many: bool) -> tuple[list[frozenset[str]], Array | None]:
    """Every answer that occurs, as a set, and how far answers are apart (nominal: None)."""
    found = {frozenset((ABSTAINED,) if g is None else g) for one in compared.values() for g in one.guess}
    found |= {frozenset(t) for one in compared.values() for t in one.truth}
    known = sorted(found, key=lambda one: (len(one), sorted(one)))
    return known, jaccard_distances(known) if many else None


def _tables(units: Units, known: Sequence[frozenset[str]]) -> Array:
    truth = [frozenset(t) for t in units.truth]
    guess = [frozenset((ABSTAINED,) if g is None else g) for g in units.guess]
    return tables(places(truth, known), places(guess, known), (len(known), len(known)), units.papers)
