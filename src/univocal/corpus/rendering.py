"""From a tree to readable text: a format says how each of its elements reads, this module writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from univocal.corpus import headings
from univocal.corpus.builder import Mark, TextBuilder
from univocal.corpus.markup import Element, Text
from univocal.records import SectionKind

#: Characters of a heading that become its section's label.
LONGEST_LABEL = 500
#: Sections inside these are of the same kind, whatever their own heading says.
_INHERITED: frozenset[str] = frozenset({"references", "appendix", "boilerplate", "abstract"})


@dataclass(frozen=True, slots=True)
class Style:
    """How one element reads.

    ``gap`` is the white space around it. ``kind`` opens a section for as long as the element lasts, headed
    ``label``; ``section`` does so too and takes the kind from the heading. ``level`` makes it a heading whose
    section lasts to the next heading of the same or a higher level. ``instead`` is written in place of maths,
    ``note`` puts the content after the paragraph, ``verbatim`` keeps its white space, ``skip`` leaves it out.
    """

    gap: Literal["", " ", "\t", "\n", "\n\n"] = ""
    kind: SectionKind | None = None
    section: bool = False
    label: str | None = None
    level: int | None = None
    instead: str | None = None
    note: bool = False
    verbatim: bool = False
    skip: bool = False


INLINE = Style()
SPACED = Style(gap=" ")
CELL = Style(gap="\t")
LINE = Style(gap="\n")
BLOCK = Style(gap="\n\n")
SKIP = Style(skip=True)


@dataclass(slots=True)
class _Frame:
    """An open element: what must be undone when it closes."""

    element: Element
    style: Style
    children: Iterator[Element | Text]
    builder: TextBuilder
    mark: Mark | None
    kind: SectionKind
    verbatim: bool
    flat: list[tuple[int, Mark]] = field(default_factory=list)


def render(
    root: Element, style_of: Callable[[Element], Style], builder: TextBuilder, kind: SectionKind = "body"
) -> None:
    r"""Write a tree's text, sections and places into ``builder``; comments follow at the end.

    ``kind`` is the kind of section that the tree stands in.

    >>> from univocal.corpus.html_tree import parse_html
    >>> page = "<h2>Aims</h2><p>We <i>align</i> it.<script>x</script>"
    >>> styles = {"h2": Style(gap="\n\n", level=2), "p": BLOCK, "script": SKIP}
    >>> builder = TextBuilder(page)
    >>> render(parse_html(page, "a.html", 100), lambda element: styles.get(element.name, INLINE), builder)
    >>> text, sections, _ = builder.build()
    >>> text, sections[0].heading
    ('Aims\n\nWe align it.', 'Aims')
    """
    frames = [_Frame(root, INLINE, iter(root.children), builder, None, kind, verbatim=False)]
    while frames:
        frame = frames[-1]
        child = next(frame.children, None)
        if child is None:
            _leave(frames.pop(), frames)
        elif not isinstance(child, Element):
            _text(frame, child)
        elif child.name == "!--":
            _comment(builder, child)
        else:
            _enter(frames, child, style_of(child))


def _text(frame: _Frame, child: Text) -> None:
    text, at, literal = child
    if frame.verbatim:
        frame.builder.write(text, at, literal=literal)
    elif literal:
        frame.builder.flow(text, at)
    elif text.isspace() and "\xa0" not in text:
        frame.builder.want(" ")
    else:
        frame.builder.write(text, at, literal=False)


def _comment(builder: TextBuilder, comment: Element) -> None:
    trailing = builder.trailing("comment")
    for child in comment.children:
        if not isinstance(child, Element):
            trailing.flow(child[0], child[1])


def _enter(frames: list[_Frame], element: Element, style: Style) -> None:
    frame = frames[-1]
    if style.skip:
        return
    builder = frame.builder
    _gap(builder, style)
    if style.instead is not None:
        formula = builder.begin(style.kind or "math", inline=True)
        builder.write(style.instead, element.at, literal=False)
        builder.end(formula)
        _gap(builder, style)
        return
    kind = frame.kind
    mark: Mark | None = None
    if style.level is not None:
        kind = _flat_heading(frames, element, style)
    elif style.section or style.kind:
        kind = _kind(style.kind, style.label, frame.kind)
        mark = builder.begin(kind, style.label)
    inner = builder.note() if style.note else builder
    verbatim = frame.verbatim or style.verbatim
    frames.append(_Frame(element, style, iter(element.children), inner, mark, kind, verbatim))


def _leave(frame: _Frame, frames: list[_Frame]) -> None:
    outer = frames[-1].builder if frames else frame.builder
    for _, mark in frame.flat:
        outer.end(mark)
    if frame.mark is not None:
        outer.end(frame.mark)
    _gap(outer, frame.style)


def _gap(builder: TextBuilder, style: Style) -> None:
    if style.gap == "\n\n":
        builder.paragraph()
    elif style.gap:
        builder.want(style.gap)


def _flat_heading(frames: list[_Frame], element: Element, style: Style) -> SectionKind:
    """Open the section that a heading without an enclosing element heads, in the nearest frame with a kind."""
    holder = next((f for f in reversed(frames) if f.mark is not None), frames[0])
    level = style.level or 0
    while holder.flat and holder.flat[-1][0] >= level:
        holder.builder.end(holder.flat.pop()[1])
    label = style.label if style.label is not None else element.content(LONGEST_LABEL)
    around: SectionKind = holder.flat[-1][1].kind if holder.flat else holder.kind
    kind = _kind(style.kind, label, around)
    holder.flat.append((level, frames[-1].builder.begin(kind, label)))
    return kind


def _kind(own: SectionKind | None, label: str | None, around: SectionKind) -> SectionKind:
    if around in _INHERITED and own not in {"math", "references", "boilerplate", "comment"}:
        return around
    return (
        own
        or (headings.role(label) if label else None)
        or ("body" if around in {"title", "math"} else around)
    )
