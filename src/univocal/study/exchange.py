"""A study's papers and codings to the files of other tools, and theirs into a study."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from univocal.codebook.model import Codebook
from univocal.corpus.protocol import Limits
from univocal.errors import InputError, StudyError
from univocal.interchange.formats import format_named
from univocal.interchange.formats.carries import Carries
from univocal.interchange.formats.coded import CodedPaper, Format, Loss, Report
from univocal.plugins import did_you_mean
from univocal.records import Fault
from univocal.study import people
from univocal.study.clock import now
from univocal.study.codings import Stage, current
from univocal.study.folder import Study
from univocal.study.importing import Importing, coded_unit
from univocal.study.papers import paper_at
from univocal.study.schema import event as events
from univocal.study.schema import head as heads
from univocal.study.schema import paper as papers
from univocal.study.schema import revision as revisions

#: Papers that an import saves in one transaction.
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class ImportedCodings:
    """What an import did: papers added, codings saved, those that said what was there already, and what was left out.

    ``losses`` says what of the codings a study doesn't take over from a file.
    """

    papers: int
    codings: int
    already: int
    faults: tuple[Fault, ...]
    losses: tuple[Loss, ...] = ()


def export(
    study: Study, to: str | Format, path: Path, *, coders: Collection[str] = (), overwrite: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Report:  # fmt: skip
    """Write a study's papers with the current codings of all coders, or of some, to a file: all of it, or nothing.

    Args:
        study: the study.
        to: the format, or its name.
        path: the file (for brat also a folder).
        coders: the names of those whose codings go out; of everyone if none is named.
        overwrite: replace what is there.
        progress: told how many papers were written so far.

    Returns:
        What was written, and what the format, or any of them, has no place for.

    Raises:
        UnivocalError: there is no such format or coder.
        InputError: the file can't be written there, or it is there already.

    >>> import tempfile
    >>> from univocal.study.folder import create
    >>> folder = Path(tempfile.mkdtemp())
    >>> study = create(folder / "pilot")
    >>> from univocal.interchange.formats.jsonl import FORMAT
    >>> export(study, FORMAT, folder / "out.jsonl").papers
    0
    >>> study.close()
    """
    format_ = format_named(to) if isinstance(to, str) else to
    with study.database.reading() as connection:
        names = {person.row: person.name for person in people.everyone(connection)}
        for name in coders:
            if name not in names.values():
                raise StudyError(f"no coder {name!r} in the study. {did_you_mean(name, names.values())}")
        chosen = [row for row, name in names.items() if name in coders] if coders else None
        older: Counter[str] = Counter()
        found = _coded(connection, study, names, chosen, older, progress)
        report = _written(format_, found, study.codebook, path, overwrite=overwrite)
        older["earlier revisions of codings"] = _earlier(connection, chosen)
    more = tuple(Loss(what, count) for what, count in older.items() if count)
    return replace(report, losses=report.losses + more)


def _written(
    format_: Format, coded: Iterator[CodedPaper], codebook: Codebook, path: Path, *, overwrite: bool
) -> Report:
    """Write beside, and put in place what is whole."""
    try:
        _check_free(path, overwrite=overwrite)
        with tempfile.TemporaryDirectory(prefix=".univocal-", dir=path.parent) as aside:
            report = format_.write(coded, codebook, Path(aside) / path.name)
            files = tuple(path.with_name(file.name) for file in report.files)
            for file in files:
                _check_free(file, overwrite=overwrite)
            for made, file in zip(report.files, files, strict=True):
                made.replace(file)
    except OSError as error:
        raise InputError(
            f"{path}: can't be written: {error.strerror or error}. Name another file, or make room."
        ) from error
    return replace(report, files=files)


def _check_free(path: Path, *, overwrite: bool) -> None:
    """Refuse to write where something is, unless it may be replaced; a folder that holds something never may.

    Raises:
        InputError: something is there.
    """
    if path.is_dir() and any(path.iterdir()):
        raise InputError(f"{path}: a folder with something in it. Name another one.")
    if path.exists() and not overwrite and not path.is_dir():
        raise InputError(f"{path} is there already. Name another file, or pass --overwrite (overwrite=True).")


def _coded(
    connection: Connection, study: Study, names: dict[int, str], chosen: list[int] | None, older: Counter[str],
    progress: Callable[[int], None] | None,
) -> Iterator[CodedPaper]:  # fmt: skip
    rows = connection.execute(sa.select(papers.c.id).order_by(papers.c.id)).scalars().all()
    for number, row in enumerate(rows, 1):
        found = current(connection, row, chosen)
        older["versions of the codebook that codings were made by, earlier than the present one"] += sum(
            one.codebook != study.codebook_row for one in found
        )
        paper = paper_at(connection, row).paper
        yield CodedPaper(
            paper, tuple(coded_unit(one, one.answer, names) for one in found if one.answer is not None)
        )
        if progress is not None:
            progress(number)


def _earlier(connection: Connection, chosen: list[int] | None) -> int:
    """How many revisions aren't the last of their unit?"""
    counts = []
    for table in (revisions, heads):
        query = sa.select(sa.func.count()).select_from(table)
        counts.append(
            connection.execute(
                query if chosen is None else query.where(table.c.coder.in_(chosen))
            ).scalar_one()
        )
    return int(counts[0] - counts[1])


def import_codings(
    study: Study,
    path: Path,
    source: str | Format,
    *,
    stage: Stage = "seen",
    limits: Limits | None = None,
    progress: Callable[[int], None] | None = None,
) -> ImportedCodings:
    """Bring papers and codings of a file into a study, each coding as a new revision whose action is ``import``.

    All that can be read goes in, some papers at a time, so that whoever codes meanwhile can save; an import that was stopped
    is done again, and goes on where it was. What can't be read is a fault that names the file and its line or record.
    A paper that the study has keeps its text: codings of another text (other than by kinds of white space) are refused.
    Coders whom the study hasn't got become coders without a password. A coding that the study has already isn't saved
    again, so that what a format can't hold (a memo, say) isn't taken away by a file that was only there and back.

    Args:
        study: the study.
        path: the file, or folder.
        source: its format, or the format's name.
        stage: what coders had seen when they coded, where the file doesn't say.
        limits: how much of a file is read before it is refused.
        progress: told how many papers were read so far.

    Raises:
        UnivocalError: there is no such format.
        InputError: the file isn't of that format.
        StudyError: the codebook was changed meanwhile.
    """
    format_ = format_named(source) if isinstance(source, str) else source
    into = Importing(study, path, stage, getattr(format_, "carries", None) or Carries())
    found = format_.read(path, study.codebook, papers=into.known, limits=limits)
    try:
        while batch := list(islice(found, _AT_ONCE)):
            into.take(batch)
            if progress is not None:
                progress(into.read)
    finally:
        _note(study, format_.name, into)
    lost = "times (a revision's time is that of its import)"
    losses = (Loss(lost, into.times),) if into.times else ()
    return ImportedCodings(into.added, into.saved, into.already, into.faults(), losses)


def _note(study: Study, format_: str, into: Importing) -> None:
    """Keep in the study's log what an import did, also one that was stopped."""
    details = {"format": format_, "papers": into.added, "codings": into.saved, "left_out": into.left_out}
    with study.database.writing() as connection:
        connection.execute(
            events.insert(), {"person": None, "what": "import", "details": details, "at": now()}
        )
