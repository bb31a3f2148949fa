r"""brat's standoff: a ``.txt`` and an ``.ann`` for each paper, in a folder for each coder; as a folder, or zipped.

Types are ``variable-code`` (``proxies-2-proxy`` in a ledger), because brat allows letters, digits, ``-`` and ``_`` there. Offsets
are code points, half open (https://brat.nlplab.org/standoff.html counts characters; its server is Python). ``Unsure`` and
``CantSay`` are attributes, memos are notes of the annotator, with ``\n``, ``\r``, ``\t``, ``\\`` and ``\u2028`` (hexadecimal) in
place of line breaks of all kinds, tabs and backslashes. ``annotation.conf`` declares it all.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from pathlib import Path, PurePosixPath

from univocal.codebook.model import Codebook
from univocal.corpus.protocol import Limits
from univocal.errors import InputError
from univocal.interchange.formats.by_paper import Part, gathered, lost_record
from univocal.interchange.formats.carries import BREAKS, Carries, each_carried
from univocal.interchange.formats.coded import WHOLE, CodedPaper, CodedUnit, Papers, Report, Tally, no_papers
from univocal.interchange.formats.files import Archive, as_name, from_name, opened
from univocal.interchange.formats.gather import Draft, Gathering
from univocal.interchange.formats.labels import label, marks, take
from univocal.records import Fault, Paper

CARRIES = Carries(
    paper=(),
    bare=False,
    spanless=False,
    alone=False,
    aside=False,
    breaks=False,
    long_ids=False,
    notes=("unsure", "memo"),
)
#: Who is taken for the coder of files that lie in no folder.
NOBODY = "brat"
_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ESCAPED = re.compile(r"\\([\\nrt]|u[0-9a-f]{4})")
_SPACE = re.compile(r"\s+")
_STRETCH = re.compile(f"[^{BREAKS}]+")
_GAP = re.compile(r"\s*")
_UNFIT = re.compile(rf"[\\\t{BREAKS}]")


@dataclass(frozen=True, slots=True)
class Brat:
    r"""Writes and reads folders, or zip archives (a path that ends in .zip), of brat's standoff files.

    >>> import tempfile
    >>> from univocal.codebook import load
    >>> from univocal.interchange.formats.coded import CodedUnit, cut
    >>> from univocal.records import Paper
    >>> text = "We \U0001f916 align."
    >>> unit = CodedUnit("ann", "about", codes=("main",), spans=(cut(text, 5, 10, "main"),))
    >>> path = Path(tempfile.mkdtemp()) / "out"
    >>> report = FORMAT.write([CodedPaper(Paper("p1", text), (unit,))], load(), path)
    >>> (path / "ann" / "p1.ann").read_text(encoding="utf-8")
    'T1\tabout-main 5 10\talign\n'
    >>> [one.codings == (unit,) for one in FORMAT.read(path, load())]
    [True]
    """

    name: str = "brat"
    suffix: str = ".zip"
    carries: Carries = CARRIES

    def write(self, papers: Iterable[CodedPaper], codebook: Codebook, path: Path) -> Report:
        """Write the folder or the archive.

        Raises:
            InputError: there is a folder with something in it already.
        """
        if path.suffix == ".zip":
            with tempfile.TemporaryDirectory() as aside:
                folder = Path(aside) / "brat"
                report = self.write(papers, codebook, folder)
                with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                    for file in sorted(one for one in folder.rglob("*") if one.is_file()):
                        archive.write(file, file.relative_to(folder).as_posix())
            return replace(report, files=(path,))
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise InputError(
                f"{path}: there is something already. Expected a new folder, or a name ending in .zip."
            )
        path.mkdir(parents=True, exist_ok=True)
        (path / "annotation.conf").write_text(_configuration(codebook), encoding="utf-8")
        tally = Tally(self.name)
        for kept in each_carried(papers, self.carries, codebook, tally):
            for coder, units in groupby(kept.codings, key=lambda unit: unit.coder):
                folder = path / as_name(coder)
                folder.mkdir(exist_ok=True)
                name = as_name(kept.paper.id)
                (folder / f"{name}.txt").write_text(kept.paper.text, encoding="utf-8", newline="")
                lines = "".join(_lines(units, kept.paper.text))
                (folder / f"{name}.ann").write_text(lines, encoding="utf-8", newline="")
        return tally.report([path])

    def read(
        self, path: Path, codebook: Codebook, *, papers: Papers = no_papers, limits: Limits | None = None
    ) -> Iterator[CodedPaper | Fault]:
        """Read each ``.ann`` with its ``.txt``; the folder it lies in is its coder."""
        del papers
        with opened(path, limits or Limits()) as archive:
            found = sorted((name for name in archive.names if name.endswith(".ann")), key=_by_paper)
            yield from gathered((_part(archive, name) for name in found), str(path), codebook)


def _by_paper(name: str) -> tuple[str, str]:
    return PurePosixPath(name).stem, name


def type_of(unit: CodedUnit, code: str | None) -> str:
    """The type of a unit's annotations that stand for a code, or for the unit as a whole.

    >>> type_of(CodedUnit("ann", "proxies", item=2), "proxy")
    'proxies-2-proxy'
    """
    return _brat(label(unit.variable, unit.item, code))


def _brat(word: str) -> str:
    return word.replace("#", "-").replace("=", "-")


def _label(type_: str, codebook: Codebook) -> str:
    """The label that a type stands for; a type that isn't one of ours as it is."""
    first, *rest = type_.split("-")
    if first not in codebook:
        return type_
    if rest and rest[0].isdecimal():
        first, rest = f"{first}#{rest[0]}", rest[1:]
    return "=".join((first, *rest)) if len(rest) < 2 else type_


def _configuration(codebook: Codebook) -> str:
    types = []
    for variable in codebook.variables:
        types += [variable.id, *(f"\t{_brat(label(variable.id, 0, code.id))}" for code in variable.codes)]
    attributes = ["Unsure\tArg:<ENTITY>", "CantSay\tArg:<ENTITY>"]
    parts = [("entities", types), ("relations", []), ("events", []), ("attributes", attributes)]
    return "\n\n".join("\n".join((f"[{name}]", *lines)) for name, lines in parts) + "\n"


def _lines(units: Iterable[CodedUnit], text: str) -> Iterator[str]:
    number = aside = 0
    for unit in units:
        first = number + 1
        for mark in marks(unit):
            if mark.start == WHOLE:
                continue  # "can't say" and "none applies" of a paper: an attribute, and the lack of codes
            number += 1
            variable, _, code = mark.label.partition("=")
            bare = unit.start != WHOLE and not unit.codes
            type_ = _brat(variable if bare or not code else mark.label)
            # brat wants a stretch for each line, and their words with a blank between them
            parts = [part.span() for part in _STRETCH.finditer(text, mark.start, mark.stop)]
            places = ";".join(f"{start} {stop}" for start, stop in parts)
            words = " ".join(text[start:stop] for start, stop in parts)
            yield f"T{number}\t{type_} {places}\t{words}\n"
        for name, is_so in (("Unsure", unit.unsure), ("CantSay", unit.codes is None)):
            if is_so:
                aside += 1
                yield f"A{aside}\t{name} T{first}\n"
        if unit.memo:
            aside += 1
            memo = _UNFIT.sub(_escape, unit.memo)
            yield f"#{aside}\tAnnotatorNotes T{first}\t{memo}\n"


def _part(archive: Archive, name: str) -> Part | Fault:
    where = f"{archive.path}: {name}"
    beside = name.removesuffix(".ann") + ".txt"
    if beside not in archive:
        return lost_record(where, "no-text", f"no {PurePosixPath(beside).name} beside it.")
    try:
        text = archive.read(beside).decode()
        lines = archive.read(name).decode().split("\n")
    except UnicodeDecodeError as error:
        return lost_record(where, "encoding", f"it or its text isn't UTF-8 ({error.reason}). Save it so.")
    except InputError as error:
        return lost_record(where, "unreadable", f"{error}.")
    key, folder = from_name(PurePosixPath(name).stem), PurePosixPath(name).parent.name
    coder = from_name(folder) if folder else NOBODY
    return Paper(key, text), partial(_take, name=name, coder=coder, lines=lines)


def _take(gathering: Gathering, name: str, coder: str, lines: list[str]) -> None:
    drafts: dict[str, Draft] = {}
    aside: list[tuple[str, str]] = []
    for number, line in enumerate(lines, 1):
        place = f"{name}: line {number}"
        if not line.strip():
            continue
        if line[0] != "T":
            aside.append((place, line.rstrip("\r")))
            continue
        key, _, rest = line.partition("\t")
        what, _, quote = rest.partition("\t")
        draft = None
        for start, stop, words in _fragments(what, quote, gathering.paper.text):
            there = gathering.paper.text[start:stop]
            same = words is not None and _SPACE.sub(" ", there) == _SPACE.sub(" ", words)
            label_ = _label(what.split(" ")[0], gathering.codebook)
            draft = (
                take(gathering, place, coder, label_, start, stop, quote=there if same else words) or draft
            )
        if draft is not None:
            draft.said = True  # a bare variable on a mention says that none applies
            drafts[key] = draft
    for place, line in aside:
        _attach(gathering, place, line, drafts)


def _fragments(what: str, quote: str, text: str) -> Iterator[tuple[int | None, int | None, str | None]]:
    """The stretches of a text-bound annotation; those with nothing but line breaks and blanks between them are one."""
    _, _, places = what.partition(" ")
    found: list[tuple[int, int]] = []
    for part in places.split(";"):
        numbers = part.split()
        if len(numbers) != 2 or not all(n.isdecimal() and len(n) < 12 for n in numbers):
            yield None, None, None
            return
        start, stop = map(int, numbers)
        if found and found[-1][1] <= start and _GAP.fullmatch(text, found[-1][1], min(start, len(text))):
            found[-1] = (found[-1][0], stop)
        else:
            found.append((start, stop))
    for start, stop in found:
        yield start, stop, quote.rstrip("\r") if quote and len(found) == 1 else None


def _attach(gathering: Gathering, place: str, line: str, drafts: dict[str, Draft]) -> None:
    """Take over an attribute or a note; what says nothing of a code (relations, events) is told."""
    key, _, rest = line.partition("\t")
    what, _, words = rest.partition("\t")
    name, _, target = what.partition(" ")
    target = target.split(" ")[0]
    kind = key[:1]
    if kind in ("A", "M", "#") and target not in drafts and target[:1] == "T":
        return  # what it is attached to was told already
    if kind in ("A", "M") and name == "Unsure" and target in drafts:
        drafts[target].unsure = True
    elif kind in ("A", "M") and name == "CantSay" and target in drafts:
        drafts[target].cant_say = True
    elif kind == "#" and target in drafts:
        memo = _ESCAPED.sub(_unescape, words)
        drafts[target].memo = f"{drafts[target].memo}\n{memo}" if drafts[target].memo else memo
    else:
        gathering.fault(place, "not-a-code", f"{line[:60]!r} says nothing of a code. It was left out.")


def _escape(found: re.Match[str]) -> str:
    """What stands in a note for a character that would end its line: brat ends lines where Python does."""
    return _ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04x}"


def _unescape(found: re.Match[str]) -> str:
    escape = found[1]
    return {"n": "\n", "r": "\r", "t": "\t"}.get(escape) or (
        chr(int(escape[1:], 16)) if len(escape) == 5 else escape
    )


FORMAT = Brat()
