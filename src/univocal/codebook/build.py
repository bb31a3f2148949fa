"""From a checked draft to the frozen codebook."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from univocal.codebook.draft import Draft, Entry
from univocal.codebook.model import (
    Code,
    Codebook,
    Cue,
    Example,
    Ideal,
    Prediction,
    Recommendation,
    TensionCase,
    Variable,
)


def build(made: Draft) -> Codebook:
    """The codebook that a draft without faults holds."""
    header, lists = made.header, {kind: tuple(rows.values()) for kind, rows in made.entries.items()}
    content = {
        "id": header["id"],
        "version": header["version"],
        "title": header["title"],
        "source": header["source"],
        "extends": header.get("extends"),
        "ideals": tuple(map(_ideal, lists["ideals"])),
        "variables": tuple(_variable(entry, made) for entry in lists["variables"]),
        "tension_cases": tuple(TensionCase(**_tuples(e.table)) for e in lists["tension_cases"]),
        "recommendations": tuple(Recommendation(**_tuples(e.table)) for e in lists["recommendations"]),
        "cues": tuple(Cue(**{**e.table, "weight": float(e.table["weight"])}) for e in lists["cue"]),
    }
    return Codebook(**content, digest=digest(content))


def digest(content: Mapping[str, Any]) -> str:
    """The SHA-256 of a codebook's content in canonical JSON: the same for any two files that say the same."""
    text = json.dumps(content, default=plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def plain(noun: object) -> dict[str, Any]:
    """A noun of the model as JSON has it: its fields by name.

    Raises:
        TypeError: it is no noun of the model.
    """
    if not is_dataclass(noun):
        raise TypeError(f"{type(noun).__name__} has no place in a codebook")
    return {field.name: getattr(noun, field.name) for field in fields(noun)}


def _tuples(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}


def _examples(table: Mapping[str, Any]) -> tuple[Example, ...]:
    return tuple(Example(**example) for example in table.get("examples", ()))


def _ideal(entry: Entry) -> Ideal:
    table = _tuples({key: value for key, value in entry.table.items() if key != "examples"})
    if (prediction := table.get("prediction")) is not None:
        table["prediction"] = Prediction(**_tuples(prediction))
    return Ideal(**{"number": None, **table, "core": not entry.added})


def _variable(entry: Entry, made: Draft) -> Variable:
    table = {key: value for key, value in entry.table.items() if key != "codes_from"}
    own = tuple(_code(row) for (variable, _), row in made.entries["codes"].items() if variable == table["id"])
    if entry.table.get("codes_from") == "ideals":
        # Examples of an ideal are sentences with a mention, so they and its rule belong where mentions are coded.
        shown = table["unit"] == "mention"
        own = (*(_injected(ideal, in_full=shown) for ideal in made.entries["ideals"].values()), *own)
    if (when := table.get("when")) is not None:
        table["when"] = (when["variable"], tuple(when["codes"]))
    return Variable(**table, codes=own)


def _code(entry: Entry) -> Code:
    table = {key: value for key, value in entry.table.items() if key != "variable"}
    return Code(**{**table, "examples": _examples(table)})


def _injected(entry: Entry, *, in_full: bool) -> Code:
    table = entry.table
    return Code(
        id=table["id"],
        label=table["label"],
        definition=table["definition"],
        provenance=table["provenance"],
        parent=table.get("within"),
        examples=_examples(table) if in_full else (),
        rule=table.get("rule", "") if in_full else "",
    )
