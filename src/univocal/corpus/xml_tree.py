"""XML as a tree whose every character knows its place in the source.

Expat reports line and column of each piece, opens no file and no connection, and never recurses. Entities that a
document declares itself are refused, not expanded: no paper needs them, and ten nested ones make a gigabyte.
"""

from __future__ import annotations

from collections.abc import Callable
from html.entities import html5
from xml.parsers import expat

from univocal.corpus.document import RefusedError
from univocal.corpus.markup import Element
from univocal.records import Fault
from univocal.text import line_starts

_SPACE = " "
_XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"


class _Builder:
    """Expat's events as a tree of elements with offsets."""

    def __init__(self, source: str, where: str, depth: int) -> None:
        self.root = Element("", {}, 0)
        self.stack = [self.root]
        self.where, self.depth = where, depth
        self.source = source
        self.starts = line_starts(source)
        self.parser = expat.ParserCreate("utf-8", namespace_separator=_SPACE)
        self.parser.buffer_text = False
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.CommentHandler = self.comment
        self.parser.SkippedEntityHandler = self.skipped
        self.parser.EntityDeclHandler = self.entity

    def offset(self) -> int:
        """Where the present event begins in the source."""
        line = min(self.parser.CurrentLineNumber, len(self.starts))
        return min(self.starts[line - 1] + self.parser.CurrentColumnNumber, len(self.source))

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.stack) > self.depth:
            line = self.parser.CurrentLineNumber
            message = (
                f"{self.where}:{line}: <{name.rpartition(_SPACE)[2]}> lies {len(self.stack)} elements deep. "
                f"Expected at most {self.depth}; check the file, or raise the limit."
            )
            raise RefusedError("too-deep", message)
        plain = {key.rpartition(_SPACE)[2]: value for key, value in attributes.items()}
        element = Element(name.rpartition(_SPACE)[2], plain, self.offset())
        self.stack[-1].children.append(element)
        self.stack.append(element)

    def end(self, name: str) -> None:
        del name
        self.stack.pop()

    def text(self, data: str) -> None:
        at = self.offset()
        literal = self.source.startswith(data, at) or (data == "\n" and self.source.startswith("\r", at))
        self.stack[-1].children.append((data, at, literal))

    def comment(self, data: str) -> None:
        at = self.offset()
        literal = self.source.startswith(data, at + 4)
        self.stack[-1].children.append(Element("!--", {}, at, [(data, at + 4, literal)]))

    def skipped(self, name: str, is_parameter: bool) -> None:
        """An entity of a DTD that wasn't read: its meaning in HTML, else the reference as it stands."""
        if not is_parameter:
            meant = html5.get(name + ";", f"&{name};")
            self.stack[-1].children.append((meant, self.offset(), False))

    def entity(self, name: str, is_parameter: bool, *declaration: object) -> None:
        del declaration
        line = self.parser.CurrentLineNumber
        message = (
            f"{self.where}:{line}: the document declares the {'parameter ' if is_parameter else ''}entity {name!r}. "
            "Expected no entity declarations, since nested ones can exhaust the memory; expand them and remove the DTD."
        )
        raise RefusedError("entities-declared", message)


def parse_xml(source: str, where: str, depth: int, fault: Callable[[Fault], None]) -> Element:
    """The document's tree under a nameless root, names and attributes without namespaces.

    What stands before the first error is kept, and ``fault`` gets one of kind ``malformed-xml``.

    Raises:
        RefusedError: entity declarations, or elements nested deeper than ``depth``.

    >>> faults = []
    >>> root = parse_xml("<a>x &lt; <b>y</b></a>", "a.xml", 100, faults.append)
    >>> root.children[0].children[0], root.children[0].children[1]
    (('x ', 3, True), ('<', 5, False))
    """
    tree = _Builder(source, where, depth)
    try:
        tree.parser.Parse(source, True)
    except expat.ExpatError as error:
        message = (
            f"{where}:{error.lineno}:{error.offset + 1}: not well-formed XML: {expat.errors.messages[error.code]}. "
            "What stands before it was read; mend the file to have the rest."
        )
        fault(Fault(where, "malformed-xml", message))
    return tree.root
