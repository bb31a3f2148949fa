"""`univocal suggest` and `univocal queue`: the machine's codings of a study, and who codes what next."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from univocal.cli.codings import names
from univocal.cli.study import STUDY, opened
from univocal.errors import UnivocalError

#: How many papers to draw of a stratum.
_NUMBER = re.compile("[0-9]{1,9}")

if TYPE_CHECKING:
    from univocal.study.queues import Kind


@click.command(epilog="Example: univocal suggest --study pilot")
@STUDY
@click.option("--coder", "name", metavar="NAME", help="Which machine coder.  [default: trained]")
def suggest(folder: Path, name: str | None) -> None:
    """Let a machine coder code a study's papers, as suggestions.

    People see them only after they saved their own codings, and never on papers that are held out. They also tell
    `univocal queue draw --kind active` which papers the coder is unsure of.

    Exit status: 0 done; 1 done, but the coder failed on some papers; 2 misuse.
    """
    from univocal.coders.choice import DEFAULT_CODER, load_coder
    from univocal.study.machine import suggest as run

    coder = load_coder(name or DEFAULT_CODER)
    with opened(folder) as study:
        done = run(study, coder)
    click.echo(f"{coder.name} read {done.papers:,} papers: {done.codings:,} codings new or changed.")
    for fault in done.faults:
        click.echo(f"univocal: {fault.message}", err=True)
    sys.exit(1 if done.faults else 0)


@click.group(epilog="Example: univocal queue draw 'First batch' --size 100 --double .2 --study pilot")
def queue() -> None:
    """Draw papers to be coded, and see how far they are."""


@queue.command()
@click.argument("name")
@STUDY
@click.option(
    "--kind",
    type=click.Choice(["random", "all", "stratified", "active"]),
    default="random",
    show_default=True,
    help="active: those of which the machine coder is unsure have higher chances.",
)
@click.option(
    "--size", type=click.IntRange(min=1), default=20, show_default=True, help="Papers (random, active)."
)
@click.option(
    "--sizes",
    callback=names,
    metavar="STRATUM=N,…",
    help="Papers of each stratum; =N: of those without (stratified).",
)
@click.option(
    "--floor",
    type=float,
    default=0.2,
    show_default=True,
    help="Part of an active sample spread evenly over all papers.",
)
@click.option("--coders", callback=names, metavar="NAME,NAME", help="Who codes them.  [default: all coders]")
@click.option(
    "--double", type=float, default=1.0, show_default=True, help="Share of the papers that several code."
)
@click.option(
    "--coders-each", type=click.IntRange(min=1), default=2, show_default=True, help="How many code those."
)
@click.option(
    "--held-out",
    type=float,
    default=0.2,
    show_default=True,
    help="Share of papers on which suggestions are never shown.",
)
@click.option(
    "--seed", type=click.IntRange(min=0, max=2**31 - 1), default=0, show_default=True, help="Of all chance."
)
def draw(
    name: str, folder: Path, kind: Kind, size: int, sizes: tuple[str, ...], floor: float, coders: tuple[str, ...],
    double: float, coders_each: int, held_out: float, seed: int,
) -> None:  # fmt: skip
    """Draw papers by chance and share them out among coders.

    Each paper's inclusion probability is kept, so that shares can be estimated from what is coded.
    """
    from univocal.study import people, queues
    from univocal.study.machine import scores

    with opened(folder) as study, study.database.writing() as connection:
        wanted = (
            [people.named(connection, one) for one in coders]
            if coders
            else [one for one in people.everyone(connection) if one.role == "coder" and one.active]
        )
        plan = queues.Plan(
            name=name, kind=kind, size=size, sizes=_sizes(sizes), floor=floor, double=double, coders_each=coders_each,
            held_out=held_out, seed=seed, scores=scores(connection) if kind == "active" else {},
        )  # fmt: skip
        n = queues.assign(connection, plan, wanted)
    click.echo(f"{n:,} paper{'' if n == 1 else 's'} drawn for {', '.join(one.name for one in wanted)}.")


@queue.command("list")
@STUDY
def list_(folder: Path) -> None:
    """How was each batch drawn, and how far is it?"""
    from univocal.study.listing import batch_states

    with opened(folder) as study, study.database.reading() as connection:
        for one in batch_states(connection):
            frame = "" if one.frame is None else f" of {one.frame:,}"
            click.echo(
                f"{one.name}\t{one.kind}, seed {one.seed}\t{one.papers:,}{frame} papers\t{one.done:,} of {one.every:,} tasks done"
            )


def _sizes(given: tuple[str, ...]) -> dict[str | None, int]:
    sizes: dict[str | None, int] = {}
    faults = []
    for one in given:
        stratum, _, number = one.rpartition("=")
        if "=" not in one or not _NUMBER.fullmatch(number):
            faults.append(f"--sizes: STRATUM=N was expected, got {one!r}")
        elif (stratum or None) in sizes:
            faults.append(f"--sizes: {stratum!r} stands there twice")
        else:
            sizes[stratum or None] = int(number)
    if faults:
        raise UnivocalError("\n".join(faults))
    return sizes
