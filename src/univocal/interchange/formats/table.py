"""CSV and Parquet: a row for each code and span of each coding, to be opened where tables are.

``says`` is ``codes``, ``can't say`` or ``none applies``. Papers' texts aren't in the table, so reading needs the papers. In a
CSV, cells that a spreadsheet would take for a formula (that begin with ``=``, ``+``, ``-``, ``@``, a tab or a carriage return)
get an apostrophe in front, and so do those that begin with one; reading takes it away again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from univocal.codebook.model import Codebook
from univocal.corpus.protocol import Limits
from univocal.errors import InputError
from univocal.interchange.formats.by_paper import Known, lost_record
from univocal.interchange.formats.carries import Carries, each_carried
from univocal.interchange.formats.coded import WHOLE, CodedPaper, CodedUnit, Papers, Report, Tally, no_papers
from univocal.interchange.formats.gather import SAYS, Draft, Gathering
from univocal.interchange.formats.parquet_rows import read_rows, write_rows
from univocal.interchange.unpacked import Unpacked, UnreadableError
from univocal.records import Fault

CARRIES = Carries(paper=(), text=False, bare=False)
COLUMNS = (
    "paper", "coder", "variable", "unit_start", "unit_stop", "item", "says", "code", "start", "stop", "quote", "prefix",
    "suffix", "unsure", "memo", "stands_for", "confidence", "at", "stage",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    r"""Writes and reads a long table of codings; ``name`` says whether it is CSV or Parquet.

    >>> import tempfile
    >>> from univocal.codebook import load
    >>> from univocal.interchange.formats.coded import CodedUnit, cut
    >>> from univocal.records import Paper
    >>> text = "We \U0001f916 align."
    >>> unit = CodedUnit("ann", "about", codes=("main",), spans=(cut(text, 5, 10, "main"),))
    >>> path = Path(tempfile.mkdtemp()) / "out.csv"
    >>> report = CSV.write([CodedPaper(Paper("p1", text), (unit,))], load(), path)
    >>> path.read_text(encoding="utf-8").splitlines()[1]
    'p1,ann,about,,,0,codes,main,5,10,align,We 🤖 ,.,false,,,,,'
    >>> [one.codings == (unit,) for one in CSV.read(path, load(), papers={"p1": Paper("p1", text)}.get)]
    [True]
    """

    name: str
    suffix: str
    carries: Carries = CARRIES

    def write(self, papers: Iterable[CodedPaper], codebook: Codebook, path: Path) -> Report:
        """Write a row for each code and span."""
        tally = Tally(self.name)

        def found() -> Iterator[dict[str, str]]:
            for kept in each_carried(papers, self.carries, codebook, tally):
                for unit in kept.codings:
                    yield from _rows(kept.paper.id, unit)

        if self.name == "parquet":
            write_rows(path, COLUMNS, found())
        else:
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(COLUMNS)
                writer.writerows([defused(row[name]) for name in COLUMNS] for row in found())
        return tally.report([path])

    def read(
        self, path: Path, codebook: Codebook, *, papers: Papers = no_papers, limits: Limits | None = None
    ) -> Iterator[CodedPaper | Fault]:
        """Read a table of ours; rows of one paper may stand apart."""
        limits = limits or Limits()
        rows = read_rows(path, COLUMNS, limits) if self.name == "parquet" else _csv_rows(path, limits)
        unit = "row" if self.name == "parquet" else "line"
        known = Known(papers, str(path), codebook)
        for number, row in rows:
            there = row if isinstance(row, Fault) else known.at(row["paper"], f"{unit} {number}")
            if isinstance(there, Fault):
                yield there
            elif there is not None and not isinstance(row, Fault):
                _take(there, f"{unit} {number}", row)
        yield from known.done()


def defused(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula.

    >>> defused("=1+1"), defused("'tis"), armed(defused("=1+1")), armed(defused("'tis"))
    ("'=1+1", "''tis", '=1+1', "'tis")
    """
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def armed(cell: str) -> str:
    """What `defused` was given."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _rows(paper: str, unit: CodedUnit) -> Iterator[dict[str, str]]:
    mention = unit.start != WHOLE
    shared = {
        "paper": paper, "coder": unit.coder, "variable": unit.variable, "unit_start": str(unit.start) if mention else "",
        "unit_stop": str(unit.stop) if mention else "", "item": str(unit.item),
        "says": "can't say" if unit.codes is None else "codes" if unit.codes else "none applies",
        "unsure": "true" if unit.unsure else "false", "memo": unit.memo, "stands_for": unit.stands_for or "",
        "confidence": "" if unit.confidence is None else repr(unit.confidence), "at": unit.at, "stage": unit.stage,
    }  # fmt: skip
    bare = dict.fromkeys(("code", "start", "stop", "quote", "prefix", "suffix"), "")
    groups: list[str | None] = [*(unit.codes or ())]
    if not groups or any(span.code is None for span in unit.spans):
        groups.append(None)
    for code in groups:
        spans = [span for span in unit.spans if span.code == code]
        for span in spans:
            yield shared | {
                "code": code or "", "start": str(span.start), "stop": str(span.stop), "quote": span.quote,
                "prefix": span.prefix, "suffix": span.suffix,
            }  # fmt: skip
        if not spans:
            yield shared | bare | {"code": code or ""}


def _csv_rows(path: Path, limits: Limits) -> Iterator[tuple[int, Cells | Fault]]:
    held: list[Fault] = []

    def tell(line: int, message: str) -> None:
        held.append(Fault(f"{path}: line {line}", "encoding", f"{path}: line {line}: {message}"))

    csv.field_size_limit(max(csv.field_size_limit(), limits.record_bytes))
    line = 0
    try:
        raw = io.BufferedReader(Unpacked(path, limits, tell), 1 << 20)
        with io.TextIOWrapper(raw, "utf-8-sig", errors="replace", newline="") as text:
            reader = csv.reader(text, strict=True)
            header = next(reader, [])
            if absent := [name for name in COLUMNS[:8] if name not in header]:
                raise InputError(
                    f"{path}: no column {', '.join(map(repr, absent))}. Expected a table that Univocal wrote."
                )
            line = reader.line_num
            for cells in reader:
                start, line = line + 1, reader.line_num
                if len(cells) == len(header):
                    row = {name: armed(cell) for name, cell in zip(header, cells, strict=True)}
                    yield start, {name: row.get(name, "") for name in COLUMNS}
                elif cells:
                    what = f"{len(cells)} cells; the header has {len(header)}."
                    yield start, lost_record(f"{path}: line {start}", "broken-record", what)
    except (csv.Error, UnreadableError) as error:
        what = f"not a row of a table ({error}); the rest wasn't read."
        yield line + 1, lost_record(f"{path}: line {line + 1}", "unreadable", what)
    except OSError as error:
        raise InputError(f"{path}: can't be read: {error.strerror or error}") from error
    yield from ((0, fault) for fault in held)


def _take(gathering: Gathering, place: str, row: Cells) -> None:
    numbers = [
        _number(row[name], empty)
        for name, empty in (("unit_start", WHOLE), ("unit_stop", WHOLE), ("item", 0))
    ]
    start, stop, item = numbers
    if start is None or stop is None or item is None:
        gathering.fault(
            place,
            "broken-record",
            "unit_start, unit_stop, item: whole numbers were expected. It was left out.",
        )
        return
    draft = gathering.draft(place, row["coder"], row["variable"], start, stop, item)
    if draft is None:
        return
    if row["says"] in SAYS:
        gathering.codes(place, draft, row["says"])
    elif row["says"] != "codes":
        gathering.fault(
            place,
            "broken-record",
            f"says: codes, can't say or none applies were expected, got {row['says'][:40]!r}",
        )
        return
    _take_notes(gathering, place, draft, row)
    code = row["code"] or None
    if row["start"] or row["stop"]:
        gathering.span(
            place, draft, _number(row["start"], None), _number(row["stop"], None), code, row["quote"]
        )
    elif code is not None:
        gathering.code(place, draft, code)


def _take_notes(gathering: Gathering, place: str, draft: Draft, row: Cells) -> None:
    draft.unsure = row["unsure"].lower() == "true"
    draft.memo, draft.at, draft.stage = row["memo"], row["at"], row["stage"]
    draft.stands_for = row["stands_for"] or None
    if row["confidence"] and draft.confidence is None:
        gathering.confidence(place, draft, row["confidence"])


def _number(cell: str, empty: int | None) -> int | None:
    if not cell:
        return empty
    return int(cell) if cell.isdecimal() and len(cell) < 12 else None


CSV = Table("csv", ".csv")
PARQUET = Table("parquet", ".parquet")
