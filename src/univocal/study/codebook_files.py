"""The codebook's files in a study's folder: what stands there, and putting a new version there and in force."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from univocal.errors import StudyError
from univocal.study import codebooks, recode
from univocal.study.codebooks import MAIN, files_of
from univocal.study.folder import CONFIGURATION, Study
from univocal.study.people import Person
from univocal.study.recode_maps import Map
from univocal.study.recode_plan import Plan


def file_of(study: Study) -> Path:
    """Where the study's own codebook file is: the one that `study.toml` names."""
    given = tomllib.loads((study.folder / CONFIGURATION).read_text(encoding="utf-8"))
    return study.folder / str(given.get("codebook", MAIN))


def proposed(study: Study, path: Path | None = None) -> dict[str, str]:
    """The words of a new version's files: of ``path``, or of the study's own file.

    Raises:
        StudyError: there is no such file.
        CodebookError: it has faults.
    """
    path = path or file_of(study)
    if not path.is_file():
        raise StudyError(f"{path}: no such file. Expected the new version of the codebook.")
    return files_of(path)


def shown(
    study: Study, path: Path | None = None, maps: Sequence[Map] = (), *, reopen: Sequence[str] = ()
) -> Plan:
    """What would the version in ``path`` (or in the study's own file) do? As `recode.plan`."""
    files = proposed(study, path)
    with study.database.reading() as connection:
        return recode.plan(connection, files, maps, reopen=reopen)


def put_in_force(
    study: Study,
    path: Path | None = None,
    maps: Sequence[Map] = (),
    *,
    reopen: Sequence[str] = (),
    by: Person | None = None,
    seen: str | None = None,
    note: str = "",
) -> Plan:
    """Put the version in ``path`` (or in the study's own file) in force, and its files into the study's folder.

    Args:
        study: the study.
        path: the new version; None: the study's own file.
        maps: as for `recode.plan`.
        reopen: as for `recode.plan`.
        by: as for `recode.change`.
        seen: as for `recode.change`.
        note: as for `recode.change`.

    Raises:
        StudyError: as `recode.change` and `check_free`, or the folder can't be written; nothing was done.
        CodebookError: the version has faults.
    """
    files = proposed(study, path)
    with study.database.writing() as connection:
        if path is not None:
            check_free(study, path, codebooks.latest(connection)[2])
        made = recode.change(connection, files, maps, reopen=reopen, by=by, seen=seen, note=note)
        if proposed(study, path) != files:  # it may have waited long for others to save
            raise StudyError(
                "the codebook's file was edited at the same moment. Look at what would happen now."
            )
        put(study, files)
    return made


def check_free(study: Study, path: Path, known: Mapping[str, str]) -> None:
    """Refuse a version from elsewhere while the study's own file has changes that are in no version: they'd be lost.

    Args:
        study: the study.
        path: where the new version comes from.
        known: the files of the version in force.

    Raises:
        StudyError: the study's own files were changed.
    """
    own = file_of(study)
    if path.resolve() == own.resolve():
        return
    for name, words in known.items():
        at = own if name == MAIN else own.parent / name
        if at.is_file() and _bytes(at) != words.encode():
            raise StudyError(
                f"{at}: it has changes that are in no version yet, and {path.name} would take its place. "
                "Move it away first, or put the changes into one file."
            )


def put(study: Study, files: Mapping[str, str]) -> None:
    """Write a version's files into the study's folder, each whole or not at all.

    Raises:
        StudyError: the folder can't be written.
    """
    own = file_of(study)
    for name, words in files.items():
        at = own if name == MAIN else own.parent / name
        if at.is_file() and _bytes(at) == words.encode():
            continue
        made = at.with_name(f".{at.name}.new")
        try:
            at.parent.mkdir(parents=True, exist_ok=True)
            made.write_text(words, encoding="utf-8", newline="")
            os.replace(made, at)  # noqa: PTH105 - the same on all systems
        except OSError as error:
            raise StudyError(f"{at}: can't be written: {error.strerror or error}") from None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise StudyError(f"{path}: can't be read: {error.strerror or error}") from None
