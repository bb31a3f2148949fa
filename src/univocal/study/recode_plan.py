"""What a new version of the codebook would do to a study's codings, as it is shown before it is done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Literal

from univocal.codebook.diff import Diff
from univocal.codebook.model import Codebook, Variable
from univocal.study.recode_fate import Change
from univocal.study.recode_maps import Map
from univocal.study.recode_names import Names

Kind = Literal["unchanged", "renamed", "merged", "split", "removed", "added", "redefined"]
#: ``review``: it stays as it is, and is listed for people to look at.
Effect = Literal["none", "recode", "again", "clear", "review"]
#: Coder → how many of their current codings.
Counts = tuple[tuple[str, int], ...]
#: Variable → its codes whose codings were made by other words; None for all of its codings.
Look = Mapping[str, tuple[str, ...] | None]


@dataclass(frozen=True, slots=True)
class CodeLine:
    """What becomes of one code, and of the current codings that have it.

    ``after`` are the codes that it became; ``redefined`` says that the words which define it differ as well; it
    isn't said of merged codes, whose new words are wider on purpose.
    """

    variable: str
    code: str
    kind: Kind
    after: tuple[str, ...]
    redefined: bool
    codings: Counts = ()

    @property
    def effect(self) -> Effect:
        """What happens to codings with this code."""
        if self.kind == "added":
            return "none"
        if len(self.after) != 1:
            return "again"
        if self.after != (self.code,):
            return "recode"
        return "review" if self.redefined else "none"

    @property
    def n(self) -> int:
        """How many current codings have it?"""
        return sum(n for _, n in self.codings)


@dataclass(frozen=True, slots=True)
class VariableLine:
    """What becomes of a question. ``fields`` are (field, what it was, what it is); ``was`` is its old id, if that differs.

    ``unasked`` counts answers on papers where it is no longer asked; they stay. ``unanswered`` counts papers that a
    coder had finished and that have no answer to it though it is asked now: they stay finished, unless ``reopened`` says
    that they open again.
    """

    variable: str
    kind: Literal["unchanged", "added", "removed", "renamed", "changed"]
    fields: tuple[tuple[str, Any, Any], ...] = ()
    codings: Counts = ()
    unasked: int = 0
    unanswered: Counts = ()
    was: str | None = None
    reopened: bool = False

    @property
    def effect(self) -> Effect:
        """What happens to its codings as such."""
        if self.kind == "removed":
            return "clear"
        if any(name == "question" for name, _, _ in self.fields):
            return "review"
        return "recode" if self.was else "none"

    @property
    def conditional(self) -> bool:
        """Is it asked of other papers than before?"""
        return self.kind == "added" or any(name == "when" for name, _, _ in self.fields)

    @property
    def n(self) -> int:
        """How many current codings answer it?"""
        return sum(n for _, n in self.codings)


@dataclass(frozen=True, slots=True)
class Again:
    """A coding that is to be made again: of which paper, by whom, and why."""

    paper: str
    coder: str
    variable: str
    why: str


@dataclass(frozen=True)
class Plan:
    """A change of the codebook and what it does. Nothing is changed by making one.

    Attributes:
        before_row: the row of the version in force.
        before: that version.
        after: the new one.
        found: all that differs between the two.
        names: old variable to its new id, where it has one.
        maps: what was said about codes and variables.
        reopen: the questions for whose sake finished papers open again.
        variables: every question of either version.
        codes: every code of either version.
        again: the current codings that are to be made again.
        recoded: how many current codings get other codes, with the same evidence.
        moved: how many say the same under their variable's new id.
        cleared: how many are taken away because their question is gone.
        kept: how many stay as they are.
        review: how many of those that stay, move or are recoded were made by other words than are in force then.
        earlier: how many judgements from before someone saw others' codes change, where a later answer is the current one.
        reopened: coder to how many of their papers are finished now and will be open again.
        unasked: codings to be made again that nobody will be asked for (of machines, of people who left, decisions, and
            those whose question isn't asked of the paper any more).
    """

    before_row: int
    before: Codebook
    after: Codebook
    found: Diff
    names: Names
    maps: tuple[Map, ...]
    reopen: tuple[str, ...]
    variables: tuple[VariableLine, ...]
    codes: tuple[CodeLine, ...]
    again: tuple[Again, ...]
    recoded: int
    moved: int
    cleared: int
    kept: int
    review: int
    earlier: int
    reopened: Counts
    unasked: int

    @property
    def touches(self) -> bool:
        """Does any coding change?"""
        return bool(self.again or self.recoded or self.moved or self.cleared or self.earlier)

    @cached_property
    def look(self) -> Look:
        """What people should look at after the change."""
        return look(self.variables, self.codes)

    @cached_property
    def key(self) -> str:
        """Another key says that another thing would happen: to other codings, or by other words."""
        told = [
            self.before_row, self.after.digest,
            [asdict(one) for one in self.codes if one.effect not in ("none", "review")],
            [(one.variable, one.was, one.codings) for one in self.variables if one.was or one.effect == "clear"],
            [asdict(one) for one in self.again], self.recoded, self.moved, self.cleared, self.earlier, self.reopened,
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()[:32]


def look(variables: Iterable[VariableLine], codes: Iterable[CodeLine]) -> Look:
    """Which codings of the new version were made by other words than it has?"""
    found: dict[str, tuple[str, ...] | None] = {}
    for code in codes:
        if code.redefined and len(code.after) == 1:
            found[code.variable] = (*(found.get(code.variable) or ()), code.after[0])
    return found | {one.variable: None for one in variables if one.effect == "review"}


def variable_lines(change: Change) -> Iterator[VariableLine]:
    """Every question of the old version, then those that came, without counts."""
    fields: dict[str, list[tuple[str, Any, Any]]] = {}
    for one in change.found.changes:
        if one.kind == "changed" and one.path[0] == "variables" and one.field is not None:
            fields.setdefault(one.path[1], []).append((one.field, one.before, one.after))
    old = {new: old for old, new in change.names.items()}
    for variable in change.before.variables:
        differ = tuple(one for one in fields.get(variable.id, ()) if not _same_condition(one, change))
        if variable.id not in change.after:
            yield VariableLine(variable.id, "removed")
        elif variable.id in old:
            yield VariableLine(variable.id, "renamed", differ, was=old[variable.id])
        else:
            yield VariableLine(variable.id, "changed" if differ else "unchanged", differ)
    yield from (VariableLine(v.id, "added") for v in change.after.variables if v.id not in change.before)


def _same_condition(field: tuple[str, Any, Any], change: Change) -> bool:
    """Does a condition differ in nothing but the new names of its codes?"""
    name, was, now = field
    if name != "when" or was is None or now is None or was[0] != now[0] or was[0] not in change.targets:
        return False
    became = {code for old in was[1] for code in change.targets[was[0]].get(old, ())}
    return became == set(now[1])


def code_lines(change: Change) -> Iterator[CodeLine]:
    """Every code of the old version by variable (its new id), each variable's new ones after them, without counts."""
    for variable in change.before.variables:
        for code in variable.codes:
            yield _line(change, variable, code.id)
        if variable.id in change.after:
            yield from _added(change, variable.id)
    for variable in change.after.variables:
        if variable.id not in change.before:
            yield from _added(change, variable.id)


def _added(change: Change, variable: str) -> Iterator[CodeLine]:
    of = change.targets.get(variable, {})
    known = {*of, *(codes[0] for codes in of.values() if len(codes) == 1)}
    for code in change.after.variable(variable).codes:
        if code.id not in known:
            yield CodeLine(variable, code.id, "added", (code.id,), redefined=False)


def _line(change: Change, variable: Variable, code: str) -> CodeLine:
    if variable.id not in change.after:
        return CodeLine(variable.id, code, "removed", (), redefined=False)
    of = change.targets[variable.id]
    after = of[code]
    there = code in {one.id for one in change.after.variable(variable.id).codes}
    if len(after) != 1:
        kind: Kind = "split" if after else "redefined" if there else "removed"
        return CodeLine(variable.id, code, kind, after, redefined=False)
    (became,) = after
    redefined = _meaning(change.before, variable.id, code) != _meaning(change.after, variable.id, became)
    if became == code:
        return CodeLine(variable.id, code, "redefined" if redefined else "unchanged", after, redefined)
    if sum(codes == after for codes in of.values()) > 1:  # what is wider than each of them was meant to be
        return CodeLine(variable.id, code, "merged", after, redefined=False)
    return CodeLine(variable.id, code, "renamed", after, redefined)


def _meaning(codebook: Codebook, variable: str, code: str) -> Mapping[str, object]:
    """The words by which a coder decides whether a code applies."""
    one = codebook.variable(variable).code(code)
    words: dict[str, object] = {
        "definition": one.definition,
        "rule": one.rule,
        "absence": one.absence,
        "ai": one.ai,
    }
    for ideal in codebook.ideals:
        if ideal.id == code and ideal.definition == one.definition:
            words |= {
                "x": ideal.x, "y": ideal.y, "aligned_when": ideal.aligned_when, "misaligned_when": ideal.misaligned_when,
            }  # fmt: skip
    return words
