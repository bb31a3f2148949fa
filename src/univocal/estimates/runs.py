"""Run a coder over gold papers, so that it never codes a paper that it learned from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from univocal.codebook.model import Codebook
from univocal.coders.gold import GoldPaper
from univocal.coders.protocol import Coder, Trainable, checked
from univocal.estimates.folds import GroupBy, split, without
from univocal.estimates.report import Procedure
from univocal.records import Coding

Codings = tuple[tuple[Coding, ...], ...]


def silent(line: str) -> None:
    """Tell nobody."""
    del line


@dataclass(frozen=True, slots=True)
class Plan:
    """How coders that learn are run: on which folds, with which extra papers, and who is told of progress."""

    extra: tuple[GoldPaper, ...] = ()
    folds: int = 5
    group_by: GroupBy = "paper"
    seed: int = 0
    tell: Callable[[str], None] = silent


def run(gold: Sequence[GoldPaper], coder: Coder, codebook: Codebook, plan: Plan) -> tuple[Procedure, Codings]:
    """What does the coder say of each gold paper, and how did it come to say it?

    A coder that learns and was trained on any of these papers (or can't say) is refitted for each fold. Any other
    is run as it is.

    Raises:
        UnivocalError: too few groups for the folds, or a coding that breaks a rule (``checked``).
    """
    if not isinstance(coder, Trainable):
        return Procedure(
            "run", "run as it is: it isn't fitted to papers (whoever wrote its rules may have read these)"
        ), _code(gold, coder, codebook)
    seen = getattr(coder, "seen", None)
    n_seen = None if seen is None else sum(bool(seen(g.paper)) for g in gold)
    if n_seen == 0:
        text = f"run with the weights that it came with, which saw none of these {len(gold)} papers"
        return Procedure("direct", text, n_seen=0), _code(gold, coder, codebook)
    return _cross_validate(gold, coder, codebook, plan, n_seen)


def _code(gold: Sequence[GoldPaper], coder: Coder, codebook: Codebook) -> Codings:
    return tuple(
        tuple(checked(coding, g.paper, codebook) for coding in coder.code(g.paper, codebook)) for g in gold
    )


def _cross_validate(
    gold: Sequence[GoldPaper], coder: Trainable, codebook: Codebook, plan: Plan, n_seen: int | None
) -> tuple[Procedure, Codings]:
    found: dict[int, tuple[Coding, ...]] = {}
    left_out = 0
    parts = split(gold, folds=plan.folds, group_by=plan.group_by, seed=plan.seed)
    for number, held in enumerate(parts, 1):
        away = set(held)
        held_out = [gold[i] for i in held]
        extra = without(plan.extra, held_out)
        left_out += len(plan.extra) - len(extra)
        learn = [g for i, g in enumerate(gold) if i not in away]
        plan.tell(
            f"  fold {number} of {plan.folds}: fit on {len(learn) + len(extra)} papers, code {len(held)}"
        )
        fitted = coder.fit([*learn, *extra], codebook)
        found.update(zip(held, _code(held_out, fitted, codebook), strict=True))
    saw = f"; its own weights saw {n_seen} of these {len(gold)} papers" if n_seen is not None else ""
    more = f", and on {len(plan.extra)} further papers" if plan.extra else ""
    text = f"cross-validated: {plan.folds} folds grouped by {plan.group_by}, refitted on the other folds{more}{saw}"
    procedure = Procedure(
        "cross-validated",
        text,
        n_seen,
        plan.folds,
        plan.group_by,
        n_extra=len(plan.extra),
        n_extra_left_out=left_out,
    )
    return procedure, tuple(found[i] for i in range(len(gold)))
