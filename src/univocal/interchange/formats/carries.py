"""What a format has a place for: a paper is cut down to it before it is written, and what goes is counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace

from univocal.codebook.model import Codebook
from univocal.interchange.formats.coded import WHOLE, CodedPaper, CodedUnit, Tally, cut
from univocal.interchange.formats.files import as_name, fit_for_xml, fits_name, for_xml, from_name
from univocal.records import Paper

#: What a paper may have beside its id and text, and papers of most formats can keep.
ABOUT_PAPER = ("title", "year", "venue", "license", "doi", "arxiv_id", "authors")
#: What ends a line, for those that read files line by line.
BREAKS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"


@dataclass(frozen=True, slots=True, kw_only=True)
class Carries:
    """What a format carries of a coding, beside coder, variable, codes and spans.

    Attributes:
        paper: the fields of a paper beside its id (and its text, if ``text``).
        text: papers' texts; without them a file can only be read where the papers are known.
        bare: papers that nobody coded.
        spanless: codings without any span. Where they aren't carried, ``alone`` codes may be: those without a span, of a
            coding that has some.
        alone: see there.
        aside: evidence of a mention that isn't the mention itself.
        breaks: spans that begin or end with a line break.
        returns: carriage returns in memos.
        controls: control characters in notes and names, which XML 1.0 can't hold.
        control_text: control characters in papers' texts.
        long_ids: papers' ids that are too long to be names of files.
        notes: which of unsure, memo, stands_for, confidence, at, stage.
    """

    paper: tuple[str, ...] = ABOUT_PAPER
    text: bool = True
    bare: bool = True
    spanless: bool = True
    alone: bool = True
    aside: bool = True
    breaks: bool = True
    returns: bool = True
    controls: bool = True
    control_text: bool = True
    long_ids: bool = True
    notes: tuple[str, ...] = ("unsure", "memo", "stands_for", "confidence", "at", "stage")


_NOTES = {
    "unsure": "marks of 'unsure'", "memo": "memos", "stands_for": "ideals that a proxy stands for",
    "confidence": "confidences", "at": "times", "stage": "stages (blind, seen, adjudicated)",
}  # fmt: skip
_EMPTY = CodedUnit("", "")
_NO_PAPER = Paper("", "")


def carried(coded: CodedPaper, carries: Carries, codebook: Codebook, tally: Tally) -> CodedPaper | None:
    """What of a paper goes into a file; None where nothing does. The rest is counted in ``tally``.

    >>> from univocal.codebook import load
    >>> tally = Tally("memory")
    >>> coded = CodedPaper(_NO_PAPER, (CodedUnit("ann", "about", codes=("no",), memo="sure"),))
    >>> carried(coded, Carries(notes=()), load(), tally).codings[0].memo, tally.report([]).losses
    ('', (Loss(what='memos', count=1),))
    """
    if not coded.codings and not carries.bare:
        tally.lose("papers without codings")
        return None
    if not carries.control_text and not fit_for_xml(coded.paper.text + coded.paper.id):
        tally.lose("papers whose text has control characters, which XML can't hold")
        return None
    if not carries.long_ids and not fits_name(coded.paper.id):
        tally.lose("ids too long for a file's name (they are cut)")
        coded = replace(coded, paper=replace(coded.paper, id=from_name(as_name(coded.paper.id))))
    whole = in_order(coded, codebook)
    codings = tuple(
        kept for unit in whole.codings if (kept := _unit(unit, coded.paper.text, carries, tally)) is not None
    )
    if not codings and not carries.bare:
        tally.lose("papers of which no coding is carried")
        return None
    result = CodedPaper(_paper(coded.paper, carries, tally), codings)
    return result if carries.breaks else in_order(result, codebook)


def each_carried(
    papers: Iterable[CodedPaper], carries: Carries, codebook: Codebook, tally: Tally
) -> Iterator[CodedPaper]:
    """What of each paper goes into a file, one after the other; ``tally`` counts it, and what doesn't."""
    for coded in papers:
        kept = carried(coded, carries, codebook, tally)
        if kept is not None:
            tally.wrote(kept)
            yield kept


def _paper(paper: Paper, carries: Carries, tally: Tally) -> Paper:
    changes: dict[str, object] = {}
    for field in fields(Paper):
        name = field.name
        if name in ("id", "text", *carries.paper) or getattr(paper, name) == getattr(_NO_PAPER, name):
            continue
        changes[name] = getattr(_NO_PAPER, name)
        if name != "source":
            tally.lose(f"papers' {name.replace('_', ' ')}")
    if not carries.text:
        tally.lose("papers' text")
    for name in ABOUT_PAPER if not carries.controls else ():
        value = getattr(paper, name)
        if name not in changes and value and (clean := _clean(value)) != value:
            changes[name] = clean
            tally.lose(f"control characters in papers' {name}")
    return replace(paper, **changes)  # type: ignore[arg-type]


def _clean(value: object) -> object:
    """Text, or a tuple of texts, as XML can hold it."""
    if isinstance(value, tuple):
        return tuple(for_xml(one) for one in value)
    return for_xml(value) if isinstance(value, str) else value


def _unit(unit: CodedUnit, text: str, carries: Carries, tally: Tally) -> CodedUnit | None:
    for note, name in _NOTES.items():
        if note not in carries.notes and getattr(unit, note) != getattr(_EMPTY, note):
            tally.lose(name)
            unit = replace(unit, **{note: getattr(_EMPTY, note)})
    if not carries.breaks and (trimmed := _between_breaks(unit, text, tally)) is not unit:
        if trimmed is None:
            return None
        unit = trimmed
    unit = _memo(unit, carries, tally)
    if not carries.aside and unit.start != WHOLE:
        unit = _on_itself(unit, text, tally)
    anchored = bool(unit.spans) or unit.start != WHOLE
    if not anchored and not carries.spanless:
        tally.lose(_spanless(unit.codes))
        return None
    if not carries.alone and unit.start == WHOLE and unit.codes:
        held = {span.code for span in unit.spans}
        tally.lose("codes without a span", sum(code not in held for code in unit.codes))
        unit = replace(unit, codes=tuple(code for code in unit.codes if code in held))
    return unit


def _memo(unit: CodedUnit, carries: Carries, tally: Tally) -> CodedUnit:
    memo = unit.memo
    if not carries.returns and "\r" in memo:
        tally.lose("carriage returns in memos (a line feed is left)", memo.count("\r"))
        memo = memo.replace("\r\n", "\n").replace("\r", "\n")
    if not carries.controls:
        clean = for_xml(memo)
        tally.lose("control characters in memos", len(memo) - len(clean))
        memo = clean
    return unit if memo == unit.memo else replace(unit, memo=memo)


def _between_breaks(unit: CodedUnit, text: str, tally: Tally) -> CodedUnit | None:
    """The unit with spans that begin and end with other than line breaks; None where nothing is left of a mention."""
    start, stop = inside(text, unit.start, unit.stop) if unit.start != WHOLE else (WHOLE, WHOLE)
    spans = []
    for span in unit.spans:
        first, last = inside(text, span.start, span.stop)
        if (first, last) != (span.start, span.stop):
            tally.lose("line breaks at the ends of spans")
        if first < last:
            spans.append(cut(text, first, last, span.code))
        else:
            tally.lose("spans of nothing but line breaks")
    if unit.start != WHOLE and start >= stop:
        tally.lose("mentions of nothing but line breaks")
        return None
    same = (start, stop, tuple(spans)) == (unit.start, unit.stop, unit.spans)
    return unit if same else replace(unit, start=start, stop=stop, spans=tuple(spans))


def inside(text: str, start: int, stop: int) -> tuple[int, int]:
    r"""The stretch without the line breaks at its ends.

    >>> inside("\nab\n", 0, 4)
    (1, 3)
    """
    while start < stop and text[start] in BREAKS:
        start += 1
    while start < stop and text[stop - 1] in BREAKS:
        stop -= 1
    return start, stop


def _spanless(codes: tuple[str, ...] | None) -> str:
    if codes is None:
        return "codings 'can't say' without a span"
    return "codings without a span" if codes else "codings 'none applies' without a span"


def _on_itself(unit: CodedUnit, text: str, tally: Tally) -> CodedUnit:
    """A mention's coding with the mention as its evidence, which is how formats without a place for other evidence have it."""
    place = (unit.start, unit.stop)
    others = {(span.start, span.stop) for span in unit.spans} - {place}
    tally.lose("quotes beside the mention that they speak of", len(others))
    return replace(unit, spans=tuple(cut(text, *place, code) for code in unit.codes or ()))


def in_order(coded: CodedPaper, codebook: Codebook) -> CodedPaper:
    """The same, with codings, codes and spans in the one order that all formats keep.

    Codings come by coder, variable, place and item; codes as in the codebook; spans by place. A span that supports all codes
    of its coding becomes one for each code, which says the same.
    """
    rank = {variable.id: place for place, variable in enumerate(codebook.variables)}
    codings = sorted(
        (_unit_in_order(unit, coded.paper.text, codebook) for unit in coded.codings),
        key=lambda unit: (unit.coder, rank.get(unit.variable, len(rank)), unit.variable, unit.start, unit.stop, unit.item),
    )  # fmt: skip
    return replace(coded, codings=tuple(codings))


def _unit_in_order(unit: CodedUnit, text: str, codebook: Codebook) -> CodedUnit:
    rank = code_rank(unit.variable, codebook)
    codes = None if unit.codes is None else tuple(sorted(dict.fromkeys(unit.codes), key=rank))
    places = {
        (span.start, span.stop, code)
        for span in unit.spans
        for code in ((codes or (None,)) if span.code is None else (span.code,))
    }
    spans = (cut(text, *place) for place in sorted(places, key=lambda p: (p[0], p[1], rank(p[2]))))
    return replace(unit, codes=codes, spans=tuple(spans))


def code_rank(variable: str, codebook: Codebook) -> Callable[[str | None], tuple[int, str]]:
    """How codes of a variable are sorted: as in the codebook, then those that it doesn't have; None first.

    >>> from univocal.codebook import load
    >>> sorted(["no", "main", None, "?"], key=code_rank("about", load()))
    [None, 'main', 'no', '?']
    """
    known = (
        {code.id: at for at, code in enumerate(codebook.variable(variable).codes)}
        if variable in codebook
        else {}
    )
    return lambda code: (-1, "") if code is None else (known.get(code, len(known)), code)
