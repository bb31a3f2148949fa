"""Train a coder on what people coded in a study, and let it code the study's papers where it does better."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from univocal.codebook.model import Codebook
from univocal.coders.gold import GoldPaper
from univocal.coders.protocol import Coder
from univocal.coders.trained.coder import TrainedCoder, shipped
from univocal.coders.trained.weights import digest, pack, unpack
from univocal.errors import StudyError
from univocal.estimates.compare import Contest, compare
from univocal.estimates.evaluate import evaluate
from univocal.estimates.folds import split, without
from univocal.estimates.runs import Plan, run
from univocal.records import Coding, Paper
from univocal.study.clock import now
from univocal.study.coded_papers import coded_papers
from univocal.study.folder import Study
from univocal.study.machine import suggest
from univocal.study.next_machine import RETRAINED
from univocal.study.people import LONGEST_NAME
from univocal.study.schema import event as events

#: The weights and what is to be known of them, in the study's folder.
WEIGHTS, RECORD = "trained.npz", "trained.json"
#: With fewer coded papers nothing can be said of a coder's quality.
FEWEST = 20
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Retrained:
    """A coder trained in a study: its name and version, what it learned from, and how good it is beside the shipped one.

    ``figures`` are lines to print, ``verdict`` says whether it is ``used`` from now on, and why.
    """

    coder: str
    version: str
    n_papers: int
    n_extra: int
    n_undecided: int
    figures: tuple[str, ...]
    verdict: str
    used: bool


def retrain(
    study: Study, variable: str, *, extra: Sequence[GoldPaper] = (), n_boot: int = 1000, dry_run: bool = False
) -> Retrained:  # fmt: skip
    """Train the coder on what people coded; where it does better on a variable than the shipped one, let it code all papers.

    Both are measured on the study's coded papers that the shipped coder hasn't learned from: the shipped one as it is, the
    new one refitted for each fold without the papers that it then codes (grouped by paper). The new one is used if the
    interval of its lead in α on ``variable`` leaves out 0. Its codings go into the study under a name of its own, its
    weights and their record into the study's folder; the shipped coder's codings stay.

    Args:
        study: the study.
        variable: what it is to be good at.
        extra: more coded papers to learn from, never measured; papers of the study are left out of them.
        n_boot: resamples of papers for the intervals.
        dry_run: train and measure, and write nothing.

    Raises:
        StudyError: too few papers are coded, or none has a coded mention; the weights can't be written.
        MissingExtraError: SciPy isn't installed (extra ``train``).
    """
    from univocal.coders.trained.fit import need_scipy

    need_scipy()
    with study.database.reading() as connection:
        found = coded_papers(connection, study.codebook)
    gold, old = found.gold, shipped()
    fresh = [one for one in gold if not old.seen(one.paper)]
    if len(fresh) < FEWEST or sum(any(m.sense for m in one.mentions) for one in fresh) < FEWEST:
        raise StudyError(
            f"retrain: {len(fresh)} papers that the shipped coder hasn't learned from are coded; expected {FEWEST} at least, "
            "with the senses of their mentions. Code more."
        )
    more = without(extra, gold)
    _check_learnable(fresh, more)
    learner = replace(old, name=f"trained-{study.name}"[:LONGEST_NAME])
    made = learner.fit([*gold, *more], study.codebook)
    told = [_told(one, fresh, study.codebook, more) for one in (old, made)]
    result = compare(fresh, [cast("Coder", one) for one in told], study.codebook, n_boot=n_boot)
    contest = result.variables.get(variable)
    used = contest is not None and contest.best == made.name and contest.clear
    figures = (
        *(line for one in told for line in _measured(fresh, one, study.codebook, variable, n_boot)),
        *(f"{name}: {_lead(one)}" for name, one in result.variables.items() if name in ("sense", variable)),
    )
    verdict = (
        f"{made.name} is used from now on." if used
        else f"{made.name} isn't clearly better on {variable}, so {old.name} stays."
    )  # fmt: skip
    done = Retrained(made.name, made.version, len(gold), len(more), found.n_undecided, figures, verdict, used)
    if not dry_run:
        _kept(study, made, done, variable, gold)
    return done


def load_retrained(study: Study) -> TrainedCoder:
    """The coder that was trained in the study last.

    Raises:
        StudyError: there is none, or its files don't belong together.
    """
    try:
        record = json.loads((study.folder / RECORD).read_text(encoding="utf-8"))
        model = unpack((study.folder / WEIGHTS).read_bytes())
    except OSError as error:
        raise StudyError(f"{study.folder}: no trained coder: {error.strerror or error}. Expected {WEIGHTS} and {RECORD}.") from error  # fmt: skip
    if not str(record.get("version", "")).endswith(digest(model)):
        raise StudyError(f"{study.folder / WEIGHTS}: not the weights that {RECORD} speaks of. Train again.")
    return TrainedCoder(model, record["version"], record["coder"])


def _check_learnable(gold: Sequence[GoldPaper], extra: Sequence[GoldPaper]) -> None:
    """Refuse where the coder couldn't be fitted without some fold: it learns to tell codes of ``about`` apart.

    Raises:
        StudyError: of the papers about alignment that a fold leaves, all have one code, or there is none.
    """
    for fold in split(gold, folds=FOLDS, group_by="paper", seed=0):
        rest = [*(one for at, one in enumerate(gold) if at not in set(fold)), *extra]
        found = {str(one.coding["about"]) for one in rest if one.coding.get("about", "no") != "no"}
        if len(found) < 2:
            raise StudyError(
                "retrain: papers that are about alignment in more ways than one are needed, also when a fifth of the coded "
                f"papers is held out; 'about' has {', '.join(sorted(found)) or 'no such code'} there. Code more, or pass "
                "--train-also."
            )


@dataclass(frozen=True, slots=True)
class _Told:
    """What a coder said of papers that it hasn't learned from, as a coder that says it again; ``how`` it came to say it."""

    name: str
    version: str
    codings: dict[str, tuple[Coding, ...]]
    how: str

    def code(self, paper: Paper, codebook: Codebook) -> tuple[Coding, ...]:
        """What was said of the paper."""
        del codebook
        return self.codings[paper.id]


def _told(
    coder: TrainedCoder, gold: Sequence[GoldPaper], codebook: Codebook, extra: Sequence[GoldPaper]
) -> _Told:
    procedure, codings = run(gold, cast("Coder", coder), codebook, Plan(tuple(extra), FOLDS))
    of = {one.paper.id: said for one, said in zip(gold, codings, strict=True)}
    return _Told(coder.name, coder.version, of, procedure.text)


def _measured(
    gold: Sequence[GoldPaper], told: _Told, codebook: Codebook, variable: str, n_boot: int
) -> list[str]:
    """How good a coder is on senses and on the variable, with intervals, abstentions counted as wrong."""
    measured = evaluate(gold, cast("Coder", told), codebook, n_boot=n_boot, baselines=False).coder.measured
    tables = {"sense": measured.senses, **measured.variables}
    lines = [f"{told.name}: {told.how}"]
    for name in dict.fromkeys(("sense", variable)):
        figure = tables[name].all.get("accuracy") if name in tables else None
        if (
            figure is not None
            and figure.value is not None
            and figure.low is not None
            and figure.high is not None
        ):
            lines.append(f"  accuracy on {name}: {figure.value:.3f} ({figure.low:.3f} to {figure.high:.3f})")
    return lines


def _lead(one: Contest) -> str:
    alphas = ", ".join(f"{name} {'undefined' if alpha is None else f'{alpha:.3f}'}" for name, alpha in one.alpha.items())  # fmt: skip
    ahead = one.ahead
    if ahead is None or ahead.value is None or ahead.low is None or ahead.high is None:
        return f"α {alphas}"
    return f"α {alphas}; {one.best} leads by {ahead.value:.3f} ({ahead.level:.0%} interval {ahead.low:.3f} to {ahead.high:.3f})"


def _kept(
    study: Study, coder: TrainedCoder, done: Retrained, variable: str, gold: Sequence[GoldPaper]
) -> None:
    """Weights and record in the folder, what was done in the study's log, and, if it is used, its codings."""
    record = {
        "coder": coder.name, "version": coder.version, "variable": variable, "used": done.used, "at": now(),
        "papers": [one.paper.id for one in gold], "n_extra": done.n_extra, "figures": list(done.figures),
        "codebook": study.codebook.digest,
    }  # fmt: skip
    _write(study.folder / WEIGHTS, pack(coder.model))
    _write(study.folder / RECORD, json.dumps(record, ensure_ascii=False, indent=2).encode())
    if done.used:
        suggest(study, cast("Coder", coder))
    details = {key: value for key, value in record.items() if key not in ("papers", "at")}
    with study.database.writing() as connection:
        connection.execute(
            events.insert(), {"person": None, "what": RETRAINED, "details": details, "at": record["at"]}
        )


def _write(path: Path, data: bytes) -> None:
    aside = path.with_name(f".{path.name}")
    try:
        aside.write_bytes(data)
        aside.replace(path)
    except OSError as error:
        raise StudyError(f"{path}: can't be written: {error.strerror or error}. Make room.") from error
