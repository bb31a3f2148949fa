"""Pieces over processes: bounded in flight, and a process that dies takes only its own file with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from multiprocessing import get_context

from univocal.atlas.dossiers import fault_line
from univocal.atlas.journal import whole
from univocal.atlas.worker import Done, Piece, Setting, begin, work
from univocal.records import Fault


def run_pieces(pieces: Iterable[Piece], setting: Setting, workers: int, done: Callable[[Done], None]) -> None:
    """Run every piece, ``workers`` at a time, and tell ``done`` of each as it ends.

    At most twice as many pieces as workers are held at once, so memory doesn't grow with the input. If a
    process dies (killed, out of memory), the pieces that were in flight run again alone; a source that kills
    its process again becomes a fault.
    """
    coming = iter(pieces)
    while broken := _until_broken(coming, setting, workers, done):
        for piece in broken:
            for finished in _alone(piece, setting):
                done(finished)


def _pool(setting: Setting, workers: int) -> ProcessPoolExecutor:
    # spawn: a fresh interpreter a worker, so no lock or thread of ours is copied half-held
    return ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=begin, initargs=(setting,)
    )


def _until_broken(
    coming: Iterator[Piece], setting: Setting, workers: int, done: Callable[[Done], None]
) -> list[Piece]:
    flying: dict[Future[Done], Piece] = {}
    taken: Piece | None = None
    with _pool(setting, workers) as pool:
        try:
            for piece in coming:
                taken = piece
                flying[pool.submit(work, piece)] = piece
                taken = None
                if len(flying) >= 2 * workers:
                    _land(flying, done)
            while flying:
                _land(flying, done)
        except BrokenProcessPool:
            return [*flying.values(), *([taken] if taken else [])]
    return []


def _land(flying: dict[Future[Done], Piece], done: Callable[[Done], None]) -> None:
    ended, _ = wait(flying, return_when=FIRST_COMPLETED)
    for future in ended:
        result = future.result()
        del flying[future]
        done(result)


def _alone(piece: Piece, setting: Setting) -> Iterator[Done]:
    try:
        with _pool(setting, 1) as pool:
            yield pool.submit(work, piece).result()
    except BrokenProcessPool:
        if len(piece.sources) > 1:
            yield from _one_by_one(piece, setting)
            return
        name = piece.sources[0].name
        message = (
            f"{name}: the process that read it died twice (killed, or out of memory). "
            "The rest went on; split the file, or give the run more memory."
        )
        with whole(piece.target) as file:
            file.write(fault_line(Fault(name, "process-died", message, lost=1)))
        yield Done(piece.number, 0, 0)


def _one_by_one(piece: Piece, setting: Setting) -> Iterator[Done]:
    parts = [
        replace(piece, sources=(source,), target=piece.target.with_suffix(f".{n}.part"))
        for n, source in enumerate(piece.sources)
    ]
    counts = [done for part in parts for done in _alone(part, setting)]
    with whole(piece.target) as file:
        for part in parts:
            file.write(part.target.read_bytes())
            part.target.unlink()
    yield Done(piece.number, sum(d.n_papers for d in counts), sum(d.n_mentions for d in counts))
