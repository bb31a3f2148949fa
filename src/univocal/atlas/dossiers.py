"""Dossiers as JSON lines: how pieces of a run lie on disk. Reading one checks every quote again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from univocal.corpus import dedup
from univocal.corpus.faults import TalliedFault
from univocal.records import Coding, Dossier, Evidence, Fault, Finding, Mention, Paper, Section, SourceMap

_OPTIONS = orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS


@dataclass(frozen=True, slots=True)
class Entry:
    """A dossier as it lies in a piece, with the numbers that its paper is recognised by; parsed when asked."""

    keys: tuple[int, ...]
    line: bytes

    def dossier(self) -> Dossier:
        """The dossier itself, every quote checked again."""
        return _parse(self.line)


def dossier_line(dossier: Dossier) -> bytes:
    """One line for a dossier; a paper without mentions leaves its text behind.

    In front stand the numbers by which the paper is recognised: ``dedup.keys``, its id's, its text's.
    """
    paper = dossier.paper
    keys = (*dedup.keys(paper), dedup.key64(paper.id), dedup.key64(paper.text))
    if not dossier.mentions:
        dossier = replace(
            dossier, paper=replace(dossier.paper, text="", sections=(), source_map=None, extra={})
        )
    return orjson.dumps(keys) + b"\t" + orjson.dumps(dossier, default=str, option=_OPTIONS)


def fault_line(fault: Fault) -> bytes:
    """One line for a fault."""
    return b"fault\t" + orjson.dumps(fault, option=_OPTIONS)


def read_piece(path: Path) -> Iterator[Entry | Fault]:
    """What is in a piece, in order, a line at a time."""
    with path.open("rb") as lines:
        for line in lines:
            head, _, body = line.partition(b"\t")
            if head == b"fault":
                yield _fault(orjson.loads(body))
            else:
                yield Entry(tuple(orjson.loads(head)), body)


def _fault(row: dict[str, Any]) -> Fault:
    if "examples" not in row:
        return Fault(**row)
    row["examples"], row["nouns"] = tuple(row["examples"]), tuple(row["nouns"])
    return TalliedFault(**row)


def _parse(line: bytes) -> Dossier:
    row: dict[str, Any] = orjson.loads(line)
    paper = paper_from(row["paper"])
    if not row["mentions"]:
        return Dossier(paper)
    return Dossier(
        paper=paper,
        mentions=tuple(Mention(**m) for m in row["mentions"]),
        codings=tuple(_coding(c, paper.text) for c in row["codings"]),
        findings=tuple(_finding(f, paper.text) for f in row["findings"]),
    )


def paper_from(row: dict[str, Any]) -> Paper:
    """The paper that JSON holds as `dataclasses.asdict` gave it; the row's lists are turned to tuples in place."""
    row["authors"] = tuple(row["authors"])
    row["sections"] = tuple(Section(**s) for s in row["sections"])
    if (places := row["source_map"]) is not None:
        row["source_map"] = SourceMap(
            anchors=tuple(tuple(a) for a in places["anchors"]), boxes=tuple(tuple(b) for b in places["boxes"])
        )
    return Paper(**row)


def _evidence(rows: list[dict[str, Any]], text: str) -> tuple[Evidence, ...]:
    return tuple(Evidence(e["start"], e["end"], e["quote"], e["code"], source=text) for e in rows)


def _coding(row: dict[str, Any], text: str) -> Coding:
    row["codes"] = None if row["codes"] is None else tuple(row["codes"])
    row["evidence"] = _evidence(row["evidence"], text)
    return Coding(**row)


def _finding(row: dict[str, Any], text: str) -> Finding:
    row["spans"] = _evidence(row["spans"], text)
    return Finding(**row)


def renamed(dossier: Dossier, paper: str) -> Dossier:
    """The same dossier under another paper id (an id that two papers claimed)."""
    return Dossier(
        paper=replace(dossier.paper, id=paper),
        mentions=tuple(replace(m, paper=paper) for m in dossier.mentions),
        codings=tuple(replace(c, paper=paper) for c in dossier.codings),
        findings=tuple(replace(f, paper=paper) for f in dossier.findings),
    )
