"""Batches of papers and who codes them, and what each coder codes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from univocal.errors import StudyError
from univocal.study.clock import now
from univocal.study.draws import Draw, simple, stratified, unequal
from univocal.study.people import HUMAN, Person
from univocal.study.schema import batch as batches
from univocal.study.schema import paper as papers
from univocal.study.schema import task as tasks

Kind = Literal["all", "random", "stratified", "active", "chosen"]
Arm = Literal["open", "held_out"]
#: What the database's integers hold.
_MOST = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a batch is to be drawn and shared out.

    Attributes:
        name: of the batch.
        kind: "all" of the frame, a "random" or "stratified" sample, or "active": chances by ``scores``.
        size: papers to draw (random, active).
        sizes: papers to draw in each stratum (stratified).
        strata: the stratum of each paper's row, where they aren't the papers' own (stratified).
        scores: a score for each paper's row, 0 or above (active); papers without one have 0.
        floor: as in `draws.unequal`.
        double: the share of the papers that ``coders_each`` coders code, in [0, 1]; the others are coded once.
        coders_each: how many code a paper that is coded several times.
        held_out: the share of papers, in [0, 1], on which nobody ever sees the machine's suggestions.
        seed: of all chance.
        purpose: what it is drawn for, kept in its design.
    """

    name: str
    kind: Kind = "random"
    size: int = 0
    sizes: Mapping[str | None, int] = field(default_factory=dict)
    strata: Mapping[int, str] | None = None
    scores: Mapping[int, float] = field(default_factory=dict)
    floor: float = 0.2
    double: float = 1.0
    coders_each: int = 2
    held_out: float = 0.2
    seed: int = 0
    purpose: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a plan that can't be carried out; all faults at once."""
        faults = [
            f"{name}: a share in [0, 1] was expected, got {value}"
            for name, value in (("double", self.double), ("held_out", self.held_out))
            if not 0 <= value <= 1
        ]
        if self.kind in ("random", "active") and self.size < 1:
            faults.append(f"size: at least one paper was expected, got {self.size}")
        if self.kind == "stratified" and not any(self.sizes.values()):
            faults.append("sizes: at least one paper of one stratum was expected")
        faults += [
            f"sizes: {stratum!r}: a number of papers was expected, got {size}"
            for stratum, size in self.sizes.items()
            if not 0 <= size <= _MOST
        ]
        if not 0 <= self.seed <= _MOST:
            faults.append(f"seed: a number from 0 to {_MOST} was expected, got {self.seed}")
        if self.coders_each < 1:
            faults.append(f"coders_each: at least 1 was expected, got {self.coders_each}")
        if not self.name.strip():
            faults.append("name: the batch needs one")
        if faults:
            raise StudyError("\n".join(faults))

    def stratum(self, paper: Any) -> str | None:
        """The stratum of a paper (a row with ``id`` and ``stratum``) in this batch."""
        return paper.stratum if self.strata is None else self.strata.get(paper.id)


@dataclass(frozen=True, slots=True)
class Task:
    """One paper (by row) for one coder."""

    row: int
    batch: str
    paper: int
    coder: int
    probability: float | None
    arm: Arm
    state: Literal["open", "done"]


def assign(connection: Connection, plan: Plan, coders: Sequence[Person]) -> int:
    """Draw a batch and share it out; returns how many papers were drawn.

    Each coder gets as many tasks as any other, give or take one, and never the same paper twice.

    Raises:
        StudyError: no coder or too few for coding twice, coders who can't code, or no paper left to draw.
    """
    _alone(connection)
    coders = list({one.row: one for one in coders}.values())
    rows = connection.execute(
        sa.select(papers.c.id, papers.c.stratum)
        .where(~sa.exists().where(tasks.c.paper == papers.c.id))
        .order_by(papers.c.id)
    ).all()
    several = plan.coders_each if plan.double > 0 else 1
    faults = [] if rows else ["every paper of the study is in a batch already, or there is none yet"]
    if not coders:
        faults.append("nobody to code: invite coders first")
    faults += [
        f"{one.name} is {'a machine coder' if one.role == 'machine' else 'nobody who codes'}"
        if one.role not in HUMAN
        else f"{one.name} no longer takes part"
        for one in coders
        if one.role not in HUMAN or not one.active
    ]
    if 0 < len(coders) < several:
        faults.append(f"{several} coders are needed to code a paper {several} times; there are {len(coders)}")
    if faults:
        raise StudyError("\n".join(faults))
    rng = np.random.default_rng(plan.seed)
    draw = _drawn(plan, rows, rng)
    design = {
        "frame": len(rows), "drawn": len(draw.drawn), "double": plan.double, "coders_each": plan.coders_each,
        "held_out": plan.held_out, "floor": plan.floor if plan.kind == "active" else None,
        "sizes": {str(k): v for k, v in plan.sizes.items()}, "coders": [one.name for one in coders], **({"purpose": dict(plan.purpose)} if plan.purpose else {}),
    }  # fmt: skip
    values = {"name": plan.name, "kind": plan.kind, "seed": plan.seed, "design": design, "at": now()}
    batch = connection.execute(batches.insert().returning(batches.c.id), values).scalar_one()
    made = list(_tasks(plan, rows, draw, [one.row for one in coders], rng))
    at = now()
    for start in range(0, len(made), 1000):
        some = [{**one, "batch": batch, "state": "open", "at": at} for one in made[start : start + 1000]]
        connection.execute(tasks.insert(), some)
    return len(draw.drawn)


def _alone(connection: Connection) -> None:
    """Let one draw go on at a time: two that are made from the same papers would be no samples. SQLite has one writer."""
    if connection.dialect.name != "sqlite":
        connection.execute(sa.text("LOCK TABLE batch IN SHARE ROW EXCLUSIVE MODE"))


def _drawn(plan: Plan, rows: Sequence[Any], rng: np.random.Generator) -> Draw:
    if plan.kind == "stratified":
        return stratified([plan.stratum(row) for row in rows], plan.sizes, rng)
    if plan.kind == "active":
        scores = np.array([plan.scores.get(row.id, 0.0) for row in rows], dtype=np.float64)
        return unequal(scores, plan.size, rng, floor=plan.floor)
    return simple(len(rows), len(rows) if plan.kind == "all" else plan.size, rng)


def _tasks(
    plan: Plan, rows: Sequence[Any], draw: Draw, coders: Sequence[int], rng: np.random.Generator
) -> Any:
    n = len(draw.drawn)
    twice = np.zeros(n, dtype=bool)
    twice[rng.permutation(n)[: round(plan.double * n)]] = True
    held_out = np.zeros(n, dtype=bool)
    held_out[rng.permutation(n)[: round(plan.held_out * n)]] = True
    load = dict.fromkeys(coders, 0)
    for place, at in enumerate(draw.drawn.tolist()):
        # those with the fewest tasks first, chance among equals: nobody is ahead by more than one
        order = sorted(rng.permutation(np.array(coders)).tolist(), key=load.__getitem__)
        for coder in order[: plan.coders_each if twice[place] else 1]:
            load[coder] += 1
            yield {
                "paper": rows[at].id, "coder": coder, "place": place, "probability": float(draw.probability[place]),
                "stratum": plan.stratum(rows[at]), "arm": "held_out" if held_out[place] else "open",
            }  # fmt: skip


def choose(connection: Connection, paper: int, coder: Person) -> Task:
    """A task for a paper that someone chose themselves; it has no probability, and estimates leave it out."""
    if (known := task_of(connection, paper, coder.row)) is not None:
        return known
    there = sa.select(batches.c.id).where(batches.c.kind == "chosen")
    batch = connection.execute(there).scalar()
    if batch is None:
        _alone(connection)
        batch = connection.execute(there).scalar()
    if batch is None:
        values = {"name": "chosen", "kind": "chosen", "seed": 0, "design": {}, "at": now()}
        batch = connection.execute(batches.insert().returning(batches.c.id), values).scalar_one()
    values = {
        "batch": batch, "paper": paper, "coder": coder.row, "place": 0, "arm": "open", "state": "open", "at": now(),
    }  # fmt: skip
    # two first saves of a coder at once both come here; the one that is later finds the other's task
    insert = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(tasks)
    connection.execute(insert.on_conflict_do_nothing(index_elements=["paper", "coder"]), values)
    made = task_of(connection, paper, coder.row)
    assert made is not None
    return made


_TASK = sa.select(tasks, batches.c.name.label("batch_name")).join(batches, batches.c.id == tasks.c.batch)


def task_of(connection: Connection, paper: int, coder: int) -> Task | None:
    """The task of this paper and coder, if there is one."""
    row = connection.execute(_TASK.where(tasks.c.paper == paper, tasks.c.coder == coder)).first()
    return None if row is None else _task(row)


def next_task(connection: Connection, coder: int, *, after: int | None = None) -> Task | None:
    """What this coder codes next: the first open task in the order of the draws (``after``: not this paper's)."""
    query = _TASK.where(tasks.c.coder == coder, tasks.c.state == "open")
    if after is not None:
        query = query.where(tasks.c.paper != after)
    row = connection.execute(query.order_by(tasks.c.batch, tasks.c.place, tasks.c.id).limit(1)).first()
    return None if row is None else _task(row)


def finish(connection: Connection, paper: int, coder: int) -> None:
    """The coder has coded the paper; from now on they may see what others say of it."""
    connection.execute(
        tasks.update()
        .where(tasks.c.paper == paper, tasks.c.coder == coder, tasks.c.state == "open")
        .values(state="done", done_at=now())
    )


def progress(connection: Connection, coder: int | None = None) -> tuple[int, int]:
    """Tasks done, and all tasks, of one coder or of everybody."""
    query = sa.select(tasks.c.state, sa.func.count().label("n")).group_by(tasks.c.state)
    if coder is not None:
        query = query.where(tasks.c.coder == coder)
    counts = {str(row.state): int(row.n) for row in connection.execute(query)}
    return counts.get("done", 0), sum(counts.values())


def _task(row: Any) -> Task:
    return Task(row.id, row.batch_name, row.paper, row.coder, row.probability, row.arm, row.state)
