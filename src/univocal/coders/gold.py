"""Coded papers to learn from and to be measured against (JSON Lines, one paper a line)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from univocal.corpus.pieces import whole
from univocal.corpus.protocol import Limits
from univocal.errors import EvidenceError, InputError
from univocal.records import Mention, Paper, check_quote

#: So many faults of a file are told word for word.
SHOWN = 20


@dataclass(frozen=True, slots=True)
class GoldPaper:
    """A paper with its adjudicated codes and, where there are any, the coders' own.

    ``coding`` maps a paper-level variable to its value as the file has it (text, list or flag); variables that
    don't apply are missing. ``coders`` maps a coder's name to the same, plus ``senses``.
    ``group`` is what cross-validation keeps together (the source the paper was sampled from, else its id).
    """

    paper: Paper
    mentions: tuple[Mention, ...]
    coding: Mapping[str, Any]
    coders: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    contested: tuple[str, ...] = ()
    group: str = ""
    weight: float = 1.0


def load_gold(path: Path) -> tuple[GoldPaper, ...]:
    """Read a gold file, gzip or not, checking every mention against its text.

    Raises:
        InputError: every faulty line, at once; of more than 20 the first ones and their number.
    """
    papers: list[GoldPaper] = []
    faults: list[str] = []
    seen: set[str] = set()
    for number, line in enumerate(_content(path).splitlines(), 1):
        if not line.strip():
            continue
        where = f"{path.name}: line {number}"
        try:
            gold = _gold(orjson.loads(line))
        except (orjson.JSONDecodeError, KeyError, TypeError, EvidenceError) as error:
            faults.append(f"{where}: {type(error).__name__}: {error}. Expected id, text, mentions, coding.")
            continue
        if gold.paper.id in seen:
            faults.append(f"{where}: the id {gold.paper.id!r} came before; each paper stands once")
        seen.add(gold.paper.id)
        papers.append(gold)
    if faults:
        more = len(faults) - SHOWN
        raise InputError([*faults[:SHOWN], f"… and {more:,} more"] if more > 0 else faults)
    if not papers:
        raise InputError(f"{path}: no coded papers. Expected JSON Lines with id, text, mentions, coding.")
    return tuple(papers)


def _content(path: Path) -> bytes:
    try:
        found = whole(path, Limits())
    except OSError as error:  # BadGzipFile is one
        raise InputError(f"{path}: can't be read: {error.strerror or error}") from error
    if found is None:
        raise InputError(f"{path}: more than {Limits().file_bytes:,} bytes. Split it.")
    return found


def _gold(row: dict[str, Any]) -> GoldPaper:
    text: str = row["text"]
    for m in row["mentions"]:
        check_quote(text, m["start"], m["end"], m["text"])
    paper = Paper(
        id=row["id"],
        text=text,
        title=row.get("title") or "",
        year=row.get("year"),
        venue=row.get("venue"),
        license=row.get("license"),
    )
    return GoldPaper(
        paper=paper,
        mentions=tuple(
            Mention(paper.id, m["start"], m["end"], m["text"], m["sense"]) for m in row["mentions"]
        ),
        coding=row["coding"],
        coders=row.get("coders") or {},
        contested=tuple(row.get("contested") or ()),
        group=row.get("source") or row["id"],
        weight=row.get("weight") or 1.0,
    )


def senses(gold: Iterable[GoldPaper]) -> Iterator[str]:
    """The adjudicated sense of every mention, in order of papers and text."""
    for paper in gold:
        for mention in paper.mentions:
            if mention.sense is not None:
                yield mention.sense
