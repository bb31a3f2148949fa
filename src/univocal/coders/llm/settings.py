"""How a language model is run: what is the same for every paper of a run."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from univocal.codebook.model import Codebook
from univocal.coders.llm.prompt import VERSION
from univocal.coders.llm.schema import answer_schema

if TYPE_CHECKING:
    from inspect_ai.model import CachePolicy, GenerateConfig, ResponseSchema

AnswerFormat = Literal["schema", "object", "free"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be chosen about a run. The defaults suit a hosted model that answers in JSON.

    ``repeats`` codes each paper so many times. ``temperature`` and ``seed`` go to the model as they are (None: the
    provider's own). ``max_tokens`` is the longest answer, thoughts included. ``connections`` is how many papers are
    asked about at once (None: Inspect adapts it to the provider). ``batch`` uses the provider's batch mode where it has
    one. ``answer_format`` says how the server is to hold the model to the answer's JSON schema: by ``schema`` as OpenAI,
    Google, Mistral, vLLM and others take it, by ``object`` (JSON mode with a schema, as llama.cpp's Python server takes
    it), or ``free``, not at all. A server that doesn't know a format refuses the call. ``cache`` keeps every answer in Inspect's cache, so that a run that was killed
    goes on where it was. ``retries`` and ``timeout_seconds`` are of one call. A paper of more than
    ``longest_characters`` or ``most_mentions`` isn't sent and abstains. ``base_url`` is the server's address where it
    isn't the provider's own.
    """

    repeats: int = 1
    temperature: float | None = 0.0
    seed: int | None = None
    max_tokens: int = 8_192
    connections: int | None = None
    batch: bool = False
    answer_format: AnswerFormat = "schema"
    cache: bool = True
    retries: int = 5
    timeout_seconds: int = 600
    longest_characters: int = 400_000
    most_mentions: int = 400
    base_url: str | None = None

    @property
    def version(self) -> str:
        """The version of the coder: of its words, and of the choices that can change an answer."""
        chosen = (self.temperature, self.seed, self.max_tokens, self.answer_format,
                  self.longest_characters, self.most_mentions)  # fmt: skip
        return f"{VERSION}+{hashlib.sha256(repr(chosen).encode()).hexdigest()[:8]}"


def generate_config(settings: Settings, codebook: Codebook) -> GenerateConfig:
    """The settings as Inspect takes them."""
    from inspect_ai.model import GenerateConfig

    return GenerateConfig(
        temperature=settings.temperature,
        seed=settings.seed,
        max_tokens=settings.max_tokens,
        max_connections=settings.connections,
        batch=settings.batch or None,
        max_retries=settings.retries,
        timeout=settings.timeout_seconds,
        response_schema=_response_schema(codebook) if settings.answer_format == "schema" else None,
        extra_body=_json_mode(codebook) if settings.answer_format == "object" else None,
    )


def cache_policy(settings: Settings, repeat: int = 1) -> CachePolicy | bool:
    """Answers are kept until they are cleared (``inspect cache clear``); each repeat has its own.

    ``repeat`` is for conversations outside a run of Inspect's, which counts repeats itself.
    """
    from inspect_ai.model import CachePolicy

    scopes = {"repeat": str(repeat)} if repeat > 1 else {}
    return CachePolicy(expiry=None, per_epoch=True, scopes=scopes) if settings.cache else False


def _json_mode(codebook: Codebook) -> dict[str, Any]:
    return {"response_format": {"type": "json_object", "schema": answer_schema(codebook)}}


def _response_schema(codebook: Codebook) -> ResponseSchema:
    from inspect_ai.model import ResponseSchema
    from inspect_ai.util import JSONSchema

    schema: Any = answer_schema(codebook)
    return ResponseSchema(name="codings", json_schema=JSONSchema.model_validate(schema), strict=True)
