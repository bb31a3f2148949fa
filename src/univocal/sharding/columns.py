"""The rows of a shard: one for each code that the coder gave a unit; `univocal agreement` and its kin read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from univocal.codebook.model import Codebook
from univocal.interchange.codings_jsonl import mention_unit
from univocal.interchange.shards import CANT_SAY, NONE_APPLIES
from univocal.records import Coding, Evidence, Paper

#: Columns, with their DuckDB types. ``start`` and ``end`` are the mention's; null where the unit is the paper.
COLUMNS = {
    "paper": "VARCHAR",
    "unit": "VARCHAR",
    "start": "INTEGER",
    "end": "INTEGER",
    "coder": "VARCHAR",
    "variable": "VARCHAR",
    "code": "VARCHAR",
    "confidence": "DOUBLE",
    "evidence": 'STRUCT("start" INTEGER, "end" INTEGER, "quote" VARCHAR)[]',
    "stands_for": "VARCHAR",
    "codebook_version": "VARCHAR",
    "year": "INTEGER",
    "venue": "VARCHAR",
    "source": "VARCHAR",
}

Span = tuple[int, int]


def coding_rows(paper: Paper, codings: Sequence[Coding], codebook: Codebook) -> Iterator[dict[str, Any]]:
    """The rows of one paper: a set of codes has a row for each, with the evidence for it.

    The unit is the paper, or the mention (``paper:start-end``); the entries of a ledger are units of their own
    (``paper#variable-1``), for a paper may have several.
    """
    entries: dict[str, int] = {}
    for coding in codings:
        variable = codebook.variable(coding.variable)
        unit, span = paper.id, None
        if variable.answers == "ledger":
            entries[coding.variable] = entries.get(coding.variable, 0) + 1
            unit = f"{paper.id}#{coding.variable}-{entries[coding.variable]}"
        elif variable.unit == "mention" and coding.evidence:
            first = coding.evidence[0]
            unit, span = mention_unit(paper.id, first.start, first.end), (first.start, first.end)
        shared = _shared(paper, coding.coder, coding.codebook_version) | {
            "unit": unit,
            "start": span and span[0],
            "end": span and span[1],
            "variable": coding.variable,
            "confidence": coding.confidence,
            "stands_for": coding.stands_for,
        }
        if not coding.codes:
            said = CANT_SAY if coding.codes is None or variable.answers != "many" else NONE_APPLIES
            yield shared | {"code": said, "evidence": _quotes(coding.evidence)}
        for code in coding.codes or ():
            yield shared | {"code": code, "evidence": _quotes(coding.evidence, code)}


def rows_without_codes(
    paper: Paper, coder: str, spans: Sequence[Span], codebook: Codebook
) -> Iterator[dict[str, Any]]:
    """The rows of a paper on which the coder failed: it can't say what any of the mentions means."""
    for start, end in spans:
        word = (Evidence.cut(paper.text, start, end),)
        coding = Coding(paper.id, coder, "sense", None, word, None, codebook.version)
        yield from coding_rows(paper, (coding,), codebook)


def row_without_mention(paper: Paper, coder: str, codebook: Codebook) -> dict[str, Any]:
    """The row of a paper that never says align-: it is about no alignment, by rule and not by a coder's judgement."""
    return _shared(paper, coder, codebook.version) | {
        "unit": paper.id,
        "variable": "about",
        "code": "no",
        "evidence": [],
    }


def _shared(paper: Paper, coder: str, codebook_version: str) -> dict[str, Any]:
    return {
        "paper": paper.id,
        "coder": coder,
        "codebook_version": codebook_version,
        "year": paper.year,
        "venue": paper.venue,
        "source": paper.source,
    }


def _quotes(evidence: Sequence[Evidence], code: str | None = None) -> list[dict[str, Any]]:
    """The quotes that speak for a code: those of its own and those of no code in particular."""
    return [
        {"start": e.start, "end": e.end, "quote": e.quote}
        for e in evidence
        if code is None or e.code in (None, code)
    ]
