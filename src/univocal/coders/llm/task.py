"""The coding of papers as a task of Inspect AI: a sample a paper, a conversation a sample, a score that only records."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from univocal.codebook.model import Codebook
from univocal.coders.llm.answers import Question
from univocal.coders.llm.budget import Budget, BudgetSpentError
from univocal.coders.llm.conversation import PaperCoding, Written, converse
from univocal.coders.llm.names import coder_name
from univocal.coders.llm.prompt import paper_message, system_message
from univocal.coders.llm.settings import Settings, cache_policy, generate_config
from univocal.coders.llm.tokens import answer_tokens, text_tokens
from univocal.records import Coding

if TYPE_CHECKING:
    from inspect_ai import Task
    from inspect_ai.model import ModelOutput
    from inspect_ai.scorer import Score, Scorer, Target
    from inspect_ai.solver import Generate, Solver, TaskState

#: Where a sample's codings lie in its store.
STORE = "univocal"
TASK = "univocal-coding"

#: Told of each conversation that ended, or of a paper that the budget didn't reach (then None), with its repeat.
Tell = Callable[[Question, int, PaperCoding | None], None]


def coding_task(
    questions: Sequence[Question],
    codebook: Codebook,
    settings: Settings,
    budget: Budget,
    tell: Tell,
    close: Callable[[], Awaitable[None]] | None = None,
) -> Task:
    """A task with one sample for each question, ready for ``inspect_ai.eval``. ``close`` is awaited after the last."""
    from inspect_ai import Epochs, Task
    from inspect_ai.dataset import MemoryDataset, Sample

    samples = [
        Sample(
            id=question.paper.id,
            input=paper_message(question.paper, question.mentions),
            metadata={
                "paper": question.paper.id,
                "title": question.paper.title,
                "mentions": len(question.mentions),
            },
        )
        for question in questions
    ]
    return Task(
        dataset=MemoryDataset(samples, name=codebook.id),
        solver=_solver({q.paper.id: q for q in questions}, settings, budget, tell),
        scorer=_scorer(),
        cleanup=_after(len(samples) * settings.repeats, close) if close else None,
        epochs=Epochs(settings.repeats, "mean"),
        config=generate_config(settings, codebook),
        fail_on_error=False,
        name=TASK,
        metadata={
            "codebook": codebook.id,
            "codebook_version": codebook.version,
            "codebook_digest": codebook.digest,
            "coder_version": settings.version,
        },
    )


def _after(n: int, close: Callable[[], Awaitable[None]]) -> Callable[[TaskState], Awaitable[None]]:
    """Close connections when so many samples have ended, in the event loop that opened them."""
    ended = 0

    async def cleanup(state: TaskState) -> None:  # noqa: ARG001 - Inspect hands it in
        nonlocal ended
        ended += 1
        if ended == n:
            await close()

    return cleanup


def _solver(questions: dict[str, Question], settings: Settings, budget: Budget, tell: Tell) -> Solver:
    from inspect_ai.model import ChatMessageSystem, ChatMessageUser
    from inspect_ai.solver import solver

    guide = system_message(next(iter(questions.values())).codebook) if questions else ""
    policy = cache_policy(settings)

    @solver(name="univocal_conversation")
    def conversation() -> Solver:
        async def solve(state: TaskState, generate: Generate) -> TaskState:
            question = questions[str(state.sample_id)]
            model = question.coder.partition(":")[2]
            named = Question(
                question.paper, question.mentions, question.codebook, coder_name(model, state.epoch)
            )
            state.messages = [ChatMessageSystem(content=guide)]

            async def ask(message: str) -> Written:
                nonlocal state
                state.messages.append(ChatMessageUser(content=message))
                sent = sum(text_tokens(m.text) for m in state.messages)
                expected = answer_tokens(len(question.mentions), question.codebook)
                budget.reserve(sent, expected)
                used = (0, 0)
                try:
                    state = await generate(state, cache=policy)
                    used = used_tokens(state.output)
                finally:
                    budget.settle(sent, expected, *used)
                return written(state.output)

            try:
                coded = await converse(named, state.input_text, ask)
            except BudgetSpentError as error:
                state.store.set(STORE, {"left": str(error)})
                tell(question, state.epoch, None)
                return state
            state.store.set(STORE, as_record(coded))
            tell(question, state.epoch, coded)
            return state

        return solve

    return conversation()


def _scorer() -> Scorer:
    """Codings have no right answer here: the score says how many there are of each kind, and lists them."""
    from inspect_ai.scorer import Score, mean, scorer

    kinds = ("codes", "abstentions", "rejected", "sent_back")

    @scorer(name="univocal_codings", metrics={kind: [mean()] for kind in kinds})
    def recorded() -> Scorer:
        async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001 - there is no target
            record: dict[str, Any] = state.store.get(STORE) or {"left": "no answer"}
            codings = record.get("codings", [])
            abstained = sum(c["codes"] is None for c in codings)
            counts = (
                len(codings) - abstained,
                abstained,
                len(record.get("rejected", [])),
                int(record.get("sent_back", 0)),
            )
            return Score(
                value=dict(zip(kinds, counts, strict=True)),
                answer="\n".join(_line(c) for c in codings) or record.get("left", ""),
                explanation="\n".join(
                    f"rejected {r['variable']}: {r['reason']}" for r in record.get("rejected", [])
                ),
                metadata=record,
            )

        return score

    return recorded()


def written(output: ModelOutput) -> Written:
    """What Inspect hands back, as the conversation takes it."""
    return Written(output.completion, output.stop_reason in ("max_tokens", "model_length"))


def used_tokens(output: ModelOutput) -> tuple[int, int]:
    """Tokens in and out of one call, by the provider's count; those it kept from earlier prompts count as well."""
    usage = output.usage
    if usage is None:
        return 0, 0
    kept = (usage.input_tokens_cache_read or 0) + (usage.input_tokens_cache_write or 0)
    return usage.input_tokens + kept, usage.output_tokens


def as_record(coded: PaperCoding) -> dict[str, Any]:
    """One conversation's outcome as JSON, for Inspect's log."""
    return {
        "coder": coded.coder,
        "codings": [_coding(c) for c in coded.codings],
        "rejected": [asdict(r) for r in coded.rejected],
        "sent_back": coded.was_sent_back,
    }


def _coding(coding: Coding) -> dict[str, Any]:
    return {
        "variable": coding.variable,
        "codes": None if coding.codes is None else list(coding.codes),
        "stands_for": coding.stands_for,
        "evidence": [asdict(e) for e in coding.evidence],
    }


def _line(coding: dict[str, Any]) -> str:
    codes = "abstains" if coding["codes"] is None else ", ".join(coding["codes"]) or "none applies"
    quotes = "; ".join(f"{e['quote']!r} [{e['start']}:{e['end']}]" for e in coding["evidence"])
    return f"{coding['variable']}: {codes}" + (f" ({quotes})" if quotes else "")
