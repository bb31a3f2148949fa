"""Numbers: arrays in, frozen results out. Nothing here has heard of a paper.

Names are loaded when they are first used, so that importing this package doesn't import NumPy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from univocal.statistics.agreement import cohen_kappa, jaccard_distances, krippendorff_alpha
    from univocal.statistics.binomial import clopper_pearson
    from univocal.statistics.bootstrap import Resamples, cluster_bootstrap
    from univocal.statistics.calibration import expected_calibration_error
    from univocal.statistics.classification import accuracy, confusion_matrix, macro_f1, precision_recall_f1
    from univocal.statistics.result import Estimate
    from univocal.statistics.sets import mean_jaccard, set_alpha

__all__ = [
    "Estimate",
    "Resamples",
    "accuracy",
    "clopper_pearson",
    "cluster_bootstrap",
    "cohen_kappa",
    "confusion_matrix",
    "expected_calibration_error",
    "jaccard_distances",
    "krippendorff_alpha",
    "macro_f1",
    "mean_jaccard",
    "precision_recall_f1",
    "set_alpha",
]

_HOME = {
    "Estimate": "result",
    "Resamples": "bootstrap",
    "accuracy": "classification",
    "clopper_pearson": "binomial",
    "cluster_bootstrap": "bootstrap",
    "cohen_kappa": "agreement",
    "confusion_matrix": "classification",
    "expected_calibration_error": "calibration",
    "jaccard_distances": "agreement",
    "krippendorff_alpha": "agreement",
    "macro_f1": "classification",
    "mean_jaccard": "sets",
    "precision_recall_f1": "classification",
    "set_alpha": "sets",
}


def __getattr__(name: str) -> Any:
    """Load a public name from its module."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
