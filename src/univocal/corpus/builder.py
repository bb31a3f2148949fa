"""Readable text that remembers where each of its characters stood in the source.

Readers of marked-up formats append pieces; what they leave out (tags, macros) leaves no trace in the text. White
space between pieces is *wanted*, not written, so that no stretch begins or ends with it. Footnotes wait until
their paragraph ends; comments and page furniture stand at the end of the text, each marked as what it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from univocal.records import Section, SectionKind, SourceMap
from univocal.text import line_column, line_starts

#: Runs of words between single spaces: the longest stretches that collapsing white space leaves untouched.
_RUN = re.compile(r"[^ \t\r\n\f]+(?: [^ \t\r\n\f]+)*")
_LINE_END = re.compile(r"\r\n|\n|\r")
_BLANK = " \t\r\n\f"
_GAPS = ("", " ", "\t", "\n", "\n\n")


class Mark:
    """A section that may still be open. It starts at the first character that is written into it."""

    __slots__ = ("end", "heading", "inline", "kind", "start")

    def __init__(self, kind: SectionKind, heading: str | None = None, *, inline: bool = False) -> None:
        self.kind, self.heading, self.inline = kind, heading, inline
        self.start: int | None = None
        self.end: int | None = None


class TextBuilder:
    r"""What text, sections and source map do these pieces make?

    ``source`` is the decoded file that offsets (``at``) refer to.

    >>> builder = TextBuilder("<p>We <b>align</b>\n it.</p>")
    >>> for piece, at in (("We ", 3), ("align", 9), ("\n it.", 18)):
    ...     builder.flow(piece, at)
    >>> text, sections, source_map = builder.build()
    >>> text, source_map.place(text.index("it"))
    ('We align it.', Place(line=2, column=2, page=None, box=None))
    """

    def __init__(self, source: str, name: str = "") -> None:
        self._files: list[tuple[str, tuple[int, ...]]] = [(name, line_starts(source))]
        self._file = 0
        self._parts: list[str] = []
        self._anchors: list[tuple[int, int, int]] = []  # (offset in text, file, offset in file)
        self._marks: list[Mark] = []
        self._waiting: list[Mark] = []
        self._notes: list[TextBuilder] = []
        self._trailer: list[TextBuilder] = []
        self._stretches: list[tuple[re.Pattern[str], SectionKind]] = []
        self._gap = ""
        self._continues: tuple[int, int] | None = None
        self.length = 0

    def write(self, text: str, at: int | None = None, *, literal: bool = True) -> None:
        """Append ``text`` as it is; ``at`` is its offset in the source, where it stands letter for letter.

        With ``literal=False`` the text stands for something that begins at ``at`` (a ligature, a formula).
        """
        if not text:
            return
        if self._gap and self.length:
            self._push(self._gap)
            self._continues = None
        self._gap = ""
        for mark in self._waiting:
            mark.start = self.length
        self._waiting.clear()
        if at is not None:
            self._anchor(text, at, literal=literal)
        else:
            self._continues = None
        self._push(text)

    def _push(self, text: str) -> None:
        self._parts.append(text)
        self.length += len(text)

    def _anchor(self, text: str, at: int, *, literal: bool) -> None:
        if self._continues != (self._file, at):
            self._anchors.append((self.length, self._file, at))
        if not literal:
            self._continues = None
            return
        for end in _LINE_END.finditer(text):
            self._anchors.append((self.length + end.end(), self._file, at + end.end()))
        self._continues = (self._file, at + len(text))

    def flow(self, text: str, at: int | None = None) -> None:
        """Append running text, every run of white space as one space."""
        last = 0
        for run in _RUN.finditer(text):
            if run.start() > last or text[0] in _BLANK:
                self.want(" ")
            self.write(run.group(), None if at is None else at + run.start())
            last = run.end()
        if last < len(text):
            self.want(" ")

    def want(self, gap: str) -> None:
        """Ask for white space before whatever comes next; the largest wish wins (space, tab, line, blank line)."""
        if _GAPS.index(gap) > _GAPS.index(self._gap):
            self._gap = gap

    def paragraph(self) -> None:
        """End the paragraph; footnotes that waited for its end come now."""
        self.want("\n\n")
        notes, self._notes = self._notes, []
        for note in notes:
            self.absorb(note)

    def begin(self, kind: SectionKind, heading: str | None = None, *, inline: bool = False) -> Mark:
        """Open a section at the next character; an ``inline`` one is a stretch of the sentence around it."""
        mark = Mark(kind, heading, inline=inline)
        self._marks.append(mark)
        self._waiting.append(mark)
        return mark

    def end(self, mark: Mark) -> None:
        """Close a section after the last character; one that stayed empty vanishes."""
        if mark.start is None:
            self._waiting = [m for m in self._waiting if m is not mark]
            self._marks = [m for m in self._marks if m is not mark]
        else:
            mark.end = self.length

    def note(self) -> TextBuilder:
        """A builder for a footnote, whose text comes after the paragraph."""
        child = self._beside(TextBuilder(""))
        self._notes.append(child)
        return child

    def trailing(self, kind: SectionKind) -> TextBuilder:
        """A builder for a stretch that stands at the end of the text, marked as ``kind`` (a comment)."""
        child = self._beside(TextBuilder(""))
        child.begin(kind)
        self._trailer.append(child)
        return child

    def _beside(self, child: TextBuilder) -> TextBuilder:
        """A child that speaks of the same files."""
        child._files, child._file = self._files, self._file
        return child

    def absorb(self, child: TextBuilder) -> None:
        """Append another builder's text as a paragraph of its own."""
        child.paragraph()
        if child.length:
            self.want("\n\n")
            text = "".join(child._parts)
            self.write(text)
            shift = self.length - len(text)
            self._anchors.extend((offset + shift, file, at) for offset, file, at in child._anchors)
            for mark in child._marks:
                if mark.start is not None:
                    mark.start += shift
                    mark.end = self.length if mark.end is None else mark.end + shift
                    self._marks.append(mark)
            self._continues = None
            self.want("\n\n")
        self._trailer.extend(child._trailer)

    def enter_file(self, name: str, source: str) -> int:
        """From now on offsets refer to another file; returns what ``leave_file`` needs to go back."""
        before = self._file
        self._files.append((name, line_starts(source)))
        self._file = len(self._files) - 1
        return before

    def leave_file(self, before: int) -> None:
        """Offsets refer to the file that was read before."""
        self._file = before

    def stretch(self, pattern: re.Pattern[str], kind: SectionKind) -> None:
        """What matches ``pattern`` in the finished text is of this kind (unless a section of that kind holds it)."""
        self._stretches.append((pattern, kind))

    def build(self) -> tuple[str, tuple[Section, ...], SourceMap]:
        """The text, its sections (every stretch lies in at least one) and the map back to the source."""
        self.paragraph()
        trailer, self._trailer = self._trailer, []
        for child in trailer:
            self.absorb(child)
        text = "".join(self._parts)
        sections, inline = self._sections(inline=False), self._sections(inline=True)
        inline += self._matched(text, sections + inline)
        anchors = ((offset, *line_column(self._files[file][1], at)) for offset, file, at in self._anchors)
        return text, filled(text, sections, inline), SourceMap(anchors=tuple(anchors))

    def _sections(self, *, inline: bool) -> list[Section]:
        ended = [(m, self.length if m.end is None else m.end) for m in self._marks if m.inline == inline]
        return [
            Section(m.kind, m.start, end, m.heading)
            for m, end in ended
            if m.start is not None and m.start < end
        ]

    def _matched(self, text: str, sections: list[Section]) -> list[Section]:
        """The stretches that patterns found and no section of their kind holds yet."""
        found: list[Section] = []
        for pattern, kind in self._stretches:
            known = [(s.start, s.end) for s in sections if s.kind == kind]
            spans = [match.span() for match in pattern.finditer(text)]
            found += [Section(kind, a, b) for a, b in spans if not any(s <= a and b <= e for s, e in known)]
        return found

    def files(self) -> list[list[int | str]]:
        """Which stretches came from which file: start, end, name; empty where there was one file only."""
        if len(self._files) == 1:
            return []
        stretches: list[list[int | str]] = []
        for (offset, file, _), after in zip(
            self._anchors, [*(a[0] for a in self._anchors[1:]), self.length], strict=True
        ):
            name = self._files[file][0]
            if stretches and stretches[-1][2] == name:
                stretches[-1][1] = after
            elif offset < after:
                stretches.append([offset, after, name])
        return stretches


def filled(text: str, sections: Sequence[Section], inline: Sequence[Section] = ()) -> tuple[Section, ...]:
    """All sections in order of the text, with a body section over every stretch that none of ``sections`` covers.

    >>> filled("A title, a text", [Section("title", 0, 7)])
    (Section(kind='title', start=0, end=7, heading=None), Section(kind='body', start=7, end=15, heading=None))
    """
    found = sorted(sections, key=_order)
    gaps: list[Section] = []
    at = 0
    for section in [*found, Section("body", len(text), len(text))]:
        between = text[at : section.start]
        if section.start > at and between.strip():
            lead = len(between) - len(between.lstrip())
            gaps.append(Section("body", at + lead, at + len(between.rstrip())))
        at = max(at, section.end)
    return tuple(sorted([*found, *inline, *gaps], key=_order))


def _order(section: Section) -> tuple[int, int]:
    return section.start, -section.end
