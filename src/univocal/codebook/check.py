"""Is a codebook's file sound? All of its faults at once, each with its path and a suggestion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path

from univocal.codebook.draft import Draft, Entry, draft, locate
from univocal.codebook.shape import told
from univocal.errors import CodebookError

#: The variables that the tables of a run have columns for; a codebook that stands alone needs them all.
REQUIRED = (
    "sense",
    "about",
    "ideals",
    "primary",
    "object_x",
    "target_y",
    "threat_model",
    "valence",
    "harm_source",
    "definition",
    "proxies",
    "conflation",
    "tension_acknowledged",
    "diversity_acknowledged",
)
_FLAGS = {"true", "false"}
MAX_FAULTS = 500
# Looking for the closest of thousands of names, for each of hundreds of faults, would take minutes.
_MAX_SUGGESTED = 300


def check(source: str | Path) -> tuple[str, ...]:
    """Which faults does a codebook have?

    Args:
        source: the id of a built-in codebook, or the path of a file.

    Returns:
        One message for each fault, in order of the file; none where it is sound.

    >>> check("alignment")
    ()
    """
    try:
        made = draft(locate(source))
    except CodebookError as error:
        return error.faults
    return tuple(chain(all_faults(made), _cues(made, ours=True)))


def all_faults(made: Draft) -> tuple[str, ...]:
    """Every fault of a draft, up to the 500th: a file with more is mended in rounds.

    Patterns of cues are compiled where they come from a user's file; the package's own are checked by its tests.
    """
    found = tuple(islice(chain(made.faults, _references(made)), MAX_FAULTS + 1))
    if len(found) <= MAX_FAULTS:
        return found
    return (*found[:MAX_FAULTS], f"{made.name}: more than {MAX_FAULTS} faults; mend these first")


def _references(made: Draft) -> Iterator[str]:
    """Which references of a draft point to nothing, or to what they may not?"""
    yield from _variables(made)
    yield from _codes(made)
    yield from _ideals(made)
    yield from _cases(made)
    yield from _cues(made, ours=False)


def _unknown(entry: Entry, key: str, words: Iterable[str], known: Iterable[str], noun: str) -> Iterator[str]:
    """One message for each word that isn't known."""
    names = tuple(known)
    for word in words:
        if word not in names:
            from univocal.plugins import did_you_mean

            yield f"{entry.where}.{key}: no {noun} {word!r}. {did_you_mean(word, names[:_MAX_SUGGESTED])}"


def _variables(made: Draft) -> Iterator[str]:
    missing = [repr(name) for name in REQUIRED if (name,) not in made.entries["variables"]]
    if missing and not made.faults:  # where the base can't be read, that is the fault to mend
        yield (
            f"{made.name}: variables: missing {', '.join(missing)}, which a run's tables have columns for. "
            'Add them, or start from extends = "alignment".'
        )
    for (name,), entry in made.entries["variables"].items():
        codes = made.codes(name)
        if not codes:
            yield f"{entry.where}: the variable {name!r} has no codes. Add [[codes]] with variable = {name!r}."
        elif entry.table.get("answers") == "flag" and set(codes) != _FLAGS:
            yield f"{entry.where}.answers: a flag has the codes 'true' and 'false', not {', '.join(map(repr, codes))}"
        if (when := entry.table.get("when")) is None:
            continue
        yield from _unknown(entry, "when.variable", [when["variable"]], made.ids("variables"), "variable")
        if when["variable"] == name:
            yield f"{entry.where}.when.variable: {name!r} can't depend on itself"
        elif (when["variable"],) in made.entries["variables"]:
            yield from _unknown(entry, "when.codes", when["codes"], made.codes(when["variable"]), "code")


def _codes(made: Draft) -> Iterator[str]:
    ideals = made.ids("ideals")
    for (variable, code), entry in made.entries["codes"].items():
        yield from _unknown(entry, "variable", [variable], made.ids("variables"), "variable")
        own = made.codes(variable)
        if own.count(code) > 1:
            yield f"{entry.where}.id: {code!r} is an ideal, and {variable!r} has the codes of all ideals already"
        if (parent := entry.table.get("parent")) is None:
            continue
        others = dict.fromkeys((*ideals, *own))
        yield from _unknown(entry, "parent", [parent], others, "code")
        if _circles(made, variable, code):
            yield f"{entry.where}.parent: {code!r} is among its own ancestors"


def _circles(made: Draft, variable: str, code: str) -> bool:
    seen: set[str] = set()
    at: str | None = code
    while at is not None and at not in seen:
        seen.add(at)
        entry = made.entries["codes"].get((variable, at))
        at = entry.table.get("parent") if entry else None
    return at == code


def _ideals(made: Draft) -> Iterator[str]:
    for (name,), entry in made.entries["ideals"].items():
        for key in ("object_x", "target_y"):
            yield from _unknown(entry, key, entry.table.get(key, ()), made.codes(key), "code")
        prediction = entry.table.get("prediction", {})
        for key in ("threat_model", "valence"):
            yield from _unknown(entry, f"prediction.{key}", prediction.get(key, ()), made.codes(key), "code")
        if within := entry.table.get("within"):
            senses = [sense for sense in made.codes("sense") if sense != name]
            yield from _unknown(entry, "within", [within], senses, "other sense")


def _cases(made: Draft) -> Iterator[str]:
    sides = (*made.ids("ideals"), *made.codes("valence"))
    variables = made.ids("variables")
    for entry in made.entries["tension_cases"].values():
        for key in ("progress_for", "regress_for"):
            yield from _unknown(entry, key, entry.table.get(key, ()), sides, "ideal or valence")
        if through := entry.table.get("through"):
            yield from _unknown(entry, "through", [through], variables, "variable")
    for entry in made.entries["recommendations"].values():
        yield from _unknown(entry, "measured_by", entry.table.get("measured_by", ()), variables, "variable")


def _cues(made: Draft, *, ours: bool) -> Iterator[str]:
    """Faults of the cues that are the package's own, or of those that aren't."""
    cues = [(key, entry) for key, entry in made.entries["cue"].items() if entry.ours is ours]
    if not cues:
        return
    from univocal.codebook.pattern import fault_of_pattern

    for (variable, code, pattern, _), entry in cues:
        if (variable,) not in made.entries["variables"]:
            yield from _unknown(entry, "variable", [variable], made.ids("variables"), "variable")
        else:
            yield from _unknown(entry, "code", [code], made.codes(variable), "code")
        if (fault := fault_of_pattern(pattern)) is not None:
            yield f"{entry.where}.pattern: {fault}: {told(pattern)}"
