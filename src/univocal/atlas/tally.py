"""Counting dossiers as they stream by: cheap for papers without mentions, mergeable across processes."""

from __future__ import annotations

from collections import Counter, defaultdict

from univocal.atlas.examples import Sample, quoted
from univocal.atlas.summary import ABSTAINED, MISSING, NONE, Summary, VariableCounts
from univocal.codebook.model import Codebook
from univocal.records import Coding, Dossier, Paper

EXAMPLES_PER_KIND = 6
LEDGER_EXAMPLES = 24


class Tally:
    """What do all the papers of a run say together? Add dossiers one at a time; memory doesn't grow with them.

    ``add`` takes a dossier; ``merge`` takes another tally of the same codebook (from another process: a tally
    can be pickled); ``summary`` gives the frozen counts at any time. The order of papers doesn't matter.

    >>> from univocal.codebook import load
    >>> from univocal.records import Paper
    >>> tally = Tally(load())
    >>> tally.add(Dossier(Paper("p1", "A text without the word.", year=2020)))
    >>> tally.summary().papers, tally.summary().papers_with_mentions
    (1, 0)
    """

    def __init__(self, codebook: Codebook) -> None:
        self.codebook = codebook
        self.papers = 0
        self.papers_with_mentions = 0
        self.papers_ai = 0
        self.mentions: Counter[str] = Counter()
        self.papers_by_sense: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self.codes: Counter[tuple[str, str]] = Counter()
        self.years: Counter[tuple[int | None, str, str]] = Counter()
        self.venues: Counter[tuple[str | None, str, str]] = Counter()
        self.coordinates: Counter[tuple[str, str, str]] = Counter()
        self.ideal_sets: Counter[tuple[str, ...]] = Counter()
        self.ideals_by_about: Counter[tuple[str, str]] = Counter()
        self.xy: Counter[tuple[str, str]] = Counter()
        self.implied: Counter[tuple[str | None, str, bool]] = Counter()
        self.findings: Counter[str] = Counter()
        self.papers_by_finding: Counter[str] = Counter()
        self.papers_with_findings = 0
        self.proxies: Counter[tuple[str, str]] = Counter()
        self.papers_with_proxies = 0
        self.finding_examples: defaultdict[str, Sample] = defaultdict(_finding_sample)
        self.proxy_examples = Sample(LEDGER_EXAMPLES)
        self._order = {c.id: n for n, c in enumerate(codebook.variable("ideals").codes)}

    def add(self, dossier: Dossier) -> None:
        """Count one dossier."""
        paper = dossier.paper
        self.papers += 1
        self._place(paper, "papers", "")
        if not dossier.mentions:
            return
        self.papers_with_mentions += 1
        self._place(paper, "with_mentions", "")
        self._add_mentions(dossier)
        values: dict[str, tuple[str, ...]] = {}
        for coding in dossier.codings:
            if coding.variable == "sense":
                continue
            if coding.variable == "proxies":
                self._add_proxy(paper, coding)
            if coding.variable not in values:
                values[coding.variable] = _values(coding)
            elif coding.codes:
                values[coding.variable] = tuple(dict.fromkeys((*values[coding.variable], *coding.codes)))
        for variable, codes in values.items():
            self.asked[variable] += 1
            for code in codes:
                self.codes[variable, code] += 1
        self.papers_with_proxies += bool({ABSTAINED, NONE}.isdisjoint(values.get("proxies", (NONE,))))
        for code in values.get("about", ()):
            self._place(paper, "about", code)
        self._add_ideals(paper, values)
        self._add_findings(dossier)

    def merge(self, other: Tally) -> None:
        """Take in what another tally counted."""
        for name, mine in vars(self).items():
            theirs = getattr(other, name)
            if isinstance(mine, Counter):
                mine.update(theirs)
            elif isinstance(mine, int):
                setattr(self, name, mine + theirs)
            elif isinstance(mine, Sample):
                mine.merge(theirs)
        for kind, sample in other.finding_examples.items():
            self.finding_examples[kind].merge(sample)

    def summary(self) -> Summary:
        """The counts so far, frozen."""
        return Summary(
            papers=self.papers,
            papers_with_mentions=self.papers_with_mentions,
            papers_ai=self.papers_ai,
            mentions=dict(self.mentions),
            papers_by_sense=dict(self.papers_by_sense),
            variables=self._variables(),
            years=dict(self.years),
            venues=dict(self.venues),
            coordinates=dict(self.coordinates),
            ideal_sets=dict(self.ideal_sets),
            ideals_by_about=dict(self.ideals_by_about),
            xy=dict(self.xy),
            implied=dict(self.implied),
            findings=dict(self.findings),
            papers_by_finding=dict(self.papers_by_finding),
            papers_with_findings=self.papers_with_findings,
            proxies=dict(self.proxies),
            papers_with_proxies=self.papers_with_proxies,
            finding_examples={kind: sample.items() for kind, sample in sorted(self.finding_examples.items())},
            proxy_examples=self.proxy_examples.items(),
        )

    def _place(self, paper: Paper, what: str, code: str) -> None:
        self.years[paper.year, what, code] += 1
        self.venues[paper.venue or None, what, code] += 1

    def _add_mentions(self, dossier: Dossier) -> None:
        senses = [m.sense or ABSTAINED for m in dossier.mentions]
        self.mentions.update(senses)
        distinct = set(senses)
        self.papers_by_sense.update(distinct)
        if distinct & self.codebook.ai_senses:
            self.papers_ai += 1
            self._place(dossier.paper, "ai", "")

    def _add_ideals(self, paper: Paper, values: dict[str, tuple[str, ...]]) -> None:
        if "ideals" not in values:
            return
        ideals = tuple(sorted(values["ideals"], key=lambda c: self._order.get(c, len(self._order))))
        self.ideal_sets[ideals] += 1
        threat, valence = _one(values, "threat_model"), _one(values, "valence")
        about = _one(values, "about")
        for ideal in ideals:
            self._place(paper, "ideals", ideal)
            self.ideals_by_about[ideal, about] += 1
            self.coordinates[ideal, threat, valence] += 1
        if "object_x" in values or "target_y" in values:
            x, y, primary = _one(values, "object_x"), _one(values, "target_y"), _one(values, "primary")
            self.xy[x, y] += 1
            implied = self.codebook.implied_ideal(x, y)
            self.implied[implied, primary, implied in ideals] += 1

    def _add_findings(self, dossier: Dossier) -> None:
        kinds = [f.kind for f in dossier.findings]
        self.findings.update(kinds)
        self.papers_by_finding.update(set(kinds))
        self.papers_with_findings += bool(kinds)
        for finding in dossier.findings:
            sample, key = self.finding_examples[finding.kind], f"{finding.kind}\0{dossier.paper.id}"
            if sample.wants(key):
                sample.keep(key, quoted(dossier.paper, finding.spans, finding.reason, finding.confidence))

    def _add_proxy(self, paper: Paper, coding: Coding) -> None:
        if not coding.codes:
            return
        stands_for = coding.stands_for or MISSING
        self.proxies[stands_for, coding.codes[0]] += 1
        key = f"{paper.id}\0{coding.evidence[0].start if coding.evidence else ''}"
        if self.proxy_examples.wants(key):
            notes = (("stands_for", coding.stands_for), ("treated_as", coding.codes[0]))
            self.proxy_examples.keep(key, quoted(paper, coding.evidence, "", coding.confidence, notes))

    def _variables(self) -> dict[str, VariableCounts]:
        counts: dict[str, VariableCounts] = {}
        for variable in self.codebook.variables:
            if variable.unit == "paper":
                found = {code: n for (v, code), n in self.codes.items() if v == variable.id}
                abstained, none = found.pop(ABSTAINED, 0), found.pop(NONE, 0)
                codes = {c.id: found.get(c.id, 0) for c in variable.codes}
                counts[variable.id] = VariableCounts(self.asked[variable.id], abstained, none, codes)
        return counts


def _finding_sample() -> Sample:
    return Sample(EXAMPLES_PER_KIND)


def _values(coding: Coding) -> tuple[str, ...]:
    if coding.codes is None:
        return (ABSTAINED,)
    return coding.codes or (NONE,)


def _one(values: dict[str, tuple[str, ...]], variable: str) -> str:
    return values[variable][0] if variable in values else MISSING
