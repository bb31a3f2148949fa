"""The targets of a Web Annotation: which source, and where in it, by quote and by position."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from univocal.interchange.formats.coded import WHOLE

_MOST_PLACES = 10_000


@dataclass(frozen=True, slots=True)
class Target:
    """A source, and what is selected of it: words with their surroundings, a position, both, or (neither) all of it."""

    source: str
    quote: str | None = None
    prefix: str = ""
    suffix: str = ""
    start: int | None = None
    stop: int | None = None

    def place(self, text: str) -> tuple[int, int, str]:
        """Where it is in a text (-1, -1: all of it), or what is wrong with it.

        The position holds if the words stand there; if not, or without one, the words are looked for.

        >>> Target("p", "align", prefix="and ", start=3, stop=8).place("align and align")
        (10, 15, '')
        >>> Target("p", "align").place("align and align")[2]
        "the words 'align' stand in 2 places. Say where. It was left out."
        """
        if self.quote is None and self.start is None:
            return WHOLE, WHOLE, ""
        if self.start is not None and self.stop is not None:
            fits = 0 <= self.start < self.stop <= len(text)
            if fits and self.quote in (None, text[self.start : self.stop]):
                return self.start, self.stop, ""
            if self.quote is None:
                what = f"[{self.start}:{self.stop}] is outside the text's {len(text):,} code points or empty. It was left out."
                return WHOLE, WHOLE, what
        quote = self.quote or ""
        places = self._places(text, quote)
        if self.start is not None and len(places) > 1:
            near = self.start
            places = [min(places, key=lambda place: abs(place - near))]
        if len(places) == 1:
            return places[0], places[0] + len(quote), ""
        what = f"stand in {len(places)} places. Say where" if places else "don't stand in the text"
        return WHOLE, WHOLE, f"the words {quote[:60]!r} {what}. It was left out."

    def _places(self, text: str, quote: str) -> list[int]:
        """Where the words stand with these surroundings; else where they stand at all."""
        every: list[int] = []
        at = text.find(quote) if quote else -1
        while at >= 0 and len(every) < _MOST_PLACES:
            every.append(at)
            at = text.find(quote, at + 1)
        stop = len(quote)
        return [
            at
            for at in every
            if text.endswith(self.prefix, 0, at) and text.startswith(self.suffix, at + stop)
        ] or every


def targets(annotation: Mapping[str, Any]) -> list[Target] | None:
    """The targets of an annotation; None where one of them is none.

    >>> targets({"target": "p1"}), targets({"target": {"selector": []}})
    ([Target(source='p1', quote=None, prefix='', suffix='', start=None, stop=None)], None)
    """
    found = annotation.get("target")
    each = [_target(one) for one in (found if isinstance(found, list) else [found])]
    return [one for one in each if one is not None] if each and all(each) else None


def _target(found: Any) -> Target | None:
    if isinstance(found, str):
        return Target(found)
    if not isinstance(found, dict):
        return None
    source = found.get("source", found.get("id"))
    source = source.get("id") if isinstance(source, dict) else source
    if not isinstance(source, str):
        return None
    values: dict[str, Any] = {}
    for selector in _selectors(found.get("selector"), 0):
        match selector:
            case {"type": "TextQuoteSelector", "exact": str(exact)}:
                values |= {"quote": exact}
                values |= {
                    name: selector[name]
                    for name in ("prefix", "suffix")
                    if isinstance(selector.get(name), str)
                }
            case {"type": "TextPositionSelector", "start": int(start), "end": int(stop)}:
                values |= {"start": start, "stop": stop}
    if found.get("selector") and not values:
        return None
    return Target(source, **values)


def _selectors(found: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    for one in found if isinstance(found, list) else [found]:
        if isinstance(one, dict) and depth < 5:
            yield one
            yield from _selectors(one.get("refinedBy"), depth + 1)
