"""Files laid over each other: a codebook, what it extends, what it includes. Every entry knows where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from univocal.codebook.read import read_file
from univocal.codebook.shape import ENTRIES, HEADER, KEYS, clean, faults_of, told
from univocal.errors import CodebookError

DATA = Path(__file__).parent / "data"
_MAX_CHAIN = 16
#: Far beyond any coding scheme that people can keep in mind.
MAX_ENTRIES = 5_000
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One table of a list (an ideal, a code, …): ``where`` it stands, and what of it has no fault.

    ``ours`` says that it comes from a file of the package, ``added`` that an extending file brought it.
    """

    where: str
    table: Mapping[str, Any]
    ours: bool
    added: bool


@dataclass(slots=True)
class Draft:
    """All entries of a codebook after its extensions and includes are laid over each other, with all faults."""

    name: str
    header: dict[str, Any] = field(default_factory=dict)
    entries: dict[str, dict[Key, Entry]] = field(default_factory=lambda: {kind: {} for kind in ENTRIES})
    faults: list[str] = field(default_factory=list)
    _own: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def ids(self, kind: str) -> tuple[str, ...]:
        """The ids of a list's entries, in order."""
        return tuple(key[-1] for key in self.entries[kind])

    def forget(self) -> None:
        """The lists are about to change; what was looked up in them no longer holds."""
        self._own = {}

    def codes(self, variable: str) -> tuple[str, ...]:
        """The codes of a variable, in order; those of the ideals come first where it takes them over."""
        if not self._own:
            for of, code in self.entries["codes"]:
                self._own[of] = (*self._own.get(of, ()), code)
        own = self._own.get(variable, ())
        entry = self.entries["variables"].get((variable,))
        injected = entry is not None and entry.table.get("codes_from") == "ideals"
        return (*self.ids("ideals"), *own) if injected else own


def built_in() -> tuple[str, ...]:
    """Which codebooks come with the package?

    >>> built_in()
    ('alignment',)
    """
    names = (path.stem for path in sorted(DATA.glob("*.toml")))
    return tuple(name for name in names if not name.endswith("-cues"))


def locate(source: str | Path, beside: Path | None = None) -> Path:
    """Where is the file of a codebook that is named by id (built in) or by path?

    Args:
        source: ``"alignment"``, or a path; a text that ends in ``.toml`` or has a ``/`` is a path.
        beside: the folder that a relative path starts from; by default the current one.

    Raises:
        CodebookError: a name that is neither built in nor a path.
    """
    text = str(source)
    if isinstance(source, str) and text in built_in():
        return DATA / f"{text}.toml"
    path = (beside or Path()) / text
    if isinstance(source, Path) or text.endswith(".toml") or "/" in text or path.exists():
        return path
    from univocal.plugins import did_you_mean

    raise CodebookError(f"no codebook {told(text)} is built in. {did_you_mean(text[:100], built_in())}")


def draft(path: Path, chain: tuple[Path, ...] = ()) -> Draft:
    """Read a codebook's file and those that it extends and includes; faults are collected, not raised.

    Raises:
        CodebookError: the file itself can't be read as TOML.
    """
    table = read_file(path)
    name = path.name
    chain = (*chain, path.resolve())
    made = _base(table.get("extends"), path, chain) if "extends" in table else Draft(name)
    extending = "extends" in table
    top = {key: value for key, value in table.items() if key not in ENTRIES}
    needs = frozenset({"id", "version", "title"}) if extending else None
    made.name = name
    made.faults += faults_of(top, HEADER, f"{name}:", needs=needs)
    made.header = made.header | clean(top, HEADER)
    lay(made, table, path, extending=extending)
    for include in clean(top, HEADER).get("include", ()):
        _include(made, path.parent / include, extending=extending)
    return made


def _base(extends: Any, path: Path, chain: tuple[Path, ...]) -> Draft:
    """The draft that a file extends; a fault, and an empty one, where it can't be had."""
    where = f"{path.name}: extends"
    if not isinstance(extends, str):  # the type is told with the header's other faults
        return Draft(path.name)
    try:
        base = locate(extends, path.parent)
        if (fault := _endless(base, chain)) is None:
            return draft(base, chain)
        faults: tuple[str, ...] = (fault,)
    except CodebookError as error:
        faults = error.faults
    return Draft(path.name, faults=[f"{where}: {fault}" for fault in faults])


def _endless(base: Path, chain: tuple[Path, ...]) -> str | None:
    """Would this base make the chain of extensions a circle, or too long?"""
    if base.resolve() in chain:
        return "codebooks extend each other in a circle: " + " → ".join(p.name for p in (*chain, base))
    return f"more than {_MAX_CHAIN} codebooks extend each other" if len(chain) >= _MAX_CHAIN else None


def _include(made: Draft, path: Path, *, extending: bool) -> None:
    try:
        table = read_file(path)
    except CodebookError as error:
        made.faults += [f"{made.name}: include: {fault}" for fault in error.faults]
        return
    extra = {key: value for key, value in table.items() if key != "cue"}
    made.faults += [f"{path.name}: {told(key)}: an included file holds [[cue]] tables only" for key in extra]
    lay(made, {"cue": table["cue"]} if "cue" in table else {}, path, extending=extending)


def lay(made: Draft, table: Mapping[str, Any], path: Path, *, extending: bool) -> None:
    """Lay one file's lists over a draft: new keys are added, known ones changed in the fields that are given."""
    ours = path.parent == DATA
    made.forget()
    for kind, spec in ENTRIES.items():
        rows = table.get(kind, [])
        if not isinstance(rows, list):
            made.faults.append(
                f"{path.name}: {kind}: expected a list of tables ([[{kind}]]), got {told(rows)}"
            )
            continue
        if len(rows) > MAX_ENTRIES:
            made.faults.append(
                f"{path.name}: {kind}: {len(rows):,} entries; at most {MAX_ENTRIES:,} are read"
            )
            continue
        seen: dict[Key, str] = {}
        for at, row in enumerate(rows):
            where = f"{path.name}: {kind}[{at}]"
            good = clean(row, spec) if isinstance(row, dict) else {}
            key = tuple(good.get(part, "") for part in KEYS[kind])
            before = made.entries[kind].get(key) if extending and key not in seen else None
            made.faults += faults_of(
                row, spec, where, needs=_needs(kind, changes=before is not None, extending=extending)
            )
            if "" in key:
                continue
            if key in seen:
                made.faults.append(
                    f"{where}: the same {' and '.join(KEYS[kind])} as {seen[key]}; each stands once"
                )
                continue
            seen[key] = f"{kind}[{at}]"
            merged = {**before.table, **good} if before else good
            added = before.added if before else extending
            made.entries[kind][key] = Entry(where, merged, ours, added)


def _needs(kind: str, *, changes: bool, extending: bool) -> frozenset[str]:
    """Which keys must an entry have? One that changes another says at least whose the new words are."""
    spec = ENTRIES[kind]
    if changes:
        tags = {key for key in spec if key.endswith("provenance")}
        return frozenset({*KEYS[kind], *tags}) | ({"weight"} if kind == "cue" else frozenset())
    required = {key for key, field in spec.items() if field.required}
    return frozenset(required | ({"within"} if kind == "ideals" and extending else set()))
