"""`univocal plan`: how much must people code, before anyone starts?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Any, TypeVar

import click

from univocal.errors import UnivocalError

Command = TypeVar("Command", bound=Callable[..., Any])

_COMMON = (
    click.option("--width", metavar="NUMBER", help="Wanted width of the interval, from end to end. Required."),
    click.option("--level", metavar="NUMBER", default="0.95", show_default=True, help="Of the interval."),
    click.option("--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True),
)  # fmt: skip


def _common(command: Command) -> Command:
    for option in reversed(_COMMON):
        command = option(command)
    return command


@click.group()
def plan() -> None:
    """How many papers must people code, for an interval that is narrow enough?

    A plan is as good as the guesses that it is made from: plan for the worst that you think possible, too. It counts
    the papers that chance asks for; it doesn't know of people who code wrongly, of papers that can't be had, nor of
    several codes at once (for k codes, give a level of 1 - .05 / k).
    """


@plan.command(
    epilog="Examples: univocal plan gold --prevalence .05 --width .04 --sensitivity .8 --specificity .97; "
    "univocal plan gold --width .04 --strata likely=500:.5,rest=9500:.01",
)
@click.option("--prevalence", "--share", metavar="NUMBER", help="Guess of the share of papers with the code.")
@click.option("--sensitivity", metavar="NUMBER", help="Guess of the share of these that the machine flags.")
@click.option("--specificity", metavar="NUMBER", help="Guess of the share of the others that it leaves.")
@click.option("--papers", metavar="NUMBER", help="Papers in the corpus: no more flagged ones are asked for.")
@click.option(
    "--strata",
    metavar="NAME=SIZE:SHARE,…",
    help="In place of these: each stratum of a design, its papers, and a guess of the code's share in it.",
)
@_common
def gold(*, strata: str | None, style: str, **texts: str | None) -> None:
    """How many papers to code by hand, and in which strata, to tell a code's share to a wanted width.

    With --sensitivity and --specificity the strata are the papers that a machine flags and leaves; with --strata they
    are your own; without either, papers are drawn at random. The width is what `univocal prevalence` gives on average:
    in about half of all samples its interval is wider.

    It doesn't answer whether the machine may be used (its gold must be new to it), nor how well people agree
    (`univocal plan double`).

    Exit status: 0 done; 2 misuse.
    """
    from univocal.statistics.planning import plan_gold, plan_strata

    faults: list[str] = []
    numbers = {name: _number(f"--{name}", text, faults) for name, text in texts.items()}
    parts = {} if strata is None else _strata(strata, faults)
    needed = ["width"] if strata is not None else ["width", "prevalence"]
    faults += [f"--{name}: a number was expected, got nothing" for name in needed if texts[name] is None]
    if strata is not None:
        others = ("prevalence", "sensitivity", "specificity", "papers")
        faults += [
            f"--{name}: not with --strata, which says it" for name in others if texts[name] is not None
        ]
    papers = numbers["papers"]
    if papers is not None and papers != int(papers):
        faults.append(f"--papers: a whole number was expected, got {papers:g}")
    _refuse(faults)
    width, level = numbers["width"] or 0.0, numbers["level"] or 0.0
    if strata is not None:
        sizes, shares = ([one[at] for one in parts.values()] for at in (0, 1))
        found = plan_strata(width=width, sizes=sizes, shares=shares, level=level)
        data = asdict(found) | {"n_of": dict(zip(parts, found.n_of, strict=True))}
        lines = _strata_lines(data)
    else:
        data = asdict(
            plan_gold(
                width=width,
                prevalence=numbers["prevalence"] or 0.0,
                sensitivity=numbers["sensitivity"],
                specificity=numbers["specificity"],
                level=level,
                n_papers=None if papers is None else int(papers),
            )
        )
        lines = _gold_lines(data)
    _show("univocal.plan-gold/1", style, data, lines)


@plan.command(epilog="Example: univocal plan double --alpha .8 --width .1 --margins .3,.7")
@click.option("--alpha", metavar="NUMBER", help="Guess of Krippendorff's nominal α. Required.")
@click.option(
    "--margins",
    metavar="SHARE,SHARE,…",
    help="Guess of how often each code is given; they sum to 1. Required. Of one code of a set: its share and the rest.",
)
@click.option("--coders", metavar="NUMBER", default="2", show_default=True, help="Coders of each paper.")
@_common
def double(*, margins: str | None, style: str, **texts: str | None) -> None:
    """How many papers several coders must all code, to tell their agreement to a wanted width.

    The interval is that of Krippendorff's nominal α. The model is stated with the plan: coders err on their own. Where
    they err on hard papers together, more is needed: take the plan for the least.

    It doesn't answer how high α ought to be, and says nothing of ordinal codes, of sets as a whole, or of spans.

    Exit status: 0 done; 2 misuse.
    """
    from univocal.statistics.planning_double import plan_double

    faults: list[str] = []
    numbers = {name: _number(f"--{name}", text, faults) for name, text in texts.items()}
    needed = {"width": texts["width"], "alpha": texts["alpha"], "margins": margins}
    faults += [f"--{name}: expected, got nothing" for name, text in needed.items() if text is None]
    shares = [_number("--margins", one, faults) for one in (margins or "").split(",") if margins is not None]
    coders = numbers["coders"]
    if coders is not None and coders != int(coders):
        faults.append(f"--coders: a whole number was expected, got {coders:g}")
    _refuse(faults)
    found = plan_double(
        width=numbers["width"] or 0.0,
        alpha=numbers["alpha"] or 0.0,
        margins=[one or 0.0 for one in shares],
        n_coders=int(coders or 0),
        level=numbers["level"] or 0.0,
    )
    _show("univocal.plan-double/1", style, asdict(found), _double_lines(asdict(found)))


def _number(name: str, text: str | None, faults: list[str]) -> float | None:
    """The number that a text says; a text that says none is a fault."""
    if text is None:
        return None
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if value - value != 0:  # NaN or infinite
        faults.append(f"{name}: a number was expected, got {text.strip()!r}")
        return None
    return value


def _strata(text: str, faults: list[str]) -> Mapping[str, tuple[float, float]]:
    """Each stratum's size and share, of NAME=SIZE:SHARE parted by commas."""
    found: dict[str, tuple[float, float]] = {}
    for one in text.split(","):
        name, equals, rest = one.rpartition("=")
        size, colon, share = rest.partition(":")
        name = name.strip()
        if not (name and equals and colon):
            faults.append(
                f"--strata: NAME=SIZE:SHARE was expected, such as rest=9500:.01, got {one.strip()!r}"
            )
            continue
        if name in found:
            faults.append(f"--strata: {name!r} is there twice")
        numbers = [
            _number(f"--strata, {what} of {name!r}", part, faults)
            for what, part in (("size", size), ("share", share))
        ]
        found[name] = numbers[0] or 0.0, numbers[1] or 0.0
    return found


def _refuse(faults: list[str]) -> None:
    if faults:
        raise UnivocalError("\n".join(faults))


def _show(schema: str, style: str, data: Mapping[str, Any], lines: Iterator[str]) -> None:
    import orjson

    if style == "json":
        click.echo(orjson.dumps({"schema": schema, **data}, option=orjson.OPT_INDENT_2).decode())
        return
    for line in lines:
        click.echo(line)


def _gold_lines(data: Mapping[str, Any]) -> Iterator[str]:
    yield f"{data['n']:,} papers to code by hand"
    if data["n_flagged"] is not None:
        yield f"  {data['n_flagged']:,} at random from those that the machine flags ({data['flagged_share']:.1%} of all)"
        yield f"  {data['n_unflagged']:,} at random from those that it leaves"
    else:
        yield "  at random from all"
    yield from _reached(data)


def _strata_lines(data: Mapping[str, Any]) -> Iterator[str]:
    yield f"{data['n']:,} papers to code by hand, at random within each stratum"
    wide = max(len(f"{n:,}") for n in data["n_of"].values())
    for name, n in data["n_of"].items():
        yield f"  {n:>{wide},} {name}"
    yield from _reached(data)


def _reached(data: Mapping[str, Any]) -> Iterator[str]:
    yield f"Expected width of the {data['level']:g} interval: {data['expected_width']:.4g}"
    if data["n_random"] != data["n"]:
        alone = "more than a million" if data["n_random"] is None else f"{data['n_random']:,}"
        yield f"Drawn at random from all papers, without strata: {alone}"
    yield f"How: {data['how']}."


def _double_lines(data: Mapping[str, Any]) -> Iterator[str]:
    yield f"{data['n_units']:,} papers to be coded by all {data['n_coders']} coders"
    yield f"For a {data['level']:g} interval of α, if it is {data['alpha']:g}, of width {data['width']:g}"
    yield f"How: {data['how']}."
    if data["caution"]:
        yield f"Caution: {data['caution']}."
