"""One word for a variable and a code: what tools with plain labels are given, and how their labels are understood.

``about=main`` is the code ``main`` of the variable ``about``; ``proxies#2=proxy`` that of the third entry of a ledger;
``about`` alone a span that no single code owns; ``about=can't say`` and ``about=none applies`` what they say. Ids of the
codebook have neither ``=`` nor ``#`` in them.
"""

from __future__ import annotations

from dataclasses import dataclass

from univocal.codebook.model import Codebook
from univocal.interchange.formats.coded import WHOLE, CodedUnit
from univocal.interchange.formats.gather import SAYS, Draft, Gathering, has, said


@dataclass(frozen=True, slots=True)
class Mark:
    """A label, on a span or (``start`` -1) on the paper as a whole."""

    label: str
    start: int = WHOLE
    stop: int = WHOLE


def label(variable: str, item: int = 0, code: str | None = None) -> str:
    """The label of a code, or of a variable as a whole.

    >>> label("about", 0, "main"), label("proxies", 2)
    ('about=main', 'proxies#2')
    """
    entry = f"{variable}#{item}" if item else variable
    return entry if code is None else f"{entry}={code}"


def marks(unit: CodedUnit) -> list[Mark]:
    """A unit (in order) as labels: spans under their codes; codes without a span, and the lack of codes, on the whole.

    >>> marks(CodedUnit("ann", "about", codes=None))
    [Mark(label="about=can't say", start=-1, stop=-1)]
    """
    codes = unit.codes or ()
    if unit.start != WHOLE:
        words = codes or (said(unit),)
        return [Mark(label(unit.variable, unit.item, word), unit.start, unit.stop) for word in words]
    found = [Mark(label(unit.variable, unit.item, span.code), span.start, span.stop) for span in unit.spans]
    held = {span.code for span in unit.spans}
    alone = [code for code in codes if code not in held] if codes else [said(unit)]
    return found + [Mark(label(unit.variable, unit.item, code)) for code in alone]


def meant(word: str, codebook: Codebook) -> tuple[str, int, str | None] | None:
    """The variable, entry and code that a label means; None where it means none, or several.

    Besides the labels that `label` makes, a code's id or label alone is understood where only one variable has it.

    >>> from univocal.codebook import load
    >>> meant("about=main", load()), meant("proxies#2", load()), meant("main", load())
    (('about', 0, 'main'), ('proxies', 2, None), ('about', 0, 'main'))
    """
    entry, equals, code = word.partition("=")
    variable, hash_, number = entry.partition("#")
    if variable in codebook and (not hash_ or (number.isdecimal() and len(number) < 7)):
        return variable, int(number or 0), code if equals else None
    fits = [
        (known.id, 0, one.id)
        for known in codebook.variables
        for one in known.codes
        if word in (one.id, one.label)
    ]
    return fits[0] if len(fits) == 1 else None


def take(
    gathering: Gathering, place: str, coder: str, word: str, start: int | None = WHOLE, stop: int | None = WHOLE,
    *, quote: str | None = None,
) -> Draft | None:  # fmt: skip
    """Take over a label on a span, or on the whole; None (and a fault) where that can't be."""
    found = meant(word, gathering.codebook)
    if found is None:
        gathering.fault(
            place, "unknown-code",
            f"the label {word[:80]!r} names no code of the codebook, or several. Expected variable=code. It was left out.",
        )  # fmt: skip
        return None
    variable, item, code = found
    mention = gathering.codebook.variable(variable).unit == "mention"
    spanned = start != WHOLE or stop != WHOLE
    if not (mention and spanned):
        draft = gathering.draft(place, coder, variable, item=item)
    elif start is None or stop is None:
        gathering.span(place, Draft((coder, variable, 0, 0, 0)), start, stop)
        return None
    else:
        draft = gathering.draft(place, coder, variable, start, stop, item)
    if draft is None:
        return None
    if code in SAYS or (mention and code is None):
        gathering.codes(place, draft, code)
        return draft
    if not spanned:
        return draft if code is None or gathering.code(place, draft, code) else None
    known = code is None or has(gathering.codebook.variable(variable), code)
    if not known and code is not None:
        gathering.code(place, draft, code)
        return None
    return draft if gathering.span(place, draft, start, stop, code, quote) else None
