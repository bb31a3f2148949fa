"""HTML as a tree whose every character knows its place in the source.

No HTML library keeps columns, and the standard library's parser takes quadratic time on some broken input. What a
reader of papers needs is little: elements, attributes, text with offsets, in linear time and without recursion.
Broken markup is read the way browsers read it where that matters for text: void elements, raw text, end tags that
may be left out, end tags that close nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from html import unescape

from univocal.corpus.document import RefusedError
from univocal.corpus.markup import Element

_split = str.split

_NAME = re.compile(r"[a-zA-Z][^\s/>]*")
_ATTRIBUTE = re.compile(
    r"""[\s/]*(?:([^\s/>=][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)(?:"|\Z)|'([^']*)(?:'|\Z)|([^\s>"'][^\s>]*)?))?)?"""
)
_REFERENCE = re.compile(r"&(?:#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,7}|[a-zA-Z][a-zA-Z0-9]{1,31});?")
_VOID = frozenset(_split("area base br col embed hr img input link meta source track wbr"))
_RAW = frozenset(_split("script style textarea title xmp iframe noembed noframes"))
_REFERENCED = frozenset({"textarea", "title"})
#: A start tag of the key ends an open element of these names, if that is the innermost one.
_IMPLIED: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        _split("""p div section article ul ol dl table h1 h2 h3 h4 h5 h6 pre blockquote figure header footer
        nav aside"""),
        frozenset({"p"}),
    ),
    "li": frozenset({"li", "p"}),
    "dt": frozenset({"dt", "dd", "p"}),
    "dd": frozenset({"dt", "dd", "p"}),
    "tr": frozenset({"tr", "td", "th", "p"}),
    "td": frozenset({"td", "th", "p"}),
    "th": frozenset({"td", "th", "p"}),
    "option": frozenset({"option"}),
}


class _Tree:
    """The tree so far: the stack of open elements and how many of each name there are."""

    def __init__(self, depth: int, where: str) -> None:
        self.root = Element("", {}, 0)
        self.stack = [self.root]
        self.open: Counter[str] = Counter()
        self.depth, self.where = depth, where

    def start(self, name: str, attributes: dict[str, str], at: int) -> None:
        implied = _IMPLIED.get(name)
        while implied and self.stack[-1].name in implied:
            self.pop()
        element = Element(name, attributes, at)
        self.stack[-1].children.append(element)
        if name in _VOID:
            return
        if len(self.stack) > self.depth:
            message = (
                f"{self.where}: <{name}> at character {at} lies {len(self.stack)} elements deep. "
                f"Expected at most {self.depth}; check the file, or raise the limit."
            )
            raise RefusedError("too-deep", message)
        self.stack.append(element)
        self.open[name] += 1

    def pop(self) -> None:
        self.open[self.stack.pop().name] -= 1

    def end(self, name: str) -> None:
        if self.open[name]:
            while self.stack[-1].name != name:
                self.pop()
            self.pop()

    def text(self, text: str, at: int, *, references: bool = True) -> None:
        """Text between tags, cut at character references so that each piece stands letter for letter."""
        children = self.stack[-1].children
        last = 0
        if references and "&" in text:
            for found in _REFERENCE.finditer(text):
                meant = unescape(found.group())
                if meant == found.group():
                    continue
                if last < found.start():
                    children.append((text[last : found.start()], at + last, True))
                children.append((meant, at + found.start(), False))
                last = found.end()
        if last < len(text):
            children.append((text[last:], at + last, True))


def parse_html(source: str, where: str, depth: int) -> Element:
    """The document's tree under a nameless root; text children are (text, offset, letter for letter?).

    Raises:
        RefusedError: elements nested deeper than ``depth``.

    >>> root = parse_html("<p>We <b>align</b>&amp; go", "a.html", 100)
    >>> root.children[0].children[0], root.children[0].children[1].children, root.children[0].children[2]
    (('We ', 3, True), [('align', 9, True)], ('&', 18, False))
    """
    tree = _Tree(depth, where)
    at, size = 0, len(source)
    while at < size:
        tag = source.find("<", at)
        if tag < 0:
            tree.text(source[at:], at)
            break
        if tag > at:
            tree.text(source[at:tag], at)
        at = _markup(tree, source, tag)
    return tree.root


def _markup(tree: _Tree, source: str, at: int) -> int:
    """Read what begins with the ``<`` at ``at``; returns where the text goes on."""
    if source.startswith("<!--", at):
        end = source.find("-->", at + 4)
        end = len(source) if end < 0 else end
        tree.stack[-1].children.append(Element("!--", {}, at, [(source[at + 4 : end], at + 4, True)]))
        return end + 3
    if source.startswith(("<!", "<?"), at):
        end = source.find(">", at)
        return len(source) if end < 0 else end + 1
    if source.startswith("</", at) and (name := _NAME.match(source, at + 2)):
        end = source.find(">", at)
        tree.end(name.group().lower())
        return len(source) if end < 0 else end + 1
    name = _NAME.match(source, at + 1)
    if name is None:
        tree.text("<", at)
        return at + 1
    attributes, end, closed = _attributes(source, name.end())
    lowered = name.group().lower()
    tree.start(lowered, attributes, at)
    if lowered in _RAW:
        return _raw(tree, source, lowered, end)
    if closed and lowered not in _VOID and _in_foreign(tree):
        tree.end(lowered)
    return end


def _in_foreign(tree: _Tree) -> bool:
    """``<x/>`` closes an element only inside SVG and MathML."""
    return bool(tree.open["svg"] or tree.open["math"])


def _attributes(source: str, at: int) -> tuple[dict[str, str], int, bool]:
    """Attributes, the offset after the tag's ``>``, and whether it was ``/>``."""
    attributes: dict[str, str] = {}
    while at < len(source) and source[at] != ">":
        found = _ATTRIBUTE.match(source, at)
        if found is None or found.end() == at:
            at += 1
            continue
        at = found.end()
        if found.group(1):
            value = next((v for v in found.groups()[1:] if v is not None), "")
            attributes.setdefault(found.group(1).lower(), unescape(value) if "&" in value else value)
    return attributes, min(at + 1, len(source)), source[at - 1 : at] == "/"


def _raw(tree: _Tree, source: str, name: str, at: int) -> int:
    """The text of a script, style or title up to its end tag; returns where the end tag begins."""
    found = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(source, at)
    end = found.start() if found else len(source)
    tree.text(source[at:end], at, references=name in _REFERENCED)
    if not found:
        tree.end(name)
    return end
