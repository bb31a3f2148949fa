"""What a REFI-QDA project says of its text sources: ours, or another program's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from univocal.codebook.model import Codebook
from univocal.corpus.protocol import Limits
from univocal.errors import InputError
from univocal.interchange.formats.by_paper import lost_record
from univocal.interchange.formats.coded import WHOLE, CodedPaper
from univocal.interchange.formats.files import Archive, parsed_xml
from univocal.interchange.formats.gather import Draft, Gathering
from univocal.interchange.formats.labels import label, meant, take
from univocal.interchange.formats.offsets import from_single_breaks, utf16
from univocal.interchange.formats.refi_write import ORIGIN, SAYS
from univocal.records import Fault, Paper

#: Who is taken for the coder of a coding that names nobody.
NOBODY = "REFI-QDA"
_UNSURE = "unsure"
#: White space that a selection may have more than its name.
_MORE = 1_000


@dataclass(slots=True)
class _Book:
    """Users, notes and codes by their identifiers; a code is its label here, or its name where it isn't ours."""

    origin: str
    users: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)


def read_project(
    archive: Archive, name: str, codebook: Codebook, limits: Limits
) -> Iterator[CodedPaper | Fault]:
    """The text sources of a project, in order.

    Raises:
        InputError: its XML can't be read.
    """
    where = f"{archive.path}: {name}"
    root = parsed_xml(archive.read(name), where, limits)
    book = _book(root, codebook)
    others = 0
    lower = {one.lower(): one for one in archive.names}
    for source in root.iterfind("{*}Sources/*"):
        if not isinstance(source.tag, str) or etree.QName(source).localname != "TextSource":
            others += isinstance(source.tag, str)
            continue
        key = source.get("name") or source.get("guid") or ""
        place = f"{where}: source {key[:100]!r}"
        try:
            text = _text(archive, lower, source)
        except (InputError, UnicodeDecodeError) as error:
            yield lost_record(place, "no-text", f"{error}.")
            continue
        gathering = Gathering(Paper(key, text), place, codebook)
        _take(gathering, source, book)
        yield from gathering.done()
    if others:
        message = f"{where}: {others:,} sources that aren't text (PDF, pictures, sound). They were left out."
        yield Fault(where, "not-text", message, lost=others)


def _book(root: Any, codebook: Codebook) -> _Book:
    book = _Book(root.get("origin") or "")
    for user in root.iterfind("{*}Users/{*}User"):
        book.users[user.get("guid", "")] = user.get("name") or user.get("id") or user.get("guid", "")
    for note in root.iterfind("{*}Notes/{*}Note"):
        book.notes[note.get("guid", "")] = note.findtext("{*}PlainTextContent") or ""
    waiting = [(code, "") for code in root.iterfind("{*}CodeBook/{*}Codes/{*}Code")]
    while waiting:
        code, above = waiting.pop()
        name = code.get("name") or ""
        book.codes[code.get("guid", "")] = _label(name, above, codebook)
        waiting += [(below, name) for below in code.iterfind("{*}Code")]
    return book


def _label(name: str, above: str, codebook: Codebook) -> str:
    found = meant(above, codebook) if above else None
    if found is not None and found[2] is None and "#" not in name:
        return label(found[0], found[1], name)
    return name


def _text(archive: Archive, lower: Mapping[str, str], source: Any) -> str:
    """A source's plain text.

    Raises:
        InputError: the archive hasn't got it.
    """
    if (inline := source.find("{*}PlainTextContent")) is not None:
        return inline.text or ""
    path = source.get("plainTextPath") or ""
    wanted = path.removeprefix("internal://").removeprefix("relative:///").lower()
    for name in (wanted, f"sources/{wanted.removeprefix('sources/')}"):
        if wanted and name in lower:
            return archive.read(lower[name]).removeprefix(b"\xef\xbb\xbf").decode()
    raise InputError(f"no plain text {path!r} in the archive")


def _take(gathering: Gathering, source: Any, book: _Book) -> None:
    for number, selection in enumerate(source.iterfind("{*}PlainTextSelection"), 1):
        place = f"selection {number}"
        start, stop = _place(gathering.paper.text, selection, book.origin)
        for coding in selection.iterfind("{*}Coding"):
            _coding(gathering, place, coding, selection.get("creatingUser"), book, start, stop)
    for number, coding in enumerate(source.iterfind("{*}Coding"), 1):
        _coding(gathering, f"coding {number}", coding, source.get("creatingUser"), book, WHOLE, WHOLE)


def _place(text: str, selection: Any, origin: str) -> tuple[int | None, int | None]:
    """A selection in code points. Its name, where that is its words, says how others have counted."""
    try:
        start, stop = int(selection.get("startPosition", "")), int(selection.get("endPosition", ""))
    except ValueError:
        return None, None
    if not 0 <= start <= stop <= 1 << 40:
        return None, None
    name = selection.get("name") or ""
    if origin == ORIGIN or not name:
        return start, stop
    units = utf16(text)
    single = (from_single_breaks(text, start), from_single_breaks(text, stop))
    for first, last in ((start, stop), (units.back(start), units.back(stop)), single, (start, stop + 1)):
        if first is None or last is None or last - first > len(name) + _MORE:
            continue
        if " ".join(text[first:last].split()) == " ".join(name.split()):
            return first, last
    return single if "ATLAS" in origin else (start, stop)


def _coding(
    gathering: Gathering, place: str, coding: Any, user: str | None, book: _Book, start: int | None, stop: int | None
) -> None:  # fmt: skip
    coder = book.users.get(coding.get("creatingUser") or user or "", NOBODY)
    notes = [book.notes.get(note.get("targetGUID", ""), "") for note in coding.iterfind("{*}NoteRef")]
    for reference in coding.iterfind("{*}CodeRef"):
        word = book.codes.get(reference.get("targetGUID", ""))
        if word is None:
            gathering.fault(
                place, "unknown-code", "it points at a code that the project hasn't got. It was left out."
            )
            continue
        draft = _one(gathering, place, coder, word, start, stop, noted=bool(notes))
        if draft is None:
            continue
        draft.at = coding.get("creationDateTime") or draft.at
        if any(notes):
            draft.memo = "\n".join(note for note in (draft.memo, *notes) if note)


def _one(
    gathering: Gathering, place: str, coder: str, word: str, start: int | None, stop: int | None, *, noted: bool
) -> Draft | None:  # fmt: skip
    """Take over one code on one place; a variable or 'unsure' says something about the coding, not a code."""
    found = meant(word, gathering.codebook)
    if found is None:
        return take(gathering, place, coder, word, start, stop)
    variable, item, code = found
    mention = gathering.codebook.variable(variable).unit == "mention"
    if code != _UNSURE and not (code is None and (noted or start == WHOLE)):
        return take(gathering, place, coder, word, start, stop)
    if mention and (start is None or stop is None):
        return take(gathering, place, coder, word, start, stop)
    unit: Mapping[str, int] = {"start": start or 0, "stop": stop or 0} if mention else {}
    draft = gathering.draft(place, coder, variable, item=item, **unit)
    if draft is not None and code in SAYS:
        draft.unsure = True
    return draft
