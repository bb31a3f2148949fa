"""`univocal coders`: which coders are installed, and what was measured of each."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import click

from univocal.errors import MissingExtraError

#: The figures that are shown: where `univocal evaluate` has them, and what they are called.
FIGURES = (
    ("senses", "kappa", "sense κ"),
    ("senses", "macro_f1_six", "macro-F1"),
    ("senses", "accuracy", "accuracy"),
    ("ai_sense", "accuracy", "AI or not"),
)
_UNMEASURED = "not measured; `univocal evaluate` measures it on coded papers"


@click.command(epilog="Example: univocal coders --json")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with every interval.")
def coders(*, as_json: bool) -> None:
    """List the installed coders: version, kind, what they need, and how well they meet coded papers.

    Figures come with their 95% intervals, from `univocal evaluate` on the project's coded papers. Those papers were
    coded by language models: the figures say how far a coder agrees with one kind of coder, not with people.

    Exit status: 0, or 1 if a coder can't be loaded.
    """
    from univocal.plugins import CODERS

    found = [_described(point) for point in sorted(entry_points(group=CODERS), key=lambda p: p.name)]
    if as_json:
        import orjson

        click.echo(orjson.dumps({"coders": found, "llm": _llm()}, option=orjson.OPT_INDENT_2).decode())
    else:
        _show(found)
    sys.exit(1 if any(coder["fault"] for coder in found) else 0)


def _described(point: EntryPoint) -> dict[str, Any]:
    """All that is to be said of a coder; one that can't be loaded says why."""
    from univocal.coders.choice import DEFAULT_CODER, quality

    about: dict[str, Any] = {
        "name": point.name,
        "default": point.name == DEFAULT_CODER,
        "version": None,
        "kind": None,
        "needs": None,
        "from": point.dist.name if point.dist is not None else None,
        "figures": None,
        "gold": None,
        "fault": None,
    }
    measured = quality(point.name)
    if measured is not None:
        about["figures"] = {f"{part}.{name}": measured.get(part, {}).get(name) for part, name, _ in FIGURES}
        about["measured_version"] = measured["coder"]["version"]
        about["gold"] = {
            **measured["gold"],
            "how": measured["procedure"]["kind"],
            "note": measured["gold_note"],
        }
    try:
        coder = point.load()()
    except MissingExtraError as error:
        about["needs"] = f"univocal[{error.extra}]"
    except Exception as error:  # noqa: BLE001 - a stranger's package may raise anything; the list names it
        about["fault"] = f"can't be loaded: {type(error).__name__}: {error}. Mend or uninstall its package."
    else:
        about["version"] = coder.version
        about["kind"] = getattr(coder, "kind", None) or _kind(coder)
    return about


def _kind(coder: object) -> str:
    from univocal.coders.protocol import Trainable

    if hasattr(coder, "explain"):
        return "cues"
    return "learned" if isinstance(coder, Trainable) else "other"


def _llm() -> dict[str, str]:
    """Language models aren't installed one by one: any is named by its provider."""
    return {
        "name": "llm:PROVIDER/MODEL",
        "kind": "language model",
        "needs": "univocal[llm]",
        "figures": _UNMEASURED,
    }


def _show(found: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column in ("coder", "version", "kind"):
        table.add_column(column)
    for *_, label in FIGURES:
        table.add_column(label)
    stale = False
    for coder in found:
        name = coder["name"] + (" (default)" if coder["default"] else "")
        figures = coder["figures"]
        cells = [_figure((figures or {}).get(f"{part}.{key}")) for part, key, _ in FIGURES]
        if figures is None:
            cells = ["not measured", *[""] * (len(FIGURES) - 1)]
        elif coder["version"] not in (None, coder["measured_version"]):
            stale = True
            cells[0] += " *"
        kind = coder["needs"] or coder["kind"] or ""
        table.add_row(*map(escape, (name, coder["version"] or "", kind, *cells)))
    llm = _llm()
    table.add_row(*map(escape, (llm["name"], "", llm["needs"], "not measured", *[""] * (len(FIGURES) - 1))))
    console = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 120)
    console.print(table)
    if gold := next((coder["gold"] for coder in found if coder["gold"]), None):
        console.print(
            f"\nMeasured on {gold['n_papers']:,} papers with {gold['n_mentions']:,} mentions; 95% intervals. Abstentions left "
            f"out; macro-F1 is over the six frequent senses.\n{escape(gold['note'])}"
        )
    if stale:
        console.print("* measured on another version of the coder.")
    for coder in found:
        if coder["fault"]:
            click.echo(f"{coder['name']}: {coder['fault']}", err=True)


def _figure(estimate: dict[str, Any] | None) -> str:
    """Value and interval, as .73 .67–.79."""
    if not estimate or estimate.get("value") is None:
        return "–"
    value, low, high = (f"{estimate[k]:.2f}".removeprefix("0") for k in ("value", "low", "high"))
    return f"{value} {low}–{high}"
