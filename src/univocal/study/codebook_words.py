"""What changed in a codebook, and what that does, in words for terminal and pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from univocal.codebook.diff import Change
from univocal.codebook.model import Prediction
from univocal.study.recode_plan import CodeLine, Counts, Plan, VariableLine

_KINDS = {"added": "added", "removed": "removed", "renamed": "renamed", "changed": "changed"}
_FIELDS = {"when": "asked only where", "answers": "answers", "unit": "asked of each", "question": "question"}


def told(changes: Iterable[Change]) -> Iterator[str]:
    """One line for each difference; cues, which are many and long, are counted by code.

    >>> from univocal.codebook import diff, load
    >>> list(told(diff(load(), load()).changes))
    []
    """
    cues: Counter[str] = Counter()
    for one in changes:
        where = ".".join(one.path[1:])
        if one.path[0] == "cue":
            cues[f"cues of {one.path[1]}.{one.path[2]} {_KINDS[one.kind]}"] += 1
        elif one.kind == "renamed":
            yield f"{one.what} {where + '.' if where else ''}{one.before} renamed to {one.after}"
        elif one.kind == "changed":
            place = f"{one.what} {where}".rstrip()
            yield f"{place}: {one.field}: {value(one.before)} → {value(one.after)}"
        else:
            yield f"{one.what} {where} {_KINDS[one.kind]}"
    yield from (f"{words}: {n}" for words, n in cues.items())


def value(what: Any) -> str:
    """A field's value.

    >>> value(("about", ("main", "passing")))
    'about is main or passing'
    """
    if isinstance(what, tuple) and all(isinstance(part, str) for part in what):
        return ", ".join(what) or "none"
    if isinstance(what, tuple) and len(what) == 2 and isinstance(what[1], tuple):
        return f"{what[0]} is {' or '.join(what[1])}"
    if isinstance(what, tuple):
        return f"{len(what)} examples"
    if isinstance(what, Prediction):
        return "another prediction"
    return "none" if what in (None, "") else f"“{what}”" if isinstance(what, str) else str(what)


def counted(n: int, noun: str = "coding") -> str:
    """A number and its noun.

    >>> counted(1), counted(1200, "paper")
    ('1 coding', '1,200 papers')
    """
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def by_coder(codings: Counts, noun: str = "coding") -> str:
    """How many codings, and whose.

    >>> by_coder((("ann", 2), ("bob", 1)))
    '3 codings (ann 2, bob 1)'
    """
    n = counted(sum(n for _, n in codings), noun)
    return f"{n} ({', '.join(f'{name} {some:,}' for name, some in codings)})" if codings else n


def code_words(one: CodeLine) -> tuple[str, str]:
    """What becomes of a code, and what happens to its codings."""
    became = ", ".join(one.after)
    what = {
        "unchanged": "unchanged", "added": "added", "removed": "removed", "renamed": f"renamed to {became}",
        "merged": f"merged into {became}", "split": f"split into {became}", "redefined": "definition changed",
    }[one.kind]  # fmt: skip
    if one.redefined and one.kind != "redefined":
        what += ", definition changed"
    happens = {
        "none": "kept", "recode": "new code, same evidence", "again": "to be coded again", "clear": "taken away",
        "review": "kept, to be reviewed",
    }[one.effect]  # fmt: skip
    if one.effect == "recode" and one.redefined:
        happens += ", to be reviewed"
    return what, happens


def variable_words(one: VariableLine) -> tuple[str, ...]:
    """What becomes of a question and of its answers; nothing for one that is unchanged."""
    if one.kind == "removed":
        return (f"removed: {by_coder(one.codings)} taken away",)
    words = [f"{_FIELDS.get(name, name)}: {value(was)} → {value(now)}" for name, was, now in one.fields]
    if one.was:
        words.insert(0, f"renamed, was {one.was}: {by_coder(one.codings)} go along")
    if one.kind == "added":
        words.append("added")
    if one.effect == "review":
        words.append(f"{by_coder(one.codings)} kept, to be reviewed")
    if one.unasked:
        words.append(f"kept though no longer asked of the paper: {counted(one.unasked)}")
    if one.unanswered:
        then = "they open again" if one.reopened else "they stay finished"
        words.append(f"finished without an answer: {by_coder(one.unanswered, 'paper')}; {then}")
    return tuple(words)


def summary(made: Plan) -> tuple[str, ...]:
    """What would happen to codings, a line for each kind of it."""
    lines = [f"kept as they are: {counted(made.kept)}"]
    if made.moved:
        lines.append(f"under their variable's new id, same coder, answer and evidence: {counted(made.moved)}")
    if made.recoded:
        lines.append(f"new code, same coder and evidence: {counted(made.recoded)}")
    if made.again:
        lines.append(f"to be coded again: {counted(len(made.again))}")
    if made.reopened:
        lines.append(
            f"finished papers that open again: {by_coder(made.reopened, 'paper')}; until they are finished they can't be "
            "adjudicated, and agreement and prevalence count the answers that are left"
        )
    if made.unasked:
        lines.append(
            "to be coded again, but nobody is asked (machines, decisions, people without a task, questions that aren't asked "
            f"any more): {made.unasked:,}"
        )
    if made.cleared:
        lines.append(f"taken away with their question: {counted(made.cleared)}")
    if made.earlier:
        lines.append(
            f"judgements from before others' codes were seen, under a later answer, that change too: {made.earlier:,}"
        )
    if made.review:
        lines.append(f"made by words that change, to be reviewed: {counted(made.review)}")
    return tuple(lines)


def done_words(done: Mapping[str, Any]) -> tuple[str, ...]:
    """What a change did to codings, from what the history keeps of it: variables, codes with codings, then the sums."""
    words = {
        "moved": "under their variable's new id",
        "recoded": "got new codes",
        "again": "to be coded again",
        "cleared": "taken away",
        "kept": "kept",
    }
    sums = ", ".join(f"{done[key]:,} {what}" for key, what in words.items() if done.get(key) or key == "kept")
    if done.get("reopened"):
        sums += f"; papers that opened again: {done['reopened']:,}"
    codes = []
    for one in done["codes"]:
        became = "definition changed" if one["kind"] == "redefined" else one["kind"]
        if one["after"] and one["after"] != [one["code"]]:
            became += f" ({', '.join(one['after'])})"
        codes.append(f"{one['variable']}.{one['code']} {became}: {counted(one['codings'])}")
    names = [f"{old} renamed to {new}" for old, new in done.get("variables", {}).items()]
    return (*names, *codes, f"codings: {sums}")
