"""The rows of `papers.parquet` and `mentions.parquet`, `codings.jsonl` and `findings.jsonl`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from univocal.codebook.model import Codebook, Variable
from univocal.records import Coding, Dossier, Finding

_BEFORE = {
    "paper": "VARCHAR",
    "title": "VARCHAR",
    "year": "INTEGER",
    "venue": "VARCHAR",
    "n_mentions": "INTEGER",
}
_AFTER = {
    "implied_ideal": "VARCHAR",
    "conflation": "VARCHAR[]",
    "abstained": "VARCHAR[]",
    "license": "VARCHAR",
    "source": "VARCHAR",
}
_TYPES = {"one": "VARCHAR", "many": "VARCHAR[]", "flag": "BOOLEAN"}
#: Columns of `mentions.parquet`. Offsets are code points; a null `sense` is an abstention. `page` is for PDF.
MENTIONS = {
    "paper": "VARCHAR",
    "start": "INTEGER",
    "end": "INTEGER",
    "text": "VARCHAR",
    "sense": "VARCHAR",
    "confidence": "DOUBLE",
    "line": "INTEGER",
    "column": "INTEGER",
    "page": "INTEGER",
}


def paper_variables(codebook: Codebook) -> tuple[Variable, ...]:
    """The variables that are columns of `papers.parquet`: those of papers, less the ledger and the findings."""
    return tuple(
        v for v in codebook.variables if v.unit == "paper" and v.answers in _TYPES and v.id != "conflation"
    )


def paper_columns(codebook: Codebook) -> dict[str, str]:
    """Columns of `papers.parquet`, with their DuckDB types; a codebook's own variables are columns too."""
    return _BEFORE | {v.id: _TYPES[v.answers] for v in paper_variables(codebook)} | _AFTER


def paper_row(dossier: Dossier, codebook: Codebook) -> dict[str, Any]:
    """One row of `papers.parquet`.

    A variable that isn't asked of a paper (``about`` is no) is null, or an empty list; one that the coder
    abstained on is null and named in ``abstained``.
    """
    paper = dossier.paper
    codings = {c.variable: c for c in dossier.codings if c.variable not in ("sense", "proxies")}
    row: dict[str, Any] = {
        "paper": paper.id,
        "title": paper.title,
        "year": paper.year,
        "venue": paper.venue,
        "n_mentions": len(dossier.mentions),
    }
    row |= {v.id: _answer(v, codings.get(v.id)) for v in paper_variables(codebook)}
    if not dossier.mentions:
        # A paper that never says align- is about no alignment: a rule, not a coder's judgement.
        row["about"] = "no"
    row["implied_ideal"] = codebook.implied_ideal(row.get("object_x"), row.get("target_y"))
    row["conflation"] = sorted({finding.kind for finding in dossier.findings})
    row["abstained"] = sorted(c.variable for c in codings.values() if c.abstained)
    row["license"] = paper.license
    row["source"] = paper.source
    return row


def _answer(variable: Variable, coding: Coding | None) -> str | bool | list[str] | None:
    if variable.answers == "many":
        return [] if coding is None else (None if coding.codes is None else list(coding.codes))
    if coding is None or not coding.codes:
        return None
    return coding.codes[0] == "true" if variable.answers == "flag" else coding.codes[0]


def mention_rows(dossier: Dossier) -> Iterator[dict[str, Any]]:
    """The rows of `mentions.parquet` for one paper, in order of the text."""
    places = dossier.paper.source_map
    for mention in dossier.mentions:
        place = places.place(mention.start) if places else None
        yield asdict(mention) | {
            "line": place.line if place else None,
            "column": place.column if place else None,
            "page": place.page if place else None,
        }


def coding_row(coding: Coding) -> dict[str, Any]:
    """One line of `codings.jsonl`. ``codes`` is null where the coder abstained."""
    row = asdict(coding)
    if coding.stands_for is None:
        del row["stands_for"]
    row["evidence"] = [{k: v for k, v in e.items() if v is not None} for e in row["evidence"]]
    return row


def finding_row(finding: Finding) -> dict[str, Any]:
    """One line of `findings.jsonl`."""
    row = asdict(finding)
    row["spans"] = [{k: v for k, v in s.items() if v is not None} for s in row["spans"]]
    return row
