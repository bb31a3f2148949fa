"""The population of the simulation: coded abstracts, and what a machine that hasn't learned from them says of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from univocal.codebook import load as load_codebook
from univocal.coders.gold import GoldPaper, load_gold
from univocal.coders.trained.lesson import gold_codes
from univocal.estimates.folds import split, without

GOLD = Path(__file__).resolve().parents[2] / "shared" / "gold"
FOLDS = 5

#: Of a paper, by variable: the machine's codes (None: it can't say) and how sure it is.
Said = dict[str, tuple[tuple[str, ...] | None, float]]


@dataclass(frozen=True)
class Population:
    """The abstracts, and the machine's codings of each, in one order."""

    gold: tuple[GoldPaper, ...]
    machine: tuple[Said, ...]

    def has(self, variable: str, code: str) -> NDArray[np.bool_]:
        """(papers,) does the gold give the paper this code?"""
        return np.array([code in gold_codes(one, variable) for one in self.gold])

    def asked(self, variable: str) -> NDArray[np.bool_]:
        """(papers,) is the question asked of the paper?"""
        when = load_codebook().variable(variable).when
        if when is None:
            return np.ones(len(self.gold), dtype=bool)
        return np.array([bool(set(gold_codes(one, when[0])) & set(when[1])) for one in self.gold])


def population(cache: Path | None, *, gold: Path = GOLD) -> Population:
    """Read the abstracts, and the machine's codings from ``cache``, which is made where it isn't there."""
    papers = (*load_gold(gold / "dev.jsonl"), *load_gold(gold / "silver.jsonl"))
    if cache is not None and cache.is_file():
        known = orjson.loads(cache.read_bytes())
    else:
        known = _cross_fitted(papers)
        if cache is not None:
            cache.write_bytes(orjson.dumps(known))
    return Population(papers, tuple(_said(known[one.paper.id]) for one in papers))


def _said(row: dict[str, Any]) -> Said:
    return {
        name: (None if codes is None else tuple(codes), float(sure)) for name, (codes, sure) in row.items()
    }


def _cross_fitted(papers: Sequence[GoldPaper]) -> dict[str, Any]:
    """Each fifth of the abstracts coded by the trained coder as it learns from the other four."""
    from univocal.coders.trained import load

    codebook = load_codebook()
    found: dict[str, Any] = {}
    for fold in split(papers, folds=FOLDS, group_by="paper", seed=0):
        held = [papers[at] for at in fold]
        rest = without([one for at, one in enumerate(papers) if at not in set(fold)], held)
        coder = load().fit(rest, codebook)
        for one in held:
            found[one.paper.id] = {
                coding.variable: (coding.codes, coding.confidence)
                for coding in coder.code(one.paper, codebook)
                if codebook.variable(coding.variable).unit == "paper"
                and codebook.variable(coding.variable).answers != "ledger"
            }
        print(f"cross-fitted {len(found):,} of {len(papers):,} abstracts", flush=True)
    return found
