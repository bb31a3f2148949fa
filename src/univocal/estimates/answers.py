"""What anyone (the gold, a coder, one of two coders) says of a coded paper, in one shape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from univocal.codebook.model import Codebook, Variable
from univocal.coders.gold import GoldPaper
from univocal.errors import InputError
from univocal.plugins import did_you_mean
from univocal.records import Coding

Codes = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """One party's answers for one paper.

    ``senses`` has one value for each gold mention, in order; None is an abstention. ``codes`` maps a variable to
    its codes, or to None for an abstention; a variable that was not asked or not answered is missing.
    ``n_elsewhere`` counts senses that were given to places which aren't mentions of the gold.
    """

    paper: str
    senses: tuple[str | None, ...]
    codes: Mapping[str, Codes | None]
    sense_confidence: tuple[float | None, ...] = ()
    confidence: Mapping[str, float | None] = field(default_factory=dict)
    n_elsewhere: int = 0


def measured_variables(codebook: Codebook) -> tuple[Variable, ...]:
    """Which variables of the codebook can be compared code by code (not the ledger, not findings)?"""
    return tuple(
        v for v in codebook.variables if v.unit == "paper" and v.answers != "ledger" and v.id != "conflation"
    )


def asked(variable: Variable, codes: Mapping[str, Codes | None]) -> bool:
    """Is the question asked, given the answers to the one that it hangs on?"""
    if variable.when is None:
        return True
    on, wanted = variable.when
    return any(code in wanted for code in codes.get(on) or ())


def gold_answers(gold: Sequence[GoldPaper], codebook: Codebook) -> tuple[Answers, ...]:
    """The adjudicated codes.

    Raises:
        InputError: every code that the codebook doesn't have, at once.
    """
    faults: list[str] = []
    found = tuple(
        _answers(g, g.coding, tuple(m.sense for m in g.mentions), codebook, faults=faults, where="coding")
        for g in gold
    )
    if faults:
        raise InputError(faults)
    return found


def coder_answers(gold: Sequence[GoldPaper], name: str, codebook: Codebook) -> tuple[Answers, ...]:
    """The codes that one of the gold's own coders gave, as they stand in ``GoldPaper.coders``.

    Raises:
        InputError: codes that the codebook doesn't have, or another number of senses than mentions, at once.
    """
    faults: list[str] = []
    found = []
    for g in gold:
        row = g.coders[name]
        senses = tuple(row.get("senses") or ())
        if len(senses) != len(g.mentions):
            faults.append(f"{g.paper.id}: coders.{name}: {len(senses)} senses for {len(g.mentions)} mentions")
        found.append(_answers(g, row, senses, codebook, faults=faults, where=f"coders.{name}"))
    if faults:
        raise InputError(faults)
    return tuple(found)


def _answers(
    gold: GoldPaper,
    row: Mapping[str, Any],
    senses: tuple[str | None, ...],
    codebook: Codebook,
    *,
    faults: list[str],
    where: str,
) -> Answers:
    codes: dict[str, Codes | None] = {}
    for variable in measured_variables(codebook):
        if row.get(variable.id) is not None:
            codes[variable.id] = as_codes(row[variable.id])
            _check(variable, codes[variable.id], f"{gold.paper.id}: {where}.{variable.id}", faults)
    _check(
        codebook.variable("sense"),
        [s for s in senses if s is not None],
        f"{gold.paper.id}: {where}.sense",
        faults,
    )
    asked_of = {v.id for v in measured_variables(codebook) if asked(v, codes)}
    return Answers(gold.paper.id, senses, {k: v for k, v in codes.items() if k in asked_of})


def _check(variable: Variable, codes: Iterable[str] | None, where: str, faults: list[str]) -> None:
    known = [code.id for code in variable.codes]
    faults.extend(
        f"{where}: no code {code!r} in the codebook. {did_you_mean(code, known)}"
        for code in codes or ()
        if code not in known
    )


def as_codes(value: Any) -> Codes:
    """A value of a gold file as codes: a flag is ``true`` or ``false``, a list keeps its order.

    >>> as_codes(True), as_codes("main"), as_codes(["a", "b"])
    (('true',), ('main',), ('a', 'b'))
    """
    if isinstance(value, bool):
        return ("true" if value else "false",)
    return (value,) if isinstance(value, str) else tuple(dict.fromkeys(value))


def counted_within(truth: Sequence[Answers], codebook: Codebook) -> dict[str, str]:
    """Which ideals does the gold not know, and as which sense would it have coded them?

    An ideal that a user added (``Ideal.within`` says where it lay before) can't be found in gold that was coded by
    an older codebook; a coder's answer of it is compared as the wider sense.
    """
    known = {code for one in truth for codes in one.codes.values() for code in codes or ()}
    known.update(sense for one in truth for sense in one.senses if sense is not None)
    return {ideal.id: ideal.within for ideal in codebook.ideals if ideal.within and ideal.id not in known}


def coded_answers(
    gold: GoldPaper, codings: Iterable[Coding], codebook: Codebook, within: Mapping[str, str] | None = None
) -> Answers:
    """What a coder's codings say of a gold paper. A gold mention that they leave out counts as an abstention.

    ``within`` maps ideals that the gold doesn't know to the wider sense that they are compared as.
    """
    wider = within or {}
    at = {(m.start, m.end): place for place, m in enumerate(gold.mentions)}
    senses: list[str | None] = [None] * len(at)
    sure: list[float | None] = [None] * len(at)
    codes: dict[str, Codes | None] = {}
    confidence: dict[str, float | None] = {}
    elsewhere = 0
    measured = {v.id for v in measured_variables(codebook)}
    for coding in codings:
        if coding.variable == "sense":
            place = at.get((coding.evidence[0].start, coding.evidence[0].end)) if coding.evidence else None
            if place is None:
                elsewhere += 1
            else:
                code = (coding.codes or (None,))[0]
                senses[place], sure[place] = wider.get(code or "", code), coding.confidence
        elif coding.variable in measured:
            codes[coding.variable] = _widened(coding, wider)
            confidence[coding.variable] = coding.confidence
    return Answers(gold.paper.id, tuple(senses), codes, tuple(sure), confidence, elsewhere)


def _widened(coding: Coding, wider: Mapping[str, str]) -> Codes | None:
    if coding.codes is None or coding.variable not in ("ideals", "primary"):
        return coding.codes
    return tuple(dict.fromkeys(wider.get(code, code) for code in coding.codes))
