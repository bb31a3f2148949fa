"""What the senses of a paper's mentions say together: a paper seldom changes sense."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def pooled(probabilities: NDArray[np.float64]) -> NDArray[np.float32]:
    """Mean and highest probability of each sense over the mentions of a paper (mentions × senses → 2 · senses).

    >>> pooled(np.array([[1.0, 0.0], [0.5, 0.5]])).tolist()
    [0.75, 0.25, 1.0, 0.5]
    """
    return np.concatenate([probabilities.mean(axis=0), probabilities.max(axis=0)]).astype(np.float32)


def joined(probabilities: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """Each mention's probabilities drawn towards the mean of its paper's, by ``share``.

    >>> joined(np.array([[1.0, 0.0], [0.0, 1.0]]), 0.5).tolist()
    [[0.75, 0.25], [0.25, 0.75]]
    """
    return np.asarray((1 - share) * probabilities + share * probabilities.mean(axis=0))
