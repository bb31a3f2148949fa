"""The files of a LaTeX paper: what ``\\input`` and ``\\include`` name, inside the main file's folder only."""

from __future__ import annotations

from pathlib import Path

from univocal.corpus.decoding import declared_in_latex, decode
from univocal.records import Fault

#: More files than this, or deeper inclusion, isn't a paper.
_MOST_FILES = 500
_DEEPEST = 12


class Folder:
    """Opens included files and says of each why it can't be had; never leaves the main file's folder."""

    def __init__(self, main: Path | None, where: str, most_bytes: int) -> None:
        self._root = main.resolve().parent if main else None
        self._open: list[Path] = [main.resolve()] if main else []
        self._where = [where]
        self._bytes_left = most_bytes
        self._n_files = 0
        self.faults: list[Fault] = []

    def enter(self, name: str, line: int) -> tuple[str, str] | None:
        """The included file's name below the folder and its text; None with a fault where it can't be had.

        Each ``enter`` that returns a file needs a ``leave``.
        """
        if self._root is None:
            return self._fault("include-unresolved", line, name, "the main file's folder isn't known")
        path = self._find(name)
        if path is None or not path.is_relative_to(self._root):
            outside = path is not None or ".." in Path(name).parts or Path(name).is_absolute()
            kind, why = ("include-outside", "lies outside the paper's folder") if outside else ("include-missing", "no such file")
            return self._fault(kind, line, name, why)
        if path in self._open:
            cycle = " > ".join(p.name for p in [*self._open[self._open.index(path) :], path])
            return self._fault("include-cycle", line, name, f"the files include each other: {cycle}")
        if len(self._open) > _DEEPEST or self._n_files >= _MOST_FILES:
            why = f"more than {_DEEPEST} files deep or {_MOST_FILES} files in all"
            return self._fault("include-too-many", line, name, why)
        if path.stat().st_size > self._bytes_left:
            return self._fault("file-too-large", line, name, "the paper's files are larger together than the limit")
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
            resolved = candidate.resolve()  # follows links, so that a link can't lead outside
            if not resolved.is_relative_to(self._root):
                return resolved
            if resolved.is_file():
                return resolved
        return None

    def _fault(self, kind: str, line: int, name: str, why: str) -> None:
        message = (
            f"{self._where[-1]}:{line}: \\input{{{name[:200]}}}: {why}. "
            "Expected a file of the paper's own folder; the text goes on without it."
        )
        self.faults.append(Fault(self._where[0], kind, message))
