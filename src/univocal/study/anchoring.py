"""Do coders follow the machine once they have seen what it suggests?

Each coder judges a paper alone first, and that judgement is kept. On papers of the arm ``open`` the machine's suggestions
may be shown afterwards; on those held out, which were drawn by chance, they never are. So two things can be told:

- what happens to first judgements after the machine was seen: how many change, and how many of these towards it;
- how much more the last judgements agree with the machine in the open arm than in the other, whether or not coders
  looked. The first judgements ought to agree with it equally in both: a difference there is chance, or a fault in the
  blinding.

Papers that an adjudicator sent back, or whose coder saw other people's codes, are left out: what changed there may have
changed for that.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.engine import Connection

from univocal.codebook.model import Codebook
from univocal.statistics.binomial import clopper_pearson
from univocal.statistics.bootstrap import Resamples, sum_by_cluster
from univocal.statistics.result import Estimate, undefined
from univocal.study.codings import Answer
from univocal.study.disagreements import Place, comparable
from univocal.study.schema import exposure as exposures
from univocal.study.schema import person as persons
from univocal.study.schema import question as questions
from univocal.study.schema import revision as revisions
from univocal.study.schema import task as tasks

#: What these figures don't tell; show it wherever they are shown.
CAVEAT = (
    "A change towards the machine isn't an error by itself: the machine may have been right. Coders look at suggestions "
    "when they like, so what changes after a look also tells who looks, and at what; the comparison of the two arms, which "
    "chance made, doesn't depend on that. Nothing here shows whether suggestions on earlier papers shape first judgements of "
    "later ones, since the same coders work in both arms."
)


@dataclass(frozen=True, slots=True)
class Anchoring:
    """One machine coder, and the judgements of people about the units that it coded too.

    Attributes:
        machine: its name.
        n_shown: papers on which somebody who had finished them saw its codes.
        n_held_out: papers that were held out and that somebody finished.
        changed: of the judgements before its codes were seen, the share that changed afterwards.
        changed_unseen: likewise where it was held out, after the paper was finished.
        adopted: of those that differed from the machine, the share that came to say what it says.
        left: of those that agreed with the machine, the share that came to say something else.
        first_open: share of first judgements that agree with the machine, in the open arm of papers drawn by chance.
        first_held_out: likewise in the other arm.
        last_open: share of last judgements that agree with it, in the open arm.
        last_held_out: likewise in the other arm.
        gap_first: ``first_open`` less ``first_held_out``.
        gap_last: ``last_open`` less ``last_held_out``: how much more people agree with it where they may see it.
    """

    machine: str
    n_shown: int
    n_held_out: int
    changed: Estimate
    changed_unseen: Estimate
    adopted: Estimate
    left: Estimate
    first_open: Estimate
    first_held_out: Estimate
    last_open: Estimate
    last_held_out: Estimate
    gap_first: Estimate
    gap_last: Estimate


@dataclass(frozen=True, slots=True)
class _Judged:
    """One person's judgements of one unit, and the machine's. ``arm`` is empty where no chance put the paper in it."""

    paper: int
    shown: bool
    arm: str
    first: Hashable
    last: Hashable
    machine: Hashable


def anchoring(connection: Connection, codebook: Codebook, *, level: float = 0.95) -> tuple[Anchoring, ...]:
    """Do coders follow the machine's suggestions? One answer for each machine coder that has codings.

    Shares have exact intervals where a paper has one unit, else a cluster bootstrap's over papers; where all or none
    of the units changed, which no bootstrap can tell anything of, exact ones that count papers.
    """
    machines = connection.execute(
        sa.select(persons.c.id, persons.c.name)
        .where(persons.c.role == "machine", sa.exists().where(revisions.c.coder == persons.c.id))
        .order_by(persons.c.id)
    ).all()
    return tuple(_measured(one.name, list(_judged(connection, codebook, one.id)), level) for one in machines)


def _measured(name: str, judged: Sequence[_Judged], level: float) -> Anchoring:
    paper = np.array([one.paper for one in judged], dtype=np.int64)
    shown = np.array([one.shown for one in judged], dtype=bool)
    is_open, held_out = (
        np.array([one.arm == arm for one in judged], dtype=bool) for arm in ("open", "held_out")
    )
    changed = np.array([one.first != one.last for one in judged], dtype=bool)
    first = np.array([one.first == one.machine for one in judged], dtype=bool)
    last = np.array([one.last == one.machine for one in judged], dtype=bool)

    def share(hits: NDArray[np.bool_], among: NDArray[np.bool_], why: str) -> Estimate:
        return _share(hits[among], paper[among], level, why)

    drawn = "no paper of the open arm was drawn by chance and finished yet"
    nobody, none = "nobody was shown its codes yet", "no paper was held out and finished yet"
    return Anchoring(
        name, len(np.unique(paper[shown])), len(np.unique(paper[held_out])),
        changed=share(changed, shown, nobody), changed_unseen=share(changed, held_out, none),
        adopted=share(last, shown & ~first, "no first judgement differed from the machine's before it was seen"),
        left=share(~last, shown & first, "no first judgement agreed with the machine's before it was seen"),
        first_open=share(first, is_open, drawn), first_held_out=share(first, held_out, none),
        last_open=share(last, is_open, drawn), last_held_out=share(last, held_out, none),
        gap_first=_gap(first, is_open, held_out, paper, level), gap_last=_gap(last, is_open, held_out, paper, level),
    )  # fmt: skip


def _share(hits: NDArray[np.bool_], paper: NDArray[np.int64], level: float, why: str) -> Estimate:
    n, n_papers = len(hits), len(np.unique(paper))
    if n == 0:
        return undefined(why, level=level, n=0)
    if n == n_papers:
        return clopper_pearson(int(hits.sum()), n, level=level)
    if hits.all() or not hits.any():
        by_paper = clopper_pearson(n_papers if hits.all() else 0, n_papers, level=level)
        how = f"Clopper-Pearson (exact binomial) over {n_papers} papers, whose units are taken to go together"
        return Estimate(by_paper.value, by_paper.low, by_paper.high, level, n, how)
    parts = sum_by_cluster(np.stack([hits, np.ones(n)], axis=1).astype(float), paper.tolist())
    return Resamples(parts, level=level).estimate(_ratio, n=n)


def _gap(
    hits: NDArray[np.bool_],
    is_open: NDArray[np.bool_],
    held_out: NDArray[np.bool_],
    paper: NDArray[np.int64],
    level: float,
) -> Estimate:
    if not is_open.any() or not held_out.any():
        return undefined("papers of both arms are needed: open, and held out", level=level, n=len(hits))
    either = is_open | held_out
    columns = np.stack([hits & is_open, is_open, hits & held_out, held_out], axis=1).astype(float)
    parts = sum_by_cluster(columns[either], paper[either].tolist())
    return Resamples(parts, level=level).estimate(_difference, n=int(either.sum()))


def _difference(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    return _ratio(sums[..., :2]) - _ratio(sums[..., 2:])


def _ratio(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(invalid="ignore", divide="ignore"):
        result: NDArray[np.float64] = sums[..., 0] / sums[..., 1]
    return result


def _judged(connection: Connection, codebook: Codebook, machine: int) -> Iterator[_Judged]:
    seen = {
        (row.paper, row.viewer): row.at
        for row in connection.execute(sa.select(exposures).where(exposures.c.shown == machine))
    }
    sent_back = sa.select(questions.c.paper, questions.c.coder)
    saw_people = (
        sa.select(exposures.c.paper, exposures.c.viewer.label("coder"))
        .join(persons, persons.c.id == exposures.c.shown)
        .where(persons.c.role != "machine")
    )
    swayed = {(row.paper, row.coder) for row in connection.execute(sa.union(sent_back, saw_people))}
    said = _said(connection, machine)
    for task in connection.execute(_FINISHED.where(_coded_by(machine))):
        key = (task.paper, task.coder)
        at = seen.get(key)
        if key in swayed:
            continue
        arm = "" if task.probability is None else str(task.arm)
        for place, every in said.get(key, {}).items():
            own = _comparable_rows(every)
            suggested = _comparable_rows(said.get((task.paper, machine), {}).get(place, []))
            ledger = place[0] in codebook and codebook.variable(place[0]).answers == "ledger"
            until = at or task.done_at
            first, last = _standing(own, until, ledger=ledger), _standing(own, None, ledger=ledger)
            machines = _standing(suggested, until, ledger=ledger)
            if first in _NO_JUDGEMENT or machines in (*_NO_JUDGEMENT, _ABSTAINS):
                continue
            yield _Judged(task.paper, at is not None, arm, first, last, machines)


#: There was nothing yet, or it was taken away.
_NO_JUDGEMENT = (None, "cleared")
#: A machine that can't say suggests nothing.
_ABSTAINS = comparable([Answer(None)], ledger=False)

_FINISHED = sa.select(tasks.c.paper, tasks.c.coder, tasks.c.arm, tasks.c.probability, tasks.c.done_at).where(
    tasks.c.state == "done"
)


def _coded_by(machine: int) -> sa.ColumnElement[bool]:
    return sa.exists().where(revisions.c.paper == tasks.c.paper, revisions.c.coder == machine)


@dataclass(frozen=True, slots=True)
class _Row:
    """A revision, and when what it says was judged: a change of the codebook puts it into other codes, and judges nothing."""

    item: int
    codes: Any
    cleared: bool
    stands_for: str | None
    judged: str
    ends: bool


def _comparable_rows(rows: Sequence[_Row]) -> Sequence[_Row]:
    """Those since a change of the codebook last asked anew: answers by other codes can't be told from a change of mind."""
    last = max((place for place, row in enumerate(rows) if row.ends), default=-1)
    return rows[last + 1 :]


def _said(connection: Connection, machine: int) -> dict[tuple[int, int], dict[Place, list[_Row]]]:
    """Every revision, by paper and coder and by unit, of papers that the machine and a person coded."""
    of_machine = sa.select(revisions.c.paper).where(revisions.c.coder == machine)
    of_people = sa.select(tasks.c.paper).where(tasks.c.state == "done")
    rows = connection.execute(
        sa.select(
            revisions.c.id, revisions.c.paper, revisions.c.coder, revisions.c.variable, revisions.c.unit_start,
            revisions.c.unit_end, revisions.c.item, revisions.c.action, revisions.c.codes, revisions.c.cleared,
            revisions.c.stands_for, revisions.c.restores, revisions.c.at,
        )
        .join(persons, persons.c.id == revisions.c.coder)
        .where(
            revisions.c.paper.in_(of_machine), revisions.c.paper.in_(of_people),
            sa.or_(revisions.c.coder == machine, persons.c.role.not_in(("machine", "decided"))),
        )
        .order_by(revisions.c.id)
    )  # fmt: skip
    found: dict[tuple[int, int], dict[Place, list[_Row]]] = {}
    judged: dict[int, str] = {}
    for row in rows:
        recoded = row.action == "recode"
        judged[row.id] = judged.get(row.restores, row.at) if recoded else row.at
        one = _Row(row.item, row.codes, row.cleared, row.stands_for, judged[row.id], recoded and row.cleared)
        place = (row.variable, row.unit_start, row.unit_end)
        found.setdefault((row.paper, row.coder), {}).setdefault(place, []).append(one)
    return found


def _standing(rows: Sequence[_Row], until: str | None, *, ledger: bool) -> Hashable:
    """What stood there at a time (None: what stands now); None where there was no answer."""
    last: dict[int, _Row] = {}
    for row in rows:
        if until is None or row.judged <= until:
            last[row.item] = row
    if not last:
        return None
    answer = comparable([row for row in last.values() if not row.cleared], ledger=ledger)
    return "cleared" if answer is None else answer
