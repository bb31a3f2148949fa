"""A light tree of elements and placed text, for HTML and XML alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

#: Text, its offset in the source, and whether it stands there letter for letter.
Text = tuple[str, int, bool]


@dataclass(slots=True)
class Element:
    """An element: its name, attributes, offset of its start tag, and children in order.

    Comments are elements named ``!--``.
    """

    name: str
    attributes: dict[str, str]
    at: int
    children: list[Element | Text] = field(default_factory=list)

    def get(self, name: str) -> str:
        """An attribute's value, or the empty string."""
        return self.attributes.get(name, "")

    @property
    def classes(self) -> frozenset[str]:
        """The words of the ``class`` attribute."""
        return frozenset(self.attributes.get("class", "").split())

    def elements(self) -> Iterator[Element]:
        """The children that are elements."""
        return (child for child in self.children if isinstance(child, Element))

    def find_all(self, test: Callable[[Element], bool]) -> Iterator[Element]:
        """Every element below this one for which ``test`` holds, in order of the document."""
        stack = [iter(self.children)]
        while stack:
            child = next(stack[-1], None)
            if child is None:
                stack.pop()
            elif isinstance(child, Element):
                if test(child):
                    yield child
                stack.append(iter(child.children))

    def named(self, *names: str) -> Iterator[Element]:
        """Every element below this one with one of these names."""
        return self.find_all(lambda element: element.name in names)

    def first(self, *path: str) -> Element | None:
        """The first element down a path of names, each anywhere below the one before."""
        here: Element | None = self
        for name in path:
            here = next(here.named(name), None) if here else None
        return here

    def content(self, most: int = 100_000) -> str:
        """The text below (its first ``most`` characters or so), comments left out, white space collapsed."""
        parts: list[str] = []
        length = 0
        for event, item in walk(self):
            if length > most:
                break
            if event == "text" and not isinstance(item, Element):
                parts.append(item[0][:most])
                length += len(item[0])
            elif event == "enter" and isinstance(item, Element) and item.name in _SPACED:
                parts.append(" ")
        return " ".join("".join(parts).split())


_SPACED = frozenset({"br", "p", "div", "title", "tr", "td", "surname", "given-names", "forename", "lb"})
Event = Literal["enter", "leave", "text"]


def walk(root: Element) -> Iterator[tuple[Event, Element | Text]]:
    """Enter and leave each element below ``root`` and meet each text, in order; comments are passed over."""
    stack: list[tuple[Element, Iterator[Element | Text]]] = [(root, iter(root.children))]
    while stack:
        element, children = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            if stack:
                yield "leave", element
        elif not isinstance(child, Element):
            yield "text", child
        elif child.name != "!--":
            yield "enter", child
            stack.append((child, iter(child.children)))
