"""Draw the batch that `next_papers` planned: by strata of its own, with its inclusion probabilities kept."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.engine import Connection

from univocal.errors import StudyError
from univocal.study.next_papers import Next
from univocal.study.people import Person
from univocal.study.queues import Plan, assign


def draw_next(
    connection: Connection, found: Next, coders: Sequence[Person], *, name: str, double: float = 0.2,
    held_out: float = 0.2, coders_each: int = 2, seed: int = 0,
) -> int:  # fmt: skip
    """Draw the batch of `next_papers` and share it out, in the transaction in which it was planned; how many papers.

    The design of the batch keeps the strata with their sizes, the machine coder, and what the batch was drawn for.

    Raises:
        StudyError: as `queues.assign`, or there is nothing to draw.
    """
    if not found.n:
        raise StudyError(
            f"the interval is expected to be {found.expected:.3f} wide once what is drawn is coded: code that first."
        )
    purpose = {
        "variable": found.variable, "code": found.code, "width": found.width, "machine": found.machine,
        "strata": {one.name: one.papers for one in found.strata},
    }  # fmt: skip
    plan = Plan(
        name=name, kind="stratified", sizes={one.name: one.drawn for one in found.strata if one.drawn},
        strata=found.stratum_of, double=double, coders_each=coders_each, held_out=held_out, seed=seed, purpose=purpose,
    )  # fmt: skip
    return assign(connection, plan, coders)
