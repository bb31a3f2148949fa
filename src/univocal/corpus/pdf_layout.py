"""From the lines of a PDF's pages to paragraphs: what belongs to the page, what to the text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

_NUMBER_LINE = re.compile(r"\W*(?:page\s*)?\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?\W*|[ivxl]{1,6}", re.IGNORECASE)
STAMP = re.compile(r"arXiv:\s?(\d{4}\.\d{4,5})(?:v\d+)?\s+\[[\w.\-]+\]\s+(\d{1,2} \w{3} \d{4})?")
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\xad": "-"}
)
_WORD = re.compile(r"\w+(?:-\w+)*")
_ENDS_SENTENCE = re.compile(r"[.!?:][\"”’')\]]*$")
_EDGE_LINES = 2
_FEWEST_REPEATS = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: box is left, bottom, right, top; ``broken`` says that a hyphen was taken off its end."""

    text: str
    page: int
    box: tuple[float, float, float, float]
    size: float
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A line as it goes into the text: ``gap`` before it, and how it stands in its paragraph."""

    line: Line
    text: str
    gap: str
    starts: bool
    alone: bool
    larger: bool


def lines_of(pages: Sequence[dict[str, object]]) -> list[Line]:
    """The worker's lines, with ligatures spelled out and trailing white space gone."""
    found: list[Line] = []
    for number, page in enumerate(pages, 1):
        for text, box, size, broken in page["lines"]:  # type: ignore[attr-defined]  # JSON
            height = box[3] - box[1]
            letters = size if 2 < size < 200 else height
            found.append(Line(text.translate(_LIGATURES).strip(), number, tuple(box), letters, broken))
    return found


def furniture(lines: Sequence[Line], n_pages: int) -> set[int]:
    """Which lines (by index) are running heads, page numbers, line numbers or arXiv's stamp?

    A line at the top or bottom of its page that comes again, digits aside, on three pages (two, in a paper of two
    or three pages) belongs to the page.
    """
    edges: dict[int, set[int]] = {}
    found: set[int] = set()
    for page in range(1, n_pages + 1):
        here = sorted(
            (i for i, line in enumerate(lines) if line.page == page), key=lambda i: -lines[i].box[3]
        )
        edges[page] = {*here[:_EDGE_LINES], *here[-_EDGE_LINES:]}
        numbers = [i for i in here if lines[i].text.isdigit()]
        found |= {i for i in edges[page] if _NUMBER_LINE.fullmatch(lines[i].text)}
        found |= set(numbers) if len(numbers) > 20 else set()  # the line numbers of a manuscript under review
        found |= {i for i in here if STAMP.match(lines[i].text)} if page == 1 else set()
    repeated = Counter(key for page in edges.values() for key in {_key(lines[i]) for i in page})
    fewest = min(_FEWEST_REPEATS, max(2, n_pages - 1))
    return found | {i for page in edges.values() for i in page if repeated[_key(lines[i])] >= fewest}


def _key(line: Line) -> tuple[str, int]:
    """What a line says, digits aside, and about where."""
    return re.sub(r"\d+", "#", line.text.casefold()), round(line.box[1] / 12)


def body_size(lines: Sequence[Line]) -> float:
    """The letter size in which most of the text is set."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def pieces(lines: Sequence[Line]) -> list[Piece]:
    """The lines of the text as paragraphs, words broken at line ends joined again."""
    size = body_size(lines)
    pitch = _pitch(lines) / max(size, 1)
    words = Counter(word.casefold() for line in lines for word in _WORD.findall(line.text))
    gaps = [""] + [_gap(a, b, pitch * max(b.size, 1)) for a, b in pairwise(lines)]
    texts = [line.text for line in lines]
    for at in range(1, len(lines)):
        broken = lines[at - 1].broken or (
            texts[at - 1].endswith("-") and gaps[at] == "\n" and texts[at][:1].islower()
        )
        if broken:
            gaps[at] = ""
            texts[at - 1] = _joined(texts[at - 1].removesuffix("-"), texts[at], words)
    found = []
    for at, line in enumerate(lines):
        starts = gaps[at] == "\n\n" or at == 0
        alone = starts and (at + 1 == len(lines) or gaps[at + 1] == "\n\n")
        found.append(Piece(line, texts[at], gaps[at], starts, alone, line.size > size * 1.05))
    return found


def _joined(before: str, after: str, words: Counter[str]) -> str:
    """The first half of a broken word, with its hyphen where the paper writes it so elsewhere."""
    head, tail = _WORD.findall(before)[-1:], _WORD.match(after)
    if not head or tail is None:
        return before + "-"
    first, second = head[0].casefold(), tail.group().casefold()
    hyphenated = words[f"{first}-{second}"] > words[first + second]
    return before + "-" if hyphenated or not after[:1].islower() else before


def _pitch(lines: Sequence[Line]) -> float:
    """The usual distance of one line from the next."""
    drops = [
        a.box[1] - b.box[1]
        for a, b in pairwise(lines)
        if a.page == b.page and 0 < a.box[1] - b.box[1] < 3 * max(a.size, 1)
    ]
    return median(drops) if drops else 12.0


def _gap(above: Line, below: Line, pitch: float) -> str:
    """What stands between two lines: nothing of note, or a paragraph's end."""
    resized = abs(above.size - below.size) > 0.12 * max(above.size, below.size)
    drop = above.box[1] - below.box[1]
    ended = _ENDS_SENTENCE.search(above.text) is not None
    if above.page != below.page or drop < -pitch:  # a new page or column: the sentence may go on
        return "\n\n" if resized or ended or not below.text[:1].islower() else "\n"
    indented = below.box[0] - above.box[0] > 0.7 * below.size and ended
    return "\n\n" if resized or drop > 1.4 * pitch or (indented and drop > 0.5 * pitch) else "\n"
