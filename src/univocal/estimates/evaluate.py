"""How well does a coder meet coded papers, beside baselines and the agreement of the papers' own coders?"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from univocal.codebook.model import Codebook
from univocal.coders.gold import GoldPaper
from univocal.coders.protocol import Coder
from univocal.errors import MissingExtraError, UnivocalError
from univocal.estimates.answers import Answers, coded_answers, counted_within, gold_answers
from univocal.estimates.baselines import BASELINES
from univocal.estimates.ceiling import ceiling
from univocal.estimates.findings import kind_scores, kinds_of
from univocal.estimates.folds import GroupBy
from univocal.estimates.measure import Measured, frequent_senses, measure
from univocal.estimates.report import CoderReport, Evaluation, KindScore, NotRun, Procedure
from univocal.estimates.runs import Codings, Plan, run, silent
from univocal.estimates.tables import Settings
from univocal.plugins import did_you_mean
from univocal.records import Coding, Finding, Paper

Attribute = Literal["year", "venue", "source", "license", "length"]
ATTRIBUTES: tuple[Attribute, ...] = ("year", "venue", "source", "license", "length")
#: Lengths of papers are told apart at so many characters.
LENGTHS = (0, 800, 1_200, 1_600, 2_400)
Finder = Callable[[Paper, Sequence[Coding], Codebook], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything that coders are measured with: the gold, its answers, the codebook, the plan."""

    gold: tuple[GoldPaper, ...]
    truth: tuple[Answers, ...]
    frequent: tuple[str, ...]
    within: Mapping[str, str]
    codebook: Codebook
    plan: Plan
    settings: Settings
    finder: Finder | None = None

    def code(self, coder: Coder) -> tuple[Procedure, Codings, tuple[Answers, ...]]:
        """Run a coder: how it was run, what it wrote, and what that says."""
        self.plan.tell(f"{coder.name}: coding {len(self.gold)} papers")
        procedure, codings = run(self.gold, coder, self.codebook, self.plan)
        said = tuple(
            coded_answers(g, one, self.codebook, self.within)
            for g, one in zip(self.gold, codings, strict=True)
        )
        return procedure, codings, said

    def report(self, coder: Coder) -> tuple[CoderReport, tuple[Answers, ...]]:
        """Run a coder and measure it; its answers come too."""
        procedure, codings, said = self.code(coder)
        measured = measure(self.truth, said, self.codebook, self.settings, frequent=self.frequent)
        return CoderReport(coder.name, coder.version, procedure, measured, self._findings(codings)), said

    def _findings(self, codings: Codings) -> dict[str, KindScore] | None:
        if self.finder is None:
            return None
        truth = [frozenset(g.coding.get("conflation") or ()) for g in self.gold]
        found = [
            frozenset(finding.kind for finding in self.finder(g.paper, said, self.codebook))
            for g, said in zip(self.gold, codings, strict=True)
        ]
        return kind_scores(truth, found, kinds_of(self.codebook, self.gold), level=self.settings.level)

    def by(self, attribute: Attribute, said: Sequence[Answers]) -> dict[str, Measured]:
        """The figures of each value of an attribute, in order of the values."""
        groups: dict[str, list[int]] = defaultdict(list)
        for place, one in enumerate(self.gold):
            groups[attribute_of(one, attribute)].append(place)
        return {
            value: measure(
                [self.truth[i] for i in groups[value]],
                [said[i] for i in groups[value]],
                self.codebook,
                self.settings,
                frequent=self.frequent,
            )
            for value in sorted(groups, key=_in_order)
        }


def attribute_of(gold: GoldPaper, attribute: Attribute) -> str:
    """The value of an attribute of a gold paper as text; ``unknown`` where it has none.

    >>> attribute_of(GoldPaper(Paper("p1", "x" * 900), (), {}), "length")
    '800 to 1,199 characters'
    """
    if attribute == "length":
        at = bisect_right(LENGTHS, len(gold.paper.text))
        beyond = f"to {LENGTHS[at] - 1:,}" if at < len(LENGTHS) else "or more"
        return f"{LENGTHS[at - 1]:,} {beyond} characters"
    value = gold.group if attribute == "source" else getattr(gold.paper, attribute)
    return "unknown" if value is None or value == "" else str(value)


def _in_order(value: str) -> tuple[int, str]:
    """Lengths by their numbers, all else by the alphabet."""
    number, _, rest = value.replace(",", "").partition(" ")
    return (int(number) if number.isdecimal() and rest.endswith("characters") else 0, value)


def bench(
    gold: Sequence[GoldPaper],
    codebook: Codebook,
    plan: Plan,
    settings: Settings,
    finder: Finder | None = None,
) -> Bench:
    """Set up what coders are measured with.

    Raises:
        UnivocalError: no papers, or the same paper twice.
        InputError: gold codes that the codebook doesn't have.
    """
    ids = [g.paper.id for g in gold]
    if not ids:
        raise UnivocalError("gold: no papers to measure against")
    if len(set(ids)) < len(ids):
        twice = sorted({i for i in ids if ids.count(i) > 1})
        raise UnivocalError(f"gold: each paper stands once; {', '.join(map(repr, twice[:5]))} came again")
    truth = gold_answers(gold, codebook)
    return Bench(
        tuple(gold),
        truth,
        frequent_senses(truth, codebook),
        counted_within(truth, codebook),
        codebook,
        plan,
        settings,
        finder,
    )


def evaluate(
    gold: Sequence[GoldPaper],
    coder: Coder,
    codebook: Codebook,
    *,
    extra: Sequence[GoldPaper] = (),
    folds: int = 5,
    group_by: GroupBy = "paper",
    level: float = 0.95,
    n_boot: int = 1000,
    seed: int = 0,
    finder: Finder | None = None,
    baselines: bool = True,
    by: Sequence[Attribute] = (),
    tell: Callable[[str], None] = silent,
) -> Evaluation:
    """How well does a coder meet the adjudicated codes, beside baselines and the ceiling?

    A coder that was trained on any of the gold papers (``coder.seen(paper)``) is cross-validated: refitted on the
    other folds and ``extra``, it codes the fold. One that hasn't seen them, or learns from nothing, is run as it is.

    Args:
        gold: coded papers.
        coder: what is measured.
        codebook: the variables and codes; the gold must not have others.
        extra: more coded papers to train on, never measured. Those that a fold holds out are left out of its
            training (same id, title or text).
        folds: the number of folds.
        group_by: what a fold never parts: ``paper``, or all the papers of one ``source``.
        level: nominal coverage of the intervals, in (0, 1).
        n_boot: resamples of papers for each interval; 0 for no intervals.
        seed: of the folds and the resamples.
        finder: from a paper, its codings and the codebook to findings; without it conflation isn't measured.
        baselines: whether to run the baselines too, on the same folds with the same ``extra``.
        by: attributes of papers to split the figures by: year, venue, source, license, length of the text.
        tell: called with lines of progress.

    Returns:
        An ``Evaluation``; its ``as_dict()`` is what the command prints as JSON.

    Raises:
        UnivocalError: gold that the codebook doesn't know, too few papers for the folds, a coding that breaks a rule.

    >>> from univocal.codebook import load
    >>> from univocal.estimates.baselines import KeywordScanner
    >>> from univocal.records import Mention
    >>> text = "We align language models with human preferences."
    >>> paper = Paper("p1", text)
    >>> gold = GoldPaper(paper, (Mention("p1", 3, 8, "align", "task_reliability"),), {"about": "main"})
    >>> result = evaluate([gold], KeywordScanner(), load(), baselines=False)
    >>> result.coder.measured.senses.coded["accuracy"].value
    1.0
    """
    for attribute in by:
        if attribute not in ATTRIBUTES:
            raise UnivocalError(f"by: no attribute {attribute!r}. {did_you_mean(attribute, ATTRIBUTES)}")
    settings = Settings(level, n_boot, seed)
    set_up = bench(gold, codebook, Plan(tuple(extra), folds, group_by, seed, tell), settings, finder)
    report, said = set_up.report(coder)
    tell("ceiling: the gold's own coders")
    return Evaluation(
        coder=report,
        codebook=codebook.id,
        codebook_version=codebook.version,
        n_papers=len(gold),
        n_mentions=sum(len(g.mentions) for g in gold),
        settings=settings,
        frequent=set_up.frequent,
        within=set_up.within,
        baselines={name: _baseline(name, set_up) for name in BASELINES} if baselines else {},
        ceiling=ceiling(gold, codebook, settings),
        by={attribute: set_up.by(attribute, said) for attribute in by},
    )


def _baseline(name: str, set_up: Bench) -> CoderReport | NotRun:
    """A baseline that can't be run is a row that says why; it never fails the evaluation."""
    try:
        return set_up.report(BASELINES[name]())[0]
    except MissingExtraError as error:
        return NotRun(name, f"needs pip install 'univocal[{error.extra}]'")
    except UnivocalError as error:
        return NotRun(name, str(error))
