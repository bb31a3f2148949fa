"""The picture of the simulation of `univocal next`: papers coded until the interval is narrow enough."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from coverage_plot import FONT, words

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "images" / "next-saving.svg"
WIDE, LEFT, TOP, ROW = 560, 300, 74, 46
WAYS = {"random order": ("#666666", "5 3"), "next": ("#0b5394", "")}
TICKS = (0, 500, 1000, 1500, 2000, 2500)


def draw(rows: Sequence[dict[str, object]], path: Path = PICTURE) -> None:
    """Mean and 5–95% of studies, by target and width, of random order and of `next`, in the large corpus."""
    large = max(int(str(r["corpus"])) for r in rows)
    here = [r for r in rows if int(str(r["corpus"])) == large and r["way"] in WAYS]
    cells = list(dict.fromkeys((str(r["target"]), str(r["share"]), str(r["width"])) for r in here))
    high = TOP + ROW * len(cells) + 84
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {LEFT + WIDE + 60} {high}' width='{LEFT + WIDE + 60}' height='{high}' {FONT}>",
        f"<rect width='{LEFT + WIDE + 60}' height='{high}' fill='white'/>",
        words(20, 28, "Papers coded by hand until the 95% interval of a share is as narrow as wanted", 17, "600"),
        words(20, 48, "Dot: mean of 1,000 studies in random order (grey) or 200 by next (blue); line: 5th to 95th percentile.", 12),
    ]  # fmt: skip
    foot = TOP + ROW * len(cells)
    for tick in TICKS:
        parts.append(f"<path d='M{x(tick):.1f} {TOP - 8}V{foot}' stroke='#e3e3e3'/>")
        parts.append(words(x(tick), foot + 16, f"{tick:,}", 11, anchor="middle"))
    parts.append(words(x(TICKS[-1] / 2), foot + 36, "papers coded", 12, anchor="middle"))
    for at, cell in enumerate(cells):
        y = TOP + ROW * at + 14
        target, share, width = cell
        parts.append(
            words(
                LEFT - 14, y + 10, f"{target} ({float(share):.0%}), width {float(width):g}", 12, anchor="end"
            )
        )
        for place, (way, (color, dash)) in enumerate(WAYS.items()):
            r = next(
                r for r in here if (r["target"], r["share"], str(r["width"])) == cell and r["way"] == way
            )
            mean, low, top = (float(str(r[name])) for name in ("papers_mean", "papers_5", "papers_95"))
            line = y + 14 * place
            parts.append(
                f"<path d='M{x(low):.1f} {line}H{x(top):.1f}' stroke='{color}' stroke-width='3' stroke-dasharray='{dash}'/>"
            )
            parts.append(f"<circle cx='{x(mean):.1f}' cy='{line}' r='4.5' fill='{color}'/>")
            parts.append(words(x(top) + 10, line + 4, f"{mean:,.0f}", 11))
    parts += [
        words(20, foot + 58, "1,823 coded abstracts, ten times each; coded by passes of a language model. What it doesn't show: other machines,", 12),
        words(20, foot + 74, "other corpora, and errors of those who code. All figures: docs/reference/next-saving.csv.", 12),
        "</svg>",
    ]  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(parts) + "\n", encoding="utf-8")


def x(papers: float) -> float:
    return LEFT + WIDE * papers / TICKS[-1]
