"""`univocal evaluate`: how well does a coder meet coded papers?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from univocal.coders.gold import GoldPaper
    from univocal.estimates.evaluate import Attribute, Finder
    from univocal.estimates.folds import GroupBy

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command(
    epilog="Example: univocal evaluate gold.jsonl --coder lexicon --format json > evaluation.json",
)
@click.argument("gold", type=FILE, metavar="GOLD.jsonl")
@click.option(
    "--coder", required=True, metavar="NAME", help="The coder to measure, such as lexicon or trained."
)
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", help="What to print.")
@click.option(
    "--train-also", type=FILE, metavar="FILE", help="More coded papers to train on, never measured."
)
@click.option(
    "--codebook", "codebook_name", default=None, metavar="NAME|FILE", help="A codebook of your own."
)
@click.option(
    "--folds", type=click.IntRange(min=2), default=5, show_default=True, help="Of the cross-validation."
)
@click.option(
    "--group-by",
    type=click.Choice(["paper", "source"]),
    default="paper",
    show_default=True,
    help="What a fold never parts.",
)
@click.option(
    "--by",
    multiple=True,
    type=click.Choice(["year", "venue", "source", "license", "length"]),
    help="Split the figures by this too.",
)
@click.option(
    "--level", type=float, default=0.95, show_default=True, help="Of the intervals, between 0 and 1."
)
@click.option(
    "--n-boot", type=click.IntRange(min=0), default=1000, show_default=True, help="Resamples of papers."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Of the folds and the resamples.")
@click.option("--no-baselines", is_flag=True, help="Leave out majority, keyword scan and TF-IDF.")
def evaluate(
    *,
    gold: Path,
    coder: str,
    style: str,
    train_also: Path | None,
    codebook_name: str | None,
    folds: int,
    group_by: GroupBy,
    by: tuple[Attribute, ...],
    level: float,
    n_boot: int,
    seed: int,
    no_baselines: bool,
) -> None:
    """Measure a coder against coded papers, beside baselines and the agreement of the papers' own coders.

    A coder that was trained on these papers is cross-validated: refitted without the papers that it then codes.
    Every figure has its interval (papers are resampled whole), and abstentions are counted both ways.

    Exit status: 0 done; 2 misuse.
    """
    from univocal.codebook import load as load_codebook
    from univocal.coders.choice import load_coder
    from univocal.coders.gold import load_gold
    from univocal.estimates.evaluate import evaluate as measure

    extra: tuple[GoldPaper, ...] = load_gold(train_also) if train_also else ()
    result = measure(
        load_gold(gold), load_coder(coder), load_codebook(codebook_name),
        extra=extra, folds=folds, group_by=group_by, by=by, level=level, n_boot=n_boot, seed=seed,
        finder=_finder(), baselines=not no_baselines, tell=_tell,
    )  # fmt: skip
    if style == "json":
        import orjson

        click.echo(orjson.dumps(result.as_dict(), option=orjson.OPT_INDENT_2).decode())
    else:
        from univocal.cli.evaluate_text import show

        show(result)


def _tell(line: str) -> None:
    """Progress goes to a terminal only."""
    if sys.stderr.isatty():
        click.echo(line, err=True)


def _finder() -> Finder | None:
    from univocal.conflation import find

    return find
