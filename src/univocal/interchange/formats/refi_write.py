"""A REFI-QDA project as XML: users, codes, sources with their selections, notes."""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

from univocal.codebook.model import Codebook
from univocal.interchange.formats.coded import WHOLE, CodedPaper, CodedUnit
from univocal.interchange.formats.files import for_xml
from univocal.interchange.formats.gather import said
from univocal.interchange.formats.labels import label

PROJECT = "urn:QDA-XML:project:1.0"
CODEBOOK = "urn:QDA-XML:codebook:1.0"
ORIGIN = "Univocal"
#: Codes that every variable has beside its own.
SAYS = ("can't say", "none applies", "unsure")
_SPACE = uuid5(NAMESPACE_URL, "urn:univocal:refi-qda")
_LONGEST_NAME = 200


def guid(*parts: object) -> str:
    """The same identifier for the same thing, whenever it is written.

    >>> guid("code", "about") == guid("code", "about") != guid("code", "ideals")
    True
    """
    return str(uuid5(_SPACE, "\0".join(map(str, parts))))


def codebook_xml(codebook: Codebook) -> bytes:
    """The codebook as a .qdc file.

    >>> from univocal.codebook import load
    >>> b'name="about"' in codebook_xml(load())
    True
    """
    root = etree.Element(f"{{{CODEBOOK}}}CodeBook", nsmap={None: CODEBOOK}, origin=ORIGIN)
    root.append(_codes(codebook, {}, CODEBOOK))
    return _bytes(root)


def _codes(codebook: Codebook, entries: dict[str, int], space: str) -> Any:
    """All codes; ``entries`` says how many entries there are of a ledger."""
    root = etree.Element(f"{{{space}}}Codes")
    for variable in codebook.variables:
        own = [(code.id, f"{code.label}: {code.definition}") for code in variable.codes] + [
            (one, "") for one in SAYS
        ]
        top = root
        for item in range(entries.get(variable.id, 0) + 1):
            name = label(variable.id, item)
            about = f"{variable.label}: {variable.question}" if not item else ""
            made = _code(top, name, guid("code", name), about, space)
            top = made if not item else top
            for id_, words in own:
                _code(made, id_, guid("code", name, id_), words, space)
    return root


def _code(above: Any, name: str, id_: str, about: str, space: str) -> Any:
    made = etree.SubElement(above, f"{{{space}}}Code", guid=id_, name=name, isCodable="true")
    if about:
        etree.SubElement(made, f"{{{space}}}Description").text = for_xml(about)
    return made


class Project:
    """Grows by papers, and is XML in the end."""

    def __init__(self, codebook: Codebook) -> None:
        self._codebook = codebook
        self._sources = etree.Element(_tag("Sources"))
        self._notes = etree.Element(_tag("Notes"))
        self._users: dict[str, str] = {}
        self._entries: dict[str, int] = {}

    def add(self, coded: CodedPaper) -> tuple[str, bytes]:
        """Add a paper; comes back with the name and the bytes of its plain text in ``sources``."""
        paper = coded.paper
        id_ = guid("source", paper.id)
        name = f"{id_}.txt"
        source = etree.SubElement(
            self._sources, _tag("TextSource"), guid=id_, name=for_xml(paper.id), plainTextPath=f"internal://{name}"
        )  # fmt: skip
        whole: list[Any] = []
        selections: dict[tuple[int, int, str], Any] = {}
        for unit in coded.codings:
            self._entries[unit.variable] = max(self._entries.get(unit.variable, 0), unit.item)
            self._unit(coded, unit, source, selections, whole)
        for coding in whole:
            source.append(coding)
        # A text that begins with U+FEFF would lose it to whoever takes it for a byte order mark.
        mark = "\ufeff" if paper.text.startswith("\ufeff") else ""
        return name, (mark + paper.text).encode()

    def _unit(
        self, coded: CodedPaper, unit: CodedUnit, source: Any, selections: dict[tuple[int, int, str], Any], whole: list[Any]
    ) -> None:  # fmt: skip
        user = self._users.setdefault(unit.coder, guid("user", unit.coder))
        entry = label(unit.variable, unit.item)
        says = [] if unit.codes else [said(unit)]
        says += ["unsure"] if unit.unsure else []

        def coding(code: str | None, *place: object) -> Any:
            target = guid("code", entry) if code is None else guid("code", entry, code)
            own = guid("coding", coded.paper.id, unit.coder, entry, unit.start, unit.stop, code, *place)
            when = {"creationDateTime": unit.at} if unit.at else {}
            made = etree.Element(_tag("Coding"), guid=own, creatingUser=user, **when)
            etree.SubElement(made, _tag("CodeRef"), targetGUID=target)
            return made

        def selection(start: int, stop: int) -> Any:
            key = (start, stop, unit.coder)
            if key not in selections:
                selections[key] = etree.SubElement(
                    source, _tag("PlainTextSelection"), guid=guid("selection", coded.paper.id, *key),
                    name=for_xml(coded.paper.text[start:stop][:_LONGEST_NAME]), startPosition=str(start),
                    endPosition=str(stop), creatingUser=user,
                )  # fmt: skip
            return selections[key]

        if unit.start != WHOLE:
            place = selection(unit.start, unit.stop)
            for code in (*(unit.codes or ()), *says):
                place.append(coding(code))
        else:
            for span in unit.spans:
                selection(span.start, span.stop).append(coding(span.code, span.start, span.stop))
            held = {span.code for span in unit.spans}
            whole += [coding(code) for code in (*(unit.codes or ()), *says) if code not in held]
        if unit.memo:
            noted = coding(None, "memo")
            etree.SubElement(noted, _tag("NoteRef"), targetGUID=self._note(unit, user, noted.get("guid")))
            whole.append(noted) if unit.start == WHOLE else selection(unit.start, unit.stop).append(noted)

    def _note(self, unit: CodedUnit, user: str, about: str) -> str:
        id_ = guid("note", about)
        name = label(unit.variable, unit.item)
        note = etree.SubElement(self._notes, _tag("Note"), guid=id_, name=name, creatingUser=user)
        etree.SubElement(note, _tag("PlainTextContent")).text = unit.memo
        return id_

    def xml(self) -> bytes:
        """The project.qde."""
        root = etree.Element(_tag("Project"), nsmap={None: PROJECT}, name="Univocal study", origin=ORIGIN)
        users = etree.SubElement(root, _tag("Users"))
        for name, id_ in self._users.items():
            etree.SubElement(users, _tag("User"), guid=id_, name=for_xml(name))
        book = etree.SubElement(root, _tag("CodeBook"))
        book.append(_codes(self._codebook, self._entries, PROJECT))
        for part in (self._sources, self._notes):
            if len(part):
                root.append(part)
        return _bytes(root)


def _tag(name: str) -> str:
    return f"{{{PROJECT}}}{name}"


def _bytes(root: Any) -> bytes:
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return made
