"""Numbers: arrays in, frozen results out. Nothing here has heard of a paper.

Names are loaded when they are first used, so that importing this package doesn't import NumPy. No module here bears the
name of a public function: importing it would put the module in the function's place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from univocal.statistics.aggregates import aggregate, majority
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
    from univocal.statistics.answers import Answers
    from univocal.statistics.binomial import clopper_pearson
    from univocal.statistics.bootstrap import Resamples, cluster_bootstrap
    from univocal.statistics.calibration import expected_calibration_error
    from univocal.statistics.classification import accuracy, confusion_matrix, macro_f1, precision_recall_f1
    from univocal.statistics.confusion import coder_report
    from univocal.statistics.dawid_skene_em import dawid_skene
    from univocal.statistics.dependence import error_dependence
    from univocal.statistics.distances import jaccard_distances
    from univocal.statistics.gamma import mathet_gamma
    from univocal.statistics.mace_em import mace
    from univocal.statistics.misclassified import rogan_gladen
    from univocal.statistics.planning import plan_gold, plan_strata
    from univocal.statistics.planning_double import plan_double
    from univocal.statistics.ppi import ppi_mean
    from univocal.statistics.prevalence_rule import prevalence
    from univocal.statistics.result import Estimate
    from univocal.statistics.sets import mean_jaccard
    from univocal.statistics.unitizing import Unit, unitizing_alpha

__all__ = [
    "Answers",
    "Estimate",
    "Resamples",
    "Unit",
    "accuracy",
    "aggregate",
    "brennan_prediger",
    "clopper_pearson",
    "cluster_bootstrap",
    "coder_report",
    "cohen_kappa",
    "confusion_matrix",
    "dawid_skene",
    "error_dependence",
    "expected_calibration_error",
    "fleiss_kappa",
    "gwet_ac1",
    "gwet_ac2",
    "jaccard_distances",
    "krippendorff_alpha",
    "mace",
    "macro_f1",
    "majority",
    "mathet_gamma",
    "mean_jaccard",
    "percent_agreement",
    "plan_double",
    "plan_gold",
    "plan_strata",
    "ppi_mean",
    "precision_recall_f1",
    "prevalence",
    "rogan_gladen",
    "scott_pi",
    "set_alpha",
    "unitizing_alpha",
]

_HOME = {
    "Answers": "answers",
    "Estimate": "result",
    "Resamples": "bootstrap",
    "Unit": "unitizing",
    "accuracy": "classification",
    "aggregate": "aggregates",
    "brennan_prediger": "agreement",
    "clopper_pearson": "binomial",
    "cluster_bootstrap": "bootstrap",
    "coder_report": "confusion",
    "cohen_kappa": "agreement",
    "confusion_matrix": "classification",
    "dawid_skene": "dawid_skene_em",
    "error_dependence": "dependence",
    "expected_calibration_error": "calibration",
    "fleiss_kappa": "agreement",
    "gwet_ac1": "agreement",
    "gwet_ac2": "agreement",
    "jaccard_distances": "distances",
    "krippendorff_alpha": "alpha",
    "mace": "mace_em",
    "macro_f1": "classification",
    "majority": "aggregates",
    "mathet_gamma": "gamma",
    "mean_jaccard": "sets",
    "percent_agreement": "agreement",
    "plan_double": "planning_double",
    "plan_gold": "planning",
    "plan_strata": "planning",
    "ppi_mean": "ppi",
    "precision_recall_f1": "classification",
    "prevalence": "prevalence_rule",
    "rogan_gladen": "misclassified",
    "scott_pi": "agreement",
    "set_alpha": "alpha",
    "unitizing_alpha": "unitizing",
}


def __getattr__(name: str) -> Any:
    """Load a public name from its module."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
