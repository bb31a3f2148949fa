"""Mathet's γ for units on a text, computed by the optional library pygamma-agreement (MIT licence)."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from univocal.errors import InputError, MissingExtraError, UnivocalError
from univocal.statistics.quantiles import t_quantile
from univocal.statistics.result import Estimate, check_level, undefined
from univocal.statistics.unitizing_texts import AnyUnit, Marked, read_units

#: The library logs this for each of its thousands of small problems, to the root logger.
_NO_CBC = "CBC solver not installed"


def mathet_gamma(
    units: Iterable[AnyUnit],
    continuum: Sequence[int],
    *,
    coders: Sequence[Any] | None = None,
    n_samples: int = 30,
    level: float = 0.95,
    seed: int = 0,
) -> Estimate:
    """How far do coders agree on units, once each unit is aligned with the units that answer to it best (γ)?

    Unlike α, γ pairs units off: two units that don't overlap may still answer to each other, and units of
    one coder may overlap freely.

    Args:
        units: (coder, start, end, code) for each marked stretch of one text, in whole positions, ``end`` exclusive.
        continuum: (start, end) of the text.
        coders: who coded it; those who occur in ``units`` where None.
        n_samples: random texts that say what chance would do. The more, the slower and the more exact.
        level: of the range in ``method`` within which γ is known, in (0, 1).
        seed: of the random texts.

    Returns:
        γ, at most 1; undefined with fewer than two coders or no units. It has no interval: γ is defined for one text,
        whose units are not independent. ``method`` says how exactly chance was sampled, which is another matter.

    Raises:
        MissingExtraError: pygamma-agreement is not installed.
        InputError: a unit is not as it should be, or comes twice.

    Dissimilarities are the library's defaults (α = β = Δ∅ = 1), and random texts are made by shifting the coders' own
    (section 5.2 of the source). Time grows steeply: seconds for tens of units, minutes for 200 units of 3 coders.
    The library draws from NumPy's global generator, whose state is put back afterwards, and uses all cores.

    Mathet, Widlöcher & Métivier 2015, doi:10.1162/COLI_a_00227; Titeux & Riad 2021, doi:10.21105/joss.02989.

    >>> mathet_gamma([], (0, 100), coders=["i", "j"]).method
    'undefined: no variation, observed agreement 1.0 (nobody marked anything)'
    """
    check_level(level)
    if n_samples < 2:
        raise UnivocalError(f"n_samples must be at least 2, got {n_samples}. The library's own choice is 30.")
    marked = read_units(units, continuum, coders, overlaps=True)
    if marked.n_texts != 1:
        raise UnivocalError(
            f"continuum: γ is of one text, got {marked.n_texts}. Call mathet_gamma for each text."
        )
    n = len(marked.text)
    if marked.n_coders[0] < 2:
        return undefined("one coder", level=level, n=n)
    if n == 0:
        return undefined("no variation, observed agreement 1.0 (nobody marked anything)", level=level, n=0)
    _refuse_twins(marked)
    try:
        # A heavy optional library.
        import pygamma_agreement as library  # type: ignore[import-not-found,import-untyped,unused-ignore]
        from pyannote.core import Segment  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError as error:
        raise MissingExtraError("Mathet's gamma", "gamma") from error
    text = _text(marked, library.Continuum(), Segment)
    with _quiet(), _seeded(seed):
        found = text.compute_gamma(n_samples=n_samples, sampler=library.ShuffleContinuumSampler())
    chance = np.array([alignment.disorder for alignment in found.chance_alignments], dtype=np.float64)
    return _estimate(float(found.observed_disorder), chance, level=level, n=n)


def _estimate(
    observed: float, chance: np.ndarray[Any, np.dtype[np.float64]], *, level: float, n: int
) -> Estimate:
    name = f"Mathet's gamma (pygamma-agreement, {len(chance)} random texts by shifting)"
    mean = chance.mean()
    if mean == 0:
        return undefined("chance would agree fully in every random text", level=level, n=n)
    error = float(observed / mean * chance.std(ddof=1) / mean / np.sqrt(len(chance)))
    reach = t_quantile((1 + level) / 2, len(chance) - 1) * error
    why = f"no interval: one text; sampling of chance alone leaves ±{reach:.3f}"
    return Estimate(float(1 - observed / mean), None, None, level, n, f"{name}; {why}")


def _refuse_twins(marked: Marked) -> None:
    """The library keeps a set of units, and would drop the second of two equal ones without a word."""
    columns = np.stack([marked.coder, marked.start, marked.end, marked.code])
    _, first, count = np.unique(columns, axis=1, return_index=True, return_counts=True)
    faults = [
        f"units[{place}]: the same coder marked {marked.start[place] + marked.begin[0]} to "
        f"{marked.end[place] + marked.begin[0]} with {marked.codes[marked.code[place]]!r} {times} times. Drop the others."
        for place, times in sorted(zip(first.tolist(), count.tolist(), strict=True))
        if times > 1
    ]
    if faults:
        raise InputError(faults)


def _text(marked: Marked, text: Any, segment: Any) -> Any:
    """The units in the library's own form. Names are numbers, which the library can sort."""
    for coder in range(int(marked.n_coders[0])):
        text.add_annotator(f"{coder:09d}")
    columns = (column.tolist() for column in (marked.coder, marked.start, marked.end, marked.code))
    for coder, start, end, code in zip(*columns, strict=True):
        text.add(f"{coder:09d}", segment(start, end), f"{code:09d}")
    # Otherwise the text would end with its last unit.
    text.bound_inf, text.bound_sup = 0.0, float(marked.length[0])
    return text


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """NumPy's global generator (the only one that the library knows), seeded and then put back."""
    state = np.random.get_state()  # noqa: NPY002
    np.random.seed(seed)  # noqa: NPY002
    try:
        yield
    finally:
        np.random.set_state(state)  # noqa: NPY002


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep one message, repeated for each small problem, and the handler that it would leave behind, from the user."""
    root = logging.getLogger()
    handler = logging.NullHandler()

    def other(record: logging.LogRecord) -> bool:
        return _NO_CBC not in str(record.msg)

    root.addHandler(handler)
    root.addFilter(other)
    try:
        yield
    finally:
        root.removeFilter(other)
        root.removeHandler(handler)
