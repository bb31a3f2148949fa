"""The charts over time, as Vega-Lite specifications made with Altair. Colours are the page's custom properties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from univocal.atlas.palette import Dress
from univocal.atlas.summary import ABSTAINED, NONE, Summary
from univocal.codebook.model import Codebook

_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif"
_CONFIG: dict[str, Any] = {
    "background": "transparent",
    "font": _FONT,
    "view": {"stroke": None},
    "axis": {
        "labelColor": "var(--muted)", "titleColor": "var(--muted)", "domainColor": "var(--rule-strong)",
        "tickColor": "var(--rule-strong)", "gridColor": "var(--rule)", "titleFontWeight": "normal",
        "labelFontSize": 11, "titleFontSize": 11, "labelOverlap": True, "labelPadding": 5, "ticks": False,
    },
    "legend": {
        "labelColor": "var(--ink)", "titleColor": "var(--muted)", "orient": "top", "title": None,
        "labelFontSize": 12, "symbolType": "square", "offset": 4, "padding": 0, "symbolStrokeWidth": 0,
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with the words that must stand beside it, and its figures as a table."""

    id: str
    title: str
    description: str
    spec: Mapping[str, Any]
    columns: tuple[str, ...]
    table: tuple[tuple[Any, ...], ...]
    dress: Dress | None = None


def by_year(summary: Summary, codebook: Codebook) -> Chart | None:
    """Per year, papers that mention align-: what part the alignment of AI plays in them. None without years."""
    years = _years(summary)
    if not years:
        return None
    kinds = [(c.id, c.label, f"var(--about-{n})") for n, c in enumerate(codebook.variable("about").codes)]
    kinds.append((ABSTAINED, "Abstained", "var(--abstained)"))
    rows = [
        {"year": str(y), "kind": label, "rank": rank, "papers": summary.years.get((y, "about", code), 0)}
        for y in years
        for rank, (code, label, _) in enumerate(kinds)
    ]
    spec = _bars(rows, 240, colours={label: colour for _, label, colour in kinds})
    table = tuple(
        (
            y,
            summary.years.get((y, "papers", ""), 0),
            summary.years.get((y, "with_mentions", ""), 0),
            *(summary.years.get((y, "about", code), 0) for code, *_ in kinds),
        )
        for y in years
    )
    columns = ("Year", "Papers read", "mention align-", *(label for _, label, _ in kinds))
    return Chart(
        "by-year",
        "Papers that mention align-, by year",
        "Stacked bars, one a year: papers that mention an align- word, by the part that the alignment of AI plays.",
        spec, columns, table,
    )  # fmt: skip


def ideals_by_year(summary: Summary, codebook: Codebook, worn: Mapping[str, Dress]) -> tuple[Chart, ...]:
    """One small chart an ideal, in the codebook's order, each on its own scale: papers that pursue it, by year."""
    years = _years(summary, "ideals")
    if not years:
        return ()
    counts = {
        code.id: [summary.years.get((y, "ideals", code.id), 0) for y in years]
        for code in codebook.variable("ideals").codes
    }
    charts: list[Chart] = []
    for code in codebook.variable("ideals").codes:
        dress = worn[code.id]
        rows = [{"year": str(y), "papers": n} for y, n in zip(years, counts[code.id], strict=True)]
        spec = _bars(rows, 130, colour=f"var(--{dress.style})")
        table = tuple(
            (y, n, summary.years.get((y, "ai", ""), 0)) for y, n in zip(years, counts[code.id], strict=True)
        )
        charts.append(
            Chart(
                f"ideal-by-year-{len(charts)}",
                code.label,
                f"Bars, one a year: papers coded as pursuing {code.label}.",
                spec,
                ("Year", "Papers", "of papers with an AI sense"),
                table,
                dress,
            )
        )
    return tuple(charts)


def _years(summary: Summary, what: str = "with_mentions") -> list[int]:
    """Every year from the first to the last that has such a paper, but at most the last sixty."""
    found = [
        y
        for (y, w, code), n in summary.years.items()
        if w == what and y is not None and n and code not in {NONE, ABSTAINED}
    ]
    return list(range(min(found), max(found) + 1))[-60:] if found else []


def _bars(
    rows: list[dict[str, Any]],
    height: int,
    *,
    colour: str = "",
    colours: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    import altair as alt

    encoding: dict[str, Any] = {
        "x": alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0)),
        "y": alt.Y("papers:Q", title="papers", axis=alt.Axis(tickMinStep=1, tickCount=4, domain=False)),
        "tooltip": [alt.Tooltip("year:O", title="Year"), alt.Tooltip("papers:Q", title="Papers")],
    }
    if colours:
        encoding["color"] = alt.Color(
            "kind:N", sort=None, scale=alt.Scale(domain=list(colours), range=list(colours.values()))
        )
        encoding["order"] = alt.Order("rank:Q")
        encoding["tooltip"].insert(1, alt.Tooltip("kind:N", title="Kind"))
    mark = {} if colours else {"color": colour}
    chart = alt.Chart(alt.Data(values=rows)).mark_bar(**mark).encode(**encoding)
    spec: dict[str, Any] = chart.properties(width="container", height=height).to_dict()
    spec["config"] = _CONFIG
    return spec
