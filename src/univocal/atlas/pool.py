"""Pieces over processes: bounded in flight, and a process that dies takes only its own file with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import Any, Generic, TypeVar

from univocal.atlas.dossiers import fault_line
from univocal.atlas.journal import whole
from univocal.atlas.worker import Done, Piece, Setting, begin, work
from univocal.records import Fault

P = TypeVar("P")
D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Crew(Generic[P, D]):
    """Processes that each ``begin`` with ``given`` and then ``work`` on one piece after the other.

    Both are functions of a module, for they cross process borders by name.
    """

    begin: Callable[..., None]
    given: tuple[Any, ...]
    work: Callable[[P], D]

    def pool(self, workers: int) -> ProcessPoolExecutor:
        """So many processes."""
        # spawn: a fresh interpreter a worker, so no lock or thread of ours is copied half-held
        return ProcessPoolExecutor(
            workers, mp_context=get_context("spawn"), initializer=self.begin, initargs=self.given
        )

    def alone(self, piece: P) -> D | None:
        """The piece in a process of its own; None where that process dies too."""
        try:
            with self.pool(1) as pool:
                return pool.submit(self.work, piece).result()
        except BrokenProcessPool:
            return None


def spread(
    pieces: Iterable[P], crew: Crew[P, D], workers: int, done: Callable[[D], None], again: Callable[[P], None]
) -> None:
    """Let the crew work on every piece, ``workers`` at a time, and tell ``done`` of each as it ends.

    At most twice as many pieces as workers are held at once, so memory doesn't grow with the input. If a
    process dies (killed, out of memory), the pieces that were in flight go to ``again``, one by one.
    """
    coming = iter(pieces)
    while broken := _until_broken(coming, crew, workers, done):
        for piece in broken:
            again(piece)


def run_pieces(pieces: Iterable[Piece], setting: Setting, workers: int, done: Callable[[Done], None]) -> None:
    """Run every piece of an atlas. A source that kills its process twice becomes a fault; the rest goes on."""
    crew = Crew(begin, (setting,), work)

    def again(piece: Piece) -> None:
        for finished in _alone(piece, crew):
            done(finished)

    spread(pieces, crew, workers, done, again)


def _until_broken(coming: Iterator[P], crew: Crew[P, D], workers: int, done: Callable[[D], None]) -> list[P]:
    flying: dict[Future[D], P] = {}
    taken: list[P] = []
    with crew.pool(workers) as pool:
        try:
            for piece in coming:
                taken = [piece]
                flying[pool.submit(crew.work, piece)] = piece
                taken = []
                if len(flying) >= 2 * workers:
                    _land(flying, done)
            while flying:
                _land(flying, done)
        except BrokenProcessPool:
            return [*flying.values(), *taken]
    return []


def _land(flying: dict[Future[D], P], done: Callable[[D], None]) -> None:
    ended, _ = wait(flying, return_when=FIRST_COMPLETED)
    for future in ended:
        result = future.result()
        del flying[future]
        done(result)


def _alone(piece: Piece, crew: Crew[Piece, Done]) -> Iterator[Done]:
    finished = crew.alone(piece)
    if finished is not None:
        yield finished
    elif len(piece.sources) > 1:
        yield from _one_by_one(piece, crew)
    else:
        name = piece.sources[0].name
        with whole(piece.target) as file:
            file.write(fault_line(Fault(name, "process-died", died_twice(name), lost=1)))
        yield Done(piece.number, 0, 0)


def died_twice(name: str) -> str:
    """What is said of a source whose process died twice.

    >>> died_twice("a.pdf").partition(". ")[0]
    'a.pdf: the process that read it died twice (killed, or out of memory)'
    """
    return (
        f"{name}: the process that read it died twice (killed, or out of memory). "
        "The rest went on; split the file, or give the run more memory."
    )


def _one_by_one(piece: Piece, crew: Crew[Piece, Done]) -> Iterator[Done]:
    parts = [
        replace(piece, sources=(source,), target=piece.target.with_suffix(f".{n}.part"))
        for n, source in enumerate(piece.sources)
    ]
    counts = [done for part in parts for done in _alone(part, crew)]
    with whole(piece.target) as file:
        for part in parts:
            file.write(part.target.read_bytes())
            part.target.unlink()
    yield Done(piece.number, sum(d.n_papers for d in counts), sum(d.n_mentions for d in counts))
