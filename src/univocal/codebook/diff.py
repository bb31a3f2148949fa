"""What changed between two codebooks, and do codings made with the one still stand under the other?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from univocal.codebook.model import Code, Codebook
from univocal.codebook.rename import renamed_variables, under

Kind = Literal["added", "removed", "renamed", "changed"]
Bump = Literal["none", "patch", "minor", "major"]
Path = tuple[str, ...]

# A change of these can make an existing coding invalid; `_breaks` says when.
_RULES = {"unit", "answers", "absence", "when"}
# A change of these leaves codings as they are and what they mean as it is.
_WORDING = {
    "label",
    "examples",
    "title",
    "source",
    "number",
    "provenance",
    "heading",
    "detail",
    "measured_by",
} | {
    "heading_provenance",
    "detail_provenance",
}
# Elements of their own, or what names the codebook rather than says something.
_ELSEWHERE = frozenset(
    {
        "ideals",
        "variables",
        "codes",
        "tension_cases",
        "recommendations",
        "cues",
        "id",
        "version",
        "digest",
        "extends",
    }
)
_NOUNS = {"ideals": "ideal", "tension_cases": "tension case", "recommendations": "recommendation"}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. ``before`` and ``after`` are the field's values, or the ids of what was renamed.

    ``breaking`` says that codings made with the first codebook may be invalid under the second; ``bump`` is the
    part of the version that ought to rise for it.
    """

    what: str
    path: tuple[str, ...]
    kind: Kind
    field: str | None
    before: Any
    after: Any
    bump: Bump

    @property
    def breaking(self) -> bool:
        """May an existing coding be invalid because of this?"""
        return self.bump == "major"


@dataclass(frozen=True, slots=True)
class Diff:
    """All differences from one codebook to another, in the order of the codebooks."""

    before: str
    after: str
    changes: tuple[Change, ...]

    @property
    def breaking(self) -> bool:
        """May some existing coding be invalid under the second codebook?"""
        return any(change.breaking for change in self.changes)

    @property
    def bump(self) -> Bump:
        """Which part of the version ought to rise: major (codings break), minor (meaning), patch (wording)?"""
        order: tuple[Bump, ...] = ("none", "patch", "minor", "major")
        return max((change.bump for change in self.changes), key=order.index, default="none")

    @property
    def suggested_version(self) -> str:
        """The version that the second codebook ought to have, counted from the first's."""
        parts = [int(part) for part in self.before.split(".")]
        if self.bump == "none":
            return self.before
        at = ("major", "minor", "patch").index(self.bump)
        return ".".join(map(str, [*parts[:at], parts[at] + 1, *([0] * (2 - at))]))


def diff(before: Codebook, after: Codebook, *, variables: Mapping[str, str] | None = None) -> Diff:
    """What changed from one codebook to another?

    Args:
        before: the codebook that existing codings were made with.
        after: the codebook that is to take its place.
        variables: the new ids of variables that have one; None: those that the words show.

    Returns:
        Every element added, removed, renamed (same words, new id) or changed, and what that does to codings. What
        differs within a renamed variable is told under its new id.

    >>> from univocal.codebook import load
    >>> diff(load(), load()).changes
    ()
    """
    names = renamed_variables(before, after) if variables is None else variables
    old, new = _flat(under(before, names)), _flat(after)
    renamed = _renamed(old, new)
    gone = {path: None for path in old if path not in new}
    come = {path: None for path in new if path not in old}
    changes = [
        Change("variable", ("variables",), "renamed", None, was, now, "major") for was, now in names.items()
    ]
    for path in (*old, *come):
        if path in renamed:
            changes.append(
                Change(_noun(path), path[:-1], "renamed", None, path[-1], renamed[path][-1], "major")
            )
        elif path in gone:
            bump: Bump = "major" if path[0] in ("variables", "codes", "ideals") else "minor"
            changes.append(Change(_noun(path), path, "removed", None, _title(old[path]), None, bump))
        elif path in come and path not in renamed.values():
            changes.append(Change(_noun(path), path, "added", None, None, _title(new[path]), "minor"))
        both = renamed.get(path, path)
        if path in old and both in new:
            changes += _fields(path, old[path], new[both], before, after)
    return Diff(before.version, after.version, tuple(changes))


def _flat(book: Codebook) -> dict[Path, Any]:
    """Every element of a codebook by its path."""
    flat: dict[Path, Any] = {("codebook",): book}
    for kind in ("ideals", "variables", "tension_cases", "recommendations"):
        for noun in getattr(book, kind):
            flat[kind, noun.id] = noun
            for code in noun.codes if kind == "variables" else ():
                flat["codes", noun.id, code.id] = code
    for cue in book.cues:
        flat["cue", cue.variable, cue.code, cue.within, cue.pattern] = cue
    return flat


def _renamed(old: Mapping[Path, Any], new: Mapping[Path, Any]) -> dict[Path, Path]:
    """Codes and ideals that went and came with the same definition (else the same label), one for one."""
    pairs: dict[Path, Path] = {}
    for key in ("definition", "label"):
        gone = _by_words(key, (item for item in old.items() if item[0] not in new and item[0] not in pairs))
        come = _by_words(key, (i for i in new.items() if i[0] not in old and i[0] not in pairs.values()))
        for words, paths in gone.items():
            if len(paths) == 1 and len(come.get(words, ())) == 1:
                pairs[paths[0]] = come[words][0]
    return pairs


def _by_words(key: str, items: Iterator[tuple[Path, Any]]) -> dict[Path, list[Path]]:
    found: dict[Path, list[Path]] = {}
    for path, noun in items:
        if path[0] in ("codes", "ideals"):
            found.setdefault((*path[:-1], getattr(noun, key)), []).append(path)
    return found


def _fields(path: Path, old: Any, new: Any, before: Codebook, after: Codebook) -> Iterator[Change]:
    """One change for each field that differs."""
    skipped = _ELSEWHERE
    if path[0] == "codes" and {path[-1]} <= {i.id for i in before.ideals} & {i.id for i in after.ideals}:
        skipped |= {"label", "definition", "rule", "provenance", "parent"}  # told once, at the ideal
    for field in fields(old):
        was, now = getattr(old, field.name), getattr(new, field.name)
        if was == now or field.name in skipped:
            continue
        yield Change(_noun(path), path, "changed", field.name, was, now, _bump(field.name, was, now))


def _bump(field: str, was: Any, now: Any) -> Bump:
    if field in _RULES:
        return "major" if _breaks(field, was, now) else "minor"
    return "patch" if field in _WORDING else "minor"


def _breaks(field: str, was: Any, now: Any) -> bool:
    """Can a coding that kept the old rule break the new one?"""
    if field == "absence":
        return not now  # the code needs evidence now, and its codings may have none
    if field == "answers":
        return (was, now) != ("one", "many")
    if field == "when":
        wider = now is None or (was is not None and was[0] == now[0] and set(was[1]) <= set(now[1]))
        return not wider
    return True


def _noun(path: Path) -> str:
    return {"codes": "code", "variables": "variable"}.get(path[0]) or _NOUNS.get(path[0], path[0])


def _title(noun: Any) -> str:
    """The words by which a reader knows an element."""
    if isinstance(noun, Code):
        return noun.label
    for key in ("label", "heading", "intervention", "pattern"):
        if hasattr(noun, key):
            return str(getattr(noun, key))
    return str(noun.id)
