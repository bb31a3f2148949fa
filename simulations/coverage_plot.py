"""The picture of the simulation: least coverage of each method, and width of the rule's intervals."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from coverage_table import Row

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "images" / "prevalence-coverage.svg"
WIDE, HIGH, LEFT, TOP, GAP_X, GAP_Y = 390, 280, 80, 104, 60, 70
DESIGNS = {"random": "Gold drawn at random", "by label": "Gold drawn by the machine's label, 20% flagged"}
METHODS = {
    "rule": ("#0b5394", 3.0, ""),
    "Korn-Graubard": ("#8a6d3b", 1.6, "2 3"),
    "gold alone": ("#666666", 1.6, "5 3"),
    "Rogan-Gladen": ("#2e7d32", 1.6, ""),
    "DSL": ("#8e44ad", 1.6, "7 4"),
    "PPI++": ("#c0392b", 1.6, ""),
}
#: Other colours than those of methods.
MACHINES = ("#d97706", "#0e9aa7", "#111111", "#d6336c", "#7a9a01")
GOLD = 300
#: Fewer misses than this aren't told apart.
FEWEST_MISSES = 0.005
TICKS = (0.995, 0.99, 0.98, 0.95, 0.9, 0.8, 0.5, 0.0)
FONT = "font-family='Helvetica, Arial, sans-serif'"

Scale = Callable[[float], float]


def draw(rows: Sequence[Row], path: Path = PICTURE) -> None:
    width, height = LEFT + 2 * WIDE + GAP_X + 190, TOP + 2 * HIGH + GAP_Y + 92
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' height='{height}' {FONT}>",
        f"<rect width='{width}' height='{height}' fill='white'/>",
        words(LEFT, 30, "Do 95% intervals for a code's prevalence hold the true share, and how wide are they?", 18, "600"),
        words(LEFT, 52, "Above: the least coverage over gold of 50 to 1,000 papers and five machines; bars: ± 2 Monte-Carlo "
              "errors of 20,000 samples (most are hidden by the dots). Dashed: .94.", 12),
        words(LEFT, 68, f"Below: mean width of the rule's interval with {GOLD} gold papers, over that of gold alone "
              "drawn at random (Clopper-Pearson).", 12),
    ]  # fmt: skip
    shares = sorted({r.share for r in rows if r.design in DESIGNS and r.machine.startswith("Se")})
    for column, (design, title) in enumerate(DESIGNS.items()):
        here = [r for r in rows if r.design == design and r.machine.startswith("Se")]
        left = LEFT + column * (WIDE + GAP_X)
        parts += [words(left, TOP - 8, title, 13, "600")]
        parts += coverage_panel(here, shares, left, TOP, first=column == 0)
        parts += width_panel(here, shares, left, TOP + HIGH + GAP_Y, first=column == 0)
    parts += legends(rows)
    foot = TOP + 2 * HIGH + GAP_Y + 62
    parts += [
        words(LEFT, foot, "What it doesn't show: machines whose errors differ between the gold and the rest of the corpus, "
              "or people who code the gold wrongly.", 12),
        words(LEFT, foot + 17, "Neither is in any interval. All figures: docs/reference/prevalence-coverage.csv, made by "
              "simulations/prevalence_coverage.py.", 12),
        "</svg>",
    ]  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(parts) + "\n", encoding="utf-8")


def coverage_panel(
    rows: Sequence[Row], shares: Sequence[float], left: float, top: float, *, first: bool
) -> list[str]:
    def y(coverage: float) -> float:
        """By the logarithm of the share of misses: what lies near 1 stays apart."""
        least = math.log10(FEWEST_MISSES)
        return top + HIGH * (1 - math.log10(max(1 - coverage, FEWEST_MISSES)) / least)

    x = across(shares, left)
    parts = frame(shares, x, left, top)
    for tick in TICKS:
        strong = tick == 0.95
        parts.append(rule_line(left, y(tick), "#333333" if strong else "#e3e3e3", 1.2 if strong else 1))
        if first:
            parts.append(words(left - 8, y(tick) + 4, f"{tick:g}", 11, anchor="end"))
    parts.append(rule_line(left, y(0.94), "#333333", 0.8, "3 3"))
    if first:
        parts.append(upright(left - 50, top + HIGH / 2, "least coverage (share of intervals, log of misses)"))
    for method, (color, thick, dash) in reversed(METHODS.items()):
        points = []
        for share in shares:
            some = [r for r in rows if r.method == method and r.share == share]
            if some:
                worst = min(some, key=lambda r: r.coverage)
                points.append((x(share), y(worst.coverage)))
                ends = (
                    y(max(worst.coverage - 2 * worst.mc_error, 0)),
                    y(min(worst.coverage + 2 * worst.mc_error, 1)),
                )
                parts.append(
                    f"<path d='M{x(share):.1f} {ends[0]:.1f}V{ends[1]:.1f}' stroke='{color}' stroke-width='1'/>"
                )
        parts += line(points, color, thick, dash)
    return parts


def width_panel(
    rows: Sequence[Row], shares: Sequence[float], left: float, top: float, *, first: bool
) -> list[str]:
    def y(ratio: float) -> float:
        return top + HIGH * (1 - ratio / 1.4)

    x = across(shares, left)
    parts = frame(shares, x, left, top)
    for tick in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2):
        parts.append(rule_line(left, y(tick), "#333333" if tick == 1 else "#e3e3e3", 1.2 if tick == 1 else 1))
        if first:
            parts.append(words(left - 8, y(tick) + 4, f"{tick:g}", 11, anchor="end"))
    if first:
        parts.append(upright(left - 50, top + HIGH / 2, "width of the rule / width of gold alone"))
    parts.append(
        words(left + WIDE / 2, top + HIGH + 36, "share of papers with the code", 12, anchor="middle")
    )
    found = {(r.share, r.machine, r.method): r.width for r in rows if r.gold == GOLD}
    for machine, color in zip(machines(rows), MACHINES, strict=True):
        ratios = [(x(s), y(found[s, machine, "rule"] / found[s, machine, "gold alone"])) for s in shares]
        parts += line(ratios, color, 2)
    return parts


def legends(rows: Sequence[Row]) -> list[str]:
    left, parts = LEFT + 2 * WIDE + GAP_X + 22, []
    for at, (method, (color, thick, dash)) in enumerate(METHODS.items()):
        y = TOP + 16 + 22 * at
        parts += line([(left, y), (left + 26, y)], color, thick, dash, dots=False)
        parts.append(words(left + 34, y + 4, method, 12))
    top = TOP + HIGH + GAP_Y
    parts.append(words(left, top + 4, "machine", 12, "600"))
    some = [r for r in rows if r.design in DESIGNS and r.machine.startswith("Se")]
    for at, (machine, color) in enumerate(zip(machines(some), MACHINES, strict=True)):
        y = top + 26 + 22 * at
        parts += line([(left, y), (left + 26, y)], color, 2, dots=False)
        parts.append(words(left + 34, y + 4, machine.replace("Se ", "Se ").replace(" Sp", ", Sp"), 12))
    parts.append(words(left, top + 26 + 22 * 5 + 8, "Se sensitivity,", 11))
    parts.append(words(left, top + 26 + 22 * 5 + 23, "Sp specificity", 11))
    return parts


def machines(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(r.machine for r in rows))


def across(shares: Sequence[float], left: float) -> Scale:
    start, end = math.log10(shares[0]), math.log10(shares[-1])
    return lambda share: left + 16 + (WIDE - 32) * (math.log10(share) - start) / (end - start)


def frame(shares: Sequence[float], x: Scale, left: float, top: float) -> list[str]:
    labels = [words(x(s), top + HIGH + 17, f"{100 * s:g}%", 11, anchor="middle") for s in shares]
    return [
        f"<rect x='{left}' y='{top}' width='{WIDE}' height='{HIGH}' fill='none' stroke='#999999'/>",
        *labels,
    ]


def rule_line(left: float, y: float, color: str, thick: float, dash: str = "") -> str:
    style = f"stroke='{color}' stroke-width='{thick}' stroke-dasharray='{dash}'"
    return f"<path d='M{left} {y:.1f}H{left + WIDE}' {style}/>"


def line(
    points: Sequence[tuple[float, float]], color: str, thick: float, dash: str = "", *, dots: bool = True
) -> list[str]:
    if not points:
        return []
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    parts = [
        f"<path d='M{path}' fill='none' stroke='{color}' stroke-width='{thick}' stroke-dasharray='{dash}'/>"
    ]
    return parts + [f"<circle cx='{x:.1f}' cy='{y:.1f}' r='2.6' fill='{color}'/>" for x, y in points if dots]


def words(x: float, y: float, text: str, size: int, weight: str = "400", anchor: str = "start") -> str:
    style = f"font-size='{size}' font-weight='{weight}' text-anchor='{anchor}' fill='#222222'"
    return f"<text x='{x:.1f}' y='{y:.1f}' {style}>{escape(text)}</text>"


def upright(x: float, y: float, text: str) -> str:
    style = "font-size='12' text-anchor='middle' fill='#222222'"
    return f"<text transform='translate({x:.1f} {y:.1f}) rotate(-90)' {style}>{escape(text)}</text>"
