"""`univocal code`: a corpus of any size in, shards of codings out."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click
from click.core import ParameterSource

from univocal.cli.code_llm import NAMES, by_llm, llm_options
from univocal.coders.llm.names import is_llm
from univocal.errors import UnivocalError

if TYPE_CHECKING:
    from univocal.atlas.run import Progress
    from univocal.codebook.model import Codebook
    from univocal.sharding import Coded
    from univocal.sharding.stretches import Division


@click.command(
    epilog="Example: univocal code corpus/ -o codings/ --coder lexicon",
)
@click.argument("inputs", nargs=-1, metavar="CORPUS...")
@click.option(
    "-o", "--out", required=True, type=click.Path(path_type=Path), help="Folder of shards, made if need be."
)
@click.option(
    "--coder", default=None, metavar="NAME", help="Who codes; see `univocal coders`.  [default: trained]"
)
@click.option(
    "--codebook", "codebook_name", default=None, metavar="NAME|FILE", help="A codebook of your own."
)
@click.option("--workers", type=click.IntRange(min=1), default=None, help="Processes.  [default: one a core]")
@click.option(
    "--shard",
    "division",
    default=None,
    metavar="I/N",
    help="Do the I-th of N parts, beside others (Slurm arrays).",
)
@click.option("--all-papers", is_flag=True, help="A row for papers without a mention too (about: no).")
@click.option(
    "--prune", is_flag=True, help="Delete this coder's shards that the corpus doesn't have any longer."
)
@click.option(
    "--status", "only_status", is_flag=True, help="Say what is there and what is missing; code nothing."
)
@click.option(
    "--on",
    "place",
    type=click.Choice(["local", "ray"]),
    default="local",
    show_default=True,
    help="Where to run.",
)
@click.option(
    "--ray-address", default=None, metavar="ADDRESS", help="Of a Ray cluster.  [default: one on this machine]"
)
@click.option(
    "--format", "style", type=click.Choice(["text", "json"]), default="text", help="What to print at the end."
)  # fmt: skip
@llm_options
@click.pass_context
def code(
    context: click.Context,
    /,
    *,
    inputs: tuple[str, ...],
    out: Path,
    coder: str | None,
    codebook_name: str | None,
    workers: int | None,
    division: str | None,
    all_papers: bool,
    prune: bool,
    only_status: bool,
    place: Literal["local", "ray"],
    ray_address: str | None,
    style: Literal["text", "json"],
    **of_llm: Any,
) -> None:
    """Code a corpus of any size, shard by shard: one Parquet file of codings for each few thousand papers.

    CORPUS is files, folders or globs, as for `univocal atlas`. A shard's name is a hash of its papers, the coder and
    the codebook, and its file is there whole or not at all: the same command after a crash, or on a corpus that has
    grown, does only what is missing. Several runs may write to one folder at the same time.

    Papers without a mention are counted in manifest.json and have no rows, unless --all-papers is given.

    Exit status: 0 all was read and coded; 1 done, but some input was faulty, a shard is missing, or shards of an earlier
    corpus are still there; 2 misuse, or nothing could be read.
    """
    from univocal.cli.code_report import talk, talk_status
    from univocal.codebook import load
    from univocal.sharding.stretches import Division

    llm = coder if coder is not None and is_llm(coder) else None
    _refuse(context, llm, bool(inputs))
    codebook = load(codebook_name)
    part = Division.parse(division) if division else Division()
    if only_status:
        from univocal.sharding import status

        found = status(out, inputs, coder=coder, codebook=codebook, division=part, all_papers=all_papers)
        talk_status(found, out, style)
        sys.exit(1 if found.missing or found.stale else 0)
    try:
        coded: Coded | None
        if llm is not None:
            coded = by_llm(
                inputs, out, codebook, llm, of_llm, division=part, all_papers=all_papers, style=style
            )
        elif place == "ray":
            coded = _on_ray(inputs, out, coder, codebook, workers, all_papers, prune, ray_address)
        else:
            with _progress() as progress:
                coded = _here(inputs, out, coder, codebook, workers, part, all_papers, prune, progress)
    except KeyboardInterrupt:
        click.echo("Stopped. The same command goes on from here.", err=True)
        sys.exit(130)
    if coded is None:  # a dry run has told what it had to tell
        return
    talk(coded, style)
    # a part may be empty where the corpus has fewer files than there are parts
    nothing = part.of == 1 and not coded.counts.papers and bool(coded.faults)
    sys.exit(2 if nothing else 1 if coded.faults or coded.failed or coded.stale else 0)


def _here(
    inputs: tuple[str, ...],
    out: Path,
    coder: str | None,
    codebook: Codebook,
    workers: int | None,
    part: Division,
    all_papers: bool,
    prune: bool,
    progress: Progress | None,
) -> Coded:
    from univocal.sharding import code_corpus

    return code_corpus(
        inputs, out, coder=coder, codebook=codebook, workers=workers, division=part, all_papers=all_papers,
        delete_stale=prune, progress=progress,
    )  # fmt: skip


def _on_ray(
    inputs: tuple[str, ...],
    out: Path,
    coder: str | None,
    codebook: Codebook,
    workers: int | None,
    all_papers: bool,
    prune: bool,
    address: str | None,
) -> Coded:
    from univocal.sharding.on_ray import code_on_ray

    return code_on_ray(
        inputs, out, coder=coder, codebook=codebook, workers=workers, all_papers=all_papers, delete_stale=prune,
        address=address,
    )  # fmt: skip


def _refuse(context: click.Context, llm: str | None, corpus: bool) -> None:
    """Refuse options that don't go together, before anything is read.

    Raises:
        UnivocalError: what doesn't go together, and what to do instead.
    """

    def given(name: str) -> bool:
        return context.get_parameter_source(name) not in (None, ParameterSource.DEFAULT)

    if given("only_status"):
        if llm is not None and corpus:
            raise UnivocalError(f"--status can't say what {llm} has still to code. Use --dry-run.")
        return
    if not corpus:
        raise UnivocalError("what is to be coded? Name a CORPUS: files, folders or globs.")
    if given("division") and (given("prune") or context.params["place"] == "ray"):
        option = "--prune" if given("prune") else "--on ray"
        raise UnivocalError(
            f"{option} needs the whole corpus. Run it once without --shard when all parts are done."
        )
    if llm is None:
        astray = [name for name in NAMES if given(name)]
        if astray:
            option = "--" + astray[0].replace("_", "-")
            raise UnivocalError(f"{option} is for language models. Name one: --coder llm:PROVIDER/MODEL.")
    elif given("prune") or context.params["place"] == "ray":
        raise UnivocalError(f"{llm} is called from one process. Leave out --prune and --on ray.")


def _progress() -> AbstractContextManager[Progress | None]:
    if not sys.stderr.isatty():
        return nullcontext()
    from univocal.cli.progress import bar

    return bar()
