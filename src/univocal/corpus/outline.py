"""Where do the sections of a text without markup begin? For plain text and for the lines of a PDF."""

from __future__ import annotations

import re
from collections.abc import Sequence

from univocal.corpus import headings
from univocal.records import Section, SectionKind

#: "3 Method", "3.1. Data", "IV. Results": a number, then a capital, no sentence's end, short.
_NUMBERED = re.compile(r"(?:\d{1,2}(?:\.\d{1,2}){0,3}|[IVX]{1,5})\.?\s+[^\W\d_a-z][^.!?;]{1,78}\??")
_LETTERED = re.compile(r"A(?:\.1)?\.?\s+[A-Z][a-z]{3,}[^.,;!?\d]{0,60}")
_NAMED = re.compile(
    r"(?:introduction|background|related work|methods?|methodology|results|discussion|conclusions?|limitations|"
    r"acknowledge?ments?|impact statement|ethics statement|broader impacts?|author contributions)",
    re.IGNORECASE,
)
#: "Abstract—We study": a heading that runs into its text.
_RUN_IN = re.compile(r"(abstract)\s*(?:[—–:.]|-\s)\s*(?=\w)", re.IGNORECASE)
_LONGEST = 90


def outline(
    text: str,
    lines: Sequence[tuple[int, int]],
    heads: Sequence[bool] | None = None,
    starts: Sequence[bool] | None = None,
) -> list[Section]:
    r"""The sections that the headings among ``lines`` (start, end) open, each up to the next one.

    Inside the references only a named heading ends them, since their entries may be numbered. ``heads`` says of
    each line whether it may be a heading at all (its own paragraph, a larger letter); ``starts`` which lines begin a paragraph,
    where "References" and the like are headings too.

    >>> text = "Abstract\n\nWe align.\n\n1 Introduction\n\nHere.\n\nReferences\n\n1. A. Smith"
    >>> [(s.kind, s.heading) for s in outline(text, [(0, 8), (10, 19), (21, 35), (37, 42), (44, 54), (56, 67)])]
    [('abstract', 'Abstract'), ('body', '1 Introduction'), ('references', 'References')]
    """
    found: list[tuple[int, SectionKind, str]] = []
    for number, (start, end) in enumerate(lines):
        line = text[start:end].strip()
        begins = starts is None or starts[number]
        run_in = _RUN_IN.match(line) if begins and not found else None
        if run_in:
            found.append((start, "abstract", run_in.group(1)))
        elif line and len(line) <= _LONGEST:
            sure = heads is None or heads[number]
            kind = (
                _opens(line, found[-1][1] if found else "body")
                if sure
                else headings.role(line)
                if begins
                else None
            )
            if kind is not None:
                found.append((start, kind, line))
    ends = [*(start for start, _, _ in found[1:]), len(text)][: len(found)]
    return [Section(kind, start, end, line) for (start, kind, line), end in zip(found, ends, strict=True)]


def _opens(line: str, inside: SectionKind) -> SectionKind | None:
    """The kind of the section that this line opens, given the one that it stands in."""
    said = headings.role(line)
    if said is not None:
        return said
    named = _NAMED.fullmatch(line.strip(" .:0123456789"))
    if inside in {"references", "appendix"}:
        if _LETTERED.fullmatch(line):
            return "appendix"
        if named and inside == "references":
            return "body"
        return "appendix" if inside == "appendix" and _NUMBERED.fullmatch(line) else None
    return "body" if named or _NUMBERED.fullmatch(line) else None
