"""The reliability plot of a coder: does a confidence of .8 mean right eight times in ten?

univocal evaluate dev.jsonl --coder trained --train-also silver.jsonl --format json > report.json
python training/reliability_plot.py report.json docs/images/reliability.svg
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import click
import orjson

from univocal.statistics.binomial import clopper_pearson

SIDE, LEFT, TOP, BARS = 420, 76, 92, 70
FONT = "font-family='Helvetica, Arial, sans-serif'"
#: Bins with fewer mentions have no interval worth drawing.
FEWEST = 10


def words(x: float, y: float, text: str, size: int = 12, more: str = "") -> str:
    return f"<text x='{x:.1f}' y='{y:.1f}' font-size='{size}' fill='#222222' {more}>{escape(text)}</text>"


def line(x1: float, y1: float, x2: float, y2: float, colour: str, more: str = "") -> str:
    return f"<line x1='{x1:.1f}' y1='{y1:.1f}' x2='{x2:.1f}' y2='{y2:.1f}' stroke='{colour}' {more}/>"


def drawn(report: dict[str, Any]) -> str:
    """The plot as SVG."""
    calibration = report["senses"]["calibration"]
    bins = [one for one in calibration["bins"] if one["n"]]
    width, height = LEFT + SIDE + 40, TOP + SIDE + BARS + 134

    def x(share: float) -> float:
        return LEFT + share * SIDE

    def y(share: float) -> float:
        return TOP + (1 - share) * SIDE

    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' height='{height}' {FONT}>",
        f"<rect width='{width}' height='{height}' fill='white'/>",
        words(LEFT, 28, "Does confidence mean what it says?", 18, "font-weight='600'"),
        words(LEFT, 48, f"Senses of {sum(one['n'] for one in bins):,} mentions, each coded without its paper in training; coder "
              f"{report['coder']['name']}."),
        words(LEFT, 64, f"Expected calibration error {calibration['error']['value']:.3f}. Bars: exact 95% intervals."),
    ]  # fmt: skip
    for tick in (0, 0.2, 0.4, 0.6, 0.8, 1):
        parts += [
            line(x(tick), TOP, x(tick), TOP + SIDE, "#e3e3e3"), line(LEFT, y(tick), LEFT + SIDE, y(tick), "#e3e3e3"),
            words(x(tick), TOP + SIDE + 16, f"{tick:g}", 12, "text-anchor='middle'"),
            words(LEFT - 8, y(tick) + 4, f"{tick:g}", 12, "text-anchor='end'"),
        ]  # fmt: skip
    parts.append(line(x(0), y(0), x(1), y(1), "#666666", "stroke-dasharray='5 4'"))
    most = max(one["n"] for one in bins)
    floor = TOP + SIDE + 36 + BARS
    for one in bins:
        high = BARS * one["n"] / most
        left, right = x(one["low"]) + 3, x(one["high"]) - 3
        middle = (left + right) / 2
        parts += [
            f"<rect x='{left:.1f}' y='{floor - high:.1f}' width='{right - left:.1f}' height='{high:.1f}' fill='#c9d6e3'/>",
            words(middle, floor - high - 4, f"{one['n']:,}", 11, "text-anchor='middle'"),
        ]
        if one["n"] < FEWEST:
            continue
        between = clopper_pearson(round(one["accuracy"] * one["n"]), one["n"])
        at = x(one["confidence"])
        parts += [
            line(at, y(between.low or 0), at, y(between.high or 1), "#0b5394", "stroke-width='2'"),
            f"<circle cx='{at:.1f}' cy='{y(one['accuracy']):.1f}' r='4.5' fill='#0b5394'/>",
        ]
    parts += [
        words(LEFT + SIDE / 2, floor + 18, "mean confidence of a bin; below: mentions in it", 12, "text-anchor='middle'"),
        words(0, 0, "share right", 12, f"text-anchor='middle' transform='translate(24 {TOP + SIDE / 2}) rotate(-90)'"),
        words(LEFT, floor + 42, "What it doesn't show: papers unlike these. The intervals take mentions for"),
        words(LEFT, floor + 57, "independent; those of one paper go together, so in truth they are wider. Right is"),
        words(LEFT, floor + 72, "what language-model coders say."),
        "</svg>",
    ]  # fmt: skip
    return "\n".join(parts) + "\n"


@click.command()
@click.argument("report", type=click.Path(exists=True, path_type=Path))
@click.argument("picture", type=click.Path(path_type=Path))
def main(report: Path, picture: Path) -> None:
    """Draw the plot of REPORT into PICTURE."""
    picture.write_text(drawn(orjson.loads(report.read_bytes())), encoding="utf-8")


if __name__ == "__main__":
    main()
