"""What an evaluation found, as a frozen record and as the JSON that stays stable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from univocal.estimates.measure import Measured
from univocal.estimates.tables import Settings, Table
from univocal.statistics.calibration import Calibration
from univocal.statistics.result import Estimate

SCHEMA = "univocal.evaluation/1"
GOLD_NOTE = (
    "The coders of the project's gold are passes of a large language model, adjudicated by a third pass. Agreement "
    "with them, and between them (the ceiling), is the consistency of one kind of coder, not the reliability of people."
)
SAMPLE_NOTE = (
    "Figures hold for the mix of papers in this gold file. A stratified sample is not the literature: "
    "prevalence needs the sampling weights."
)
INTERVAL_NOTE = (
    "percentile cluster bootstrap: papers are resampled whole, since the mentions of a paper go together"
)


@dataclass(frozen=True, slots=True)
class Procedure:
    """How the coder came to code the gold papers.

    ``kind`` is ``cross-validated`` (refitted without the papers that it then codes), ``direct`` (it had not seen
    them) or ``run`` (it learns from nothing).
    """

    kind: Literal["cross-validated", "direct", "run"]
    text: str
    n_seen: int | None = None
    folds: int | None = None
    group_by: str | None = None
    n_extra: int = 0
    n_extra_left_out: int = 0


@dataclass(frozen=True, slots=True)
class KindScore:
    """How well one kind of finding is found, over papers: exact intervals, since each paper counts once."""

    precision: Estimate
    recall: Estimate
    n_true: int
    n_found: int


@dataclass(frozen=True, slots=True)
class CoderReport:
    """One coder, how it was run, and its figures."""

    name: str
    version: str
    procedure: Procedure
    measured: Measured
    findings: Mapping[str, KindScore] | None = None


@dataclass(frozen=True, slots=True)
class NotRun:
    """A coder that could not be run, and what it needs."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The agreement of the gold's two coders with each other, and of each with the adjudicated codes."""

    coders: tuple[str, str]
    between: Measured
    against_gold: Mapping[str, Measured]
    findings: Mapping[str, KindScore]
    note: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How well does a coder meet the gold, beside baselines and the ceiling?

    ``ceiling`` is None where the gold has no coders of its own. ``by`` maps an attribute of papers (year, venue,
    source, license) to the figures of each of its values. ``within`` maps ideals that the gold doesn't know to the
    sense that they are compared as.
    """

    coder: CoderReport
    codebook: str
    codebook_version: str
    n_papers: int
    n_mentions: int
    settings: Settings
    frequent: tuple[str, ...]
    within: Mapping[str, str]
    baselines: Mapping[str, CoderReport | NotRun]
    ceiling: Ceiling | None
    by: Mapping[str, Mapping[str, Measured]]

    def as_dict(self) -> dict[str, Any]:
        """The record as plain values for JSON (see docs/reference/evaluate.md)."""
        return {
            "schema": SCHEMA,
            "gold_note": GOLD_NOTE,
            "sample_note": SAMPLE_NOTE,
            "gold": {"n_papers": self.n_papers, "n_mentions": self.n_mentions},
            "codebook": {"id": self.codebook, "version": self.codebook_version},
            "intervals": {**asdict(self.settings), "method": INTERVAL_NOTE},
            "frequent_senses": list(self.frequent),
            "counted_within": dict(self.within),
            **_coder(self.coder),
            "by": {a: {v: headline(m) for v, m in groups.items()} for a, groups in self.by.items()},
            "baselines": {name: _row(one) for name, one in self.baselines.items()},
            "ceiling": _ceiling(self.ceiling),
        }


def _row(one: CoderReport | NotRun) -> dict[str, Any]:
    if isinstance(one, NotRun):
        return {"status": f"not run: {one.reason}"}
    return {"status": "run", **_coder(one)}


def _coder(one: CoderReport) -> dict[str, Any]:
    return {
        "coder": {"name": one.name, "version": one.version},
        "procedure": asdict(one.procedure),
        **_measured(one.measured),
        "conflation": _kinds(one.findings),
    }


def _measured(measured: Measured) -> dict[str, Any]:
    return {
        "senses": _table(measured.senses),
        "ai_sense": _table(measured.ai_sense),
        "variables": {name: _table(table) for name, table in measured.variables.items()},
        "both_ai": {name: _table(table) for name, table in measured.both_ai.items()},
        "not_measured": dict(measured.not_measured),
        "n_mentions_elsewhere": measured.n_elsewhere,
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        **{name: asdict(one) for name, one in table.coded.items()},
        "coverage": asdict(table.coverage),
        "unit": table.unit,
        "n": table.n,
        "n_papers": table.n_papers,
        "n_abstained": table.n_abstained,
        "n_not_asked": table.n_off,
        "all": {name: asdict(one) for name, one in table.all.items()},
        "per_code": {
            str(one.label): {
                "precision": asdict(one.precision),
                "recall": asdict(one.recall),
                "f1": asdict(one.f1),
                "recall_all": asdict(every.recall),
                "f1_all": asdict(every.f1),
                "n_true": every.n_true,
                "n_guessed": one.n_guessed,
            }
            for one, every in zip(table.codes, table.codes_all, strict=True)
        },
        "confusion": None
        if table.confusion is None
        else {
            "rows": [str(one.label) for one in table.codes],
            "columns": list(table.columns),
            "counts": [list(row) for row in table.confusion],
        },
        "calibration": _calibration(table.calibration),
        "selective": None
        if table.selective is None
        else {str(coverage): asdict(one) for coverage, one in table.selective.items()},
    }


def _calibration(one: Calibration | None) -> dict[str, Any] | None:
    return None if one is None else {"error": asdict(one.error), "bins": [asdict(b) for b in one.bins]}


def _kinds(findings: Mapping[str, KindScore] | None) -> dict[str, Any] | None:
    return None if findings is None else {kind: asdict(score) for kind, score in findings.items()}


def _ceiling(one: Ceiling | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "note": one.note,
        "coders": list(one.coders),
        **_measured(one.between),
        "conflation": _kinds(one.findings),
        "against_gold": {name: headline(m) for name, m in one.against_gold.items()},
    }


def headline(measured: Measured) -> dict[str, Any]:
    """The figures of every table without the codes, the confusion and what rests on confidence."""
    left = ("per_code", "confusion", "calibration", "selective")

    def short(table: Table) -> dict[str, Any]:
        return {key: value for key, value in _table(table).items() if key not in left}

    return {
        "senses": short(measured.senses),
        "ai_sense": short(measured.ai_sense),
        "variables": {name: short(table) for name, table in measured.variables.items()},
    }
