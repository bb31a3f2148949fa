"""The LLM coder as any other coder: one paper in, its codings out."""

from __future__ import annotations

from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from univocal.codebook.model import Codebook
from univocal.coders.llm.answers import Question
from univocal.coders.llm.conversation import PaperCoding, Written, converse
from univocal.coders.llm.names import coder_name, model_of, repeat_of
from univocal.coders.llm.prompt import paper_message, system_message
from univocal.coders.llm.run import abstentions, open_model
from univocal.coders.llm.settings import Settings, cache_policy, generate_config
from univocal.coders.llm.task import written
from univocal.coders.llm.worklist import sort_papers
from univocal.errors import CoderError
from univocal.records import Coding, Paper

if TYPE_CHECKING:
    from inspect_ai.model import ChatMessage, Model


@dataclass
class LlmCoder:
    """Which codes does a language model give a paper? It sends the paper to the model's provider.

    For a corpus use `univocal.coders.llm.code_papers`, which asks about many papers at once and keeps a log.

    >>> LlmCoder("openai/gpt-x").name
    'llm:openai/gpt-x'
    """

    model: str
    settings: Settings = field(default_factory=Settings)
    repeat: int = 1
    #: Opens the model; a test or a caller with a model of its own hands in another.
    opener: Any = field(default=open_model, repr=False, compare=False)
    name: str = field(init=False)
    version: str = field(init=False)

    def __post_init__(self) -> None:
        """The name stands in every coding; the version is of the words and settings that can change an answer."""
        self.name, self.version = coder_name(self.model, self.repeat), self.settings.version

    def code(self, paper: Paper, codebook: Codebook) -> tuple[Coding, ...]:
        """Code one paper: a sense a mention, then the paper's variables.

        Raises:
            MissingExtraError: Inspect AI isn't installed (extra ``llm``).
            CoderError: the model can't be had, or gives no answer.
        """
        work = sort_papers([paper], codebook, self.model, self.settings)
        if work.too_long:
            return abstentions(work.too_long[0][0], self.repeat)
        if not work.ask:
            return ()
        return self.converse(replace(work.ask[0], coder=self.name)).codings

    def converse(self, question: Question) -> PaperCoding:
        """The conversation about one paper, with what was rejected.

        Raises:
            MissingExtraError: Inspect AI isn't installed (extra ``llm``).
            CoderError: the model can't be had, or gives no answer.
        """
        model, _ = self.opener(self.model, self.settings)
        try:
            return _run(self._converse(question, model))
        except CoderError:
            raise
        except Exception as error:  # whatever a provider's library raises; told with its words
            raise CoderError(f"{question.paper.id}: {self.name}: no answer: {error}") from error

    async def _converse(self, question: Question, model: Model) -> PaperCoding:
        from inspect_ai.model import ChatMessageSystem, ChatMessageUser

        messages: list[ChatMessage] = [ChatMessageSystem(content=system_message(question.codebook))]
        config = generate_config(self.settings, question.codebook)
        policy = cache_policy(self.settings, self.repeat)

        async def ask(message: str) -> Written:
            messages.append(ChatMessageUser(content=message))
            output = await model.generate(messages, config=config, cache=policy)
            messages.append(output.message)
            return written(output)

        async with model:
            return await converse(question, paper_message(question.paper, question.mentions), ask)


@cache
def load_llm(name: str) -> LlmCoder:
    """The coder that a name such as ``llm:ollama/llama3.1`` (or ``…#2``, asked anew) speaks of. The model is opened with the first paper.

    Raises:
        CoderError: the name isn't of the form ``llm:PROVIDER/MODEL``.
    """
    return LlmCoder(model_of(name), repeat=repeat_of(name))


def _run(work: Coroutine[Any, Any, PaperCoding]) -> PaperCoding:
    """Wait for the conversation, also where the caller's own event loop runs (a notebook)."""
    import asyncio

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
