"""Which files do these inputs name? Folders are walked in order of name; what isn't read is said."""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from univocal.corpus import readers
from univocal.corpus.faults import Tally
from univocal.plugins import did_you_mean
from univocal.records import Fault

#: Files that tell of a folder rather than belong to it; passed over without a word.
ABOUT = (
    "readme",
    "license",
    "licence",
    "notice",
    "copying",
    "citation",
    "changelog",
    "contributing",
    "authors",
)
#: What is said of a file in a folder whose format nobody knows.
UNKNOWN = "not read: no reader knows the format"


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read: where it lies, what messages call it, and the input folder that it was found in."""

    path: Path
    name: str
    folder: str = ""

    @property
    def in_folder(self) -> bool:
        """Was it found in a folder, rather than named by the user?"""
        return bool(self.folder)


def find_files(inputs: Iterable[str | Path]) -> Iterator[Found | Fault]:
    """The files of files, folders and globs, in order; a file that is reached twice is given once.

    In folders, hidden files and README, LICENSE and the like are passed over, and files with an ending that no
    reader knows are told of in one fault.
    """
    seen: set[tuple[int, int]] = set()
    names: set[str] = set()
    for item in inputs:
        for found in _expand(item):
            if isinstance(found, Fault):
                yield found
                continue
            entry = found.path.stat()
            if (entry.st_dev, entry.st_ino) in seen:
                continue
            seen.add((entry.st_dev, entry.st_ino))
            name = found.name if found.name not in names else found.path.as_posix()
            names.add(name)
            yield Found(found.path, name, found.folder)


def _expand(item: str | Path) -> Iterator[Found | Fault]:
    path = Path(item).expanduser()
    if path.is_dir():
        yield from _folder(path)
    elif path.exists():
        yield _file(path)
    elif glob.has_magic(str(path)):
        matches = sorted(glob.glob(str(path), recursive=True))  # noqa: PTH207  # takes absolute patterns too
        if not matches:
            yield Fault(
                str(item), "no-match", f"{item}: matches no file. Check the pattern, and quote it in a shell."
            )
        for match in map(Path, matches):
            if match.is_dir():
                if "**" not in str(path):  # ** gives the files inside as well
                    yield from _folder(match)
            elif match.exists():
                yield _file(match)
            else:
                yield _missing(match, match)
    else:
        yield _missing(item, path)


def _missing(item: str | Path, path: Path) -> Fault:
    if path.is_symlink():
        return Fault(
            str(item), "unreadable", f"{item}: a link to nothing or to itself. Name the file itself.", lost=1
        )
    try:
        beside = sorted(entry.name for entry in path.parent.iterdir())
    except OSError:
        beside = []
    hint = f" {did_you_mean(path.name, beside)}" if beside else " Its folder isn't there either."
    return Fault(str(item), "not-found", f"{item}: no such file or folder.{hint}", lost=1)


def _file(path: Path) -> Found | Fault:
    if not stat.S_ISREG(path.stat().st_mode):
        return Fault(
            path.name, "unreadable", f"{path}: neither a file nor a folder (a pipe or device?).", lost=1
        )
    return Found(path, path.name)


def _folder(folder: Path) -> Iterator[Found | Fault]:
    passed_over = Tally(str(folder), nouns=("file", "files"))
    found = 0
    for path in _walk(folder):
        if isinstance(path, Fault):
            yield path
            continue
        name = path.relative_to(folder).as_posix()
        if path.name.lower().startswith(ABOUT):
            continue
        if not _ours(path):
            passed_over.add("ignored-files", UNKNOWN, name)
        elif _bibliography(path):
            passed_over.add("ignored-files", "not read: bibliographies of the LaTeX papers beside them", name)
        else:
            found += 1
            yield Found(path, name, str(folder))
    yield from passed_over.faults()
    if not found:
        message = f"{folder}: no papers in this folder. Expected files ending in {readers.known_suffixes()}."
        yield Fault(str(folder), "empty-folder", message)


def _ours(path: Path) -> bool:
    suffix = readers.suffix_of(path.name)
    if not suffix:
        return path.name.lower().endswith(".gz")  # shards are often named so; their content tells
    return bool(readers.claiming(path.name))


def _bibliography(path: Path) -> bool:
    """Is this what the LaTeX files beside it cite, rather than papers to read? A file that is named is read."""
    return path.suffix.lower() in {".bib", ".bibtex"} and any(path.parent.glob("*.tex"))


def _walk(folder: Path) -> Iterator[Path | Fault]:
    """All files below a folder in order of name; links to folders are followed, but never in a circle."""
    top = folder.stat()
    stack: list[tuple[Path, frozenset[tuple[int, int]]]] = [(folder, frozenset({(top.st_dev, top.st_ino)}))]
    while stack:
        path, above = stack.pop()
        if not path.is_dir():
            yield _plain_file(path)
            continue
        try:
            entries = sorted(
                (e for e in os.scandir(path) if not e.name.startswith(".")), key=lambda e: e.name
            )
        except OSError as error:
            message = f"{path}: can't be listed: {error.strerror}. Check that the folder is yours to read."
            yield Fault(str(path), "unreadable", message, lost=1)
            continue
        for entry in reversed(entries):
            inner = above
            if Path(entry.path).is_dir():  # the entry's own is_dir raises for a link to itself
                status = entry.stat()
                here = (status.st_dev, status.st_ino)
                if here in above:
                    message = f"{entry.path}: a link to a folder above it; it was not followed."
                    yield Fault(entry.path, "symlink-loop", message)
                    continue
                inner = above | {here}
            stack.append((Path(entry.path), inner))


def _plain_file(path: Path) -> Path | Fault:
    try:
        if stat.S_ISREG(path.stat().st_mode):
            return path
    except OSError:
        pass  # a link to nothing: told below
    return Fault(
        str(path), "unreadable", f"{path}: no file that can be read (a broken link, pipe or device).", lost=1
    )
