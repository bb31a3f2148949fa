"""Which code of a new codebook stands for a code of the old one: as a person says it, or as the words show it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from univocal.codebook.diff import Diff
from univocal.codebook.model import Codebook
from univocal.codebook.read import parse as parse_toml
from univocal.errors import CodebookError, StudyError
from univocal.plugins import did_you_mean
from univocal.study.recode_names import Names, VariableMap

#: Stands for every variable that has the codes: an ideal is a code of several.
EVERY = "*"
#: Variable (its new id) → old code → the new codes that it may have become; none: its codings are to be coded again.
Targets = Mapping[str, Mapping[str, tuple[str, ...]]]
Kind = Literal["rename", "merge", "split", "rename-variable"]
_SHAPES: Mapping[Kind, str] = {
    "rename": "VARIABLE:OLD=NEW", "merge": "VARIABLE:OLD,OLD=NEW", "split": "VARIABLE:OLD=NEW,NEW",
    "rename-variable": "OLD=NEW",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CodeMap:
    """What becomes of codes: one or several to one (rename, merge), one to several (split) or to none (code again)."""

    variable: str
    before: tuple[str, ...]
    after: tuple[str, ...]


#: What is said of codes, or of a variable.
Map = CodeMap | VariableMap


def parse(kind: Kind, words: str) -> Map:
    """A map as a command line says it.

    Raises:
        StudyError: the words don't have the shape of this kind.

    >>> parse("merge", "about:main,passing=yes")
    CodeMap(variable='about', before=('main', 'passing'), after=('yes',))
    >>> parse("rename-variable", "about=topic")
    VariableMap(before='about', after='topic')
    """
    variable, colon, rest = ("", "", words) if kind == "rename-variable" else words.partition(":")
    old, equals, new = rest.partition("=")
    before, after = _listed(old), _listed(new)
    good = {
        "rename": len(before) == len(after) == 1,
        "merge": len(before) > 1 and len(after) == 1,
        "split": len(before) == 1 and len(after) > 1,
        "rename-variable": len(before) == 1 and len(after) <= 1,
    }[kind]
    if not (equals and good) or (kind != "rename-variable" and not (variable.strip() and colon)):
        raise StudyError(f"--{kind}: expected {_SHAPES[kind]}, got {words!r}")
    if kind == "rename-variable":
        return VariableMap(before[0], after[0] if after else None)
    return CodeMap(variable.strip(), before, after)


def _listed(words: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in words.split(",") if word.strip())


def read_maps(path: Path) -> tuple[Map, ...]:
    """The maps of a file.

    Tables ``[[map]]`` have ``variable``, ``from`` and ``to``, the latter two lists of codes; tables ``[[variable]]`` have
    ``from`` and ``to``, the old id and the new one.

    Raises:
        StudyError: the file can't be read or has other things in it; all faults at once.
    """
    try:
        given = parse_toml(path.read_bytes(), str(path))
    except OSError as error:
        raise StudyError(f"{path}: can't be read: {error.strerror or error}") from None
    except CodebookError as error:
        raise StudyError(str(error)) from None
    faults = [
        f"{path}: {key}: unknown key. Expected tables [[map]] and [[variable]]."
        for key in given
        if key not in _ROW_FAULTS
    ]
    rows = {}
    for key, faults_of in _ROW_FAULTS.items():
        rows[key] = given.get(key, [])
        if not isinstance(rows[key], list):
            faults.append(f"{path}: {key}: expected tables [[{key}]], got {rows[key]!r}")
            continue
        for at, row in enumerate(rows[key]):
            found = faults_of(row) if isinstance(row, dict) else (f"expected a table, got {row!r}",)
            faults += [f"{path}: {key}[{at}]: {fault}" for fault in found]
    if faults:
        raise StudyError("\n".join(faults))
    return (
        *(VariableMap(row["from"], row["to"] or None) for row in rows["variable"]),
        *(CodeMap(row["variable"], tuple(row["from"]), tuple(row["to"])) for row in rows["map"]),
    )


def _strange(row: Mapping[str, Any], *keys: str) -> Iterator[str]:
    for key in row:
        if key not in keys:
            yield f"{key}: unknown key. {did_you_mean(key, keys)}"


def _name_faults(row: Mapping[str, Any]) -> Iterator[str]:
    yield from _strange(row, "from", "to")
    for key in ("from", "to"):
        if not isinstance(row.get(key), str):
            yield f"{key}: expected a variable's id, got {row.get(key)!r}"


def _row_faults(row: Mapping[str, Any]) -> Iterator[str]:
    yield from _strange(row, "variable", "from", "to")
    if not isinstance(row.get("variable"), str):
        yield "variable: expected a variable's id"
    for key in ("from", "to"):
        value = row.get(key)
        if not isinstance(value, list) or not all(isinstance(code, str) for code in value):
            yield f"{key}: expected a list of codes, got {value!r}"
        elif key == "from" and not value:
            yield "from: expected at least one code"


_ROW_FAULTS: Mapping[str, Callable[[Mapping[str, Any]], Iterator[str]]] = {
    "variable": _name_faults,
    "map": _row_faults,
}


def targets(before: Codebook, after: Codebook, found: Diff, maps: Iterable[CodeMap], names: Names) -> Targets:
    """What does each old code become, for every variable that both codebooks have?

    ``before`` has its variables under their new ids already (``names``), and so has what comes back; maps may name a
    variable by either id. What they say comes first; a code whose id the new version has stays itself; one that went while another came
    with the same words was renamed; of any other nothing is known.

    Raises:
        StudyError: a map names what isn't there, or says two things of one code; all faults at once.
    """
    said = _said(
        before, after, [replace(one, variable=names.get(one.variable, one.variable)) for one in maps]
    )
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
        variables = _variables(before, after, one)
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


def _variables(before: Codebook, after: Codebook, one: CodeMap) -> list[str]:
    if one.variable != EVERY:
        return [one.variable] if one.variable in before else []
    return [
        v.id for v in before.variables if v.id in after and {*one.before} <= {code.id for code in v.codes}
    ]


def _unknown(before: Codebook, one: CodeMap) -> str:
    if one.variable == EVERY:
        return f"no variable of version {before.version} that is still there has these codes"
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
