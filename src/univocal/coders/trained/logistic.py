"""Small logistic regressions that turn scores into probabilities (extra ``train``)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from univocal.coders.trained.model import Calibrator


def calibrate(
    scores: NDArray[Any], targets: NDArray[Any], codes: tuple[str, ...], *, exclusive: bool, penalty: float
) -> Calibrator:
    """Learn probabilities of ``codes`` from scores (of papers left out) by penalised maximum likelihood.

    ``targets`` has a row an example and a column a code, 1 where the code applies. ``penalty`` is half the weight of
    the squared coefficients of standardised scores.
    """
    from scipy.optimize import minimize

    scores, targets = np.asarray(scores, np.float64), np.asarray(targets, np.float64)
    mean, spread = scores.mean(0), np.maximum(scores.std(0), 1e-6)
    x = np.hstack([(scores - mean) / spread, np.ones((len(scores), 1))])
    shape = (x.shape[1], len(codes))

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weight = flat.reshape(shape)
        z = x @ weight
        if exclusive:
            top = z.max(1, keepdims=True)
            norm = top + np.log(np.exp(z - top).sum(1, keepdims=True))
            fit, p = float((targets * (z - norm)).sum()), np.exp(z - norm)
        else:
            fit, p = float((targets * z - np.logaddexp(0, z)).sum()), 1 / (1 + np.exp(-np.clip(z, -50, 50)))
        shrink = weight.copy()
        shrink[-1] = 0
        slope = x.T @ (p - targets) + 2 * penalty * shrink
        return penalty * float((shrink**2).sum()) - fit, slope.ravel()

    found = minimize(
        loss, np.zeros(shape[0] * shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 500}
    )
    weight = found.x.reshape(shape)
    return Calibrator(
        codes=codes,
        exclusive=exclusive,
        mean=mean.astype(np.float32),
        spread=spread.astype(np.float32),
        weight=weight[:-1].astype(np.float32),
        bias=weight[-1].astype(np.float32),
    )
