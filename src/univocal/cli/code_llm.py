"""What `univocal code --coder llm:PROVIDER/MODEL` has besides: options, the dry run, and what it says at the end."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from univocal.records import Fault

if TYPE_CHECKING:
    from univocal.codebook.model import Codebook
    from univocal.coders.llm import Budget, DryRun, Outcome, Prices, Settings
    from univocal.records import Coding, Paper
    from univocal.sharding import Coded
    from univocal.sharding.shard import Recipe, Shard
    from univocal.sharding.stretches import Division
    from univocal.sharding.worker import Finished

Command = TypeVar("Command", bound=Callable[..., Any])

#: The parameters that `llm_options` adds to a command.
NAMES = (
    "dry_run", "prices", "budget", "repeats", "temperature", "max_tokens", "connections", "batch", "answer_format",
    "base_url", "logs", "fresh_answers",
)  # fmt: skip
#: What a shard's footer says of a run of a language model.
_TOLD = ("rejected", "too_long", "n_sent_back", "usage", "log")


def llm_options(command: Command) -> Command:
    """Add the options that only a language model has to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option("--dry-run", is_flag=True, help="LLM: say what would be sent and cost; send nothing."),
    click.option("--prices", type=_FILE, default=None, help="LLM: a TOML table of what models' tokens cost."),
    click.option(
        "--budget", default=None, metavar="AMOUNT", help="LLM: stop there: '5', '5 USD' or '200000 tokens'."
    ),
    click.option("--repeats", type=click.IntRange(1, 100), default=1, help="LLM: code each paper N times."),
    click.option(
        "--temperature", type=float, default=None, help="LLM: 0 unless --repeats, then the model's own."
    ),
    click.option("--max-tokens", type=click.IntRange(min=64), default=8192, help="LLM: of one answer."),
    click.option("--connections", type=click.IntRange(min=1), default=None, help="LLM: calls at a time."),
    click.option("--batch", is_flag=True, help="LLM: the provider's batch mode, where it has one."),
    click.option(
        "--answer-format",
        type=click.Choice(["schema", "object", "free"]),
        default="schema",
        help="LLM: how the server holds answers to their form. 'free' for servers that can't.",
    ),
    click.option("--base-url", default=None, metavar="URL", help="LLM: the address of a server of your own."),
    click.option(
        "--logs", type=click.Path(path_type=Path), default=None, help="LLM: the folder for Inspect's logs."
    ),
    click.option("--fresh-answers", is_flag=True, help="LLM: ask again what is in the cache."),
)


@dataclass(frozen=True)
class LlmOptions:
    """The options as they were given, checked and read."""

    settings: Settings
    prices: Prices
    budget: Budget
    dry_run: bool
    logs: Path | None

    @classmethod
    def of(cls, coder: str, given: dict[str, Any]) -> LlmOptions:
        """Read what `llm_options` collected.

        Args:
            coder: ``llm:PROVIDER/MODEL``.
            given: the command's parameters; those in ``NAMES`` are read.

        Raises:
            UnivocalError: the table of prices or the budget can't be read.
        """
        from univocal.coders.llm import Prices, Settings, load_prices, parse_budget
        from univocal.coders.llm.names import model_of

        prices = load_prices(given["prices"]) if given["prices"] else Prices()
        repeats, temperature = given["repeats"], given["temperature"]
        settings = Settings(
            repeats=repeats,
            temperature=0.0 if temperature is None and repeats == 1 else temperature,
            max_tokens=given["max_tokens"],
            connections=given["connections"],
            batch=given["batch"],
            answer_format=given["answer_format"],
            cache=not given["fresh_answers"],
            base_url=given["base_url"],
        )
        budget = parse_budget(given["budget"], model_of(coder), prices)
        return cls(settings, prices, budget, given["dry_run"], given["logs"])


def by_llm(
    inputs: Sequence[str | Path],
    out: Path,
    codebook: Codebook,
    coder: str,
    given: dict[str, Any],
    *,
    division: Division | None = None,
    all_papers: bool = False,
    style: str = "text",
) -> Coded | None:
    """`univocal code` by a language model: code the corpus, or with ``--dry-run`` print what that would take (None).

    What the model took is told on stderr.

    Args:
        inputs: files, folders and globs.
        out: the folder for the shards.
        codebook: what papers are coded by.
        coder: ``llm:PROVIDER/MODEL``.
        given: the command's parameters; those in ``NAMES`` are read.
        division: which part of the corpus falls to this run.
        all_papers: a row for papers without a mention too.
        style: "text" or "json", of the dry run.

    Raises:
        UnivocalError: an option can't be read, the model can't be had, or the folder can't be written.
    """
    options = LlmOptions.of(coder, given)
    if options.dry_run:
        dry = plan_corpus(inputs, out, codebook, coder, options, division=division)
        if style == "json":
            import orjson

            click.echo(orjson.dumps(dry.as_dict(), option=orjson.OPT_INDENT_2).decode())
        else:
            click.echo(dry.text())
        return None
    coded, outcome = code_shards(
        inputs, out, codebook, coder, options, division=division, all_papers=all_papers
    )
    click.echo(outcome.text(), err=True)
    return coded


def code_shards(
    inputs: Sequence[str | Path],
    out: Path,
    codebook: Codebook,
    coder: str,
    options: LlmOptions,
    *,
    division: Division | None = None,
    all_papers: bool = False,
) -> tuple[Coded, Outcome]:
    """Code a corpus shard by shard, as `univocal.sharding.code_corpus` does, with many calls at a time in each.

    A shard is written when each of its papers has its answer; one that lacks some, or that the budget didn't reach, is
    told as a fault and stays missing, and the same command goes on with it. A second paper of one id in a shard is left
    out and told.

    Raises:
        UnivocalError: the model can't be had, or the folder can't be written.
    """
    from univocal.coders.llm import Outcome
    from univocal.sharding.manifest import claim
    from univocal.sharding.run import Run
    from univocal.sharding.stretches import Division
    from univocal.sharding.table import clear_away

    began = time.perf_counter()
    recipe = _recipe(coder, codebook, options, all_papers=all_papers)
    claim(out)
    clear_away(out)
    run = Run(recipe, out, division or Division())
    run.find(inputs)
    total = Outcome(())
    for shard in run.missing():
        outcome, finished = _code_shard(shard, recipe, out, options)
        total += replace(outcome, codings=())
        if finished is not None:
            run.done(finished)
            continue
        why = (
            "the budget is spent"
            if outcome.left
            else f"no answer: {outcome.failed[0][0]}: {outcome.failed[0][1]}"
        )
        message = f"{shard.place}: {why}. The shard is missing; the same command goes on from here."
        run.faults.append(Fault(shard.place, "no-answer", message))
        if outcome.left:
            break
    return run.finish(began), total


def plan_corpus(
    inputs: Sequence[str | Path],
    out: Path,
    codebook: Codebook,
    coder: str,
    options: LlmOptions,
    *,
    division: Division | None = None,
) -> DryRun:
    """What would `code_shards` send, for the shards that are missing? Nothing is sent or written."""
    from univocal.coders.llm import plan
    from univocal.sharding.run import Run
    from univocal.sharding.stretches import Division

    recipe = _recipe(coder, codebook, options, all_papers=False)
    run = Run(recipe, out, division or Division())
    run.find(inputs)
    papers = [p for shard in run.missing() for p in _papers(shard, recipe)[0]]
    once = list({paper.id: paper for paper in papers}.values())
    return plan(once, codebook, coder, options.prices, options.settings)


def _recipe(coder: str, codebook: Codebook, options: LlmOptions, *, all_papers: bool) -> Recipe:
    from univocal.sharding.shard import Recipe

    version = options.settings.version + (
        f" x{options.settings.repeats}" if options.settings.repeats > 1 else ""
    )
    return replace(Recipe.of(coder, codebook, all_papers=all_papers), coder_version=version)


def _papers(shard: Shard, recipe: Recipe) -> tuple[list[Paper], list[Fault]]:
    """The papers of a shard, each id once, and what is wrong with it."""
    from univocal.corpus.read import read_source

    papers: dict[str, Paper] = {}
    faults: list[Fault] = []
    for source in shard.sources:
        for item in read_source(source, recipe.setting.limits):
            if isinstance(item, Fault):
                faults.append(item)
            elif item.id in papers:
                message = f"{item.source or item.id}: the id {item.id!r} came before in this shard; the first is coded"
                faults.append(Fault(item.source or item.id, "duplicate-id", message, lost=1))
            else:
                papers[item.id] = item
    return list(papers.values()), faults


def _code_shard(
    shard: Shard, recipe: Recipe, out: Path, options: LlmOptions
) -> tuple[Outcome, Finished | None]:
    """Code a shard; its file stands afterwards where every paper has its answer, else there is none (None)."""
    from univocal.coders.llm import code_papers
    from univocal.interchange.shards import CANT_SAY
    from univocal.mentions.find import find_mentions
    from univocal.sharding.columns import coding_rows, row_without_mention
    from univocal.sharding.table import ShardWriter
    from univocal.sharding.worker import FAULTS, Counts, Finished

    papers, faults = _papers(shard, recipe)
    codebook, settings = recipe.setting.codebook, options.settings
    outcome = code_papers(
        papers, codebook, recipe.coder_name, settings=settings, budget=options.budget, logs=options.logs, progress=_progress()
    )  # fmt: skip
    if not outcome.whole:
        return outcome, None
    coded: dict[str, list[Coding]] = {}
    for coding in outcome.codings:
        coded.setdefault(coding.paper, []).append(coding)
    counts = Counts(papers=len(papers), lost=sum(f.lost for f in faults), n_faults=len(faults))
    with ShardWriter(out / shard.name) as writer:
        for paper in papers:
            n_mentions = len(find_mentions(paper.text, paper.uncoded()))
            counts.mentions += n_mentions
            counts.with_mentions += bool(n_mentions)
            rows = list(coding_rows(paper, coded.get(paper.id, ()), codebook))
            if not n_mentions and recipe.all_papers:
                rows = [row_without_mention(paper, recipe.coder_name, codebook)]
            for row in rows:
                counts.rows += 1
                counts.cant_say += row["code"] == CANT_SAY
                writer.write(row)
        told = {
            "place": shard.place,
            "counts": asdict(counts),
            "faults": [asdict(f) for f in faults[:FAULTS]],
        }
        about = recipe.about() | told | {"llm": {k: v for k, v in outcome.as_dict().items() if k in _TOLD}}
        writer.finish(about)
    return outcome, Finished(shard.name, about, shard.weight)


def _progress() -> Callable[[int, int], None] | None:
    """One line that is written over, on a terminal only."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, of: int) -> None:
        click.echo(f"\r{done:,} of {of:,} papers{chr(10) if done == of else ''}", nl=False, err=True)

    return show
