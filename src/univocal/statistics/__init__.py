"""Numbers: arrays in, frozen results out. Nothing here has heard of a paper.

Names are loaded when they are first used, so that importing this package doesn't import NumPy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from univocal.statistics.agreement import (
        brennan_prediger,
        cohen_kappa,
        fleiss_kappa,
        gwet_ac1,
        gwet_ac2,
        percent_agreement,
        scott_pi,
    )
    from univocal.statistics.alpha import krippendorff_alpha, set_alpha
    from univocal.statistics.binomial import clopper_pearson
    from univocal.statistics.bootstrap import Resamples, cluster_bootstrap
    from univocal.statistics.calibration import expected_calibration_error
    from univocal.statistics.classification import accuracy, confusion_matrix, macro_f1, precision_recall_f1
    from univocal.statistics.distances import jaccard_distances
    from univocal.statistics.result import Estimate
    from univocal.statistics.sets import mean_jaccard

__all__ = [
    "Estimate",
    "Resamples",
    "accuracy",
    "brennan_prediger",
    "clopper_pearson",
    "cluster_bootstrap",
    "cohen_kappa",
    "confusion_matrix",
    "expected_calibration_error",
    "fleiss_kappa",
    "gwet_ac1",
    "gwet_ac2",
    "jaccard_distances",
    "krippendorff_alpha",
    "macro_f1",
    "mean_jaccard",
    "percent_agreement",
    "precision_recall_f1",
    "scott_pi",
    "set_alpha",
]

_HOME = {
    "Estimate": "result",
    "Resamples": "bootstrap",
    "accuracy": "classification",
    "brennan_prediger": "agreement",
    "clopper_pearson": "binomial",
    "cluster_bootstrap": "bootstrap",
    "cohen_kappa": "agreement",
    "confusion_matrix": "classification",
    "expected_calibration_error": "calibration",
    "fleiss_kappa": "agreement",
    "gwet_ac1": "agreement",
    "gwet_ac2": "agreement",
    "jaccard_distances": "distances",
    "krippendorff_alpha": "alpha",
    "macro_f1": "classification",
    "mean_jaccard": "sets",
    "percent_agreement": "agreement",
    "precision_recall_f1": "classification",
    "scott_pi": "agreement",
    "set_alpha": "alpha",
}


def __getattr__(name: str) -> Any:
    """Load a public name from its module."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
