"""Which code of a new codebook stands for a code of the old one: as a person says it, or as the words show it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from univocal.codebook.diff import Diff
from univocal.codebook.model import Codebook
from univocal.errors import StudyError
from univocal.plugins import did_you_mean

#: Stands for every variable that has the codes: an ideal is a code of several.
EVERY = "*"
#: Old variable → old code → the new codes that it may have become; none: its codings are to be coded again.
Targets = Mapping[str, Mapping[str, tuple[str, ...]]]
_SHAPES = {"rename": "VARIABLE:OLD=NEW", "merge": "VARIABLE:OLD,OLD=NEW", "split": "VARIABLE:OLD=NEW,NEW"}


@dataclass(frozen=True, slots=True)
class CodeMap:
    """What becomes of codes: one or several to one (rename, merge), one to several (split) or to none (code again)."""

    variable: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def parse(kind: Literal["rename", "merge", "split"], words: str) -> CodeMap:
    """A map as a command line says it.

    Raises:
        StudyError: the words don't have the shape of this kind.

    >>> parse("merge", "about:main,passing=yes")
    CodeMap(variable='about', before=('main', 'passing'), after=('yes',))
    """
    variable, colon, rest = words.partition(":")
    old, equals, new = rest.partition("=")
    before, after = _listed(old), _listed(new)
    good = {
        "rename": len(before) == len(after) == 1,
        "merge": len(before) > 1 and len(after) == 1,
        "split": len(before) == 1 and len(after) > 1,
    }[kind]
    if not (variable and colon and equals and good):
        raise StudyError(f"--{kind}: expected {_SHAPES[kind]}, got {words!r}")
    return CodeMap(variable.strip(), before, after)


def _listed(words: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in words.split(",") if word.strip())


def read_maps(path: Path) -> tuple[CodeMap, ...]:
    """The maps of a file: tables ``[[map]]`` with ``variable``, ``from`` and ``to``, the latter two lists of codes.

    Raises:
        StudyError: the file can't be read or has other things in it; all faults at once.
    """
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise StudyError(f"{path}: can't be read: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StudyError(f"{path}: not TOML: {error}") from None
    rows = given.get("map", [])
    faults = [f"{path}: {key}: unknown key. Expected tables [[map]]." for key in given if key != "map"]
    if not isinstance(rows, list):
        faults, rows = [*faults, f"{path}: map: expected tables [[map]], got {rows!r}"], []
    for at, row in enumerate(rows):
        faults += [f"{path}: map[{at}]: {fault}" for fault in _row_faults(row)]
    if faults:
        raise StudyError("\n".join(faults))
    return tuple(CodeMap(row["variable"], tuple(row["from"]), tuple(row["to"])) for row in rows)


def _row_faults(row: Any) -> Iterator[str]:
    if not isinstance(row, dict):
        yield f"expected a table, got {row!r}"
        return
    for key in row.keys() - {"variable", "from", "to"}:
        yield f"{key}: unknown key. {did_you_mean(key, ('variable', 'from', 'to'))}"
    if not isinstance(row.get("variable"), str):
        yield "variable: expected a variable's id"
    for key in ("from", "to"):
        value = row.get(key)
        if not isinstance(value, list) or not all(isinstance(code, str) for code in value):
            yield f"{key}: expected a list of codes, got {value!r}"
        elif key == "from" and not value:
            yield "from: expected at least one code"


def targets(before: Codebook, after: Codebook, found: Diff, maps: Sequence[CodeMap]) -> Targets:
    """What does each old code become, for every variable that both codebooks have?

    What ``maps`` say comes first; a code whose id the new version has stays itself; one that went while another came
    with the same words was renamed; of any other nothing is known.

    Raises:
        StudyError: a map names what isn't there, or says two things of one code; all faults at once.
    """
    said = _said(before, after, maps)
    renamed = {
        (change.path[1], change.before): change.after
        for change in found.changes
        if change.kind == "renamed" and change.path[0] == "codes"
    }
    made: dict[str, dict[str, tuple[str, ...]]] = {}
    for variable in before.variables:
        if variable.id not in after:
            continue
        there = {code.id for code in after.variable(variable.id).codes}
        made[variable.id] = {}
        for code in variable.codes:
            key = (variable.id, code.id)
            kept = (code.id,) if code.id in there else (renamed[key],) if key in renamed else ()
            made[variable.id][code.id] = said.get(key, kept)
    return made


def _said(
    before: Codebook, after: Codebook, maps: Iterable[CodeMap]
) -> dict[tuple[str, str], tuple[str, ...]]:
    said: dict[tuple[str, str], tuple[str, ...]] = {}
    faults: list[str] = []
    for one in maps:
        where = f"{one.variable}: {', '.join(one.before)} → {', '.join(one.after) or 'nothing'}"
        if len(one.before) > 1 and len(one.after) > 1:
            faults.append(f"{where}: several codes become one, or one becomes several; not both at once")
            continue
        variables = _variables(before, one)
        if not variables:
            faults.append(f"{where}: {_unknown(before, one)}")
        for variable in variables:
            wrong = list(_wrong(before, after, variable, one))
            faults += [f"{where}: {fault}" for fault in wrong]
            for code in one.before if not wrong else ():
                if said.setdefault((variable, code), one.after) != one.after:
                    faults.append(f"{where}: another map says something else of {variable}:{code}")
    if faults:
        raise StudyError("\n".join(faults))
    return said


def _variables(before: Codebook, one: CodeMap) -> list[str]:
    if one.variable != EVERY:
        return [one.variable] if one.variable in before else []
    return [v.id for v in before.variables if {*one.before} <= {code.id for code in v.codes}]


def _unknown(before: Codebook, one: CodeMap) -> str:
    if one.variable == EVERY:
        return f"no variable of version {before.version} has these codes"
    ids = [variable.id for variable in before.variables]
    return f"version {before.version} has no variable {one.variable!r}. {did_you_mean(one.variable, ids)}"


def _wrong(before: Codebook, after: Codebook, variable: str, one: CodeMap) -> Iterator[str]:
    if variable not in after:
        yield f"version {after.version} has no variable {variable!r}: its codings are taken away"
        return
    for book, codes in ((before, one.before), (after, one.after)):
        there = [code.id for code in book.variable(variable).codes]
        for code in codes:
            if code not in there:
                yield f"version {book.version}: {variable} has no code {code!r}. {did_you_mean(code, there)}"
