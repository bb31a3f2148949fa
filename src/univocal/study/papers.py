"""Papers of a study: brought in by any reader, and read back as they were."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
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
from univocal.study.spans import unkeepable

_AT_ONCE = 500
_PDF = b"%PDF-"
#: Characters of a paper's id: what an index of PostgreSQL holds in any script.
LONGEST_ID = 500
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

    They go in some at a time, so that whoever codes meanwhile can save; an import that was stopped is done again, and goes
    on where it was. A paper whose id and text the study has is left as it is; one with the same id and another text is a
    fault, because codings point at the words that they were given.

    Args:
        study: the study.
        inputs: files, folders and globs.
        limits: how much of a file is read before it is refused.
        progress: told how many papers were read so far.

    Raises:
        StudyError: a PDF can't be copied into the study's folder, or the database can't be written.
    """
    held: list[Fault] = []
    already = added = 0
    found = _read(study, inputs, limits or Limits(), held)
    while batch := list(islice(found, _AT_ONCE)):
        # read first, then write: reading PDFs takes long, and nobody could save in the meantime
        with study.database.writing() as connection:
            new, there = _added(connection, batch, held)
        added, already = added + new, already + there
        if progress is not None:
            progress(added + already)
    return Imported(added, already, tuple(merge_faults(held)))


def _added(
    connection: Connection, batch: Sequence[tuple[Paper, str | None]], held: list[Fault]
) -> tuple[int, int]:
    """Put in those papers that are new; how many these are, and how many were there already."""
    known = {
        row.key: row.sha256
        for row in connection.execute(_KEYS.where(papers.c.key.in_({paper.id for paper, _ in batch})))
    }
    new: list[tuple[Paper, str, str | None]] = []
    already = 0
    for paper, file in batch:
        digest = digest_of(paper.text)
        same = known.setdefault(paper.id, "")
        if not same:
            known[paper.id] = digest
            new.append((paper, digest, file))
        elif same == digest:
            already += 1
        else:
            held.append(_clash(paper))
    if new:
        ids = _free(connection, len(new))
        connection.execute(
            papers.insert(), [paper_row(id_, one[0]) for id_, one in zip(ids, new, strict=True)]
        )
        connection.execute(texts.insert(), [text_row(id_, *one) for id_, one in zip(ids, new, strict=True)])
    return len(new), already


def _free(connection: Connection, n: int) -> Sequence[int]:
    """So many ids that no paper has."""
    if connection.dialect.name == "sqlite":  # one writes at a time
        last = connection.execute(sa.select(sa.func.max(papers.c.id))).scalar() or 0
        return range(last + 1, last + n + 1)
    query = sa.text("SELECT nextval('paper_id_seq') FROM generate_series(1, :n)")
    return connection.execute(query, {"n": n}).scalars().all()


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
    to = study.files / name
    try:
        study.files.mkdir(exist_ok=True)
        if not to.exists():
            with tempfile.TemporaryDirectory(prefix=".univocal-", dir=study.files) as aside:
                shutil.copyfile(path, Path(aside) / name).replace(to)
    except OSError as error:
        raise StudyError(
            f"{path}: can't be copied to {study.files}: {error.strerror or error}. Make room, or check that the folder is "
            "yours to write, then import again: what is in already stays."
        ) from error
    return name


def digest_of(text: str) -> str:
    """What a paper's text is recognised by."""
    return hashlib.sha256(text.encode()).hexdigest()


def unfit(paper: Paper) -> Fault | None:
    """Why no database can keep this paper; None where it can."""
    why = next(_unfit(paper), None)
    if why is None:
        return None
    where = (paper.source or paper.id)[:LONGEST_ID]
    return Fault(where, "unfit-text", f"{where}: {paper.id[:80]!r}: {why}", lost=1)


def _unfit(paper: Paper) -> Iterator[str]:
    if len(paper.id) > LONGEST_ID:
        yield f"the id has {len(paper.id):,} characters; expected at most {LONGEST_ID}"
    own = {
        "text": paper.text,
        "id": paper.id,
        "title": paper.title,
        "venue": paper.venue,
        "stratum": _stratum(paper),
    }
    for name, words in own.items():
        if what := unkeepable(words or ""):
            yield f"the {name} has {what}, which no database keeps. Remove it."
    try:
        orjson.dumps(_record(paper))
    except orjson.JSONEncodeError as error:
        yield f"a field of it can't be kept: {error}"


def _stratum(paper: Paper) -> str | None:
    stratum = paper.extra.get("stratum")
    return None if stratum is None else str(stratum)


def _record(paper: Paper) -> dict[str, Any]:
    return {key: value for key in _REST if (value := getattr(paper, key)) not in (None, (), {}, "")}


def _clash(paper: Paper) -> Fault:
    message = (
        f"{paper.source or paper.id}: {paper.id}: the study has another text under this id; it stays as it is, because "
        "codings point at its words. Give the new text an id of its own."
    )
    return Fault(paper.source or paper.id, "changed-text", message, lost=1)


def paper_row(row: int, paper: Paper) -> dict[str, Any]:
    """What lists show of a paper, as a row of ``paper``."""
    return {
        "id": row, "key": paper.id, "title": paper.title, "year": paper.year, "venue": paper.venue,
        "characters": len(paper.text), "stratum": _stratum(paper), "at": now(),
    }  # fmt: skip


def text_row(row: int, paper: Paper, digest: str, file: str | None) -> dict[str, Any]:
    """Everything else of a paper, as a row of ``paper_text``."""
    return {"paper": row, "text": paper.text, "sha256": digest, "record": _record(paper), "file": file}


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
    query = _STORED.order_by(papers.c.id)
    for row in connection.execute(query, execution_options={"yield_per": 200}):
        yield _stored(row)


def _stored(row: Any) -> StoredPaper:
    record = {"authors": (), "sections": (), "source_map": None, **row.record}
    paper = paper_from(
        {"id": row.key, "text": row.text, "title": row.title, "year": row.year, "venue": row.venue, **record}
    )
    return StoredPaper(int(row.id), paper, row.file)
