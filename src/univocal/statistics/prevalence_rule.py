"""How often does a code occur in a corpus, of which people coded a sample and a machine the rest?"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from univocal.errors import UnivocalError
from univocal.statistics.binomial import clopper_pearson
from univocal.statistics.columns import probabilities, same_sizes
from univocal.statistics.design import Design, read_design
from univocal.statistics.matrix import Array
from univocal.statistics.mover import domain_share, stratified_share
from univocal.statistics.ppi import FEWEST_OF_A_KIND, KINDS, effective_kinds, ppi_mean
from univocal.statistics.result import Estimate, check_level, undefined
from univocal.statistics.supervised import dsl_mean
from univocal.statistics.weighted import share_by_label, weighted_share

#: The methods that ``prevalence`` knows; "auto" is the rule.
Method = Literal["auto", "gold-alone", "weighted", "mover", "ppi", "dsl"]

#: A code is common where its share lies at least so far from 0 and from 1.
COMMON = 0.1

#: Weights whose sum is further than this part from the number of papers can't be inverse probabilities.
WEIGHTS_OFF = 0.2

#: The machine's label is its coding, or its probability cut here.
THRESHOLD = 0.5


def prevalence(
    gold: ArrayLike,
    *,
    machine: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    domain: ArrayLike | None = None,
    method: Method = "auto",
    level: float = 0.95,
) -> Estimate:
    """In what share of the corpus, or of a domain of it, does a code occur?

    All columns have one value for each paper of the corpus, in one order.

    The rule, which ``Estimate.method`` repeats with its reason:

    1. No machine, no design: Clopper-Pearson over the gold.
    2. No machine; strata, or weights of which the gold holds ten papers each: MOVER over Clopper-Pearson intervals.
    3. No machine, other weights: Hájek with the Korn-Graubard interval.
    4. A machine: MOVER over Clopper-Pearson intervals of the papers that it flags and that it leaves (in each stratum
       of the design), save where
    5. the code is common (that estimate is in [.1, .9]), every stratum holds two gold papers, and the gold holds
       30 papers of each kind (positives flagged, positives missed, false alarms, negatives left alone): PPI++.
    6. A machine and weights, but no strata in which they are equal: as 4, with Korn-Graubard intervals.
    7. A domain, and rows 2, 4, 5 or 6: MOVER of a ratio over the same strata, as the domain's size is estimated too
       (``domain_share``). Row 1 stays as it is; row 3 counts papers outside the domain towards its variance.

    Over the grid of ``simulations/prevalence_coverage.py``, nominal 95% intervals that this rule takes, choice
    included, hold the share in at least 94% of samples (docs/explanation/prevalence.md).

    Args:
        gold: (papers,) 0 or 1 by hand; NaN or None where a paper wasn't coded by hand. Within a stratum, the gold must
            be a random sample.
        machine: (papers,) 0 or 1, or a probability, for every paper. With a domain, NaN or None where the machine
            says that the paper isn't of it.
        strata: (papers,) the strata in which the gold was drawn (the machine's label may be one).
        weights: (papers,) sampling weights of the gold; looked at only where there is gold. They need not be given
            where strata are. Without a machine, a stratum is as large as its weights say; with one, and where there
            are no weights, as large as its papers are many.
        domain: (papers,) 0 where people looked at the paper and the question isn't asked of it (which ideal is primary,
            where the paper isn't about AI alignment); 1, NaN or None elsewhere. ``gold`` is empty where it is 0. The
            share is then that among papers of the domain. Where the domain is known of every paper of the corpus,
            leave this out and pass the papers of the domain alone.
        method: "auto" for the rule. Another takes that method; choose it before you see the gold. "dsl" is
            design-based supervised learning: it takes the probability of being drawn from the strata, or where
            weights differ within them, as 1 / weight.
        level: nominal coverage, in (0, 1).

    Returns:
        The share in the corpus at hand, with its interval. No finite population correction is made: where the gold
        is a large part of the corpus, the interval is wider than need be.

    Raises:
        InputError: for columns that don't fit, naming column and place.
        UnivocalError: for a method that these columns don't allow.

    Sources: see ``stratified_share``, ``domain_share``, ``ppi_mean``, ``dsl_mean``, ``weighted_share`` and
    ``clopper_pearson``.

    >>> gold = [1] * 9 + [0] * 11 + [1] + [0] * 79 + [None] * 9900
    >>> machine = [1] * 20 + [0] * 80 + [1] * 280 + [0] * 9620
    >>> result = prevalence(gold, machine=machine, strata=machine)
    >>> round(result.value, 4), round(result.low, 4), round(result.high, 4)
    (0.0256, 0.0121, 0.0796)
    """
    check_level(level)
    if method not in get_args(Method):
        raise UnivocalError(f"method: one of {', '.join(get_args(Method))} was expected, got {method!r}")
    design = read_design(gold, strata, weights, domain)
    guess = None if machine is None else probabilities("machine", machine, missing=domain is not None)
    same_sizes(gold=design.here, machine=guess)
    if design.n == 0:
        return undefined("no gold paper" + ("" if design.whole else " of the domain"), level=level, n=0)
    if domain is not None and method in ("ppi", "dsl"):
        raise UnivocalError(f"method {method!r} doesn't know domains. Take method='auto'.")
    if guess is not None and method not in ("gold-alone", "weighted") and not design.here.all():
        return _with_machine(design, guess, method, level)
    return _without_machine(design, guess is not None, method, level)


def takes_ppi(share: ArrayLike, kinds: ArrayLike, fewest: float = FEWEST_OF_A_KIND) -> NDArray[np.bool_]:
    """Does the rule take PPI++ for this share (...) and these numbers of gold papers of each kind (..., 4)?

    >>> takes_ppi([0.3, 0.05, 0.3], [[30, 30, 30, 90], [30, 30, 30, 90], [29, 30, 30, 90]]).tolist()
    [True, False, False]
    """
    at, rarest = np.asarray(share), np.asarray(kinds).min(axis=-1)
    result: NDArray[np.bool_] = (at >= COMMON) & (at <= 1 - COMMON) & (rarest >= fewest)
    return result


def _without_machine(design: Design, machine: bool, method: Method, level: float) -> Estimate:
    if method in ("ppi", "dsl") or (method == "mover" and design.n_strata == 1):
        wanted = "a machine's coding of papers without gold" + (" or strata" if method == "mover" else "")
        raise UnivocalError(f"method {method!r} needs {wanted}, and there are none. Take method='auto'.")
    unused = "; the machine is not used, as every paper has gold" if machine and method == "auto" else ""
    if method == "gold-alone" or (design.n_strata == 1 and design.equal and method == "auto"):
        if design.n_strata > 1 or not design.equal:
            raise UnivocalError(
                "method 'gold-alone' needs gold drawn with equal probabilities, but there are strata or weights. "
                "Take method='auto'."
            )
        result = clopper_pearson(int(design.outcome.sum()), design.n, level=level)
        alone = "gold alone" if design.whole else "gold alone of a domain"
        return _said(result, f"{alone}, Clopper-Pearson interval{unused}")
    if method == "mover" and not design.equal:
        raise UnivocalError("method 'mover' needs one weight within each stratum. Take method='auto'.")
    if design.equal and method != "weighted":
        result = _in_strata(design, design.places, design.sizes, design.kind, level)
        return _said(result, result.method + unused)
    strata = design.places if design.n_strata > 1 else None
    outcome = np.where(design.inside, design.outcome, np.nan)
    result = weighted_share(outcome, design.weight, strata=strata, domain=design.inside, level=level)
    return _said(result, result.method + unused)


def _with_machine(design: Design, guess: Array, method: Method, level: float) -> Estimate:
    if method == "dsl":
        return _supervised(design, guess, level)
    # 0 left, 1 flagged, 2 (with a domain only) outside the domain in the machine's eyes
    label = np.where(np.isnan(guess), 2, guess >= THRESHOLD).astype(np.intp)
    on_gold = guess[design.here]
    if design.everywhere is None or not design.equal:
        if method == "ppi":
            raise UnivocalError(
                "method 'ppi' needs the stratum of every paper and one weight within each. Take method='auto'."
            )
        sizes = np.bincount(label, minlength=2).astype(float)
        columns = design.outcome, design.inside, design.weight, design.places
        return share_by_label(*columns, label[design.here], sizes, level=level)
    first = _by_cell(design, label, level)
    if not design.whole:
        return first
    kinds = effective_kinds(design.outcome, on_gold, design.weight)
    _, n = design.counts()
    if method == "ppi" or (
        method == "auto" and n.min() >= 2 and first.value is not None and takes_ppi(first.value, kinds)
    ):
        strata = None
        if design.n_strata > 1:
            strata = (design.places, design.everywhere[~design.here])
        result = ppi_mean(design.outcome, on_gold, guess[~design.here], strata=strata, level=level)
        why = f" (the code is common, and the gold holds {FEWEST_OF_A_KIND} papers of each kind)"
        return _said(result, result.method + (why if method == "auto" else ""))
    if method == "mover" or first.value is None:
        return first
    return _said(first, f"{first.method} ({_why_not_ppi(first.value, kinds, n)})")


def _why_not_ppi(share: float, kinds: tuple[float, ...], n: Array) -> str:
    if not COMMON <= share <= 1 - COMMON:
        return f"a normal interval doesn't hold for a share below {COMMON:.0%} or above {1 - COMMON:.0%}"
    if n.min() < 2:
        return "a stratum has fewer than two gold papers, too few for a normal interval"
    kind, fewest = min(zip(KINDS, kinds, strict=True), key=lambda one: one[1])
    return f"the gold holds {fewest:.3g} {kind}, too few for a normal interval"


def _by_cell(design: Design, label: NDArray[np.intp], level: float) -> Estimate:
    """MOVER over the machine's labels in each stratum of the design. Cells without papers fall out."""
    assert design.everywhere is not None
    cell = design.everywhere * 3 + label
    some = np.bincount(cell) > 0
    cell = (np.cumsum(some) - 1)[cell]
    kind = (
        "strata of the machine's label" if design.n_strata == 1 else "strata (design by the machine's label)"
    )
    return _in_strata(design, cell[design.here], np.bincount(cell).astype(float), kind, level)


def _in_strata(design: Design, places: NDArray[np.intp], sizes: Array, kind: str, level: float) -> Estimate:
    """The share of all papers, or of those of the domain, from exact intervals of strata."""

    def total(column: Array) -> Array:
        return np.bincount(places, column, minlength=len(sizes)).astype(float)

    hits, n = total(design.outcome), total(np.ones(len(places)))
    if design.whole:
        return stratified_share(hits, n, sizes, level=level, kind=kind)
    return domain_share(hits, total(design.inside - design.outcome), n, sizes, level=level, kind=kind)


def _supervised(design: Design, guess: Array, level: float) -> Estimate:
    """DSL, with probabilities of the strata where weights are equal within them, else 1 / weight."""
    chance = np.ones(len(design.here))
    gold = np.full(len(design.here), np.nan)
    gold[design.here] = design.outcome
    if design.everywhere is not None and design.equal:
        n, papers = (np.bincount(x, minlength=design.n_strata) for x in (design.places, design.everywhere))
        chance[design.here] = (n / np.maximum(papers, 1))[design.places]
        return dsl_mean(gold, guess, chance, strata=design.everywhere, level=level)
    few = int((design.weight < 1).sum())
    if few:
        raise UnivocalError(
            f"method 'dsl' takes 1 / weight for the probability of being drawn, but {few} weights are below 1. "
            "Expected inverse probabilities, or strata within which weights are equal."
        )
    chance[design.here] = 1 / design.weight
    strata = design.everywhere if design.n_strata > 1 else None
    result = dsl_mean(gold, guess, chance, strata=strata, level=level)
    total = float(design.weight.sum())
    if abs(total / len(guess) - 1) <= WEIGHTS_OFF:
        return result
    why = f"the weights sum to {total:.4g} for {len(guess)} papers: inverse probabilities would come near their number"
    return replace(result, caution="; ".join(filter(None, (result.caution, why))))


def _said(result: Estimate, method: str) -> Estimate:
    return result if result.value is None else replace(result, method=method)
