"""Gold files: each coder's codes and the adjudicated ones, as three coders of the same papers."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from univocal.codebook.model import Codebook
from univocal.coders.gold import GoldPaper, load_gold
from univocal.corpus.pieces import GZIP, blocks
from univocal.corpus.protocol import Limits
from univocal.errors import InputError
from univocal.estimates.answers import as_codes
from univocal.estimates.report import GOLD_NOTE
from univocal.interchange.builder import Builder
from univocal.interchange.codings_jsonl import mention_unit
from univocal.interchange.faults import SourceFile
from univocal.interchange.names import Cell

#: The coder whom the adjudicated codes are said to be from.
ADJUDICATED = "adjudicated"

#: In place of a record that is told to be faulty.
_MISFIT: dict[str, Any] = {}

GROUPS = ("year", "venue")

_Row = tuple[int, str, str, str, Any]


def read(path: Path, name: str, builder: Builder, codebook: Codebook, limits: Limits) -> None:
    """Hand the builder the codings of a gold file: of papers, and of their mentions (the variable ``sense``).

    A mention without a sense is a missing coding; a variable that isn't in a paper's codes was not asked of it. Weight,
    stratum, year and venue are taken where the file has them. Ledgers, and what isn't a variable of the codebook, are
    left out and counted. Adjudicated codes were made from those of the coders, where the file has them.
    """
    base = builder.open(SourceFile(name, "line", _label, whole=True))
    lines = _lines(path, base, builder, limits)
    if lines is None:
        return
    misfits = {line for line, row in lines if row is _MISFIT}
    papers = _papers(path, name, limits)
    if isinstance(papers, InputError):
        for fault in papers.faults:
            before, _, what = fault.partition(": line ")
            at, _, message = what.partition(": ")
            line = int(at) if at.isdigit() else 0
            if line not in misfits:
                builder.faults.add(base + line, message if line else fault.removeprefix(f"{before}: "))
        return
    builder.notes[GOLD_NOTE] = None
    if any(gold.coders for gold in papers):
        builder.derived.add(ADJUDICATED)
    rows = [
        row
        for gold, (line, _) in zip(papers, lines, strict=True)
        if line not in misfits
        for row in _rows(gold, line, base, builder, codebook)
    ]
    if rows:
        number, unit, coder, variable, cell = zip(*rows, strict=True)
        key = np.array(number, dtype=np.int64) + base
        builder.rows(
            key,
            builder.encode(key, unit, builder.units, "unit"),
            builder.encode(key, coder, builder.coders, "coder"),
            builder.encode(key, variable, builder.variables, "variable"),
            builder.encode(key, cell, builder.cells, "code"),
        )
    if not misfits:
        _design(papers, lines, base, builder)


def _label(role: str, coder: str, variable: str) -> str:
    if role != "code":
        return {"unit": "id", "paper": "id"}.get(role, role)
    if coder != ADJUDICATED:
        return f"coders.{coder}.{'senses' if variable == 'sense' else variable}"
    return "mentions.sense" if variable == "sense" else f"coding.{variable}"


def _lines(
    path: Path, base: int, builder: Builder, limits: Limits
) -> list[tuple[int, dict[str, Any]]] | None:
    """Each record and its line; None where the file can't be read as records of coded papers."""
    if path.stat().st_size > limits.file_bytes:
        builder.faults.add(base, f"more than {limits.file_bytes:,} bytes. Split it.")
        return None
    try:
        data = _unpack(path, limits)
    except InputError as error:
        builder.faults.add(base, str(error))
        return None
    found = []
    for number, line in enumerate(data.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError:
            row = None  # load_gold says what is wrong with it
        fault = _misfit(row) if row is not None else ""
        if fault:
            builder.faults.add(base + number, fault)
            if not isinstance(row, dict) or not isinstance(row.get("id"), str):
                return None
        found.append((number, _MISFIT if fault else row))
    return found


def _unpack(path: Path, limits: Limits) -> bytes:
    parts, done = [], 0
    try:
        for block in blocks(path):
            done += len(block)
            if done > limits.file_bytes:
                raise InputError(
                    f"more than {limits.file_bytes:,} bytes when unpacked; expected no more. Split it."
                )
            parts.append(block)
    except OSError as error:
        raise InputError(
            f"can't be read past byte {done:,}: {error.strerror or error}. Fetch it again."
        ) from error
    return b"".join(parts)


def _misfit(row: Any) -> str:
    """What keeps a record from being a coded paper, beyond what ``load_gold`` looks at?"""
    if not isinstance(row, dict):
        return "expected an object with id, text, mentions and coding"
    if not isinstance(row.get("id"), str) or not isinstance(row.get("text"), str):
        return "id and text: expected text for each"
    if not isinstance(row.get("coding"), dict):
        return "coding: expected an object of variables and their codes"
    coders = row.get("coders") or {}
    if not isinstance(coders, dict) or not all(isinstance(one, dict) for one in coders.values()):
        return "coders: expected an object of coders, each with an object of variables and their codes"
    if ADJUDICATED in coders:
        return f"coders: {ADJUDICATED!r} is what the adjudicated codes are called here. Rename that coder."
    return ""


def _papers(path: Path, name: str, limits: Limits) -> tuple[GoldPaper, ...] | InputError:
    try:
        with path.open("rb") as file:
            if file.read(2) != GZIP:
                return load_gold(path)
        with tempfile.TemporaryDirectory() as folder:
            unpacked = Path(folder) / Path(name).name.removesuffix(".gz")
            unpacked.write_bytes(_unpack(path, limits))
            return load_gold(unpacked)
    except InputError as error:
        return error


def _rows(gold: GoldPaper, line: int, base: int, builder: Builder, codebook: Codebook) -> Iterator[_Row]:
    units = [mention_unit(gold.paper.id, m.start, m.end) for m in gold.mentions]
    given = [(ADJUDICATED, gold.coding, [m.sense for m in gold.mentions])]
    for name, coding in gold.coders.items():
        given.append((name, coding, coding.get("senses") or []))
    for coder, coding, senses in given:
        if len(senses) != len(units):
            where = _label("code", coder, "sense")
            builder.faults.add(base + line, f"{where}: {len(senses)} senses for {len(units)} mentions")
            continue
        for unit, sense in zip(units, senses, strict=True):
            if sense is None or isinstance(sense, str):
                yield line, unit, coder, "sense", Cell.MISSING if sense is None else sense
            else:
                builder.faults.add(
                    base + line, f"{_label('code', coder, 'sense')}: {sense!r}; expected a code"
                )
        for variable, cell in _answers(coding, coder, line, base, builder, codebook):
            yield line, gold.paper.id, coder, variable, cell


def _answers(
    coding: Mapping[str, Any], coder: str, line: int, base: int, builder: Builder, codebook: Codebook
) -> Iterator[tuple[str, Any]]:
    for variable, value in coding.items():
        if variable == "senses":
            continue
        if variable not in codebook or codebook.variable(variable).unit != "paper":
            builder.left_out[f"{variable!r}, which isn't a variable of the codebook"] += 1
        elif codebook.variable(variable).answers == "ledger":
            builder.left_out[f"entries of the ledger {variable!r}"] += (
                len(value) if isinstance(value, list) else 1
            )
        elif value is None:
            yield variable, Cell.MISSING
        elif isinstance(value, str | bool) or (
            isinstance(value, list) and all(isinstance(c, str) for c in value)
        ):
            yield variable, as_codes(value)
        else:
            where = _label("code", coder, variable)
            builder.faults.add(
                base + line, f"{where}: {value!r}; expected a code, a list of codes, true or false"
            )


def _design(
    papers: tuple[GoldPaper, ...], lines: list[tuple[int, dict[str, Any]]], base: int, builder: Builder
) -> None:
    key = np.array([line for line, _ in lines], dtype=np.int64) + base
    place = builder.encode(key, [gold.paper.id for gold in papers], builder.papers, "paper")
    units = [
        [gold.paper.id, *(mention_unit(gold.paper.id, m.start, m.end) for m in gold.mentions)]
        for gold in papers
    ]
    n_units = [len(one) for one in units]
    known = np.array([builder.units.get(unit, -1) for one in units for unit in one], dtype=np.int32)
    builder.design(np.repeat(key, n_units), unit=known, paper=np.repeat(place, n_units), values={})
    values = {}
    for name in GROUPS:
        values[name] = builder.encode(
            key, [_text(row.get(name)) for _, row in lines], builder.group(name), name
        )
    for name, names in (("weight", builder.weights), ("stratum", builder.strata)):
        if any(row.get(name) is not None for _, row in lines):  # then every paper must have one
            values[name] = builder.encode(key, [_text(row.get(name)) for _, row in lines], names, name)
    builder.design(key, paper=place, values=values)


def _text(value: Any) -> str:
    return "" if value is None else str(value)
