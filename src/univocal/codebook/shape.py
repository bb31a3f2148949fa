"""Which keys may a codebook file have, and of what type? Checked entry by entry, with a path for each fault."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_ID = re.compile(r"[a-z][a-z0-9_]{0,63}")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_BARE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_VERSION = re.compile(r"\d{1,6}\.\d{1,6}\.\d{1,6}")
# A control character in a definition (bidirectional ones too) could rewrite the terminal that shows it.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
MAX_PATTERN = 1_000

Spec = Mapping[str, "Field"]


@dataclass(frozen=True, slots=True)
class Field:
    """One key: ``ok`` judges its value, ``expected`` says in words what would be right."""

    expected: str
    ok: Callable[[Any], bool]
    required: bool = True
    inner: Spec | None = None
    many: bool = False

    def optional(self) -> Field:
        """The same, and it may be left out."""
        return Field(self.expected, self.ok, False, self.inner, self.many)


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and not _CONTROL.search(value)


def _matches(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _choice(*words: str) -> Field:
    return Field(
        "one of " + ", ".join(map(repr, words)), lambda value: isinstance(value, str) and value in words
    )


def _list_of(one: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(map(one, value)) and len(set(value)) == len(value)


def _some(one: Callable[[Any], bool]) -> Callable[[Any], bool]:
    many = _list_of(one)
    return lambda value: many(value) and bool(value)


def _weight(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and -1000 <= value <= 1000


TEXT = Field("text (not blank, no control characters)", _text)
ID = Field("an id: small letters, digits and '_', a letter first, at most 64", _matches(_ID))
NAME = Field("a name: letters, digits, '_' and '-', a letter first, at most 64", _matches(_NAME))
VERSION = Field("a version such as '1.0.0'", _matches(_VERSION))
FLAG = Field("true or false", lambda value: isinstance(value, bool))
IDS = Field("a list of ids, each once", _list_of(_matches(_ID)))
SOME_IDS = Field("a list of ids, at least one, each once", _some(_matches(_ID)))
FILES = Field(
    "a list of names of TOML files in the same folder",
    _list_of(
        lambda v: (
            isinstance(v, str) and v.endswith(".toml") and v == v.strip() and not re.search(r"[/\\\x00]", v)
        )
    ),
)
PATTERN = Field(
    f"a regular expression of at most {MAX_PATTERN:,} characters",
    lambda value: isinstance(value, str) and 0 < len(value) <= MAX_PATTERN,
)
WEIGHT = Field("a number from -1000 to 1000", _weight)
PROVENANCE = _choice("P", "S", "U")


def _table(spec: Spec) -> Field:
    return Field("a table", lambda value: isinstance(value, dict), inner=spec)


def _tables(spec: Spec) -> Field:
    return Field("a list of tables", lambda value: isinstance(value, list), inner=spec, many=True)


EXAMPLES = _tables({"text": TEXT, "applies": FLAG, "because": TEXT})
PREDICTION = _table({"threat_model": IDS, "valence": IDS, "provenance": PROVENANCE})
WHEN = _table({"variable": ID, "codes": SOME_IDS})

#: What stands at the top of a file.
HEADER: Spec = {
    "id": NAME,
    "version": VERSION,
    "title": TEXT,
    "source": TEXT,
    "extends": TEXT.optional(),
    "include": FILES.optional(),
}

#: The lists of a file, by the name of their key.
ENTRIES: Mapping[str, Spec] = {
    "ideals": {
        "id": ID,
        "label": TEXT,
        "number": TEXT.optional(),
        "definition": TEXT,
        "rule": TEXT.optional(),
        "x": TEXT,
        "object_x": SOME_IDS,
        "y": TEXT,
        "target_y": SOME_IDS,
        "aligned_when": TEXT,
        "misaligned_when": TEXT,
        "provenance": PROVENANCE,
        "within": ID.optional(),
        "examples": EXAMPLES.optional(),
        "prediction": PREDICTION.optional(),
    },
    "variables": {
        "id": ID,
        "label": TEXT,
        "question": TEXT,
        "unit": _choice("mention", "paper"),
        "answers": _choice("one", "many", "flag", "ledger"),
        "provenance": PROVENANCE,
        "codes_from": _choice("ideals").optional(),
        "when": WHEN.optional(),
    },
    "codes": {
        "variable": ID,
        "id": ID,
        "label": TEXT,
        "definition": TEXT,
        "rule": TEXT.optional(),
        "provenance": PROVENANCE,
        "parent": ID.optional(),
        "absence": FLAG.optional(),
        "ai": FLAG.optional(),
        "examples": EXAMPLES.optional(),
    },
    "tension_cases": {
        "id": ID,
        "intervention": TEXT,
        "progress_for": SOME_IDS,
        "progress_because": TEXT,
        "regress_for": SOME_IDS,
        "regress_because": TEXT,
        "through": ID,
        "status": _choice("argued", "measured"),
        "provenance": PROVENANCE,
    },
    "recommendations": {
        "id": NAME,
        "heading": TEXT,
        "heading_provenance": PROVENANCE,
        "detail": TEXT,
        "detail_provenance": PROVENANCE,
        "measured_by": IDS.optional(),
    },
    "cue": {
        "variable": ID,
        "code": ID,
        "pattern": PATTERN,
        "within": _choice("mention", "sentence", "paper"),
        "weight": WEIGHT,
    },
}

#: What tells the entries of a list apart; an extension's entry with the same key changes the base's.
KEYS: Mapping[str, tuple[str, ...]] = {
    "ideals": ("id",),
    "variables": ("id",),
    "codes": ("variable", "id"),
    "tension_cases": ("id",),
    "recommendations": ("id",),
    "cue": ("variable", "code", "pattern", "within"),
}


def faults_of(table: Any, spec: Spec, where: str, *, needs: frozenset[str] | None = None) -> Iterator[str]:
    """What is wrong with the keys and types of one table?

    Args:
        table: the value as read.
        spec: the keys that it may have.
        where: opens every message, such as ``mine.toml: codes[3]``.
        needs: the keys that must be there; by default those that the spec requires.

    Yields:
        One message for each fault.

    >>> list(faults_of({"id": "a", "lable": "A"}, {"id": ID, "label": TEXT}, "codes[0]"))
    ["codes[0].lable: unknown key. Did you mean 'label'?", "codes[0]: missing key 'label'. Expected text (not blank, no control characters)."]
    """
    if not isinstance(table, dict):
        yield f"{where}: expected a table, got {told(table)}"
        return
    for key in table:
        if key not in spec:
            yield f"{dotted(where, key)}: unknown key. {_suggest(key, spec)}"
    for key, field in spec.items():
        if key in table:
            yield from _value_faults(table[key], field, dotted(where, key))
        elif field.required if needs is None else key in needs:
            yield f"{where.removesuffix(':')}: missing key {key!r}. Expected {field.expected}."


def _value_faults(value: Any, field: Field, where: str) -> Iterator[str]:
    if not _judge(field, value):
        yield f"{where}: expected {field.expected}, got {told(value)}"
    elif field.inner is not None and field.many:
        for at, one in enumerate(value):
            yield from faults_of(one, field.inner, f"{where}[{at}]")
    elif field.inner is not None:
        yield from faults_of(value, field.inner, where)


def _judge(field: Field, value: Any) -> bool:
    try:
        return field.ok(value)
    except TypeError:  # a list within a list of ids has no hash
        return False


def clean(table: Mapping[str, Any], spec: Spec) -> dict[str, Any]:
    """The part of a table that has no fault, so that the checks that follow can go on with it."""
    return {
        key: table[key]
        for key, field in spec.items()
        if key in table and next(_value_faults(table[key], field, ""), None) is None
    }


def told(value: Any) -> str:
    """A value as a message shows it: short, and with nothing in it that a terminal would obey."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "an empty list" if not value else f"a list of {len(value)}"
    if isinstance(value, bool):
        return str(value).lower()
    shown = ascii(value) if isinstance(value, str) and _CONTROL.search(value[:80]) else repr(value)[:200]
    return shown if len(shown) <= 60 else shown[:57] + "…"


def dotted(where: str, key: str) -> str:
    """The path to a key: ``mine.toml: id`` at the top of a file, ``mine.toml: codes[0].id`` within."""
    shown = key if _BARE.fullmatch(key) else told(key)
    return f"{where} {shown}" if where.endswith(":") else f"{where}.{shown}"


def _suggest(word: str, known: Mapping[str, Any]) -> str:
    from univocal.plugins import did_you_mean

    return did_you_mean(word[:100], known)
