"""The hostile papers beside this file: each text with what was put into it, and the same paper without."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from univocal.coders.llm.shown import fence
from univocal.records import Paper

FOLDER = Path(__file__).parent / "hostile"
BEGIN, END = "=== injected\n", "=== end\n"


@dataclass(frozen=True)
class Hostile:
    """A paper, the same with hostile text in it, and where that stands (code points)."""

    name: str
    clean: Paper
    hostile: Paper
    injected: tuple[int, int]


def hostile_papers() -> list[Hostile]:
    """All of them, in order of their numbers. ``{FENCE}`` stands for the fence of the paper without the hostile text."""
    return [_read(path) for path in sorted(FOLDER.glob("*.txt"))]


def _read(path: Path) -> Hostile:
    before, _, rest = path.read_bytes().decode("utf-8").partition(BEGIN)
    inside, _, after = rest.partition(END)
    clean = before + after
    inside = inside.replace("{FENCE}", fence(clean))
    injected = (len(before), len(before) + len(inside))
    # Papers without the text share an id where they are the same paper: each is coded once.
    title = clean.splitlines()[0]
    return Hostile(path.stem, Paper(title, clean), Paper(path.stem, before + inside + after), injected)
