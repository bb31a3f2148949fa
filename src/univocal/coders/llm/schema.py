"""The shape of an answer, as a JSON schema made from the codebook.

Strict enough for providers that hold a model to it (every member required, none besides); what isn't asked, or isn't
known, is null.
"""

from __future__ import annotations

from typing import Any

from univocal.codebook.model import Codebook, Variable
from univocal.coders.llm.asked import of_mentions, of_paper
from univocal.coders.proxies import ENTRIES

Schema = dict[str, Any]

#: Quotes for one variable at most.
QUOTES = 12


def answer_schema(codebook: Codebook) -> Schema:
    """What may a model answer about one paper?

    >>> from univocal.codebook import load
    >>> schema = answer_schema(load())
    >>> schema["required"], schema["properties"]["mentions"]["items"]["required"]
    (['mentions', 'paper'], ['n', 'sense'])
    """
    mention = {"n": {"type": "integer"}} | {v.id: _bare(v) for v in of_mentions(codebook)}
    paper = {v.id: _nullable(_of_paper(v, codebook)) for v in of_paper(codebook)}
    return _object({"mentions": {"type": "array", "items": _object(mention)}, "paper": _object(paper)})


def _bare(variable: Variable) -> Schema:
    """A mention is its own evidence, so its answer is the code alone."""
    code = _code(variable)
    return _nullable({"type": "array", "items": code} if variable.answers == "many" else code)


def _of_paper(variable: Variable, codebook: Codebook) -> Schema:
    quote: Schema = {"quote": {"type": "string"}, "within": _nullable({"type": "string"})}
    code = {"code": _code(variable)}
    if variable.answers == "ledger":
        ideal = _nullable({"type": "string", "enum": list(codebook.stands_for)})
        return _object({"entries": _list(code | {"stands_for": ideal} | quote)})
    if variable.answers == "many":
        return _object({"codes": {"type": "array", "items": _code(variable)}, "quotes": _list(code | quote)})
    return _object(code | {"quotes": _list(quote)})


def _code(variable: Variable) -> Schema:
    return {"type": "string", "enum": [code.id for code in variable.codes]}


def _nullable(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _list(properties: Schema) -> Schema:
    return {"type": "array", "items": _object(properties)}


def _object(properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def limits() -> str:
    """What the schema can't say, as a sentence for the prompt."""
    return f"At most {QUOTES} quotes for a variable and {ENTRIES} entries in a ledger."
