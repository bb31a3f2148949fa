"""Load a codebook: read its files, refuse it with all of its faults, or return it frozen."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from univocal.codebook.build import build
from univocal.codebook.check import all_faults
from univocal.codebook.draft import DATA, draft, locate
from univocal.codebook.model import Codebook
from univocal.errors import CodebookError


def load(source: str | Path | None = None) -> Codebook:
    """Which variables, codes and ideals does a study code by?

    Args:
        source: the id of a built-in codebook, or the path of a file; by default ``"alignment"``.

    Returns:
        The codebook, frozen; a built-in one is read once and shared.

    Raises:
        CodebookError: the file has faults; all of them are told at once.

    >>> load().variable("object_x").code("deployed_system").label
    'Deployed system'
    >>> load("alinment")
    Traceback (most recent call last):
    univocal.errors.CodebookError: no codebook 'alinment' is built in. Did you mean 'alignment'?
    """
    path = locate("alignment" if source is None else source)
    return _shared(path) if path.parent == DATA else _read(path)


@cache
def _shared(path: Path) -> Codebook:
    return _read(path)


def _read(path: Path) -> Codebook:
    made = draft(path)
    if faults := all_faults(made):
        raise CodebookError(faults)
    return build(made)
