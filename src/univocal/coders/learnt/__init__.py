"""A coder that has learnt from coded papers. Fitting needs the extra ``train``; coding needs NumPy only."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from univocal.coders.learnt.coder import TrainedCoder

#: Raised when features, models or rules change in a way that changes codes.
VERSION = "1"


def load() -> TrainedCoder:
    """The coder with the weights that ship with Univocal, as the entry point ``trained`` hands it out.

    >>> load().name
    'trained'
    """
    from importlib.resources import files

    from univocal.coders.learnt.coder import TrainedCoder
    from univocal.coders.learnt.weights import digest, unpack

    packed = (files("univocal.coders") / "data" / "learnt.npz").read_bytes()
    return TrainedCoder(unpack(packed), version=f"{VERSION}+{digest(packed)[:8]}")
