"""The input: written once to a folder, and read anew for every call that is timed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

N_CODERS, N_LABELS, MISSING, SEED = 10, 5, 0.3, 20

#: For the first call of a process, which imports and compiles, and isn't counted.
SMALL = 2_000

Sets = list[list[frozenset[str] | None]]


def write_codings(folder: Path, n: int) -> None:
    """Coders × units, right in 60% to 95% of their codings; every unit has two codings or more."""
    rng = np.random.default_rng([SEED, n])
    truth = rng.choice(N_LABELS, n, p=[0.4, 0.25, 0.2, 0.1, 0.05])
    codings = np.empty((N_CODERS, n))
    for row, accuracy in zip(codings, np.linspace(0.6, 0.95, N_CODERS), strict=True):
        row[:] = np.where(rng.random(n) < accuracy, truth, rng.integers(N_LABELS, size=n))
    there = rng.random((N_CODERS, n)) >= MISSING
    there[:2, there.sum(axis=0) < 2] = True
    codings[~there] = np.nan
    np.save(folder / f"codings-{n}.npy", codings)


def write_sets(folder: Path, n: int) -> None:
    """Each set as the bits of a number, never empty (NLTK divides by zero there); 0 is a missing coding."""
    rng = np.random.default_rng([SEED, n])
    bits = 1 << np.arange(N_LABELS)
    truth = rng.integers(1, 1 << N_LABELS, size=n) & rng.integers(1, 1 << N_LABELS, size=n)
    truth = np.where(truth == 0, 1, truth)
    sets = np.empty((N_CODERS, n), np.uint8)
    for row in sets:
        given = truth ^ ((rng.random((n, N_LABELS)) < 0.1) @ bits)
        row[:] = np.where(rng.random(n) < MISSING, 0, np.where(given == 0, truth, given))
    np.save(folder / f"sets-{n}.npy", sets)


def codings(folder: Path, n: int) -> Any:
    return np.load(folder / f"codings-{n}.npy")


def two_codings(folder: Path, n: int) -> Any:
    return codings(folder, n)[:2]


def own_sets(folder: Path, n: int) -> Sets:
    """A set of its own for each coding, as a reader of files makes them; none has been hashed before."""
    return [[frozenset(names) if names else None for names in row] for row in _named(folder, n)]


def shared_sets(folder: Path, n: int) -> Sets:
    """Equal sets are one object, as where a reader keeps those that it has met."""
    met = {tuple(names): frozenset(names) for names in NAMES}
    return [[met[tuple(names)] if names else None for names in row] for row in _named(folder, n)]


NAMES = [[f"code {bit}" for bit in range(N_LABELS) if mask >> bit & 1] for mask in range(1 << N_LABELS)]


def _named(folder: Path, n: int) -> list[list[list[str]]]:
    return [[NAMES[mask] for mask in row] for row in np.load(folder / f"sets-{n}.npy").tolist()]


Units = list[tuple[str, int, int, str]]


def marked_texts(n: int, n_texts: int) -> tuple[list[Units], list[tuple[int, int]]]:
    """Each of three coders marks n units, cut and named a little differently."""
    rng = np.random.default_rng([SEED, n])
    each = n // n_texts
    truth = rng.integers(N_LABELS, size=(n_texts, each))
    texts: list[Units] = []
    for codes in truth:
        units = []
        for coder in "abc":
            shifts = rng.integers(-5, 6, size=(each, 2)).tolist()
            given = np.where(rng.random(each) < 0.8, codes, rng.integers(N_LABELS, size=each)).tolist()
            for place, ((first, last), code) in enumerate(zip(shifts, given, strict=True)):
                units.append((coder, place * 50 + 10 + first, place * 50 + 30 + last, f"code {code}"))
        texts.append(units)
    return texts, [(0, each * 50)] * n_texts


def write_all(folder: Path, coded: set[int], of_sets: set[int]) -> None:
    for n in coded | {SMALL}:
        write_codings(folder, n)
    for n in of_sets | {SMALL}:
        write_sets(folder, n)
