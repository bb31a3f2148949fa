"""The same run on a Ray cluster (extra ``ray``): each task takes a division of the corpus, as a Slurm array's would.

The corpus and the folder of codings must be under the same path on every machine. Nothing but the numbers of
divisions and a few words of outcome goes through Ray, so a worker that dies costs the shard that it was at.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

from univocal.codebook.model import Codebook
from univocal.corpus.protocol import Limits
from univocal.errors import MissingExtraError, UnivocalError
from univocal.sharding.manifest import claim, fault_from
from univocal.sharding.run import Coded, Run
from univocal.sharding.shard import SHARD_BYTES, Recipe
from univocal.sharding.stretches import Division
from univocal.sharding.table import attempts, clear_away
from univocal.sharding.worker import ShardWorker

#: Divisions for each worker: more of them even out the ends, fewer read large files less often.
DIVISIONS_A_WORKER = 4
#: How often a shard is tried whose process dies.
ATTEMPTS = 3


def code_on_ray(
    inputs: Sequence[str | Path],
    out: Path,
    *,
    coder: str | None = None,
    codebook: Codebook | None = None,
    workers: int | None = None,
    all_papers: bool = False,
    delete_stale: bool = False,
    limits: Limits | None = None,
    shard_bytes: int = SHARD_BYTES,
    address: str | None = None,
) -> Coded:
    """What `code_corpus` does, by Ray Data: the same shards with the same rows.

    ``address`` names a cluster; without it Ray starts on this machine, and stops at the end. ``workers`` is how many
    processes code; by default one a core that Ray knows of. The other arguments are those of `code_corpus`.

    Raises:
        MissingExtraError: Ray isn't installed.
        UnivocalError: as `code_corpus`; or Ray itself gave up.
    """
    began = time.perf_counter()
    ray = _ray()
    recipe = Recipe.of(coder, codebook, limits, all_papers=all_papers, shard_bytes=shard_bytes)
    out = out.absolute()
    claim(out)
    clear_away(out)
    with redirect_stdout(sys.stderr), _started(ray, address, workers):  # Ray tells of the dead on stdout
        n = workers or max(1, int(ray.cluster_resources().get("CPU", 1)))
        told = _run(ray, n, [Path(i).expanduser().absolute() for i in inputs], out, recipe)
    run = Run(recipe, out, Division())
    for division in told:
        run.planned |= division["planned"]
        run.before |= set(division["before"])
        run.failed += division["failed"]
        run.faults += [fault_from(row) for row in division["faults"]]
    run.faults = list(dict.fromkeys(run.faults))
    return run.finish(began, delete_stale=delete_stale)


@contextmanager
def _started(ray: Any, address: str | None, workers: int | None) -> Iterator[None]:
    """Ray is there; if it was started here, it stops at the end."""
    if ray.is_initialized():
        yield
        return
    here = {} if address else {"num_cpus": workers, "include_dashboard": False}
    where = address or os.environ.get("RAY_ADDRESS") or "local"
    ray.init(address=where, log_to_driver=False, logging_level=logging.ERROR, **here)
    try:
        yield
    finally:
        ray.shutdown()


def _run(ray: Any, n: int, inputs: list[Path], out: Path, recipe: Recipe) -> list[dict[str, Any]]:
    of = n * DIVISIONS_A_WORKER
    ray.data.DataContext.get_current().enable_progress_bars = False
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    # Items, not a range: reading a range would want a core of its own, and wait for it for ever.
    divisions = ray.data.from_items(list(range(of)), override_num_blocks=of).map_batches(
        DivisionCoder,
        fn_constructor_args=(inputs, out, recipe, of),
        batch_size=1,
        compute=ray.data.ActorPoolStrategy(size=n),
        num_cpus=1,
    )
    import orjson

    try:
        return [orjson.loads(row["told"]) for row in divisions.take_all()]
    except ray.exceptions.RayError as error:
        cause = getattr(error, "cause", None)
        if isinstance(cause, UnivocalError):
            raise cause from error
        why = str(error).strip().splitlines()[-1][:300]
        raise UnivocalError(
            f"Ray gave up: {why}. Shards that are there are whole, and the same command goes on from here."
        ) from error


class DivisionCoder:
    """A coder ready to work in a process of Ray's; each call codes one division."""

    def __init__(self, inputs: Sequence[Path], out: Path, recipe: Recipe, of: int) -> None:
        self.inputs, self.of = inputs, of
        self.worker = ShardWorker(recipe, out)

    def __call__(self, batch: dict[str, Any]) -> dict[str, list[bytes]]:
        """Code the divisions whose numbers (from 0) come in ``item``."""
        return {"told": [self._code(Division(int(number) + 1, self.of)) for number in batch["item"]]}

    def _code(self, division: Division) -> bytes:
        import orjson

        run = Run(self.worker.recipe, self.worker.out, division)
        run.find(self.inputs)
        for shard in run.missing():
            # Ray starts a dead process again for ever; a shard that kills its process each time must not have it so.
            if attempts(self.worker.out, shard.name) < ATTEMPTS:
                run.done(self.worker.run(shard))
            else:
                run.failed.append(shard.place)
        told = {
            "planned": run.planned,
            "before": sorted(run.before),
            "failed": run.failed,
            "faults": run.faults,
        }
        return orjson.dumps(told)


def _ray() -> Any:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is reported to anybody
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise MissingExtraError("Running on Ray", "ray") from error
    return ray
