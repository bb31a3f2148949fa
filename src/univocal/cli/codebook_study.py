"""`univocal codebook update` and `history`: a study's codebook from the terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from univocal.cli.study import STUDY, opened

if TYPE_CHECKING:
    from univocal.study.codebook_history import Version
    from univocal.study.folder import Study
    from univocal.study.recode_maps import Kind, Map
    from univocal.study.recode_plan import Plan

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FORMAT = click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True
)


@click.command(epilog="Example: univocal codebook update --study pilot --merge about:main,passing=yes")
@click.argument("file", required=False, type=_FILE, metavar="[FILE]")
@STUDY
@click.option("--rename", multiple=True, metavar="VAR:OLD=NEW", help="A code's new name.  [repeatable]")
@click.option("--merge", multiple=True, metavar="VAR:OLD,OLD=NEW", help="Codes become one.  [repeatable]")
@click.option(
    "--split", multiple=True, metavar="VAR:OLD=NEW,NEW", help="A code becomes several.  [repeatable]"
)
@click.option(
    "--rename-variable", multiple=True, metavar="OLD=NEW", help="A variable's new id.  [repeatable]"
)
@click.option(
    "--map", "map_", type=_FILE, metavar="FILE", help="The same in a file of tables [[map]] and [[variable]]."
)
@click.option(
    "--reopen",
    multiple=True,
    metavar="VAR",
    help="Ask VAR of finished papers too; all for every one.  [repeatable]",
)
@click.option("--note", default="", metavar="TEXT", help="Why, for the history.")
@click.option("--yes", is_flag=True, help="Do it. Without this it is only shown.")
@_FORMAT
def update(
    file: Path | None,
    folder: Path,
    rename: tuple[str, ...],
    merge: tuple[str, ...],
    split: tuple[str, ...],
    rename_variable: tuple[str, ...],
    map_: Path | None,
    reopen: tuple[str, ...],
    note: str,
    yes: bool,
    format_: str,
) -> None:
    """Put a new version of a study's codebook in force, and say first what that does to its codings.

    The new version is FILE, or the study's own codebook file after you have edited it. VAR is a variable's id; * stands
    for every variable that has the codes, as with ideals. Codings of a code that went away, with nothing to say which
    one took its place, are to be coded again. Finished papers stay finished where a question came, or is asked of more
    papers than before, unless --reopen names it. Nothing is overwritten: old codings stay in the history. The text counts
    codings, so that a coder may read it; --format json names them, with their codes.

    Exit status: 0 done, or no coding would change; 1 shown, and codings would change; 2 misuse.
    """
    from univocal.study.codebook_files import put_in_force, shown

    maps = _maps(map_, {"rename": rename, "merge": merge, "split": split, "rename-variable": rename_variable})
    with _study(folder) as study:
        if yes:
            made = put_in_force(study, file, maps, reopen=reopen, note=note)
        else:
            made = shown(study, file, maps, reopen=reopen)
    if format_ == "json":
        click.echo(json.dumps(_as_json(made, done=yes), ensure_ascii=False, indent=2, default=str))
    else:
        click.echo("\n".join(_lines(made)))
    if yes:
        click.echo(f"Done: version {made.after.version} is in force.", err=True)
    else:
        click.echo("Nothing was changed. With --yes this is done, whole or not at all.", err=True)
    sys.exit(1 if made.touches and not yes else 0)


@click.command(epilog="Example: univocal codebook history --study pilot")
@STUDY
@_FORMAT
def history(folder: Path, format_: str) -> None:
    """The versions of a study's codebook: when, by whom, what differed, what it did, what is still to review."""
    from univocal.study.codebook_history import history as versions
    from univocal.study.codebook_history import mixed, to_review
    from univocal.study.codebook_words import by_coder

    with opened(folder) as study, study.database.reading() as connection:
        found, review = versions(connection), mixed(connection)
        listed = to_review(connection, limit=None)[1] if format_ == "json" else ()
    if format_ == "json":
        made = {"versions": [_version(one) for one in found], "to_review": [asdict(one) for one in listed]}
        click.echo(json.dumps(made, ensure_ascii=False, indent=2, default=str))
        return
    for one in found:
        click.echo("\n".join(_version_lines(one)))
    for variable, codings in review.items():
        click.echo(f"to review, made by words that were changed since: {variable}: {by_coder(codings)}")


@contextmanager
def _study(folder: Path) -> Iterator[Study]:
    """The study, without the note that its codebook file was changed: that is what the command is about."""
    from univocal.study.folder import open_study

    study = open_study(folder)
    try:
        yield study
    finally:
        study.close()


def _maps(path: Path | None, given: Mapping[Kind, tuple[str, ...]]) -> tuple[Map, ...]:
    """All maps that the command line names; the faults of all at once."""
    from univocal.errors import StudyError
    from univocal.study.recode_maps import parse, read_maps

    made: list[Map] = []
    faults: list[str] = []
    try:
        made += read_maps(path) if path else ()
    except StudyError as error:
        faults.append(str(error))
    for kind, every in given.items():
        for words in every:
            try:
                made.append(parse(kind, words))
            except StudyError as error:
                faults.append(str(error))
    if faults:
        raise StudyError("\n".join(faults))
    return tuple(made)


def _lines(made: Plan) -> Iterator[str]:
    """The plan: by variable and code what differs, then what it does to codings."""
    from univocal.study.codebook_words import by_coder, code_words, counted, summary, variable_words

    yield f"{made.after.id}: {made.before.version} → {made.after.version}"
    questions = {one.variable: one for one in made.variables}
    still = 0
    for variable, codes in groupby(made.codes, key=lambda one: one.variable):
        question, of = questions[variable], list(codes)
        told = (
            [one for one in of if one.kind != "unchanged"]
            if question.kind not in ("added", "removed")
            else []
        )
        words = variable_words(question)
        if not told and not words:
            still += 1
            continue
        yield f"{variable}: {'; '.join(words)}" if words else variable
        for one in told:
            what, happens = code_words(one)
            yield f"  {one.code}: {what}" + (f": {by_coder(one.codings)}: {happens}" if one.n else "")
        same = [one for one in of if one.kind == "unchanged"]
        if same and told:
            yield f"  {counted(len(same), 'code')} unchanged ({counted(sum(one.n for one in same))})"
    if still:
        yield f"{counted(still, 'variable')} unchanged"
    yield from (f"→ {line}" for line in summary(made))


def _as_json(made: Plan, *, done: bool) -> dict[str, Any]:
    return {
        "before": made.before.version, "after": made.after.version, "codebook": made.after.id, "done": done,
        "key": made.key, "names": dict(made.names),
        "variables": [
            {**asdict(one), "codings": dict(one.codings), "unanswered": dict(one.unanswered), "effect": one.effect}
            for one in made.variables
        ],
        "codes": [{**asdict(one), "codings": dict(one.codings), "effect": one.effect} for one in made.codes],
        "codings": {
            "kept": made.kept, "recoded": made.recoded, "moved": made.moved, "again": len(made.again), "cleared": made.cleared,
            "earlier": made.earlier, "review": made.review, "unasked": made.unasked,
        },
        "reopened": dict(made.reopened), "again": [asdict(one) for one in made.again],
    }  # fmt: skip


def _version(one: Version) -> dict[str, Any]:
    from univocal.study.codebook_words import told

    return {
        "codebook": one.name, "version": one.version, "at": one.at, "by": one.by, "note": one.note,
        "changes": list(told(one.found.changes)) if one.found else [], "done": one.done,
    }  # fmt: skip


def _version_lines(one: Version) -> Iterator[str]:
    from univocal.study.codebook_words import done_words, told

    by = f" by {one.by}" if one.by else ""
    yield f"{one.name} {one.version}\t{one.at[:16].replace('T', ' ')} UTC{by}" + (
        f"\t{one.note}" if one.note else ""
    )
    yield from (f"  {line}" for line in told(one.found.changes if one.found else ()))
    if one.done is not None:
        yield from (f"  → {line}" for line in done_words(one.done))
