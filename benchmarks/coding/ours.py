"""What is measured of this package."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from coding import data
from coding.job import Job, clock
from univocal import statistics


def estimated(name: str, /, *more: Any, **options: Any) -> Callable[[Any], dict[str, Any]]:
    def call(given: Any) -> dict[str, Any]:
        result = getattr(statistics, name)(given, *more, **options)
        values = {"value": result.value, "standard_error": result.standard_error}
        return {key: value for key, value in values.items() if value is not None}

    return call


def dawid_skene(codings: Any, standard_errors: str) -> dict[str, Any]:
    """The whole call, reading the array and all, to convergence, divided by the iterations."""
    began = clock()
    result = statistics.dawid_skene(codings, standard_errors=standard_errors)
    seconds = clock() - began
    return {
        "seconds": seconds / result.n_iterations,
        "iterations": result.n_iterations,
        "converged": result.converged,
    }


def one_iteration(codings: Any) -> dict[str, Any]:
    """Many iterations less one, so that encoding and the start aren't counted: as for crowd-kit."""
    taken, done = [], []
    for most in (1, 101):
        began = clock()
        result = statistics.dawid_skene(
            codings, standard_errors="none", tolerance=1e-300, max_iterations=most
        )
        taken.append(clock() - began)
        done.append(result.n_iterations)
    return {"seconds": (taken[1] - taken[0]) / (done[1] - done[0])}


def twenty_iterations(codings: Any) -> dict[str, Any]:
    result = statistics.dawid_skene(codings, standard_errors="none", tolerance=1e-300, max_iterations=20)
    return {
        "priors": result.priors.tolist(),
        "confusion": result.confusion.swapaxes(1, 2).ravel().tolist(),
    }


def majority(codings: Any) -> dict[str, Any]:
    statistics.majority(codings)
    return {}


def marked(n_texts: int) -> Job:
    def given(_: Path, n: int) -> Any:
        texts, spans = data.marked_texts(n, n_texts)
        return (texts, spans) if n_texts > 1 else (texts[0], spans[0])

    return Job(given, lambda both: {"value": statistics.unitizing_alpha(*both).u.value})


alpha = partial(estimated, "krippendorff_alpha")
masi = partial(estimated, "set_alpha", "masi_passonneau")

JOBS: dict[str, Job] = {
    "α": Job(data.codings, alpha(interval="none")),
    "α, jackknife": Job(data.codings, alpha()),
    "AC1 with SE": Job(data.codings, estimated("gwet_ac1")),
    "Dawid–Skene, one more iteration": Job(data.codings, one_iteration),
    "Dawid–Skene, whole / iterations": Job(data.codings, partial(dawid_skene, standard_errors="none")),
    "Dawid–Skene with SE, whole / iterations": Job(
        data.codings, partial(dawid_skene, standard_errors="information")
    ),
    "Dawid–Skene, 20 iterations": Job(data.codings, twenty_iterations),
    "α of sets, MASI": Job(data.own_sets, masi(interval="none")),
    "α of sets, MASI, jackknife": Job(data.own_sets, masi()),
    "α of shared sets, MASI": Job(data.shared_sets, masi(interval="none")),
    "α of shared sets, MASI, jackknife": Job(data.shared_sets, masi()),
    "uα, one text": marked(1),
    "uα, 100 texts, jackknife": marked(100),
    "α, ordinal, jackknife": Job(data.codings, alpha("ordinal")),
    "α, interval, jackknife": Job(data.codings, alpha("interval")),
    "α, ratio, jackknife": Job(data.codings, alpha("ratio")),
    "percent agreement": Job(data.codings, estimated("percent_agreement")),
    "Scott's π": Job(data.two_codings, estimated("scott_pi")),
    "Cohen's κ": Job(data.two_codings, estimated("cohen_kappa")),
    "Cohen's κ, weighted": Job(data.two_codings, estimated("cohen_kappa", weights="quadratic")),
    "Fleiss' κ": Job(data.codings, estimated("fleiss_kappa")),
    "Brennan–Prediger": Job(data.codings, estimated("brennan_prediger")),
    "AC2": Job(data.codings, estimated("gwet_ac2")),
    "majority": Job(data.codings, majority),
}
