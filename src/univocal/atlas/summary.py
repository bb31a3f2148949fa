"""What one run says of a corpus, as frozen counts: numbers only, no wording, no ranking of ideals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from univocal.atlas.examples import Quoted

#: Stand in place of a code: the coder declined; none applies; the question was not coded.
ABSTAINED, NONE, MISSING = "(abstained)", "(none)", "(not coded)"


@dataclass(frozen=True, slots=True)
class VariableCounts:
    """One variable over the papers: ``asked`` = how many papers it was coded for, the rest how they fell.

    For variables with several answers the codes of one paper may be several, so they needn't sum to ``asked``.
    """

    asked: int
    abstained: int
    none: int
    codes: Mapping[str, int]


@dataclass(frozen=True)
class Summary:
    """What do all the papers of a run say together?

    ``mentions`` counts mentions by sense, ``papers_by_sense`` papers with at least one such mention; both hold
    ``ABSTAINED``. ``papers_ai`` are papers with at least one mention in an AI sense. ``years`` and ``venues`` map
    (year or venue, what, code) to papers, where what is ``papers``, ``with_mentions``, ``ai`` (code empty),
    ``about`` or ``ideals``. ``coordinates`` maps (ideal, threat model, valence), ``ideal_sets`` the tuple of a
    paper's ideals, ``ideals_by_about`` (ideal, about), ``xy`` (object_x, target_y), ``implied`` (ideal implied by x and y or None, primary ideal
    coded, whether the implied one is among the ideals coded), ``proxies`` (ideal it stands for, treated as).

    Build it with ``univocal.atlas.tally.Tally``.
    """

    papers: int
    papers_with_mentions: int
    papers_ai: int
    mentions: Mapping[str, int]
    papers_by_sense: Mapping[str, int]
    variables: Mapping[str, VariableCounts]
    years: Mapping[tuple[int | None, str, str], int]
    venues: Mapping[tuple[str | None, str, str], int]
    coordinates: Mapping[tuple[str, str, str], int]
    ideal_sets: Mapping[tuple[str, ...], int]
    ideals_by_about: Mapping[tuple[str, str], int]
    xy: Mapping[tuple[str, str], int]
    implied: Mapping[tuple[str | None, str, bool], int]
    findings: Mapping[str, int]
    papers_by_finding: Mapping[str, int]
    papers_with_findings: int
    proxies: Mapping[tuple[str, str], int]
    papers_with_proxies: int
    finding_examples: Mapping[str, tuple[Quoted, ...]]
    proxy_examples: tuple[Quoted, ...]

    @property
    def n_mentions(self) -> int:
        """How many mentions were found?"""
        return sum(self.mentions.values())

    def examples(self) -> tuple[Quoted, ...]:
        """Every example that is kept, of findings and of proxies."""
        return (*(q for kind in self.finding_examples.values() for q in kind), *self.proxy_examples)

    def to_dict(self) -> dict[str, Any]:
        """As JSON, for ``atlas.json``: tables as lists of rows in a fixed order, the three stand-ins spelt out."""
        return {
            "papers": self.papers,
            "papers_with_mentions": self.papers_with_mentions,
            "papers_ai": self.papers_ai,
            "mentions": {"total": self.n_mentions, "by_sense": dict(sorted(self.mentions.items()))},
            "papers_by_sense": dict(sorted(self.papers_by_sense.items())),
            "variables": {
                name: {"asked": v.asked, "abstained": v.abstained, "none": v.none, "codes": dict(v.codes)}
                for name, v in self.variables.items()
            },
            "years": _rows(self.years, ("year", "what", "code")),
            "venues": _rows(self.venues, ("venue", "what", "code")),
            "coordinates": _rows(self.coordinates, ("ideal", "threat_model", "valence")),
            "ideal_sets": [{"ideals": list(k), "papers": n} for k, n in sorted(self.ideal_sets.items())],
            "ideals_by_about": _rows(self.ideals_by_about, ("ideal", "about")),
            "x_and_y": _rows(self.xy, ("object_x", "target_y")),
            "implied_ideal": _rows(self.implied, ("implied", "primary", "among_ideals")),
            "findings": {
                "papers": self.papers_with_findings,
                "by_kind": dict(sorted(self.findings.items())),
                "papers_by_kind": dict(sorted(self.papers_by_finding.items())),
                "examples": {k: [q.to_dict() for q in qs] for k, qs in self.finding_examples.items()},
            },
            "proxies": {
                "papers": self.papers_with_proxies,
                "table": _rows(self.proxies, ("stands_for", "treated_as")),
                "examples": [q.to_dict() for q in self.proxy_examples],
            },
        }


def _rows(table: Mapping[Any, int], names: tuple[str, ...]) -> list[dict[str, Any]]:
    """A table's cells in a fixed order (missing keys first, then by value)."""
    ordered = sorted(table.items(), key=lambda cell: [(k is not None, k) for k in cell[0]])
    return [{**dict(zip(names, key, strict=True)), "papers": n} for key, n in ordered]
