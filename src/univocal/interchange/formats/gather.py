"""Reading: what a file says of a paper, gathered by unit, each code and each quote checked as it comes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from univocal.codebook.model import Codebook, Variable
from univocal.interchange.formats.carries import in_order
from univocal.interchange.formats.coded import WHOLE, CodedPaper, CodedSpan, CodedUnit, cut
from univocal.plugins import did_you_mean
from univocal.records import Fault, Paper

#: Codings and spans of one paper, and characters of one note, that are read; a file with more is not from people.
MOST_CODINGS = 100_000
MOST_SPANS = 200_000
LONGEST_NOTE = 100_000
MOST_FAULTS = 1_000
#: The last entry of a ledger that is read.
LAST_ITEM = 999_999
CANT_SAY = "can't say"
NONE = "none applies"
#: What stands in place of codes where there is none.
SAYS = (CANT_SAY, NONE)

Key = tuple[str, str, int, int, int]


@dataclass(slots=True)
class Draft:
    """A unit as far as it has been read. ``codes`` keeps their order; ``cant_say`` wins over them."""

    key: Key
    codes: dict[str, None] = field(default_factory=dict)
    cant_say: bool = False
    spans: list[CodedSpan] = field(default_factory=list)
    unsure: bool = False
    memo: str = ""
    stands_for: str | None = None
    confidence: float | None = None
    at: str = ""
    stage: str = ""
    #: Something was said of it and read, be it that no code applies.
    said: bool = False
    #: Why something of it wasn't read has been told.
    told: bool = False
    #: A code of it wasn't read. If no other is left, that isn't to say that none applies.
    refused: bool = False

    @property
    def holds(self) -> bool:
        """Is there something to take over?"""
        return self.said and (self.cant_say or bool(self.codes) or not self.refused)

    def unit(self) -> CodedUnit:
        """As it stands."""
        coder, variable, start, stop, item = self.key
        return CodedUnit(
            coder, variable, start, stop, item, None if self.cant_say else tuple(self.codes), tuple(self.spans),
            self.unsure, self.memo, self.stands_for, self.confidence, self.at, self.stage,
        )  # fmt: skip


class Gathering:
    """What is said of one paper. What can't be is kept as faults, and the rest goes on."""

    def __init__(self, paper: Paper, where: str, codebook: Codebook) -> None:
        self.paper, self.where, self.codebook = paper, where, codebook
        self.drafts: dict[Key, Draft] = {}
        self.faults: list[Fault] = []
        self._more = self._spans = 0

    def fault(self, place: str, kind: str, message: str) -> None:
        """Something at this place of the file isn't taken over."""
        if len(self.faults) >= MOST_FAULTS:
            self._more += 1
            return
        where = f"{self.where}: {place}" if place else self.where
        self.faults.append(Fault(where, kind, f"{where}: {message}"))

    def draft(
        self, place: str, coder: str, variable: str, start: int = WHOLE, stop: int = WHOLE, item: int = 0
    ) -> Draft | None:
        """The unit, begun where it is new; None (and a fault) where it can't be one."""
        key = (coder, variable, int(start), int(stop), int(item))  # JSON's true is an int, and no database's
        if (there := self.drafts.get(key)) is not None:
            return there
        if (wrong := self._misfit(key)) is not None:
            self.fault(place, *wrong)
            return None
        return self.drafts.setdefault(key, Draft(key))

    def _misfit(self, key: Key) -> tuple[str, str] | None:
        coder, name, start, stop, item = key
        text = self.paper.text
        if not coder.strip():
            return "no-coder", "nobody is named as its coder. Name one."
        if name not in self.codebook:
            known = (variable.id for variable in self.codebook.variables)
            return "unknown-variable", f"the codebook has no variable {name!r}. {did_you_mean(name, known)}"
        variable = self.codebook.variable(name)
        if (variable.unit == "paper") != (start == WHOLE):
            said = "of the paper" if start == WHOLE else f"of [{start}:{stop}]"
            return (
                "wrong-unit",
                f"{name!r} is asked of each {variable.unit}; this is said {said}. It was left out.",
            )
        if (start, stop) != (WHOLE, WHOLE) and not 0 <= start < stop <= len(text):
            return "bad-span", _outside(start, stop, text)
        if not 0 <= item <= (LAST_ITEM if variable.answers == "ledger" else 0):
            expected = f"0 to {LAST_ITEM:,}" if variable.answers == "ledger" else "one answer"
            return "wrong-unit", f"entry {item} of {name!r}; expected {expected}. It was left out."
        if len(self.drafts) >= MOST_CODINGS:
            return (
                "too-many",
                f"more than {MOST_CODINGS:,} codings of one paper; the others were left out. Split the file.",
            )
        return None

    def code(self, place: str, draft: Draft, code: str) -> bool:
        """Add a code to a unit; False (and a fault) where the variable hasn't got it."""
        variable = self.codebook.variable(draft.key[1])
        if not has(variable, code):
            draft.told = draft.refused = True
            hint = did_you_mean(code, (known.id for known in variable.codes))
            self.fault(place, "unknown-code", f"{variable.id}: no code {code!r}. {hint}")
            return False
        draft.codes[code] = None
        draft.said = True
        return True

    def codes(self, place: str, draft: Draft, codes: str | None) -> None:
        """Take over what ``said`` gave: codes parted by blanks, "can't say" or "none applies"."""
        if codes == CANT_SAY:
            draft.cant_say = draft.said = True
        elif codes == NONE:
            draft.said = True
        else:
            for code in (codes or "").split():
                self.code(place, draft, code)

    def span(
        self, place: str, draft: Draft, start: int | None, stop: int | None, code: str | None = None, quote: str | None = None
    ) -> bool:  # fmt: skip
        """Add a span in code points to a unit; False (and a fault) where the words aren't there.

        ``quote`` is what the file says stands there; None where it doesn't say.
        """
        text = self.paper.text
        if start is None or stop is None or not 0 <= start < stop <= len(text):
            draft.told = True
            self.fault(place, "bad-span", _outside(start, stop, text))
            return False
        if quote is not None and text[start:stop] != quote:
            found = text[start:stop]
            draft.told = True
            self.fault(
                place, "bad-quote",
                f"[{start}:{stop}] is said to be {quote[:60]!r}, the text has {found[:60]!r}. The span was left out.",
            )  # fmt: skip
            return False
        if code is not None and code not in draft.codes and not self.code(place, draft, code):
            return False
        draft.said = True
        if self._spans >= MOST_SPANS:
            self.fault(
                place,
                "too-many",
                f"more than {MOST_SPANS:,} spans on one paper; it was left out. Split the file.",
            )
            return False
        self._spans += 1
        draft.spans.append(cut(text, int(start), int(stop), code))
        return True

    def confidence(self, place: str, draft: Draft, value: object) -> None:
        """Take over a confidence in [0, 1]."""
        try:
            number = float(str(value))
        except ValueError:
            number = math.nan
        if not 0 <= number <= 1:
            self.fault(
                place, "bad-confidence", f"a confidence in [0, 1] was expected, got {str(value)[:40]!r}"
            )
        else:
            draft.confidence = number

    def done(self, *, as_given: bool = False) -> Iterator[CodedPaper | Fault]:
        """The paper with its codings in the order of `in_order`, or in the file's own; then the faults."""
        units = []
        for draft in self.drafts.values():
            self._check_notes(draft)
            if draft.holds:
                units.append(draft.unit())
            elif not draft.told:
                self.fault(draft.key[1], "no-code", "no code, nor that none applies. It was left out.")
        coded = CodedPaper(self.paper, tuple(units))
        yield coded if as_given else in_order(coded, self.codebook)
        yield from self.faults
        if self._more:
            message = f"{self.where}: … and {self._more:,} more faults"
            yield Fault(self.where, "more-faults", message)

    def _check_notes(self, draft: Draft) -> None:
        """Take back what nobody writes and no database keeps."""
        for name in ("memo", "stands_for", "at", "stage"):
            note = getattr(draft, name) or ""
            if len(note) > LONGEST_NOTE:
                what = (
                    f"{name} of {len(note):,} characters; expected at most {LONGEST_NOTE:,}. It was left out."
                )
                self.fault(draft.key[1], "too-long", what)
            elif "\0" in note:
                self.fault(
                    draft.key[1],
                    "unfit-text",
                    f"{name}: a NUL character, which no database keeps. It was left out.",
                )
            else:
                continue
            setattr(draft, name, None if name == "stands_for" else "")


def said(unit: CodedUnit) -> str:
    """A unit's codes in one text, as `Gathering.codes` takes them.

    >>> said(CodedUnit("ann", "about", codes=None)), said(CodedUnit("ann", "ideals", codes=("a", "b")))
    ("can't say", 'a b')
    """
    if unit.codes is None:
        return CANT_SAY
    return " ".join(unit.codes) or NONE


def has(variable: Variable, code: str) -> bool:
    """Is this one of the variable's codes?"""
    return any(known.id == code for known in variable.codes)


def _outside(start: int | None, stop: int | None, text: str) -> str:
    place = f"[{start}:{stop}]" if start is not None and stop is not None else "the place"
    return (
        f"{place} is empty, outside the text's {len(text):,} code points or splits a character. "
        "The span was left out; check which units the file's offsets count."
    )
