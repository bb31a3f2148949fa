"""One paper, one model: ask, read, send back once what breaks a rule, and settle what stands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from univocal.coders.llm.answers import Key, Question, Reply, read_answer
from univocal.coders.llm.asked import beside
from univocal.coders.llm.parse import UnreadableAnswerError, find_answer
from univocal.coders.llm.prompt import sent_back
from univocal.coders.protocol import checked
from univocal.records import Coding

#: Faults told to a model at once, at most.
TOLD = 40


@dataclass(frozen=True, slots=True)
class Written:
    """What a model wrote in one turn. ``cut_off`` says that it ran out of tokens."""

    text: str
    cut_off: bool = False


#: Sends a message of the user's and hands back what the model wrote. The conversation so far is the asker's to keep.
Ask = Callable[[str], Awaitable[Written]]


@dataclass(frozen=True, slots=True)
class Rejected:
    """An answer that broke a rule twice, and so became an abstention. ``mention`` is its number, from 1."""

    paper: str
    coder: str
    variable: str
    mention: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class PaperCoding:
    """All that one conversation gave: the codings, what was rejected, and whether the answer had to be sent back."""

    paper: str
    coder: str
    codings: tuple[Coding, ...]
    rejected: tuple[Rejected, ...] = ()
    was_sent_back: bool = False


async def converse(question: Question, message: str, ask: Ask) -> PaperCoding:
    """Ask about one paper, and once more where the answer breaks a rule.

    Args:
        question: the paper, its mentions and the codebook.
        message: the first message (`univocal.coders.llm.prompt.paper_message`).
        ask: sends a message, hands back what the model wrote.

    Returns:
        One coding of each mention for each variable of mentions, then the paper's. An answer that was right the first
        time stands as it was; one that is wrong both times abstains and is among ``rejected``.

    Raises:
        UnivocalError: a coding breaks a rule of `univocal.checked` all the same, which is a fault of this package.
    """
    replies = _read(await ask(message), question)
    faults = _wrong(replies, question)
    again = bool(faults)
    if again:
        mended = _read(await ask(sent_back(_told(faults))), question)
        replies = _merged(replies, mended, faults, question)
    return _settled(replies, question, was_sent_back=again)


def _read(written: Written, question: Question) -> dict[Key, Reply]:
    try:
        return read_answer(find_answer(written.text), question)
    except UnreadableAnswerError as error:
        cut = " It was cut off: it has too many tokens; quote less." if written.cut_off else ""
        return dict.fromkeys(question.keys, Reply(faults=(f"$: {error}{cut}",)))


def _wrong(replies: Mapping[Key, Reply], question: Question) -> dict[Key, tuple[str, ...]]:
    """The faults that matter: of questions that are asked of this paper, or may be."""
    asked = _asked(replies, question, doubtful=True)
    found = {key: replies[key].faults for key in asked if replies[key].faults}
    codebook = question.codebook
    given = replies["ideals", None] if "ideals" in codebook else Reply()
    for key in asked:
        for code in codebook.variable(key[0]).codes:
            ideal = beside(code, codebook)
            if ideal and code.id in replies[key].codes and ideal not in given.codes and not given.faults:
                fault = (
                    f"$.paper.{key[0]}: {code.id} stands only beside the ideal {ideal}, which you don't give"
                )
                found[key] = (*found.get(key, ()), fault)
    return found


def _asked(replies: Mapping[Key, Reply], question: Question, *, doubtful: bool) -> tuple[Key, ...]:
    """Which questions are asked of this paper, by the answers to those that they hang on?

    Args:
        replies: a reply to each question.
        question: what could be asked.
        doubtful: count a question as asked where the one that it hangs on has no valid answer.
    """
    asked: dict[Key, None] = {}
    for key in question.keys:
        when = question.codebook.variable(key[0]).when
        if when is not None:
            gates = [other for other in question.keys if other[0] == when[0]]
            open_ones = [g for g in gates if g in asked and replies[g].codes & set(when[1])]
            unknown = [g for g in gates if g in asked and replies[g].faults]
            if gates and not open_ones and not (doubtful and unknown):
                continue
        asked[key] = None
    return tuple(asked)


def _told(faults: Mapping[Key, tuple[str, ...]]) -> tuple[str, ...]:
    listed = tuple(dict.fromkeys(fault for those in faults.values() for fault in those))
    rest = len(listed) - TOLD
    return listed if rest <= 0 else (*listed[:TOLD], f"and {rest} more of the same kinds")


def _merged(
    first: Mapping[Key, Reply], second: Mapping[Key, Reply], wrong: Mapping[Key, object], question: Question
) -> dict[Key, Reply]:
    """The first replies where they were right, unless they hang on one that wasn't."""
    wrong_variables = {key[0] for key in wrong}
    merged: dict[Key, Reply] = {}
    for key in question.keys:
        when = question.codebook.variable(key[0]).when
        doubtful = key in wrong or (when is not None and when[0] in wrong_variables)
        keep = not doubtful or (second[key].faults and not first[key].faults)
        merged[key] = first[key] if keep else second[key]
    return merged


def _settled(replies: Mapping[Key, Reply], question: Question, *, was_sent_back: bool) -> PaperCoding:
    wrong = _wrong(replies, question)
    codings: list[Coding] = []
    rejected: list[Rejected] = []
    for key in _asked(replies, question, doubtful=False):
        if key in wrong:
            codings += question.abstention(key)
            reason = "; ".join(wrong[key][:3])
            rejected.append(Rejected(question.paper.id, question.coder, *key, reason))
        else:
            codings += replies[key].codings
    kept = tuple(checked(coding, question.paper, question.codebook) for coding in codings)
    return PaperCoding(question.paper.id, question.coder, kept, tuple(rejected), was_sent_back)
