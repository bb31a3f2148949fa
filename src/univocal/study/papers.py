"""Papers of a study: brought in by any reader, and read back as they were."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from univocal.atlas.dossiers import paper_from
from univocal.corpus.faults import TalliedFault, merge_faults
from univocal.corpus.gather import iter_sources
from univocal.corpus.protocol import Limits
from univocal.corpus.read import read_source
from univocal.errors import StudyError
from univocal.records import Fault, Paper
from univocal.study.clock import now
from univocal.study.folder import Study
from univocal.study.schema import paper as papers
from univocal.study.schema import paper_text as texts

_AT_ONCE = 500
_PDF = b"%PDF-"
#: What the columns of ``paper`` and ``paper_text`` hold by themselves.
_OWN = ("id", "text", "title", "year", "venue")
#: The other fields, in the column ``record``; sections and source maps among them are written out by the JSON encoder.
_REST = tuple(field.name for field in fields(Paper) if field.name not in _OWN)


class NoPaperError(StudyError):
    """The study has no such paper."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: papers ``added``, papers that were there ``already``, and what was left out, by fault."""

    added: int
    already: int
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class StoredPaper:
    """A paper and its row; ``file`` is the name of its PDF in the study's folder."""

    row: int
    paper: Paper
    file: str | None


def import_papers(
    study: Study,
    inputs: Iterable[str | Path],
    *,
    limits: Limits | None = None,
    progress: Callable[[int], None] | None = None,
) -> Imported:
    """Bring in what files, folders and globs hold, in every format that a reader knows.

    All or nothing for what can be read: one transaction. A paper whose id and text the study has is left as it is; one
    with the same id and another text is a fault, because codings point at the words that they were given.

    Args:
        study: the study.
        inputs: files, folders and globs.
        limits: how much of a file is read before it is refused.
        progress: told how many papers were read so far.
    """
    limits = limits or Limits()
    held: list[Fault] = []
    already = added = 0
    with study.database.writing() as connection:
        known = {row.key: row.sha256 for row in connection.execute(_KEYS)}
        last = connection.execute(sa.select(sa.func.max(papers.c.id))).scalar() or 0
        found = _read(study, inputs, limits, held)
        while batch := list(islice(found, _AT_ONCE)):
            rows, words = [], []
            for paper, file in batch:
                digest = digest_of(paper.text)
                if (same := known.get(paper.id)) is not None:
                    already += same == digest
                    if same != digest:
                        held.append(_clash(paper))
                    continue
                known[paper.id] = digest
                last += 1
                rows.append(paper_row(last, paper))
                words.append(text_row(last, paper, digest, file))
            if rows:
                connection.execute(papers.insert(), rows)
                connection.execute(texts.insert(), words)
            added += len(rows)
            if progress is not None:
                progress(added + already)
        if not study.database.sqlite:
            connection.execute(sa.text("SELECT setval('paper_id_seq', :last)"), {"last": max(last, 1)})
    return Imported(added, already, tuple(merge_faults(held)))


_KEYS = sa.select(papers.c.key, texts.c.sha256).join(texts, texts.c.paper == papers.c.id)


def _read(
    study: Study, inputs: Iterable[str | Path], limits: Limits, held: list[Fault]
) -> Iterator[tuple[Paper, str | None]]:
    for source in iter_sources(inputs, limits):
        if isinstance(source, Fault):
            held.append(source)
            continue
        file: str | None = None
        looked = False
        for item in read_source(source, limits):
            if isinstance(item, Fault | TalliedFault):
                held.append(item)
            elif (fault := unfit(item)) is not None:
                held.append(fault)
            else:
                if not looked:  # once a file, however many papers it holds
                    file, looked = _kept(study, source.path), True
                yield item, file


def _kept(study: Study, path: Path | None) -> str | None:
    """The name under which a PDF lies in the study's folder, copied there; None for other files."""
    if path is None:
        return None
    with path.open("rb") as file:
        if not file.read(1024).lstrip().startswith(_PDF):
            return None
        file.seek(0)
        name = hashlib.file_digest(file, "sha256").hexdigest() + ".pdf"
    study.files.mkdir(exist_ok=True)
    to = study.files / name
    if not to.exists():
        part = to.with_suffix(".part")
        shutil.copyfile(path, part)
        part.replace(to)
    return name


def digest_of(text: str) -> str:
    """What a paper's text is recognised by."""
    return hashlib.sha256(text.encode()).hexdigest()


def unfit(paper: Paper) -> Fault | None:
    """Why no database can keep this paper; None where it can."""
    for what, has in (
        ("a NUL character", "\0" in paper.text),
        ("half of a surrogate pair", _halved(paper.text)),
    ):
        if has:
            message = f"{paper.source or paper.id}: {paper.id}: the text has {what}, which no database keeps. Remove it."
            return Fault(paper.source or paper.id, "unfit-text", message, lost=1)
    return None


def _halved(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _clash(paper: Paper) -> Fault:
    message = (
        f"{paper.source or paper.id}: {paper.id}: the study has another text under this id; it stays as it is, because "
        "codings point at its words. Give the new text an id of its own."
    )
    return Fault(paper.source or paper.id, "changed-text", message, lost=1)


def paper_row(row: int, paper: Paper) -> dict[str, Any]:
    """What lists show of a paper, as a row of ``paper``."""
    weight = paper.extra.get("weight")
    stratum = paper.extra.get("stratum")
    return {
        "id": row, "key": paper.id, "title": paper.title, "year": paper.year, "venue": paper.venue,
        "characters": len(paper.text), "stratum": None if stratum is None else str(stratum),
        "weight": float(weight) if isinstance(weight, int | float) and weight > 0 else None, "at": now(),
    }  # fmt: skip


def text_row(row: int, paper: Paper, digest: str, file: str | None) -> dict[str, Any]:
    """Everything else of a paper, as a row of ``paper_text``."""
    record = {key: value for key in _REST if (value := getattr(paper, key)) not in (None, (), {}, "")}
    return {"paper": row, "text": paper.text, "sha256": digest, "record": record, "file": file}


_STORED = sa.select(papers, texts.c.text, texts.c.record, texts.c.file).join(
    texts, texts.c.paper == papers.c.id
)


def paper_of(connection: Connection, key: str) -> StoredPaper:
    """The paper with this id.

    Raises:
        NoPaperError: the study has none.
    """
    row = connection.execute(_STORED.where(papers.c.key == key)).first()
    if row is None:
        raise NoPaperError(f"no paper {key!r} in the study")
    return _stored(row)


def paper_at(connection: Connection, row: int) -> StoredPaper:
    """The paper in this row.

    Raises:
        NoPaperError: there is none.
    """
    found = connection.execute(_STORED.where(papers.c.id == row)).first()
    if found is None:
        raise NoPaperError(f"no paper {row} in the study")
    return _stored(found)


def all_papers(connection: Connection) -> Iterator[StoredPaper]:
    """Every paper, in the order in which they came; a few at a time in memory."""
    for row in connection.execution_options(yield_per=200).execute(_STORED.order_by(papers.c.id)):
        yield _stored(row)


def _stored(row: Any) -> StoredPaper:
    record = {"authors": (), "sections": (), "source_map": None, **row.record}
    paper = paper_from(
        {"id": row.key, "text": row.text, "title": row.title, "year": row.year, "venue": row.venue, **record}
    )
    return StoredPaper(int(row.id), replace(paper), row.file)
