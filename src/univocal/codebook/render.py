"""A codebook in words: text for a terminal, Markdown for the reference page, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Literal

from univocal.codebook.build import plain
from univocal.codebook.model import Code, Codebook, Example, Ideal, Variable
from univocal.errors import InputError

Format = Literal["text", "json", "markdown"]
#: What the tags mean; a tag says where an element is known from, and the wording is ours throughout.
PROVENANCE = {
    "P": "the authors' own abstracts",
    "S": "a third-party summary",
    "U": "ours",
}
#: Told wherever tags are: what they don't say.
NOTE = (
    "A tag says where an element is known from. The wording is ours throughout. Always ours: examples, coding "
    "rules, the codes that stand for answers to Q1 and Q2, and the plain negation where only one of "
    '"aligned when" and "misaligned when" is known.'
)


def show(
    codebook: Codebook,
    variable: str | None = None,
    format: Format = "text",  # noqa: A002 - the word of the command's option
    *,
    width: int = 80,
    color: bool = False,
) -> str:
    """What does a codebook say?

    Args:
        codebook: from ``load``.
        variable: the id of one variable, shown in full; by default the whole codebook.
        format: ``text`` for people, ``markdown`` with every example, ``json`` with every field.
        width: columns of the text.
        color: whether the text carries ANSI colours.

    Returns:
        The codebook in words, with each element's provenance, ending in a line break.

    Raises:
        InputError: there is no such variable.

    >>> from univocal.codebook import load
    >>> print(show(load(), "about", "markdown").splitlines()[0])
    ### `about`: About alignment of AI
    """
    if variable is not None and variable not in codebook:
        from univocal.plugins import did_you_mean

        known = [v.id for v in codebook.variables]
        raise InputError(f"{codebook.id}: no variable {variable!r}. {did_you_mean(variable, known)}")
    if format == "json":
        noun = codebook if variable is None else codebook.variable(variable)
        return json.dumps(noun, default=plain, ensure_ascii=False, indent=2) + "\n"
    if format == "markdown":
        lines = _page(codebook) if variable is None else _variable(codebook.variable(variable))
        return "\n".join(lines).rstrip() + "\n"
    from univocal.codebook.terminal import text

    return text(codebook, variable, width=width, color=color)


def tag(provenance: str) -> str:
    """A provenance tag with its meaning.

    >>> tag("S")
    '[S] a third-party summary'
    """
    return f"[{provenance}] {PROVENANCE[provenance]}"


def predicted(codes: Iterable[str]) -> str:
    """A prediction in words.

    >>> predicted(()), predicted(("positive",))
    ('not applicable', 'positive')
    """
    *first, last = tuple(codes) or ("not applicable",)
    return " or ".join([", ".join(first), last] if first else [last])


def traits(variable: Variable) -> str:
    """How a variable is coded, in words.

    >>> from univocal.codebook import load
    >>> traits(load().variable("valence"))
    'one code a paper, where about is main or passing'
    """
    words = {
        "one": "one code",
        "many": "any number of codes",
        "flag": "yes or no",
        "ledger": "any number of quotes",
    }
    when = f", where {variable.when[0]} is {' or '.join(variable.when[1])}" if variable.when else ""
    return f"{words[variable.answers]} a {variable.unit}{when}"


def _page(book: Codebook) -> Iterator[str]:
    yield from (f"# Codebook `{book.id}` {book.version}: {book.title}", "", f"Source: {book.source}", "")
    if book.extends:
        yield from (f"Extends: {book.extends}", "")
    yield from (NOTE, "", "| tag | known from |", "|---|---|")
    yield from (f"| [{key}] | {meaning} |" for key, meaning in PROVENANCE.items())
    yield from ("", "## Ideals", "")
    for ideal in book.ideals:
        yield from _ideal(ideal)
    yield from ("## What the framework predicts of each ideal", "")
    yield from ("| ideal | threat model | valence | |", "|---|---|---|---|")
    for ideal in book.ideals:
        if (p := ideal.prediction) is not None:
            yield _row(ideal.label, predicted(p.threat_model), predicted(p.valence), tag(p.provenance))
    yield from ("", "## Variables and codes", "")
    for variable in book.variables:
        yield from _variable(variable)
    yield from _cases(book)
    yield from _recommendations(book)


def _ideal(ideal: Ideal) -> Iterator[str]:
    number = f" (Def. {ideal.number})" if ideal.number else ""
    yield from (
        f"### `{ideal.id}`: {ideal.label}{number}",
        "",
        f"{ideal.definition} {tag(ideal.provenance)}",
        "",
    )
    if ideal.rule:
        yield from (f"Rule: {ideal.rule} {tag('U')}", "")
    if ideal.within:
        yield from (f"Refines `{ideal.within}`; added to the framework's own ideals, and never ranked.", "")
    yield from (
        f"- Q1, aligned to what (y): {ideal.y} → {_ids(ideal.target_y)}",
        f"- Q2, what is aligned (x): {ideal.x} → {_ids(ideal.object_x)}",
        f"- Aligned when: {ideal.aligned_when}",
        f"- Misaligned when: {ideal.misaligned_when}",
        "",
    )


def _variable(variable: Variable) -> Iterator[str]:
    yield from (
        f"### `{variable.id}`: {variable.label}",
        "",
        f"{variable.question} {tag(variable.provenance)}",
        "",
    )
    yield from (f"Coded: {traits(variable)}.", "")
    for code in variable.codes:
        yield f"- `{code.id}` **{code.label}**. {code.definition} {tag(code.provenance)}{_marks(code)}"
        if code.rule:
            yield f"    - rule: {code.rule} {tag('U')}"
        yield from (f"    - {_example(example)}" for example in code.examples)
    yield ""


def _marks(code: Code) -> str:
    marks = [f"part of `{code.parent}`"] if code.parent else []
    marks += ["says that something is not there: needs no evidence"] if code.absence else []
    marks += [] if code.ai else ["not a sense of AI alignment"]
    return f" ({'; '.join(marks)})" if marks else ""


def _example(example: Example) -> str:
    return f"{'yes' if example.applies else 'no'}: “{example.text}” {example.because}"


def _cases(book: Codebook) -> Iterator[str]:
    yield from ("## Tension cases", "")
    yield from (
        "| intervention | progress for | regress for | through | status | |",
        "|---|---|---|---|---|---|",
    )
    for case in book.tension_cases:
        gain = f"{_ids(case.progress_for)}: {case.progress_because}"
        loss = f"{_ids(case.regress_for)}: {case.regress_because}"
        yield _row(case.intervention, gain, loss, f"`{case.through}`", case.status, tag(case.provenance))
    yield ""


def _recommendations(book: Codebook) -> Iterator[str]:
    yield from ("## Recommendations", "", "| | heading | detail | shown by (ours) |", "|---|---|---|---|")
    for advice in book.recommendations:
        heading = f"{advice.heading} {tag(advice.heading_provenance)}"
        detail = f"{advice.detail} {tag(advice.detail_provenance)}"
        yield _row(advice.id, heading, detail, _ids(advice.measured_by))


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _ids(ids: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in ids)
