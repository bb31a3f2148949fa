"""How far is a folder of codings? Without running a coder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from univocal.codebook.model import Codebook
from univocal.errors import UnivocalError
from univocal.sharding.manifest import by_coder, read_manifest
from univocal.sharding.run import Run
from univocal.sharding.shard import SHARD_BYTES, Recipe
from univocal.sharding.stretches import Division


@dataclass(frozen=True, slots=True)
class Status:
    """What is there, by coder (``coders``), and of a corpus, if one was named: how many shards are ``missing``.

    ``planned`` is how many shards the corpus has; both are None where no corpus was named.
    """

    coders: tuple[dict[str, Any], ...]
    planned: int | None = None
    missing: tuple[str, ...] | None = None
    stale: tuple[str, ...] = ()


def status(
    out: Path,
    inputs: Sequence[str | Path] = (),
    *,
    coder: str | None = None,
    codebook: Codebook | None = None,
    division: Division | None = None,
    all_papers: bool = False,
    shard_bytes: int = SHARD_BYTES,
) -> Status:
    """What has been coded, and what of these inputs is missing? The inputs are read and hashed, not coded.

    Raises:
        UnivocalError: ``out`` is no folder of codings.
    """
    if not out.is_dir():
        raise UnivocalError(f"{out}: no such folder. Expected one that `univocal code` has written.")
    abouts = read_manifest(out)
    coders = tuple(by_coder(abouts))
    if not inputs:
        return Status(coders)
    recipe = Recipe.of(coder, codebook, all_papers=all_papers, shard_bytes=shard_bytes)
    run = Run(recipe, out, division or Division())
    run.find(inputs)
    missing = tuple(shard.place for shard in run.missing())
    stale = () if run.division.of > 1 else run.stale(abouts)
    return Status(coders, len(run.planned), missing, stale)
