"""Which colour, line and short name does each sense wear? Given by order in the codebook, never by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from univocal.codebook.model import Codebook

#: For ideals, in the codebook's order: (on light, on dark). Each keeps 3:1 to the page and is told from its
#: neighbours under red-, green- and blue-blindness (tests/atlas/test_palette.py measures both).
IDEALS: tuple[tuple[str, str], ...] = (
    ("#1a80c8", "#5b97ff"),
    ("#a85f2d", "#cf7a35"),
    ("#0d4843", "#6ee7b3"),
    ("#b8217f", "#f056b4"),
    ("#8f8a1c", "#f3d23c"),
    ("#4a18b0", "#d7cdea"),
    ("#4d120c", "#d58e92"),
    ("#4c4a00", "#9cef77"),
)
#: For the AI senses that are no ideal (other, unspecified, …) and for the senses that aren't about AI.
AI_REST: tuple[tuple[str, str], ...] = (("#4e5d6c", "#a9b8c6"), ("#6b6257", "#c2b6a6"))
NOT_AI: tuple[tuple[str, str], ...] = (("#7c7c7c", "#8f8f8f"), ("#858077", "#8a867e"))
LINES = ("solid", "double", "dashed", "dotted", "wavy")


@dataclass(frozen=True, slots=True)
class Dress:
    """How a sense or ideal looks wherever it stands on the page."""

    id: str
    label: str
    short: str
    light: str
    dark: str
    line: str
    group: str
    style: str

    @property
    def edge(self) -> str:
        """The line as a border, which can't be wavy."""
        return "ridge" if self.line == "wavy" else self.line


def dress(codebook: Codebook) -> dict[str, Dress]:
    """How does each sense look? Ideals first, in the codebook's order, then the senses that are no ideal.

    Colour never stands alone: each has a line style and a short name too, and the short names differ.

    >>> from univocal.codebook import load
    >>> [d.short for d in dress(load()).values()][:3]
    ['TR', 'SJ', 'TA']
    """
    labels = {i.id: i.label for i in codebook.ideals}
    codes = (*codebook.variable("sense").codes, *codebook.variable("ideals").codes)
    ai_rest = {c.id: c.label for c in codes if c.id not in labels and c.ai}
    not_ai = {c.id: c.label for c in codes if c.id not in labels and not c.ai}
    shorts = short_names((*labels.values(), *ai_rest.values(), *not_ai.values()))
    worn: dict[str, Dress] = {}
    for group, members, colours in (
        ("ideal", labels, IDEALS),
        ("ai", ai_rest, AI_REST),
        ("not-ai", not_ai, NOT_AI),
    ):
        for n, (code, label) in enumerate(members.items()):
            light, dark = colours[n % len(colours)]
            line = LINES[(n + n // len(colours)) % len(LINES)] if group == "ideal" else "dotted"
            worn[code] = Dress(code, label, shorts[len(worn)], light, dark, line, group, f"s-{len(worn)}")
    return worn


def short_names(labels: Iterable[str]) -> list[str]:
    """Initials of each label, made different from each other by more letters or a number.

    >>> short_names(["Task Reliability", "Takeover Risk", "Technical"])
    ['TR', 'TaR', 'Te']
    """
    taken: list[str] = []
    for label in labels:
        words = [
            w
            for w in label.replace("-", " ").split()
            if w[:1].isalnum() and w.lower() not in {"of", "the", "sense"}
        ]
        words = words or [label or "?"]
        tries = ["".join(w[0].upper() for w in words[:3])] if len(words) > 1 else [words[0][:2].capitalize()]
        tries += [words[0][:n].capitalize() + "".join(w[0].upper() for w in words[1:3]) for n in (2, 3, 4)]
        tries += [f"{tries[0]}{n}" for n in range(2, 1000)]
        taken.append(next(t for t in tries if t not in taken))
    return taken


def css(worn: Iterable[Dress]) -> tuple[str, str]:
    """Custom properties for light and for dark: ``--s-<n>`` in the order of ``dress``."""
    listed = list(worn)
    return tuple(
        "".join(f"--s-{n}:{getattr(d, mode)};" for n, d in enumerate(listed)) for mode in ("light", "dark")
    )  # type: ignore[return-value]  # two modes, two texts
