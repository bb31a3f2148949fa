"""Rows of figures beside what was wished for."""

from __future__ import annotations

from dataclasses import dataclass

from workspace_runs.compared import Compared


@dataclass(frozen=True, slots=True)
class Row:
    """A figure, its unit, what was wished for (at most), and what else is to be said."""

    name: str
    value: float | None
    unit: str
    wish: float | None
    said: str = ""


def print_row(row: Row) -> None:
    """One line of Markdown, as soon as it is measured."""
    value = "" if row.value is None else f"{_number(row.value)} {row.unit}".strip()
    wish = "" if row.wish is None else f"{row.wish:g} {row.unit}".strip()
    met = "" if row.wish is None or row.value is None else "yes" if row.value <= row.wish else "no"
    print(f"| {row.name} | {value} | {wish} | {met} | {row.said} |", flush=True)


def print_compared(rows: list[Row], peers: list[Compared]) -> None:
    """Peers' figures, and how many times ours each of them is."""
    ours = {row.name.split(" ")[0]: row.value for row in rows}
    print(
        "\n| | import | first page | memory | save p95, first | save p95, last | |\n|---|--:|--:|--:|--:|--:|---|"
    )
    for one in peers:
        figures = [
            _times(one.imported, "s", ours.get("import")), _times(one.first_page, "s", ours.get("first")),
            _times(one.memory_mb, "MB", ours.get("memory")),
            *(_times(waits.quantile(0.95) if waits else None, "ms", ours.get("save,")) for waits in (one.early, one.late)),
        ]  # fmt: skip
        said = one.why or (
            f"import reckoned from {one.reckoned_from:,} documents" if one.reckoned_from else ""
        )
        print(f"| {one.name} | {' | '.join(figures)} | {said} |", flush=True)


def _times(value: float | None, unit: str, ours: float | None) -> str:
    if value is None:
        return "–"
    return f"{_number(value)} {unit}" + (f" ({value / ours:.1f} ×)" if ours else "")


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
