"""The main job: from a pile of papers to an atlas of which alignment each one means."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any

import orjson

from univocal import __version__
from univocal.atlas.inputs import Inputs, total_weight, weight
from univocal.atlas.journal import FOLDER, Journal, whole
from univocal.atlas.merge import write_tables
from univocal.atlas.pieces import cut
from univocal.atlas.pool import run_pieces
from univocal.atlas.shares import shares
from univocal.atlas.sift import Sieve
from univocal.atlas.summary import Summary
from univocal.atlas.worker import Done, Piece, Setting
from univocal.codebook.model import Codebook
from univocal.coders.choice import DEFAULT_CODER, load_coder, quality
from univocal.coders.protocol import Coder
from univocal.corpus.faults import merge_faults
from univocal.corpus.protocol import Limits
from univocal.errors import InputError
from univocal.records import Fault

#: Raised when what lies in the journal changes its shape.
JOURNAL_FORMAT = 1
_LIBRARIES = ("altair", "duckdb", "numpy", "orjson", "regex", "sentencex")


@dataclass(frozen=True, slots=True)
class Step:
    """How far a run is: ``done`` of ``total`` (None where that isn't known) in the step ``name``."""

    name: str
    done: float
    total: float | None
    n_papers: int
    n_mentions: int


Progress = Callable[[Step], None]


@dataclass(frozen=True, slots=True)
class Result:
    """What a run came to. ``faults`` are what it went on without; ``duplicates`` what it counted once."""

    out: Path
    summary: Summary
    faults: tuple[Fault, ...]
    n_duplicates: int
    seconds: float
    resumed: bool


def atlas(
    inputs: Sequence[str | Path],
    out: Path,
    *,
    coder: str | None = None,
    codebook: Codebook | None = None,
    workers: int | None = None,
    limits: Limits | None = None,
    fresh: bool = False,
    progress: Progress | None = None,
) -> Result:
    """Which alignment does each of these papers mean? Read, code and map them; write the atlas to ``out``.

    ``inputs`` are files, folders and globs, gzip or not. ``coder`` is the name of an installed coder. A run that
    was killed goes on where it was if it is called again in the same way (unless ``fresh``). Faulty input is told
    in the result and in ``atlas.json``; the rest goes on.

    Raises:
        UnivocalError: there is no such coder.
        InputError: ``out`` is there and is something else than an atlas.
    """
    from univocal.codebook import load as load_codebook

    began = time.perf_counter()
    name = coder or DEFAULT_CODER
    made = load_coder(name)
    setting = Setting(name, codebook or load_codebook(), limits or Limits())
    _claim(out)
    given = Inputs(tuple(inputs), out, setting.limits)
    files = given.files()
    journal = Journal.open(out, _fingerprint(files, made, setting), fresh=fresh)
    run = _Run(journal, setting, workers or os.cpu_count() or 1, progress or _quiet)
    run.code(given, total_weight(files))
    sieve = Sieve(run.finished)
    run.n_papers = sieve.n_papers  # those of an earlier run too
    with whole(out / "duplicates.jsonl") as duplicates:
        tally, page = write_tables(sieve.dossiers(duplicates), out, setting.codebook, run.tick)
    summary = tally.summary()
    faults = merge_faults([*run.faults, *sieve.faults()])
    result = Result(out, summary, faults, sieve.n_duplicates, time.perf_counter() - began, journal.resumed)
    info = _info(inputs, made, setting.codebook, run.workers, result)
    page.finish(summary, quality(name), info)
    _write_json(
        out / "atlas.json",
        info
        | {
            "counts": summary.to_dict(),
            "estimates": shares(summary),
            "quality": quality(name),
        },
    )
    journal.close()
    return result


def _claim(out: Path) -> None:
    """Make the folder, or refuse one that holds something else than an atlas."""
    if (
        out.is_dir()
        and any(out.iterdir())
        and not any((out / mark).exists() for mark in ("atlas.json", FOLDER))
    ):
        raise InputError(
            f"{out}: the folder holds something that isn't an atlas; name an empty or a new folder"
        )
    if out.exists() and not out.is_dir():
        raise InputError(f"{out}: expected a folder to write to, found a file")
    out.mkdir(parents=True, exist_ok=True)


def _fingerprint(files: Sequence[tuple[str, int, int]], coder: Coder, setting: Setting) -> dict[str, Any]:
    """All that decides what the pieces hold: another fingerprint is another run."""
    return {
        "format": JOURNAL_FORMAT,
        "univocal": __version__,
        "files": files,
        "coder": [coder.name, coder.version],
        "codebook": setting.codebook.digest,
        "limits": setting.limits,
    }


def _info(
    inputs: Sequence[str | Path], coder: Coder, codebook: Codebook, workers: int, result: Result
) -> dict[str, Any]:
    """What ran: for the page's foot and for `atlas.json`."""
    return {
        "univocal": __version__,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(result.seconds, 1),
        "workers": workers,
        "resumed": result.resumed,
        "inputs": [str(given) for given in inputs],
        "coder": {"name": coder.name, "version": coder.version},
        "codebook": {"id": codebook.id, "version": codebook.version, "digest": codebook.digest},
        "versions": {library: installed_version(library) for library in _LIBRARIES},
        "faults": [
            {"where": f.where, "kind": f.kind, "message": f.message, "lost": f.lost} for f in result.faults
        ],
        "duplicates": result.n_duplicates,
    }


def _write_json(path: Path, document: dict[str, Any]) -> None:
    with whole(path) as file:
        file.write(orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS))


class _Run:
    """The part of a run that spreads over processes, and what it has come to so far."""

    def __init__(self, journal: Journal, setting: Setting, workers: int, progress: Progress) -> None:
        self.journal, self.setting, self.workers, self.progress = journal, setting, workers, progress
        self.finished: list[Path] = []
        self.faults: list[Fault] = []
        self.n_papers = self.n_mentions = 0
        self._ahead: dict[int, int] = {}
        self._read = self._total = 0

    def code(self, given: Inputs, total: int) -> None:
        """Code every piece that the journal doesn't hold yet."""
        self._total = total
        self._tell()
        run_pieces(self._missing(given), self.setting, self.workers, self._done)

    def _missing(self, given: Inputs) -> Iterator[Piece]:
        for piece in cut(given.sources(), self.journal, self.faults.append):
            self.finished.append(piece.target)
            self._ahead[piece.number] = weight(piece.sources)
            if piece.target.exists():
                self._tell(piece.number)
            else:
                yield piece

    def _done(self, done: Done) -> None:
        self.n_papers += done.n_papers
        self.n_mentions += done.n_mentions
        self._tell(done.number)

    def _tell(self, piece: int | None = None) -> None:
        if piece is not None:
            self._read += self._ahead.pop(piece)
        read = min(self._read, self._total)
        self.progress(Step("coding", read, self._total or None, self.n_papers, self.n_mentions))

    def tick(self, n_papers: int) -> None:
        """The tables have taken in so many papers."""
        self.progress(Step("writing", n_papers, self.n_papers or None, n_papers, self.n_mentions))


def _quiet(step: Step) -> None:
    """Nobody watches."""
