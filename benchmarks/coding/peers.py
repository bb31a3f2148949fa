"""What is measured of other packages. Each is imported by the job that needs it, so that none holds another's memory."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from coding import data
from coding.job import Job, clock


def krippendorff(codings: Any) -> dict[str, Any]:
    peer = import_module("krippendorff")
    return {"value": float(peer.alpha(reliability_data=codings, level_of_measurement="nominal"))}


def frame(folder: Path, n: int) -> Any:
    return import_module("pandas").DataFrame(data.codings(folder, n).T)


def irrcac(codings: Any) -> dict[str, Any]:
    found = import_module("irrCAC.raw").CAC(codings).gwet()["est"]
    return {"value": float(found["coefficient_value"]), "standard_error": float(found["se"])}


def long_frame(folder: Path, n: int) -> Any:
    codings = data.codings(folder, n).T
    task, worker = np.nonzero(~np.isnan(codings))
    label = codings[task, worker].astype(np.int64)
    return import_module("pandas").DataFrame({"task": task, "worker": worker, "label": label})


def one_iteration(answers: Any) -> dict[str, Any]:
    """Four iterations less one, so that its start from the majority isn't counted."""
    model, taken = import_module("crowdkit.aggregation").DawidSkene, []
    for n_iter in (1, 4):
        began = clock()
        model(n_iter=n_iter, tol=-np.inf).fit(answers)
        taken.append(clock() - began)
    return {"seconds": (taken[1] - taken[0]) / 3}


def dawid_skene(answers: Any) -> dict[str, Any]:
    """The whole call, to where its own rule stops, divided by the iterations."""
    model = import_module("crowdkit.aggregation").DawidSkene
    began = clock()
    found = model().fit(answers)
    seconds = clock() - began
    return {"seconds": seconds / len(found.loss_history_)}


def twenty_iterations(answers: Any) -> dict[str, Any]:
    found = import_module("crowdkit.aggregation").DawidSkene(n_iter=20, tol=-np.inf).fit(answers)
    errors = found.errors_.sort_index()
    return {
        "priors": found.priors_.sort_index().tolist(),
        "confusion": errors[sorted(errors.columns)].to_numpy().ravel().tolist(),
    }


def triples(sets: data.Sets) -> list[tuple[int, int, frozenset[str]]]:
    return [
        (coder, unit, one)
        for coder, row in enumerate(sets)
        for unit, one in enumerate(row)
        if one is not None
    ]


def nltk(rows: Any) -> dict[str, Any]:
    task = import_module("nltk.metrics.agreement").AnnotationTask
    return {"value": task(rows, import_module("nltk.metrics").masi_distance).alpha()}


JOBS: dict[str, Job] = {
    "krippendorff": Job(data.codings, krippendorff),
    "irrCAC": Job(frame, irrcac),
    "crowd-kit, one more iteration": Job(long_frame, one_iteration),
    "crowd-kit, whole / iterations": Job(long_frame, dawid_skene),
    "crowd-kit, 20 iterations": Job(long_frame, twenty_iterations),
    "NLTK": Job(lambda folder, n: triples(data.own_sets(folder, n)), nltk),
    "NLTK, shared sets": Job(lambda folder, n: triples(data.shared_sets(folder, n)), nltk),
}
