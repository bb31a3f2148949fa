r"""The files of a LaTeX paper: what ``\input`` and ``\include`` name, inside the main file's folder only."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from univocal.corpus.decoding import declared_in_latex, decode
from univocal.records import Fault

#: More files than this, or deeper inclusion, isn't a paper.
_MOST_FILES = 500
_DEEPEST = 12
#: Where a file without ``\documentclass`` stands, so many files are looked into for one that includes it.
_MOST_MAINS = 50
_LARGEST_MAIN = 2_000_000
_INCLUDE = re.compile(r"^[^%\n]*?\\(?:input|include|subfile)\s*\{([^{}]{1,200})\}", re.MULTILINE)


class Folder:
    """Opens included files and says of each why it can't be had; never leaves the main file's folder."""

    def __init__(self, main: Path | None, where: str, most_bytes: int) -> None:
        self._root = main.resolve().parent if main else None
        self._open: list[Path] = [main.resolve()] if main else []
        self._where = [where]
        self._bytes_left = most_bytes
        self._n_files = 0
        self._told: set[str] = set()
        self.faults: list[Fault] = []

    def enter(self, name: str, line: int) -> tuple[str, str] | None:
        """The included file's name below the folder and its text; None with a fault where it can't be had.

        Each ``enter`` that returns a file needs a ``leave``.
        """
        path = self._find(name)
        refusal = self._refusal(path, name)
        if path is None or self._root is None or refusal is not None:
            kind, why = refusal or ("include-missing", "no such file")
            message = (
                f"{self._where[-1]}:{line}: \\input{{{name[:200]}}}: {why}. "
                "Expected a file of the paper's own folder; the text goes on without it."
            )
            if message not in self._told:
                self._told.add(message)
                self.faults.append(Fault(self._where[0], kind, message))
            return None
        data = path.read_bytes()
        self._bytes_left -= len(data)
        self._n_files += 1
        self._open.append(path)
        relative = path.relative_to(self._root).as_posix()
        self._where.append(f"{self._where[0]}: {relative}")
        text, faults = decode(data, self._where[-1], declared_in_latex(data))
        self.faults.extend(faults)
        return relative, text

    def leave(self) -> None:
        """The file that was entered last is read."""
        self._open.pop()
        self._where.pop()

    def _find(self, name: str) -> Path | None:
        """The file that a name means: with ``.tex`` or as it stands, from the main file's folder."""
        if self._root is None or not name or "\0" in name or len(name) > 500:
            return None
        for candidate in (self._root / f"{name}.tex", self._root / name):
            try:
                resolved = candidate.resolve()  # follows links, so that a link can't lead outside
                if not resolved.is_relative_to(self._root) or resolved.is_file():
                    return resolved
            except (OSError, RuntimeError):
                continue  # a name that the system refuses, or links in a circle: no such file
        return None

    def _refusal(self, path: Path | None, name: str) -> tuple[str, str] | None:
        """Why the file that a name means isn't read: a fault's kind and reason."""
        if self._root is None:
            return "include-unresolved", "the main file's folder isn't known"
        if path is None and ".." not in Path(name).parts and not Path(name).is_absolute():
            return "include-missing", "no such file"
        if path is None or not path.is_relative_to(self._root):
            return "include-outside", "lies outside the paper's folder"
        if path in self._open:
            cycle = " > ".join(p.name for p in [*self._open[self._open.index(path) :], path])
            return "include-cycle", f"the files include each other: {cycle}"
        if len(self._open) > _DEEPEST or self._n_files >= _MOST_FILES:
            return "include-too-many", f"more than {_DEEPEST} files deep or {_MOST_FILES} files in all"
        if path.stat().st_size > self._bytes_left:
            return "file-too-large", "the paper's files are larger together than the limit"
        return None


@lru_cache(maxsize=64)
def _included_in(folder: Path, changed: int) -> dict[Path, str]:
    """Which files do the main files of a folder include, and which main file does so first?"""
    del changed  # part of the key: a folder that changed is looked at again
    found: dict[Path, str] = {}
    for main in sorted(folder.glob("*.tex"))[:_MOST_MAINS]:
        if main.stat().st_size > _LARGEST_MAIN:
            continue
        source = main.read_bytes().decode("utf-8", errors="replace")
        if "\\documentclass" in source:
            for name in _INCLUDE.findall(source):
                named = (folder / name.strip()).resolve()
                found.setdefault(
                    named if named.suffix == ".tex" else named.with_name(f"{named.name}.tex"), main.name
                )
    return found


def included_by(path: Path | None, text: str) -> str | None:
    """The main file beside or above a file that includes it; None for a main file, or where there is none."""
    if path is None or "\\documentclass" in text:
        return None
    resolved = path.resolve()
    for folder in resolved.parents[:2]:
        try:
            main = _included_in(folder, folder.stat().st_mtime_ns).get(resolved)
        except OSError:
            return None  # a folder that can't be listed names no main file
        if main is not None:
            return main
    return None
