"""From weights to codes: which code does the evidence carry, and how far ahead is it?

The confidence is the softmax (one code of several) or the logistic (does it apply?) of summed weights. It orders
codings by their margin; nobody has calibrated it.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import exp

#: The summed weight from which a code applies, where each code is asked after by itself.
THRESHOLD = 1.0
#: Two sums closer than this are a tie.
TIE = 1e-9


def settle_one(scores: Mapping[str, float]) -> tuple[str | None, float | None]:
    """Which single code has the most weight, and with what confidence? (None, None) at a tie or without weight.

    >>> settle_one({"technical": 2.0, "ordinary": 0.0})[0]
    'technical'
    >>> settle_one({"technical": 1.0, "ordinary": 1.0})
    (None, None)
    """
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    if not ranked or ranked[0][1] <= 0 or (len(ranked) > 1 and ranked[0][1] - ranked[1][1] < TIE):
        return None, None
    top = ranked[0][1]
    return ranked[0][0], 1.0 / sum(exp(score - top) for _, score in ranked)


def settle_many(scores: Mapping[str, float]) -> tuple[tuple[str, ...], float]:
    """Which codes reach the threshold, in the order given, and how clear is the least clear decision?

    >>> settle_many({"malicious_use": 2.0, "hidden_goals": 0.0})[0]
    ('malicious_use',)
    """
    codes = tuple(code for code, score in scores.items() if score >= THRESHOLD)
    clearest = [1.0 / (1.0 + exp(-abs(score - THRESHOLD))) for score in scores.values()]
    return codes, min(clearest, default=0.5)
