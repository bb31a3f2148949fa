"""`univocal next`: draw the papers whose codes make the wanted interval narrow soonest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from univocal.cli.codings import names
from univocal.cli.study import STUDY, opened
from univocal.errors import UnivocalError

if TYPE_CHECKING:
    from univocal.study.folder import Study
    from univocal.study.next_papers import Next
    from univocal.study.people import Person


@click.command(
    "next",
    epilog="Example: univocal next --study pilot --variable about --code main --width .06 --dry-run",
)
@STUDY
@click.option("--variable", required=True, metavar="NAME", help="The question, such as about.")
@click.option("--code", required=True, metavar="CODE", help="The code whose share is wanted.")
@click.option(
    "--width", required=True, type=float, metavar="W", help="How wide the interval may be: .06 is 6 points."
)
@click.option(
    "-n",
    "--papers",
    type=click.IntRange(min=1),
    metavar="N",
    help="Papers to draw.  [default: what is needed]",
)
@click.option(
    "--machine", metavar="NAME", help="Whose codings make the strata.  [default: the retrained, or the last]"
)
@click.option("--coders", callback=names, metavar="NAME,NAME", help="Who codes them.  [default: all coders]")
@click.option(
    "--double", type=float, default=0.2, show_default=True, help="Share of the papers that two code."
)
@click.option("--held-out", type=float, default=0.2, show_default=True,
              help="Share of papers on which suggestions are never shown.")  # fmt: skip
@click.option("--name", metavar="TEXT", help="Of the batch.  [default: the code and a number]")
@click.option(
    "--seed", type=click.IntRange(min=0, max=2**31 - 1), default=0, show_default=True, help="Of all chance."
)
@click.option("--dry-run", is_flag=True, help="Say what would be drawn, and draw nothing.")
@click.option(
    "--retrain", is_flag=True, help="First train a coder on what people coded; it is used if it is better."
)
@click.option(
    "--train-also", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE",
    help="More coded papers to train on (gold, JSON Lines).",
)  # fmt: skip
def next_(
    folder: Path, variable: str, code: str, width: float, papers: int | None, machine: str | None,
    coders: tuple[str, ...], double: float, held_out: float, name: str | None, seed: int, dry_run: bool, retrain: bool,
    train_also: Path | None,
) -> None:  # fmt: skip
    """Draw the papers to be coded by hand next, for a narrow interval of the share of papers with a code.

    Strata are made of what a machine coder says (univocal suggest); how many papers are drawn of each is settled so that
    the interval gets narrow soonest. Within a stratum chance alone decides, and the probabilities are kept, so that
    shares are right however wrong the machine is.

    Exit status: 0 done; 2 misuse, or nothing is left to draw.
    """
    from univocal.study.next_draw import draw_next
    from univocal.study.next_papers import next_papers

    if train_also is not None and not retrain:
        raise UnivocalError("--train-also: it is for --retrain. Pass both, or neither.")
    with opened(folder) as study:
        if retrain:
            _retrain(study, variable, train_also, dry_run=dry_run)
        how = {"width": width, "n": papers, "machine": machine}
        if dry_run:
            with study.database.reading() as connection:
                found = next_papers(connection, study.codebook, variable, code, **how)  # type: ignore[arg-type]
            show(found)
            click.echo("Nothing was drawn (--dry-run).")
            return
        with study.database.writing() as connection:
            # planned and drawn in one transaction: nobody draws in between
            found = next_papers(connection, study.codebook, variable, code, **how)  # type: ignore[arg-type]
            if not found.n:
                show(found)
                click.echo("Nothing was drawn: code what is drawn already.")
                return
            who = _coders(connection, coders)
            called = name or _called(connection, code)
            n = draw_next(
                connection, found, who, name=called, double=double, held_out=held_out, seed=seed,
                coders_each=min(2, max(len(who), 1)),
            )  # fmt: skip
    show(found)
    click.echo(
        f"{n:,} paper{'' if n == 1 else 's'} drawn as {called!r} for {', '.join(one.name for one in who)}."
    )


def show(found: Next) -> None:
    """What is known, what is left, and what the batch will bring."""
    click.echo(f"Share of papers with {found.variable} = {found.code}")
    click.echo(f"  coded: {found.n_coded:,} papers; drawn and not coded yet: {found.n_open:,}")
    if found.share is None:
        click.echo(f"  now: not known, as {found.why_not}")
    else:
        low, high = found.share.low, found.share.high
        if low.value is None or high.value is None or low.low is None or high.high is None:
            click.echo(f"  now: not known ({low.method})")
        else:
            value = f"{low.value:.3f}" if low.value == high.value else f"{low.value:.3f} to {high.value:.3f}"
            click.echo(
                f"  now: {value}, {low.level:.0%} interval {low.low:.3f} to {high.high:.3f} "
                f"({high.high - low.low:.3f} wide; wanted: {found.width:g})"
            )
        if found.share.n_undecided:
            click.echo(
                f"  coders still differ on {found.share.n_undecided:,} papers, and the interval says so"
            )
    if found.words:
        click.echo(f"  {found.words}")
    by = "" if found.machine is None else f" by what {found.machine} says"
    click.echo(f"Papers left{by}:")
    wide = max(len(one.name) for one in found.strata)
    click.echo(f"  {'stratum':<{wide}}  papers  coded  has it (guess)  drawn")
    for one in found.strata:
        click.echo(
            f"  {one.name:<{wide}}  {one.papers:>6,}  {one.coded:>5,}  {one.has:>14.3f}  {one.drawn:>5,}"
        )
    click.echo(f"Expected once all that is drawn is coded: {found.expected:.3f} wide.")
    more = "more than are left" if found.more is None else f"about {found.more:,} papers more than are drawn"
    alone = "more than a million" if found.random is None else f"about {found.random:,}"
    click.echo(
        f"For {found.width:g}: {more}, by these strata; in random order, from the start, {alone} in all."
    )
    for note in found.notes:
        click.echo(f"univocal: {note}", err=True)


def _retrain(study: Study, variable: str, train_also: Path | None, *, dry_run: bool) -> None:
    from univocal.coders.gold import load_gold
    from univocal.study.retrain import retrain

    done = retrain(study, variable, extra=load_gold(train_also) if train_also else (), dry_run=dry_run)
    click.echo(f"Trained {done.coder} on {done.n_papers:,} papers that people coded" + (
        f" and {done.n_extra:,} more" if done.n_extra else "") + f" (version {done.version}).")  # fmt: skip
    for one in done.figures:
        click.echo(f"  {one}")
    click.echo(f"  {done.verdict}")


def _coders(connection: object, coders: tuple[str, ...]) -> list[Person]:
    from univocal.study import people

    if coders:
        return [people.named(connection, one) for one in coders]  # type: ignore[arg-type]
    return [one for one in people.everyone(connection) if one.role == "coder" and one.active]  # type: ignore[arg-type]


def _called(connection: object, code: str) -> str:
    from univocal.study.listing import batch_states

    known = {one.name for one in batch_states(connection)}  # type: ignore[arg-type]
    at = 1
    while f"{code} {at}" in known:
        at += 1
    return f"{code} {at}"
