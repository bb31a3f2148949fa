"""Univocal's own exchange file: one coded paper a line, nothing left out.

Each line is ``{"univocal": 1, "paper": {…}, "codings": [{…}]}`` with the fields of `records.Paper` and `CodedUnit`.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from univocal.codebook.model import Codebook
from univocal.corpus.protocol import Limits
from univocal.errors import InputError
from univocal.interchange.formats.by_paper import lost_record
from univocal.interchange.formats.coded import CodedPaper, Papers, Report, Tally, no_papers
from univocal.interchange.formats.gather import Gathering
from univocal.interchange.formats.papers import paper_from, paper_row
from univocal.interchange.formats.units import take_unit, unit_row
from univocal.interchange.unpacked import Unpacked, UnreadableError
from univocal.records import Fault

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Jsonl:
    r"""Writes and reads Univocal's own exchange file; it carries everything.

    >>> import tempfile
    >>> from univocal.codebook import load
    >>> from univocal.interchange.formats.coded import CodedPaper, CodedUnit
    >>> from univocal.records import Paper
    >>> path = Path(tempfile.mkdtemp()) / "study.jsonl"
    >>> coded = CodedPaper(Paper("p1", "A text."), (CodedUnit("ann", "about", codes=("no",), memo="sure?\n"),))
    >>> FORMAT.write([coded], load(), path).losses, list(FORMAT.read(path, load())) == [coded]
    ((), True)
    """

    name: str = "jsonl"
    suffix: str = ".jsonl"
    carries: None = None

    def write(self, papers: Iterable[CodedPaper], codebook: Codebook, path: Path) -> Report:
        """Write a line for each paper."""
        tally = Tally(self.name)
        with path.open("wb") as file:
            for coded in papers:
                row = {
                    "univocal": _VERSION, "codebook": f"{codebook.id} {codebook.version}", "paper": paper_row(coded.paper),
                    "codings": [unit_row(unit) for unit in coded.codings],
                }  # fmt: skip
                file.write(orjson.dumps(row, default=str, option=orjson.OPT_APPEND_NEWLINE))
                tally.wrote(coded)
        return tally.report([path])

    def read(
        self, path: Path, codebook: Codebook, *, papers: Papers = no_papers, limits: Limits | None = None
    ) -> Iterator[CodedPaper | Fault]:
        """Read it back, every quote checked again."""
        del papers
        for number, row in json_lines(path, limits or Limits()):
            where = f"{path}: line {number}"
            if isinstance(row, Fault):
                yield row
                continue
            paper = paper_from(row.get("paper"))
            codings = row.get("codings")
            if row.get("univocal") != _VERSION or paper is None or not isinstance(codings, list):
                yield lost_record(
                    where, "broken-record", 'expected {"univocal": 1, "paper": {…}, "codings": […]}.'
                )
                continue
            gathering = Gathering(paper, where, codebook)
            for place, coding in enumerate(codings):
                take_unit(gathering, f"codings[{place}]", coding)
            yield from gathering.done(as_given=True)


def json_lines(path: Path, limits: Limits) -> Iterator[tuple[int, Mapping[str, Any] | Fault]]:
    """The objects of a file of JSON lines with their line numbers; faults in place of lines that hold none.

    A line that is too long, or damaged packed data, ends the file.
    """
    held: list[tuple[int, Fault]] = []

    def tell(line: int, message: str) -> None:
        held.append((line, Fault(f"{path}: line {line}", "encoding", f"{path}: line {line}: {message}")))

    number = 0
    try:
        with io.BufferedReader(Unpacked(path, limits, tell), 1 << 20) as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, _row(line, f"{path}: line {number}")
    except UnreadableError as error:
        yield number + 1, lost_record(f"{path}: line {error.line or number + 1}", "unreadable", f"{error}.")
    except OSError as error:
        raise InputError(f"{path}: can't be read: {error.strerror or error}") from error
    yield from held


def _row(line: bytes, where: str) -> Mapping[str, Any] | Fault:
    try:
        row = orjson.loads(line.removeprefix(codecs.BOM_UTF8))
    except orjson.JSONDecodeError as error:
        return lost_record(where, "broken-record", f"not JSON ({error}).")
    if not isinstance(row, dict):
        return lost_record(where, "broken-record", "expected an object.")
    return row


FORMAT = Jsonl()
