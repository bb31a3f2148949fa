"""Where coders who finished a paper say different things, and what was decided."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, Protocol

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from univocal.codebook.model import Codebook
from univocal.study import questions
from univocal.study.codings import Revision, current
from univocal.study.people import HUMAN, Person, everyone
from univocal.study.schema import WHOLE
from univocal.study.schema import task as tasks
from univocal.study.spans import Span

#: ``moot``: the question isn't asked, by what was decided (or is agreed) of the one that it hangs on.
State = Literal["open", "decided", "moot"]
#: Variable, start and stop of what is coded.
Place = tuple[str, int, int]


class Said(Protocol):
    """One answer, or one entry of a ledger: its codes (None: can't say), and the ideal that it stands for."""

    @property
    def codes(self) -> Sequence[str] | None:
        """The codes; None: can't say."""
        ...

    @property
    def stands_for(self) -> str | None:
        """The ideal that an entry of a ledger stands for."""
        ...


class Entry(Said, Protocol):
    """An answer with the words that it rests on."""

    @property
    def spans(self) -> Sequence[Span]:
        """The evidence."""
        ...


@dataclass(frozen=True, slots=True)
class Side:
    """What one coder says of a unit: one revision, or the entries of a ledger, or nothing where it was left open.

    ``asked`` is False where the coder's own other answers say that the question doesn't arise.
    """

    coder: Person
    revisions: tuple[Revision, ...]
    asked: bool


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One unit on which coders differ: what each says, what was decided, and whether it still matters.

    A unit that was decided otherwise than coders who agree by now say counts as well: else nobody would see the decision.
    """

    variable: str
    start: int
    stop: int
    sides: tuple[Side, ...]
    decided: tuple[Revision, ...]
    state: State

    @property
    def seen(self) -> tuple[int, ...]:
        """The revisions that a decision is made from, and the ones that it replaces."""
        of_coders = sorted(one.id for side in self.sides for one in side.revisions)
        return (*of_coders, *(one.id for one in self.decided))


def comparable(entries: Iterable[Said], *, ledger: bool) -> Hashable:
    """What answers are compared by: the set of codes; of a ledger that of codes and ideals; None: left open.

    A ledger that was left empty says that there is nothing to enter.

    >>> from univocal.study.codings import Answer
    >>> comparable([Answer(("b", "a"))], ledger=False) == comparable([Answer(("a", "b"))], ledger=False)
    True
    >>> comparable([], ledger=False) is None, comparable([], ledger=True) == comparable([Answer(())], ledger=True)
    (True, True)
    """
    there = tuple(entries)
    if ledger:
        return frozenset((code, one.stands_for) for one in there for code in _codes(one))
    return None if not there else frozenset(_codes(there[0]))


def ledgers_alike(some: Sequence[Entry], others: Sequence[Entry]) -> bool:
    """Do two ledgers enter the same things? Each entry of one must be in the other: code, ideal, and what it is about.

    Coders quote the same thing in different places and lengths: entries are about the same thing where their evidence
    overlaps, or where the words of one hold those of the other.

    >>> from univocal.study.codings import Answer
    >>> from univocal.study.spans import cut
    >>> text = "The win rate rises. A higher win rate is better."
    >>> short, long = (Answer(("proxy",), (cut(text, at, at + n),)) for at, n in ((4, 8), (22, 15)))
    >>> ledgers_alike([short], [long]), ledgers_alike([short], []), ledgers_alike([Answer(())], [])
    (True, False, True)
    """
    left, right = ([one for one in entries if _codes(one)] for entries in (some, others))
    return all(any(_same_entry(a, b) for b in right) for a in left) and all(
        any(_same_entry(a, b) for a in left) for b in right
    )


def _same_entry(a: Entry, b: Entry) -> bool:
    if set(_codes(a)) != set(_codes(b)) or a.stands_for != b.stands_for:
        return False
    if not a.spans or not b.spans:
        return len(a.spans) == len(b.spans)
    return any(_about_the_same(one, other) for one in a.spans for other in b.spans)


def _about_the_same(a: Span, b: Span) -> bool:
    one, other = a.quote.casefold(), b.quote.casefold()
    return (a.start < b.stop and b.start < a.stop) or one in other or other in one


#: Stands for "can't say" among codes, whose ids are never empty.
_UNSAID = ("",)


def _codes(one: Said) -> Sequence[str]:
    return _UNSAID if one.codes is None else one.codes


def states(
    codebook: Codebook,
    said: Mapping[Place, Mapping[int, Sequence[Entry]]],
    coders: Collection[int],
    decided: Mapping[Place, Sequence[Entry]],
) -> dict[Place, State]:
    """Which units of a paper do its coders differ on, and how do these stand? Ordered by the text, then the codebook.

    Args:
        codebook: the version in force; what it doesn't have is compared like a single answer.
        said: place to coder to what that coder said there.
        coders: who finished the paper.
        decided: what was decided.
    """
    settled: dict[str, Hashable] = {}
    differing = []
    for place in said.keys() | decided.keys() if len(coders) > 1 else ():
        ledger = place[0] in codebook and codebook.variable(place[0]).answers == "ledger"
        sides = [said.get(place, {}).get(coder, ()) for coder in coders]
        decision = [decided[place]] if place in decided else []
        if not _alike([*sides, *decision], ledger=ledger):
            differing.append(place)
        if place[1] == WHOLE and not ledger and (decision or _alike(sides, ledger=ledger)):
            settled[place[0]] = comparable((decision or sides)[0], ledger=ledger)
    order = {one.id: at for at, one in enumerate(codebook.variables)}
    found: dict[Place, State] = {}
    for place in sorted(differing, key=lambda one: (one[1], one[2], order.get(one[0], len(order)), one[0])):
        if _is_moot(codebook, place[0], settled):
            found[place] = "moot"
        else:
            found[place] = "decided" if place in decided else "open"
    return found


def _alike(sides: Sequence[Sequence[Entry]], *, ledger: bool) -> bool:
    if ledger:
        return all(ledgers_alike(*pair) for pair in combinations(sides, 2))
    return len({comparable(one, ledger=False) for one in sides}) < 2


def _is_moot(
    codebook: Codebook, variable: str, settled: Mapping[str, Hashable], above: tuple[str, ...] = ()
) -> bool:
    """Isn't it asked, since the answer that it hangs on says so, or isn't asked itself?"""
    when = codebook.variable(variable).when if variable in codebook else None
    if when is None or when[0] in above:
        return False
    answer = settled.get(when[0])
    if isinstance(answer, frozenset) and not answer & set(when[1]):
        return True
    return _is_moot(codebook, when[0], settled, (*above, variable))


def finishers(connection: Connection, paper: int) -> frozenset[int]:
    """Who has finished a paper; whoever was asked a question about it had."""
    rows = connection.execute(sa.select(tasks.c.coder, tasks.c.state).where(tasks.c.paper == paper)).all()
    return frozenset(
        row.coder for row in rows if row.state == "done" or questions.pending(connection, paper, row.coder)
    )


def disagreements(connection: Connection, paper: int, codebook: Codebook) -> tuple[Disagreement, ...]:
    """The units of a paper on which coders who finished it differ, or that one of them left open."""
    people = {one.row: one for one in everyone(connection)}
    done = finishers(connection, paper)
    said: dict[Place, dict[int, list[Revision]]] = {}
    decided: dict[Place, list[Revision]] = {}
    for one in current(connection, paper):
        place = (one.unit.variable, one.unit.start, one.unit.stop)
        person = people[one.unit.coder]
        if person.role == "decided":
            decided.setdefault(place, []).append(one)
        elif person.role in HUMAN and person.row in done:
            said.setdefault(place, {}).setdefault(person.row, []).append(one)
    found = states(codebook, _answers(said), done, {at: _plain(some) for at, some in decided.items()})
    coders = sorted((people[row] for row in done), key=lambda one: one.name)
    return tuple(
        Disagreement(
            *place,
            tuple(
                Side(
                    coder,
                    tuple(said.get(place, {}).get(coder.row, ())),
                    _asked(codebook, place[0], coder.row, said),
                )
                for coder in coders
            ),
            tuple(decided.get(place, ())),
            state,
        )
        for place, state in found.items()
    )  # fmt: skip


def _plain(some: Iterable[Revision]) -> list[Entry]:
    return [one.answer for one in some if one.answer is not None]


def _answers(
    said: Mapping[Place, Mapping[int, Sequence[Revision]]],
) -> dict[Place, dict[int, Sequence[Entry]]]:
    return {
        place: {coder: _plain(some) for coder, some in by_coder.items()} for place, by_coder in said.items()
    }


def _asked(
    codebook: Codebook, variable: str, coder: int, said: Mapping[Place, Mapping[int, Sequence[Revision]]]
) -> bool:
    when = codebook.variable(variable).when if variable in codebook else None
    if when is None:
        return True
    given = [
        code
        for place, by_coder in said.items()
        if place[0] == when[0]
        for one in _plain(by_coder.get(coder, ()))
        for code in one.codes or ()
    ]
    return bool(set(given) & set(when[1]))
