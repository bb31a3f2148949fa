"""What a change of the codebook does to one coding: it stays, gets other codes, or has to be made again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from univocal.codebook.diff import Diff
from univocal.codebook.model import Codebook
from univocal.errors import UnivocalError
from univocal.records import Paper
from univocal.study.codings import Answer, Revision, Unit, check
from univocal.study.recode_maps import Targets
from univocal.study.recode_names import Names

#: ``moved``: it says the same under its variable's new id. ``cleared``: the variable is gone. ``again``: taken away, and
#: the question asked anew.
What = Literal["kept", "moved", "recoded", "again", "cleared"]


@dataclass(frozen=True)
class Change:
    """From one codebook to another: what differs, and what each old code becomes.

    ``before`` has its variables under their new ids already, as `univocal.codebook.rename.under` does it; ``names`` are
    those.
    """

    before: Codebook
    after: Codebook
    found: Diff
    targets: Targets
    names: Names = field(default_factory=dict)

    def named(self, variable: str) -> str:
        """What a variable that codings have is called now."""
        return self.names.get(variable, variable)

    @cached_property
    def strict(self) -> frozenset[str]:
        """Variables under which an answer that keeps its codes may be refused now."""
        fields = {"unit", "answers", "absence"}
        return frozenset(
            change.path[1]
            for change in self.found.changes
            if change.kind == "changed"
            and change.path[0] in ("variables", "codes")
            and change.field in fields
        )

    @cached_property
    def stands_for(self) -> dict[str, str | None]:
        """What an ideal that proxies stand for is called now; None where that is not known."""
        became: dict[str, set[tuple[str, ...]]] = {}
        for of in self.targets.values():
            for code, codes in of.items():
                became.setdefault(code, set()).add(codes)
        ideals = {ideal.id for ideal in self.before.ideals}
        known: dict[str, str | None] = {}
        for code in ideals & became.keys():
            named = {codes for codes in became[code] if codes}
            known[code] = next(iter(named))[0] if len(named) == 1 and len(next(iter(named))) == 1 else None
        return known

    def touches(self, variable: str, codes: Sequence[str] | None, stands_for: str | None) -> bool:
        """May a coding with these codes be other than it was, or stand elsewhere? ``variable`` is its old id."""
        if variable in self.names or variable not in self.targets or variable in self.strict:
            return True
        of = self.targets[variable]
        moved = any(of.get(code, ()) != (code,) for code in codes or ())
        return moved or (stands_for is not None and self.stands_for.get(stands_for, stands_for) != stands_for)


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a coding: ``answer`` is what is said then (None: nothing), ``why`` says why it can't stay.

    ``unit`` is where it is said then: another one than before, where the variable has a new id.
    """

    unit: Unit
    what: What
    answer: Answer | None
    why: str = field(default="")


def fate(one: Revision, change: Change, paper: Paper, coder: str) -> Fate:
    """What becomes of a coding?

    Its codes are replaced, those that its evidence is for as well; the evidence stays. An answer that the new version
    doesn't allow, or with a code of which it isn't known what it became, is to be given again as a whole: which of the
    other codes would still be chosen beside the new ones is the coder's to say.
    """
    said, unit = one.answer, replace(one.unit, variable=change.named(one.unit.variable))
    if unit.variable not in change.targets:
        return Fate(unit, "kept" if said is None else "cleared", None, "the variable is gone")
    if said is None:
        return Fate(unit, "kept", None)
    of = change.targets[unit.variable]
    for code in (*(said.codes or ()), *(span.code for span in said.spans if span.code is not None)):
        if len(of.get(code, ())) != 1:
            return Fate(unit, "again", None, _why(change, unit.variable, code))
    made = _mapped(said, change, unit.variable)
    if made is None:
        return Fate(unit, "again", None, f"{said.stands_for!r}, which it stands for, is gone or was split")
    try:
        check(unit, made, paper=paper, coder=coder, codebook=change.after)
    except UnivocalError as error:
        why = str(error).removeprefix(f"{paper.id}: {coder}: {unit.variable}: ")
        return Fate(unit, "again", None, why)
    if made != said:
        return Fate(unit, "recoded", made)
    return Fate(unit, "kept" if unit == one.unit else "moved", made)


def _why(change: Change, variable: str, code: str) -> str:
    became = change.targets[variable].get(code, ())
    if became:
        return f"{code!r} was split into {', '.join(map(repr, became))}"
    there = code in {one.id for one in change.after.variable(variable).codes}
    return f"{code!r} is to be coded again" if there else f"{code!r} was removed"


def _mapped(said: Answer, change: Change, variable: str) -> Answer | None:
    of = change.targets[variable]
    stands_for = said.stands_for
    if stands_for is not None and (stands_for := change.stands_for.get(stands_for, stands_for)) is None:
        return None
    codes = None if said.codes is None else tuple(dict.fromkeys(of[code][0] for code in said.codes))
    spans = (span if span.code is None else replace(span, code=of[span.code][0]) for span in said.spans)
    return replace(said, codes=codes, spans=tuple(dict.fromkeys(spans)), stands_for=stands_for)
