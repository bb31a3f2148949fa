"""The run: which shards does this corpus have, which of them are missing, and code those."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from univocal.atlas.pool import Crew, died_twice, spread
from univocal.atlas.run import Progress, Step
from univocal.codebook.model import Codebook
from univocal.corpus.faults import merge_faults
from univocal.corpus.protocol import Limits
from univocal.records import Fault
from univocal.sharding.manifest import Abouts, claim, faults_of, prune, read_manifest, total, write_manifest
from univocal.sharding.shard import SHARD_BYTES, Recipe, Shard, shards_of
from univocal.sharding.stretches import Division, Stretch, divide, find_stretches
from univocal.sharding.table import clear_away
from univocal.sharding.worker import Counts, Finished, ShardWorker, begin, work


@dataclass(frozen=True, slots=True)
class Coded:
    """What a run came to.

    Attributes:
        out: the folder of shards.
        counts: of all shards of this corpus (of this run's division of it) that are there now.
        n_shards: how many there are; ``n_before`` of them were there before.
        n_before: how many needn't be coded.
        failed: where the shards begin whose process died each time; they are missing, and a rerun tries them again.
        faults: what was wrong with the input.
        stale: shards by the same coder that this corpus doesn't have: of other inputs, versions or codebooks. None
            where only a division was run, which can't know.
        seconds: how long it took.
    """

    out: Path
    counts: Counts
    n_shards: int
    n_before: int
    failed: tuple[str, ...]
    faults: tuple[Fault, ...]
    stale: tuple[str, ...] | None
    seconds: float


def code_corpus(
    inputs: Sequence[str | Path],
    out: Path,
    *,
    coder: str | None = None,
    codebook: Codebook | None = None,
    workers: int | None = None,
    division: Division | None = None,
    all_papers: bool = False,
    delete_stale: bool = False,
    limits: Limits | None = None,
    shard_bytes: int = SHARD_BYTES,
    progress: Progress | None = None,
) -> Coded:
    r"""What does a coder say of each paper of a corpus? One Parquet file of codings for each shard of the input.

    A shard's name is a hash of its papers' bytes, the coder with its version, the codebook and Univocal's version, and
    its file is there whole or not at all; so the same call does only what is missing. Papers that never say *align-*
    are counted and, unless ``all_papers``, have no rows. Duplicates are coded as often as they occur.

    Args:
        inputs: files, folders and globs, gzip or not.
        out: the folder for the shards, made if need be.
        coder: the name of an installed coder; by default the best offline one.
        codebook: by default the built-in one.
        workers: processes; by default one a core.
        division: which part of the corpus falls to this run, where several runs share it and write to one folder.
        all_papers: write a row (``about`` is ``no``) for papers without a mention too.
        delete_stale: delete shards by this coder that the corpus doesn't have (any longer); never in a division.
        limits: how much of an untrusted input is read before it is refused.
        shard_bytes: about how many bytes of records (unpacked) make a shard.
        progress: is told of each step.

    Raises:
        UnivocalError: there is no such coder; ``out`` can't be written, or holds something else.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.jsonl").write_text('{"id": "p1", "title": "Word alignment"}\n{"id": "p2", "title": "Parsing"}\n')
    >>> coded = code_corpus([folder / "a.jsonl"], folder / "codings", coder="lexicon", workers=1)
    >>> coded.counts.papers, coded.counts.with_mentions, coded.n_shards
    (2, 1, 1)
    """
    began = time.perf_counter()
    recipe = Recipe.of(coder, codebook, limits, all_papers=all_papers, shard_bytes=shard_bytes)
    claim(out)
    clear_away(out)
    run = Run(recipe, out, division or Division(), progress)
    run.find(inputs)
    crew = Crew(begin, (recipe, out), work)

    def again(shard: Shard) -> None:
        finished = crew.alone(shard)
        if finished is None:
            run.failed.append(shard.place)
        else:
            run.done(finished)

    spread(run.missing(), crew, workers or os.cpu_count() or 1, run.done, again)
    return run.finish(began, delete_stale=delete_stale)


@dataclass
class Run:
    """One run: which shards it found, which of them it coded."""

    recipe: Recipe
    out: Path
    division: Division
    progress: Progress | None = None
    planned: dict[str, str] = field(default_factory=dict)
    before: set[str] = field(default_factory=set)
    failed: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)
    _read: int = 0
    _total: int = 0
    _counts: Counts = field(default_factory=Counts)

    def find(self, inputs: Sequence[str | Path]) -> None:
        """Which files are to be read?"""
        stretches, faults = find_stretches(inputs, self.out)
        self.stretches = list(divide(stretches, self.division))
        self._total = sum(stretch.size for stretch in self.stretches)
        if self.division.number == 1 or not stretches:  # of several runs, one tells what all of them see
            self.faults += faults
        self._tell(0)

    def missing(self) -> Iterator[Shard]:
        """The shards that aren't there yet, as they are found."""
        for stretch in self.stretches:
            for shard in shards_of(stretch, self.recipe):
                if isinstance(shard, Fault):
                    self.faults.append(shard)
                elif shard.name in self.planned:
                    continue  # the same bytes under the same name: a file that was reached twice
                else:
                    self.planned[shard.name] = shard.place
                    if (self.out / shard.name).exists():
                        self.before.add(shard.name)
                        self._tell(shard.weight)
                    else:
                        yield shard

    def done(self, finished: Finished) -> None:
        """A shard stands."""
        self._counts.add(Counts(**finished.about["counts"]))
        self._tell(finished.weight)

    def here(self) -> None:
        """Code what is missing in this process, one shard after the other."""
        worker = ShardWorker(self.recipe, self.out)
        for shard in self.missing():
            self.done(worker.run(shard))

    def finish(self, began: float, *, delete_stale: bool = False) -> Coded:
        """Bring the manifest up to date and say what the run came to."""
        abouts = read_manifest(self.out)
        stale = None
        if self.division.of == 1:
            stale = self.stale(abouts)
            if delete_stale:
                prune(self.out, stale)
                abouts = {name: about for name, about in abouts.items() if name not in stale}
                stale = ()
            write_manifest(self.out, abouts)
        there = [name for name in self.planned if name in abouts]
        dead = [Fault(place, "process-died", died_twice(place)) for place in self.failed]
        return Coded(
            out=self.out,
            counts=total(abouts, there),
            n_shards=len(there),
            n_before=len(self.before),
            failed=tuple(self.failed),
            faults=merge_faults([*self.faults, *faults_of(abouts, there), *dead]),
            stale=stale,
            seconds=time.perf_counter() - began,
        )

    def stale(self, abouts: Abouts) -> tuple[str, ...]:
        """Which shards by the same coder are of no part of this corpus?"""
        return tuple(
            name
            for name, about in abouts.items()
            if about["coder"]["name"] == self.recipe.coder_name and name not in self.planned
        )

    def _tell(self, weight: int) -> None:
        self._read += weight
        if self.progress is not None:
            read = min(self._read, self._total)
            papers, mentions = self._counts.papers, self._counts.mentions
            self.progress(Step("coding", read, self._total or None, papers, mentions))
