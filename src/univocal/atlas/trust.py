"""How far to trust the counts: what ``univocal evaluate`` measured of the coder, picked out for the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from univocal.codebook.model import Codebook

#: The figures shown of each variable, with their heading; a variable without one of them gets a dash.
FIGURES = (("accuracy", "Accuracy"), ("macro_f1", "Macro-F1"), ("kappa", "κ"), ("alpha", "α"))


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured figure with its interval; None where it is undefined."""

    value: float | None
    low: float | None
    high: float | None

    def __str__(self) -> str:
        """As the page writes it.

        >>> str(Figure(0.712, 0.69, 0.734)), str(Figure(None, None, None))
        ('.71 [.69, .73]', '–')
        """
        if self.value is None:
            return "–"
        if self.low is None or self.high is None:
            return _short(self.value)
        return f"{_short(self.value)} [{_short(self.low)}, {_short(self.high)}]"


@dataclass(frozen=True, slots=True)
class Measure:
    """One variable: the figures over what was coded, the gold coders' κ, and how often the coder abstained."""

    id: str
    label: str
    unit: str
    figures: tuple[Figure, ...]
    ceiling: Figure
    n: int
    abstained: int


@dataclass(frozen=True, slots=True)
class KindMeasure:
    """One kind of conflation: how many of the found are right, how many of the true are found."""

    id: str
    label: str
    precision: Figure
    recall: Figure
    n_true: int
    n_found: int


@dataclass(frozen=True, slots=True)
class Trust:
    """What was measured. ``measured`` is False where no evaluation was given."""

    measured: bool = False
    coder: str = ""
    procedure: str = ""
    notes: tuple[str, ...] = ()
    level: float | None = None
    n_papers: int = 0
    n_mentions: int = 0
    rows: tuple[Measure, ...] = ()
    kinds: tuple[KindMeasure, ...] = ()

    @classmethod
    def read(cls, quality: Mapping[str, Any] | None, codebook: Codebook) -> Trust:
        """Read what ``univocal evaluate --format json`` printed; what it doesn't hold isn't shown."""
        if not quality:
            return cls()
        ceiling = quality.get("ceiling") or {}
        tables: list[tuple[str, str, Any, Any]] = []
        if senses := quality.get("senses"):
            tables.append(("sense", codebook.variable("sense").label, senses, ceiling.get("senses")))
        of_variables, of_ceiling = quality.get("variables") or {}, ceiling.get("variables") or {}
        tables += [
            (v.id, v.label, of_variables[v.id], of_ceiling.get(v.id))
            for v in codebook.variables
            if v.id in of_variables
        ]
        gold = quality.get("gold") or {}
        notes = (
            quality.get("gold_note"),
            quality.get("sample_note"),
            (quality.get("intervals") or {}).get("method"),
        )
        return cls(
            measured=True,
            coder=_named(quality.get("coder")),
            procedure=str((quality.get("procedure") or {}).get("text", "")),
            notes=tuple(_sentence(str(note)) for note in notes if note),
            level=(quality.get("intervals") or {}).get("level"),
            n_papers=gold.get("n_papers", 0),
            n_mentions=gold.get("n_mentions", 0),
            rows=tuple(_measure(*table) for table in tables),
            kinds=_kinds(quality.get("conflation") or {}, codebook),
        )


def _measure(
    variable: str, label: str, table: Mapping[str, Any], ceiling: Mapping[str, Any] | None
) -> Measure:
    return Measure(
        id=variable,
        label=label,
        unit=str(table.get("unit", "")),
        figures=tuple(_figure(table.get(name)) for name, _ in FIGURES),
        ceiling=_figure((ceiling or {}).get("kappa")),
        n=table.get("n", 0),
        abstained=table.get("n_abstained", 0),
    )


def _kinds(scores: Mapping[str, Any], codebook: Codebook) -> tuple[KindMeasure, ...]:
    labels = (
        {c.id: c.label for c in codebook.variable("conflation").codes} if "conflation" in codebook else {}
    )
    return tuple(
        KindMeasure(
            kind,
            labels.get(kind, kind),
            _figure(score.get("precision")),
            _figure(score.get("recall")),
            score.get("n_true", 0),
            score.get("n_found", 0),
        )
        for kind, score in scores.items()
    )


def _figure(estimate: Any) -> Figure:
    if not isinstance(estimate, Mapping):
        return Figure(None, None, None)
    return Figure(estimate.get("value"), estimate.get("low"), estimate.get("high"))


def _named(coder: Any) -> str:
    if isinstance(coder, Mapping):
        return " ".join(str(coder[k]) for k in ("name", "version") if coder.get(k))
    return str(coder or "")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def _short(value: float) -> str:
    text = f"{value:.2f}"
    return text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text
