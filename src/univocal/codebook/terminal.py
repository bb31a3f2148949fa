"""A codebook on a terminal: an overview of all, or one variable with every definition and example."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from univocal.codebook.model import Code, Codebook, Ideal, Variable
from univocal.codebook.render import NOTE, PROVENANCE, predicted, tag, traits

_MAX_WIDTH = 120


def text(codebook: Codebook, variable: str | None, *, width: int, color: bool) -> str:
    """The codebook, or one of its variables, laid out for ``width`` columns."""
    out = StringIO()
    console = Console(
        file=out,
        width=max(40, min(width, _MAX_WIDTH)),
        force_terminal=color,
        color_system="standard" if color else None,
        highlight=False,
        legacy_windows=False,
    )
    parts = _overview(codebook) if variable is None else _detail(codebook.variable(variable))
    console.print(Group(*parts))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _overview(book: Codebook) -> Iterator[RenderableType]:
    yield Text.assemble((book.title, "bold"), f"\n{book.id} {book.version}")
    yield Text(f"Source: {book.source}\n", style="dim")
    yield Text(NOTE)
    yield Padding(_rows((f"[{key}]", Text(meaning)) for key, meaning in PROVENANCE.items()), (0, 0, 0, 2))
    yield _heading("Ideals")
    for ideal in book.ideals:
        yield _ideal(ideal)
    yield _heading("Variables")
    for variable in book.variables:
        yield _brief(variable)
    yield _heading("Tension cases")
    for case in book.tension_cases:
        yield _titled(case.intervention, "", f"{case.status} [{case.provenance}]")
        rows = [
            ("progress", f"{', '.join(case.progress_for)}: {case.progress_because}"),
            ("regress", f"{', '.join(case.regress_for)}: {case.regress_because}"),
            ("through", case.through),
        ]
        yield _block(rows)
    yield _heading("Recommendations")
    for advice in book.recommendations:
        yield _titled(f"{advice.id} {advice.heading}", "", f"[{advice.heading_provenance}]")
        yield Padding(Text(f"{advice.detail} [{advice.detail_provenance}]"), (0, 0, 1, 2))
    yield Text("One variable in full: univocal codebook show --variable sense", style="dim")


def _ideal(ideal: Ideal) -> RenderableType:
    number = f" (Def. {ideal.number})" if ideal.number else ""
    rows = [
        ("x (Q2)", f"{ideal.x} → {', '.join(ideal.object_x)}"),
        ("y (Q1)", f"{ideal.y} → {', '.join(ideal.target_y)}"),
        ("aligned", ideal.aligned_when),
        ("misaligned", ideal.misaligned_when),
    ]
    if (p := ideal.prediction) is not None:
        rows += [("threat model", f"predicted: {predicted(p.threat_model)} [{p.provenance}]")]
        rows += [("valence", f"predicted: {predicted(p.valence)} [{p.provenance}]")]
    if ideal.within:
        rows += [("refines", ideal.within)]
    head = _titled(f"{ideal.label}{number}", ideal.id, f"[{ideal.provenance}]")
    return Group(head, Padding(Text(ideal.definition), (0, 0, 0, 2)), _block(rows))


def _brief(variable: Variable) -> RenderableType:
    head = _titled(variable.label, variable.id, f"[{variable.provenance}]")
    asked = Text.assemble(variable.question, (f"\n{traits(variable)}", "dim"))
    codes = Text("codes: ", style="dim")
    for at, code in enumerate(variable.codes):
        codes.append(", " if at else "", style="default")
        codes.append(f"{code.id} [{code.provenance}]", style="not dim")
    return Group(head, Padding(Group(asked, codes), (0, 0, 1, 2)))


def _detail(variable: Variable) -> Iterator[RenderableType]:
    yield _titled(variable.label, variable.id, tag(variable.provenance))
    yield Padding(Text.assemble(variable.question, (f"\n{traits(variable)}", "dim")), (0, 0, 1, 2))
    for code in variable.codes:
        yield _code(code)


def _code(code: Code) -> RenderableType:
    marks = [f"part of {code.parent}"] if code.parent else []
    marks += ["needs no evidence"] if code.absence else []
    marks += [] if code.ai else ["not a sense of AI alignment"]
    body = Text(code.definition)
    if marks:
        body.append(f"\n{'; '.join(marks)}", style="dim")
    if code.rule:
        body.append("\nrule [U] ", style="dim").append(code.rule, style="not dim")
    parts: list[RenderableType] = [body]
    if code.examples:
        parts.append(
            _rows(
                (Text("yes" if e.applies else "no", style="green" if e.applies else "red"),
                 Text.assemble((f"“{e.text}”", "italic"), f" {e.because}"))
                for e in code.examples
            )
        )  # fmt: skip
    return Group(_titled(code.label, code.id, tag(code.provenance)), Padding(Group(*parts), (0, 0, 1, 2)))


def _heading(words: str) -> RenderableType:
    return Text(f"\n{words.upper()}\n", style="bold cyan")


def _titled(label: str, name: str, right: str) -> RenderableType:
    """A label and an id on the left, the provenance on the right."""
    grid = Table.grid(expand=True, padding=(0, 1))
    grid.add_column(ratio=1)
    grid.add_column(justify="right", no_wrap=True)
    left = Text.assemble((label, "bold"), (f"  {name}" if name else "", "cyan"))
    grid.add_row(left, Text(right, style="dim"))
    return grid


def _block(rows: list[tuple[str, str]]) -> RenderableType:
    return Padding(_rows((Text(key, style="dim"), Text(value)) for key, value in rows), (0, 0, 1, 2))


def _rows(rows: Iterator[tuple[str | Text, Text]]) -> RenderableType:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column()
    for key, value in rows:
        grid.add_row(Text(key) if isinstance(key, str) else key, value)
    return grid
