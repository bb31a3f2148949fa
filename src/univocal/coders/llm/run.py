"""Many papers through one language model at once, by Inspect AI: its cache, retries, concurrency, batches and logs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from univocal.codebook.model import Codebook
from univocal.coders.llm.answers import Question
from univocal.coders.llm.budget import Budget
from univocal.coders.llm.conversation import PaperCoding
from univocal.coders.llm.names import coder_name, model_of
from univocal.coders.llm.outcome import Outcome, Usage
from univocal.coders.llm.settings import Settings
from univocal.coders.llm.task import coding_task
from univocal.coders.llm.worklist import Worklist, sort_papers
from univocal.errors import CoderError, MissingExtraError
from univocal.records import Coding, Paper

if TYPE_CHECKING:
    from inspect_ai import Task
    from inspect_ai.log import EvalLog
    from inspect_ai.model import Model

#: The line of a traceback that names an exception, with what it says.
_RAISED = re.compile(r"^([\w.]+(?:Error|Exception|Timeout|Limit)\w*: .+)$", re.MULTILINE)

Display = Literal["full", "conversation", "rich", "plain", "log", "none"]


def code_papers(
    papers: Sequence[Paper],
    codebook: Codebook,
    model: str | Model,
    *,
    settings: Settings | None = None,
    budget: Budget | None = None,
    logs: Path | None = None,
    display: Display = "none",
    progress: Callable[[int, int], None] | None = None,
) -> Outcome:
    """Which codes does a language model give these papers?

    A run that was killed goes on when the same call is made again: what was answered is in Inspect's cache
    (``INSPECT_CACHE_DIR``), also for the papers that were half done.

    Args:
        papers: the papers, each with an id of its own. Those without an *align-* word aren't sent.
        codebook: what they are coded by.
        model: ``PROVIDER/MODEL``, with or without ``llm:`` before it, or a model of Inspect's.
        settings: how it is run.
        budget: what it may cost; one budget can be handed from run to run.
        logs: the folder for Inspect's log; its own default (``./logs``) where None.
        display: what Inspect shows meanwhile.
        progress: told how many conversations have ended, and of how many.

    Raises:
        MissingExtraError: Inspect AI isn't installed (extra ``llm``).
        CoderError: the model can't be had: its name, its key, its library.
        InputError: two papers have one id.

    >>> from univocal.codebook import load
    >>> code_papers([Paper("p", "Nothing.")], load(), "mockllm/model").n_without_mention
    1
    """
    settings, budget = settings or Settings(), budget or Budget()
    name = model_of(f"llm:{model.removeprefix('llm:')}") if isinstance(model, str) else str(model)
    work = sort_papers(papers, codebook, name, settings)
    coded: dict[tuple[str, int], PaperCoding] = {}
    left: dict[str, None] = {}

    def tell(question: Question, repeat: int, result: PaperCoding | None) -> None:
        if result is None:
            left[question.paper.id] = None
        else:
            coded[question.paper.id, repeat] = result
        if progress:
            progress(len(coded) + len(left), len(work.ask) * settings.repeats)

    before = (budget.input_tokens, budget.output_tokens)
    log = None
    if work.ask:
        made, _ = open_model(model, settings)
        close = made.api.aclose if isinstance(model, str) else None
        task = coding_task(work.ask, codebook, settings, budget, tell, close)
        log = _evaluated(task, made, settings, logs, display)
    used = (budget.input_tokens - before[0], budget.output_tokens - before[1])
    return _outcome(work, coded, tuple(left), log, _usage(used, log, budget), settings)


def open_model(model: str | Model, settings: Settings) -> tuple[Model, str]:
    """Inspect's model, and its name as coders carry it.

    Raises:
        MissingExtraError: Inspect AI isn't installed (extra ``llm``).
        CoderError: the model can't be had: its name, its key, its library.
    """
    try:
        from inspect_ai.model import get_model
    except ImportError as error:
        raise MissingExtraError("The LLM coder", "llm") from error
    if not isinstance(model, str):
        return model, str(model)
    name = model_of(f"llm:{model.removeprefix('llm:')}")
    try:
        return get_model(name, base_url=settings.base_url, memoize=False), name
    except Exception as error:  # whatever a provider's library raises; told with its words
        raise CoderError(
            f"llm:{name}: the model can't be had: {error}. Expected a provider that Inspect AI knows, with its library "
            "installed and its key set (inspect.aisi.org.uk/providers.html)."
        ) from error


def _evaluated(task: Task, model: Model, settings: Settings, logs: Path | None, display: Display) -> EvalLog:
    from inspect_ai import eval as evaluate

    log = evaluate(
        task, model=model, log_dir=str(logs) if logs else None, log_format="eval", display=display,
        ctl_server=False, acp_server=False, max_samples=settings.connections, log_level="warning",
    )[0]  # fmt: skip
    if log.status == "cancelled":
        raise KeyboardInterrupt
    if log.status == "error":
        said = log.error.message if log.error else "no reason was given"
        raise CoderError(
            f"llm:{model}: the run stopped: {said}. The same call goes on from here; log: {log.location}"
        )
    return log


def _outcome(
    work: Worklist,
    coded: dict[tuple[str, int], PaperCoding],
    left: tuple[str, ...],
    log: EvalLog | None,
    usage: Usage,
    settings: Settings,
) -> Outcome:
    repeats = range(1, settings.repeats + 1)
    ended = [coded[q.paper.id, n] for q in work.ask for n in repeats if (q.paper.id, n) in coded]
    reasons = _reasons(log)
    failed = tuple(
        (q.paper.id, reasons.get(q.paper.id, "no answer"))
        for q in work.ask
        if q.paper.id not in left and any((q.paper.id, n) not in coded for n in repeats)
    )
    uncoded = {paper for paper, _ in failed} | set(left)
    codings = [c for one in ended if one.paper not in uncoded for c in one.codings]
    return Outcome(
        codings=(*codings, *(c for q, _ in work.too_long for n in repeats for c in abstentions(q, n))),
        rejected=tuple(r for one in ended if one.paper not in uncoded for r in one.rejected),
        failed=failed,
        left=left,
        too_long=tuple((q.paper.id, why) for q, why in work.too_long),
        n_sent_back=sum(one.was_sent_back for one in ended),
        n_without_mention=work.n_without_mention,
        usage=usage,
        log=log.location if log else "",
    )


def abstentions(question: Question, repeat: int = 1) -> tuple[Coding, ...]:
    """The codings of a paper that nobody was asked about: no answer to any question that hangs on no other."""
    codebook = question.codebook
    question = replace(question, coder=coder_name(model_of(question.coder), repeat))
    first = [key for key in question.keys if codebook.variable(key[0]).when is None]
    return tuple(c for key in first for c in question.abstention(key))


def _reasons(log: EvalLog | None) -> dict[str, str]:
    """Why samples failed, in the provider's words, by paper."""
    samples: Any = (log.samples if log else None) or ()
    return {str(s.id): _said(s.error.message, s.error.traceback) for s in samples if s.error}


def _said(message: str, traceback: str) -> str:
    """The provider's own words: Inspect's message may only say that it gave up, the traceback says why."""
    named = [found.group(1) for found in _RAISED.finditer(traceback) if "RetryError" not in found.group(1)]
    return (named[-1] if named else message).strip()[:300]


def _usage(used: tuple[int, int], log: EvalLog | None, budget: Budget) -> Usage:
    paid = [0, 0]
    for usage in log.stats.model_usage.values() if log else ():
        paid[0] += (
            usage.input_tokens + (usage.input_tokens_cache_read or 0) + (usage.input_tokens_cache_write or 0)
        )
        paid[1] += usage.output_tokens
    price = budget.price
    return Usage(
        *used, paid[0], paid[1],
        price.of(*used) if price else None, price.of(paid[0], paid[1]) if price else None, budget.currency,
    )  # fmt: skip
