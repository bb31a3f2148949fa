"""An evaluation for a reader at a terminal, 100 columns wide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from univocal.estimates.measure import Measured
from univocal.estimates.report import (
    GOLD_NOTE,
    INTERVAL_NOTE,
    SAMPLE_NOTE,
    CoderReport,
    Evaluation,
    KindScore,
    NotRun,
)
from univocal.estimates.tables import Table
from univocal.statistics.result import FEWEST_CLUSTERS, Estimate
from univocal.statistics.selective import COVERAGES

WIDTH = 100
HEADS = {
    "accuracy": "accuracy",
    "macro_f1": "macro-F1",
    "macro_f1_six": "F1 of six",
    "kappa": "κ",
    "alpha": "α",
    "micro_f1": "micro-F1",
    "jaccard": "Jaccard",
}


def show(result: Evaluation) -> None:
    """Print an evaluation to stdout, as wide as the terminal but at least 100 columns."""
    console = Console(highlight=False)
    console.width = max(console.width, WIDTH) if console.is_terminal else WIDTH
    for part in _parts(result):
        console.print(part)


def number(value: float | None, digits: int = 3) -> str:
    """A share without its leading zero; a dash where there is none.

    >>> number(0.7123), number(-0.05, 2), number(1.0), number(None)
    ('.712', '-.05', '1.00', '–')
    """
    if value is None:
        return "–"
    written = f"{round(value, digits) + 0.0:.{digits}f}"
    return written[: digits + 1] if float(written) >= 1 else written.replace("0.", ".", 1)


def interval(one: Estimate) -> str:
    """A value and its bounds; ``!`` warns of an interval that can't be trusted.

    >>> interval(Estimate(0.7123, 0.65, 0.75, 0.95, 100, "percentile"))
    '.712 .65–.75'
    """
    if one.value is None or one.low is None or one.high is None:
        return number(one.value)
    low, high = number(one.low, 2), number(one.high, 2)
    return f"{number(one.value)} {low}–{high}" + ("!" if one.caution else "")


def _parts(result: Evaluation) -> Iterator[RenderableType]:
    one = result.coder
    yield Text(
        f"{one.name} {one.version} on {result.n_papers:,} papers with {result.n_mentions:,} mentions "
        f"(codebook {result.codebook} {result.codebook_version})",
        style="bold",
    )
    yield Text(f"{one.name} was {one.procedure.text}.")
    yield Text(f"Intervals: {100 * result.settings.level:g}%, {INTERVAL_NOTE}.")
    yield Text(GOLD_NOTE, style="italic")
    yield _section(
        "Senses of mentions",
        _senses(result),
        "“Silence wrong” counts each abstention as an error; “two coders” is the ceiling.",
    )
    yield _section(
        "Sense by sense", _codes(result), "Precision, recall and F1 of the mentions that it coded."
    )
    yield _section("Which sense was taken for which (rows: gold)", _confusion(one.measured.senses))
    yield _section(
        "Variables of papers",
        _variables(one.measured.variables),
        "Of the papers that it coded. Variables other than about: over papers that the gold calls AI alignment; "
        "the coder's “no AI alignment” (counted under “no”) is wrong there. Where answers are sets, accuracy is "
        "the share of equal sets and α has Jaccard distance.",
    )
    yield _section("Sets of codes", _sets(one.measured.variables))
    yield _section(
        "Beside the others: accuracy and α, abstentions wrong",
        _beside(result),
        "“both AI” are the papers that the coder, too, calls AI alignment.",
    )
    if one.findings is not None:
        yield _section("Conflation, by kind", _findings(one.findings, result), "Exact intervals over papers.")
    yield _section(
        "Does confidence mean what it says?",
        _calibration(one.measured),
        "Expected calibration error over ten bins of equal width.",
    )
    yield _section(
        "If it kept silent where it is least sure",
        _selective(one.measured),
        "Accuracy on the surest part of all units. The part was chosen by its confidence, and says nothing of the rest.",
    )
    for attribute, groups in result.by.items():
        yield _section(
            f"By {attribute}: senses",
            _by(attribute, groups),
            f"Values with fewer than {FEWEST_CLUSTERS} papers have no row of their own.",
        )
    yield Padding(_notes(result), (1, 0, 0, 0))


def _section(title: str, grid: RenderableType, note: str = "") -> RenderableType:
    parts: list[RenderableType] = [Text(title, style="bold")]
    if note:
        parts.append(Text(note, style="dim"))
    return Padding(Group(*parts, grid), (1, 0, 0, 0))


def _grid(first: str, *heads: str) -> Grid:
    grid = Grid(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False, pad_edge=False)
    grid.add_column(first, no_wrap=True)
    for head in heads:
        grid.add_column(head, justify="right", no_wrap=True)
    return grid


def _senses(result: Evaluation) -> Grid:
    names = ("accuracy", "macro_f1", "macro_f1_six", "kappa", "alpha")
    grid = _grid("", "coded", *(HEADS[name] for name in names))

    def row(label: str, table: Table) -> None:
        grid.add_row(label, number(table.coverage.value), *(interval(table.coded[name]) for name in names))
        if table.n_abstained:
            grid.add_row("  silence wrong", "", *(interval(table.all[name]) for name in names))

    row(result.coder.name, result.coder.measured.senses)
    for name, one in result.baselines.items():
        if isinstance(one, NotRun):
            grid.add_row(name, "not run")
        else:
            row(name, one.measured.senses)
    if result.ceiling:
        row("two coders", result.ceiling.between.senses)
    ai = result.coder.measured.ai_sense
    grid.add_section()
    grid.add_row(
        "AI sense or not",
        number(ai.coverage.value),
        *(interval(ai.coded[name]) if name in ai.coded else "" for name in names),
    )
    return grid


def _codes(result: Evaluation) -> Grid:
    grid = _grid("", "gold", "guessed", "precision", "recall", "F1", "F1 ceiling")
    ceiling = {one.label: one.f1 for one in result.ceiling.between.senses.codes} if result.ceiling else {}
    for one, every in zip(
        result.coder.measured.senses.codes, result.coder.measured.senses.codes_all, strict=True
    ):
        top = ceiling.get(one.label)
        cells = (interval(x) for x in (one.precision, one.recall, one.f1))
        grid.add_row(
            str(one.label), str(every.n_true), str(one.n_guessed), *cells, number(top.value) if top else "–"
        )
    return grid


def _confusion(table: Table) -> Grid:
    used = [
        i
        for i in range(len(table.columns))
        if i < len(table.codes) or any(r[i] for r in table.confusion or ())
    ]
    heads = [str(i + 1) if i < len(table.codes) else table.columns[i].strip("()") for i in used]
    grid = _grid("", *heads)
    for place, row in enumerate(table.confusion or ()):
        grid.add_row(
            f"{place + 1} {table.codes[place].label}", *(str(row[i]) if row[i] else "·" for i in used)
        )
    return grid


def _variables(variables: Mapping[str, Table]) -> Grid:
    names = ("accuracy", "macro_f1", "kappa", "alpha")
    grid = _grid("", "n", "coded", "no", *(HEADS[name] for name in names))
    for variable, table in variables.items():
        cells = (interval(table.coded[name]) for name in names)
        grid.add_row(variable, str(table.n), number(table.coverage.value), str(table.n_off or "·"), *cells)
    return grid


def _sets(variables: Mapping[str, Table]) -> Grid:
    grid = _grid("", "Jaccard", "micro-F1", "F1 of each code")
    for variable, table in variables.items():
        if "jaccard" in table.coded:
            each = "  ".join(f"{one.label} {number(one.f1.value)}" for one in table.codes)
            grid.add_row(variable, interval(table.coded["jaccard"]), interval(table.coded["micro_f1"]), each)
    grid.columns[-1].no_wrap, grid.columns[-1].justify = False, "left"
    return grid


def _beside(result: Evaluation) -> Grid:
    one = result.coder
    others: dict[str, Mapping[str, Table]] = {
        one.name: one.measured.variables,
        "both AI": one.measured.both_ai,
    }
    others |= {n: b.measured.variables for n, b in result.baselines.items() if isinstance(b, CoderReport)}
    if result.ceiling:
        others["ceiling"] = result.ceiling.between.variables
    grid = _grid("", *others)
    for variable in one.measured.variables:
        grid.add_row(variable, *(_pair(tables.get(variable)) for tables in others.values()))
    return grid


def _pair(table: Table | None) -> str:
    return (
        ""
        if table is None
        else f"{number(table.all['accuracy'].value, 2)} {number(table.all['alpha'].value, 2):>4}"
    )


def _findings(findings: Mapping[str, KindScore], result: Evaluation) -> Grid:
    grid = _grid("", "gold", "found", "precision", "recall", "ceiling: precision, recall")
    for kind, one in findings.items():
        top = result.ceiling.findings.get(kind) if result.ceiling else None
        best = f"{number(top.precision.value, 2)}  {number(top.recall.value, 2)}" if top else "–"
        grid.add_row(
            kind, str(one.n_true), str(one.n_found), interval(one.precision), interval(one.recall), best
        )
    return grid


def _calibration(measured: Measured) -> RenderableType:
    grid = _grid("", "n", "error", "mean confidence → share right, bins that hold 10 or more")
    for name, table in {"sense": measured.senses, **measured.variables}.items():
        if table.calibration is None:
            continue
        bins = [b for b in table.calibration.bins if b.n >= 10]
        shown = "  ".join(f"{number(b.confidence, 2)}→{number(b.accuracy, 2)}" for b in bins)
        grid.add_row(name, str(table.calibration.error.n), number(table.calibration.error.value), shown)
    grid.columns[-1].no_wrap, grid.columns[-1].justify = False, "left"
    return grid if grid.row_count else Text("This coder gives no confidence.")


def _selective(measured: Measured) -> RenderableType:
    grid = _grid("", "n", *(f"{coverage:.0%}" for coverage in COVERAGES))
    for name, table in {"sense": measured.senses, **measured.variables}.items():
        if table.selective is not None:
            grid.add_row(name, str(table.n), *(interval(one) for one in table.selective.values()))
    return grid if grid.row_count else Text("This coder gives no confidence.")


def _by(attribute: str, groups: Mapping[str, Measured]) -> Grid:
    """One row for each value with enough papers for an interval; what the others hold is counted in one line."""
    grid = _grid(attribute, "papers", "mentions", "coded", "accuracy", "macro-F1", "κ")
    for value, one in groups.items():
        table = one.senses
        if _size(one) < FEWEST_CLUSTERS:
            continue
        grid.add_row(
            value if len(value) <= 26 else f"{value[:25]}~",
            str(_size(one)),
            str(table.n),
            number(table.coverage.value),
            *(interval(table.coded[name]) for name in ("accuracy", "macro_f1", "kappa")),
        )
    small = [one for one in groups.values() if _size(one) < FEWEST_CLUSTERS]
    if small:
        mentions = sum(one.senses.n for one in small)
        grid.add_row(f"{len(small)} others (see JSON)", str(sum(map(_size, small))), str(mentions))
    return grid


def _size(one: Measured) -> int:
    return one.variables["about"].n if "about" in one.variables else one.senses.n_papers


def _notes(result: Evaluation) -> Group:
    one = result.coder.measured
    notes = [
        SAMPLE_NOTE,
        f"! marks an interval that can't be trusted (fewer than {FEWEST_CLUSTERS} papers, or no spread).",
    ]
    if result.ceiling is None:
        notes.append("No ceiling: these gold papers don't carry the codings of two coders.")
    else:
        notes.append("The ceiling is measured with the first coder as the truth.")
    notes += [f"The gold doesn't know {i}; it is compared as {sense}." for i, sense in result.within.items()]
    notes += [f"{n} was not run: {b.reason}." for n, b in result.baselines.items() if isinstance(b, NotRun)]
    if one.n_elsewhere:
        notes.append(
            f"{one.n_elsewhere} senses were given to places that aren't mentions in the gold; they don't count."
        )
    if result.coder.findings is None:
        notes.append("Conflation was not measured: no finder of findings was given.")
    notes.extend(f"Not measured: {variable} ({why})." for variable, why in one.not_measured.items())
    return Group(*(Text(f"• {note}") for note in notes))
