"""doccano's JSON lines: a line for each paper and coder, spans as ``entities``, what has no span as ``cats``.

Labels are ``variable=code`` (see `labels`). doccano counts offsets in code points by default (its project setting "count
grapheme clusters as one character" is off) and exports spans as ``label: [[start, stop, label]]`` or, with relations, as
``entities: [{start_offset, end_offset, label}]``; both are read, and so are ``cats`` and ``label: ["a", "b"]`` of its
classification projects. Other keys of a line are what doccano keeps as an example's metadata and gives back.

Written in ASCII, with escapes: doccano's default is to guess a file's encoding, and of UTF-8 with few characters beyond ASCII
it makes something else (an emoji and English words: Windows-1254), which moves all offsets after them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from univocal.codebook.model import Codebook
from univocal.corpus.protocol import Limits
from univocal.interchange.formats.by_paper import Part, gathered, lost_record
from univocal.interchange.formats.carries import Carries, each_carried
from univocal.interchange.formats.coded import WHOLE, CodedPaper, CodedUnit, Papers, Report, Tally, no_papers
from univocal.interchange.formats.gather import Gathering
from univocal.interchange.formats.jsonl import json_lines
from univocal.interchange.formats.labels import marks, take
from univocal.interchange.formats.papers import about, paper_with
from univocal.records import Fault

#: Who is taken for the coder of a line that names none, as in doccano's own files (one file for each annotator).
NOBODY = "doccano"

CARRIES = Carries(aside=False, notes=())


@dataclass(frozen=True, slots=True)
class Doccano:
    r"""Writes and reads JSON lines for doccano's sequence labelling and intent detection projects.

    >>> import tempfile
    >>> from univocal.codebook import load
    >>> from univocal.interchange.formats.coded import CodedUnit, cut
    >>> from univocal.records import Paper
    >>> text = "We \U0001f916 align."
    >>> unit = CodedUnit("ann", "about", codes=("main",), spans=(cut(text, 5, 10, "main"),))
    >>> path = Path(tempfile.mkdtemp()) / "out.jsonl"
    >>> report = FORMAT.write([CodedPaper(Paper("p1", text), (unit,))], load(), path)
    >>> json.loads(path.read_bytes())["entities"]
    [{'id': 0, 'label': 'about=main', 'start_offset': 5, 'end_offset': 10}]
    >>> [one.codings[0].codes for one in FORMAT.read(path, load())]
    [('main',)]
    """

    name: str = "doccano"
    suffix: str = ".jsonl"
    carries: Carries = CARRIES

    def write(self, papers: Iterable[CodedPaper], codebook: Codebook, path: Path) -> Report:
        """Write a line for each paper and coder; one without labels for a paper that nobody coded."""
        tally = Tally(self.name)
        with path.open("wb") as file:
            for kept in each_carried(papers, self.carries, codebook, tally):
                for row in _rows(kept):
                    file.write(json.dumps(row, separators=(",", ":")).encode() + b"\n")  # ASCII: see above
        return tally.report([path])

    def read(
        self, path: Path, codebook: Codebook, *, papers: Papers = no_papers, limits: Limits | None = None
    ) -> Iterator[CodedPaper | Fault]:
        """Read a file of ours, or one that doccano exported; lines that follow each other with one paper become one."""
        del papers
        lines = json_lines(path, limits or Limits())
        yield from gathered((_part(path, number, row) for number, row in lines), str(path), codebook)


def _part(path: Path, number: int, row: Mapping[str, Any] | Fault) -> Part | Fault:
    if isinstance(row, Fault):
        return row
    text = row.get("text", row.get("data"))
    key = row.get("paper", row.get("id", row.get("example_id")))
    if not isinstance(text, str) or not isinstance(key, str | int):
        return lost_record(f"{path}: line {number}", "broken-record", "expected id and text.")
    return paper_with(str(key), text, row), partial(_take, where=f"line {number}", row=row, stem=path.stem)


def _rows(coded: CodedPaper) -> Iterator[dict[str, Any]]:
    paper = coded.paper
    for coder, units in groupby(coded.codings, key=lambda unit: unit.coder):
        yield {"text": paper.text, **_labels(list(units)), "paper": paper.id, "coder": coder, **about(paper)}
    if not coded.codings:
        yield {"text": paper.text, **_labels([]), "paper": paper.id, **about(paper)}


def _labels(units: list[CodedUnit]) -> dict[str, Any]:
    found = [mark for unit in units for mark in marks(unit)]
    spans = [mark for mark in found if mark.start != WHOLE]
    return {
        "entities": [
            {"id": place, "label": mark.label, "start_offset": mark.start, "end_offset": mark.stop}
            for place, mark in enumerate(spans)
        ],
        "relations": [],
        "cats": [mark.label for mark in found if mark.start == WHOLE],
    }


def _take(gathering: Gathering, where: str, row: Mapping[str, Any], stem: str) -> None:
    coder = row.get("coder")
    if not isinstance(coder, str):
        coder = stem if stem not in ("all", "unknown") else NOBODY
    for key in ("entities", "label", "labels", "cats"):
        values = row.get(key) or []
        for place, value in enumerate(values if isinstance(values, list) else [values]):
            at = f"{where}: {key}[{place}]"
            match value:
                case {"label": str(word), "start_offset": int(start), "end_offset": int(stop)}:
                    take(gathering, at, coder, word, _point(start), stop)
                case [int(start), int(stop), str(word)]:
                    take(gathering, at, coder, word, _point(start), stop)
                case str(word):
                    take(gathering, at, coder, word)
                case _:
                    gathering.fault(
                        at, "broken-record", "neither a label nor a span with one. It was left out."
                    )


def _point(start: int) -> int | None:
    """-1 would mean the whole paper."""
    return start if start >= 0 else None


FORMAT = Doccano()
