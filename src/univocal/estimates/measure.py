"""From two parties' answers to figures: every variable, with its conditions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from univocal.codebook.model import Codebook, Variable
from univocal.errors import UnivocalError
from univocal.estimates.answers import Answers, asked, measured_variables
from univocal.estimates.set_tables import set_table
from univocal.estimates.tables import OFF, Settings, Table, Units, single_table

#: So many senses are "the frequent ones": the framework's three, the unspecified, the technical, the ordinary.
N_FREQUENT = 6


@dataclass(frozen=True, slots=True)
class Measured:
    """All tables of one coder.

    ``variables`` are measured over the papers of which the truth asks them; ``both_ai`` over those of which the
    guess asks them too. ``not_measured`` says why a variable of the codebook has no table.
    """

    senses: Table
    ai_sense: Table
    variables: Mapping[str, Table]
    both_ai: Mapping[str, Table]
    not_measured: Mapping[str, str]
    n_elsewhere: int = 0


def frequent_senses(truth: Sequence[Answers], codebook: Codebook) -> tuple[str, ...]:
    """Which six senses are the most frequent (in the codebook's order)?"""
    order = [code.id for code in codebook.variable("sense").codes]
    counts = Counter(sense for paper in truth for sense in paper.senses if sense is not None)
    kept = sorted(order, key=lambda sense: (-counts[sense], order.index(sense)))[:N_FREQUENT]
    return tuple(sorted(kept, key=order.index))


def measure(
    truth: Sequence[Answers],
    guess: Sequence[Answers],
    codebook: Codebook,
    settings: Settings,
    *,
    frequent: Sequence[str] | None = None,
) -> Measured:
    """How far does one party's coding meet another's, on every variable that both could code?

    Raises:
        UnivocalError: the two don't code the same papers in the same order.

    >>> from univocal.codebook import load
    >>> gold = [Answers("p1", ("technical",), {"about": ("no",)})]
    >>> measure(gold, gold, load(), Settings(n_boot=0)).senses.coded["accuracy"].value
    1.0
    """
    if [t.paper for t in truth] != [g.paper for g in guess]:
        raise UnivocalError("measure: truth and guess must code the same papers in the same order")
    six = tuple(frequent or frequent_senses(truth, codebook))
    senses = sense_units(truth, guess)
    variables, both, left = {}, {}, _never(codebook)
    for variable in measured_variables(codebook):
        units = variable_units(variable, truth, guess)
        if not units.truth:
            left[variable.id] = "the gold has no codes of it"
            continue
        variables[variable.id] = _table(variable, units, settings)
        if variable.when is not None:
            shared = [place for place, g in enumerate(guess) if asked(variable, g.codes)]
            both[variable.id] = _table(
                variable,
                variable_units(variable, [truth[i] for i in shared], [guess[i] for i in shared]),
                settings,
            )
    return Measured(
        senses=single_table(
            senses,
            [code.id for code in codebook.variable("sense").codes],
            settings,
            unit="mention",
            means={"macro_f1_six": six},
        ),
        ai_sense=single_table(_as_ai(senses, codebook), ("ai", "not_ai"), settings, unit="mention"),
        variables=variables,
        both_ai=both,
        not_measured=left,
        n_elsewhere=sum(g.n_elsewhere for g in guess),
    )


def sense_units(truth: Sequence[Answers], guess: Sequence[Answers]) -> Units:
    """Every mention that the truth gives a sense."""
    rows = [
        ((t,), None if g is None else (g,), one.paper, sure)
        for one, other in zip(truth, guess, strict=True)
        for t, g, sure in zip(
            one.senses, other.senses, other.sense_confidence or (None,) * len(one.senses), strict=True
        )
        if t is not None
    ]
    return Units(
        tuple(r[0] for r in rows),
        tuple(r[1] for r in rows),
        tuple(r[2] for r in rows),
        tuple(r[3] for r in rows),
    )


def variable_units(variable: Variable, truth: Sequence[Answers], guess: Sequence[Answers]) -> Units:
    """Every paper of which the truth asks (and answers) the question.

    Where the guess answers it, that answer stands. Where it doesn't: if the guess says that the question doesn't
    arise (the coder's "no AI alignment"), that is ``OFF``; anything else is an abstention.
    """
    rows = [
        (answer, _guessed(variable, other), one.paper, other.confidence.get(variable.id))
        for one, other in zip(truth, guess, strict=True)
        if (answer := one.codes.get(variable.id)) is not None and asked(variable, one.codes)
    ]
    return Units(
        tuple(r[0] for r in rows),
        tuple(r[1] for r in rows),
        tuple(r[2] for r in rows),
        tuple(r[3] for r in rows),
    )


def _guessed(variable: Variable, guess: Answers) -> tuple[str, ...] | None:
    codes = guess.codes.get(variable.id)
    if codes is not None:
        # One code is expected of these; an empty answer says nothing.
        return codes or (None if variable.answers != "many" else ())
    settled = variable.when is not None and guess.codes.get(variable.when[0]) is not None
    return (OFF,) if settled and not asked(variable, guess.codes) else None


def _table(variable: Variable, units: Units, settings: Settings) -> Table:
    labels = [code.id for code in variable.codes]
    return (
        set_table(units, labels, settings)
        if variable.answers == "many"
        else single_table(units, labels, settings)
    )


def _as_ai(units: Units, codebook: Codebook) -> Units:
    def kind(codes: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return None if codes is None else ("ai" if codes[0] in codebook.ai_senses else "not_ai",)

    return Units(
        tuple(kind(t) or () for t in units.truth),
        tuple(kind(g) for g in units.guess),
        units.papers,
        units.confidence,
    )


def _never(codebook: Codebook) -> dict[str, str]:
    return {
        v.id: "a ledger of quotes, not a choice of codes"
        if v.answers == "ledger"
        else "measured as findings, by kind"
        for v in codebook.variables
        if v.unit == "paper" and (v.answers == "ledger" or v.id == "conflation")
    }
