"""What the tables of `agreement`, `aggregate` and `prevalence` share: their width, their grids, and the lines below them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

#: Columns of a terminal that every table fits, and columns where there is no terminal.
NARROWEST, WIDTH = 80, 100


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column; cells of one that ``folds`` go over several lines, others are cut where there is no room."""

    name: str
    width: int | None = None
    least: int | None = None
    most: int | None = None
    right: bool = False
    folds: bool = False


def put(parts: Iterable[RenderableType]) -> None:
    """Print to stdout, as wide as the terminal is but at least ``NARROWEST``."""
    console = Console(highlight=False)
    console.width = max(console.width, NARROWEST) if console.is_terminal else WIDTH
    for part in parts:
        console.print(part)


def grid(*heads: Head) -> Grid:
    """An empty table with these columns."""
    found = Grid(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    for head in heads:
        found.add_column(
            head.name, width=head.width, min_width=head.least, max_width=head.most, no_wrap=not head.folds,
            justify="right" if head.right else "left",
        )  # fmt: skip
    return found


def placed(found: Grid) -> Padding:
    """The table one column from the margin."""
    return Padding(found, (0, 0, 0, 1), expand=False)


def below(left_out: Mapping[str, int], notes: Iterable[str]) -> Iterator[Text]:
    """What was left out, and what must be said with the figures."""
    for what, n in left_out.items():
        yield Text(f"Left out: {n:,} {what}")
    for note in notes:
        yield Text(note, style="italic")
