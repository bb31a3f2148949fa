"""From a model's object to codings: each answer is read by itself, and what is wrong with it is said in words.

A fault names a place (``$.paper.ideals.quotes[1].quote``) and what was expected there. It never repeats what the model
wrote, as that may come from the paper.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from univocal.codebook.model import Codebook, Variable
from univocal.coders.llm.asked import needing_quotes, of_mentions, of_paper
from univocal.coders.llm.quotes import Quotable
from univocal.coders.llm.schema import QUOTES
from univocal.coders.llm.shown import Span
from univocal.coders.proxies import ENTRIES
from univocal.records import Coding, Evidence, Paper

#: A variable, and the number of the mention (from 1) for variables of mentions.
Key = tuple[str, int | None]


@dataclass(frozen=True)
class Question:
    """One paper with its mentions, as one coder is asked about it."""

    paper: Paper
    mentions: tuple[Span, ...]
    codebook: Codebook
    coder: str

    @cached_property
    def quotable(self) -> Quotable:
        """The text to search for quotes."""
        return Quotable.of(self.paper)

    @cached_property
    def keys(self) -> tuple[Key, ...]:
        """Everything that is asked: mentions in order of the text, then the paper's variables."""
        numbers = range(1, len(self.mentions) + 1)
        of_each: list[Key] = [(v.id, n) for v in of_mentions(self.codebook) for n in numbers]
        return (*of_each, *((v.id, None) for v in of_paper(self.codebook)))

    def coding(
        self,
        variable: str,
        codes: tuple[str, ...] | None,
        evidence: tuple[Evidence, ...] = (),
        stands_for: str | None = None,
    ) -> Coding:
        """A coding of this paper by this coder. A model's own word for how sure it is isn't asked for."""
        version = self.codebook.version
        return Coding(self.paper.id, self.coder, variable, codes, evidence, None, version, stands_for)

    def abstention(self, key: Key) -> tuple[Coding, ...]:
        """What stands where there is no answer: a mention is coded all the same, a ledger stays empty."""
        variable, number = key
        if number is not None:
            return (
                self.coding(variable, None, (Evidence.cut(self.paper.text, *self.mentions[number - 1]),)),
            )
        return () if self.codebook.variable(variable).answers == "ledger" else (self.coding(variable, None),)


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one question: its codings, or why it can't stand."""

    codings: tuple[Coding, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def codes(self) -> frozenset[str]:
        """The codes given."""
        return frozenset(code for coding in self.codings for code in coding.codes or ())


@dataclass
class _Faults:
    """What is wrong with one answer, each with its place."""

    at: str
    found: list[str] = field(default_factory=list)

    def add(self, place: str, what: str) -> None:
        self.found.append(f"{self.at}{place}: {what}")


def read_answer(answer: Mapping[str, Any], question: Question) -> dict[Key, Reply]:
    """One reply to each question, whether it is asked of this paper in the end or not.

    >>> from univocal.codebook import load
    >>> question = Question(Paper("p", "We align texts."), ((3, 8),), load(), "llm:a/b")
    >>> replies = read_answer({"mentions": [{"n": 1, "sense": "technical"}], "paper": {"about": 7}}, question)
    >>> replies["sense", 1].codings[0].codes, replies["about", None].faults
    (('technical',), ('$.paper.about: expected an object or null',))
    """
    replies: dict[Key, Reply] = {}
    for variable in of_mentions(question.codebook):
        replies |= _of_mentions(answer.get("mentions"), variable, question)
    paper = answer.get("paper")
    for variable in of_paper(question.codebook):
        key: Key = (variable.id, None)
        if not isinstance(paper, Mapping):
            replies[key] = Reply(faults=("$.paper: expected an object",))
        elif variable.id not in paper:
            replies[key] = Reply(faults=(f"$.paper.{variable.id}: missing; give an answer or null",))
        elif paper[variable.id] is None:
            replies[key] = Reply(question.abstention(key))
        else:
            replies[key] = _of_paper(paper[variable.id], variable, question)
    return replies


def _of_mentions(entries: Any, variable: Variable, question: Question) -> dict[Key, Reply]:
    given: dict[int, list[tuple[str, Any]]] = {}
    for place, entry in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(entry, Mapping) and isinstance(entry.get("n"), int) and variable.id in entry:
            given.setdefault(entry["n"], []).append(
                (f"$.mentions[{place}].{variable.id}", entry[variable.id])
            )
    replies: dict[Key, Reply] = {}
    for number, span in enumerate(question.mentions, 1):
        key: Key = (variable.id, number)
        said = given.get(number, [])
        if len(said) != 1:
            what = (
                f"{len(said)} entries; give one"
                if said
                else f"no entry with its {variable.id}; give one or null"
            )
            replies[key] = Reply(faults=(f"$.mentions: mention {number}: {what}",))
            continue
        at, value = said[0]
        if value is None:
            replies[key] = Reply(question.abstention(key))
            continue
        faults = _Faults(at)
        codes = _codes(value if variable.answers == "many" else [value], variable, faults, "")
        word = Evidence.cut(question.paper.text, *span)
        coding = question.coding(variable.id, codes, (word,))
        replies[key] = Reply((), tuple(faults.found)) if faults.found else Reply((coding,))
    return replies


def _of_paper(value: Any, variable: Variable, question: Question) -> Reply:
    faults = _Faults(f"$.paper.{variable.id}")
    codings: tuple[Coding, ...] = ()
    if not isinstance(value, Mapping):
        faults.add("", "expected an object or null")
    elif variable.answers == "ledger":
        codings = tuple(_entries(value, variable, question, faults))
    else:
        codings = _judged(value, variable, question, faults)
    return Reply((), tuple(faults.found)) if faults.found else Reply(codings)


def _judged(
    value: Mapping[str, Any], variable: Variable, question: Question, faults: _Faults
) -> tuple[Coding, ...]:
    many = variable.answers == "many"
    member = "codes" if many else "code"
    given = value.get(member)
    if given is None and not value.get("quotes"):
        return question.abstention((variable.id, None))
    codes = _codes(given if many else [given], variable, faults, f".{member}")
    evidence: list[Evidence] = []
    for place, entry in _listed(value.get("quotes"), QUOTES, ".quotes", faults):
        supported = entry.get("code") if many else None
        if many and supported not in codes:
            faults.add(f"{place}.code", "expected one of the codes that you give")
        elif cut := _quote(entry, place, supported, question, faults):
            evidence.append(cut)
    for code in codes:
        if code in needing_quotes(variable) and not any(e.code in (None, code) for e in evidence):
            faults.add(
                ".quotes", f"the code {code} needs a quote of its own that stands in the paper word for word"
            )
    absent = codes and not set(codes) & set(needing_quotes(variable))
    return (question.coding(variable.id, codes, () if absent else tuple(evidence)),)


def _entries(
    value: Mapping[str, Any], variable: Variable, question: Question, faults: _Faults
) -> Iterator[Coding]:
    for place, entry in _listed(value.get("entries"), ENTRIES, ".entries", faults):
        codes = _codes([entry.get("code")], variable, faults, f"{place}.code")
        ideal = entry.get("stands_for")
        if ideal is not None and ideal not in question.codebook.stands_for:
            faults.add(
                f"{place}.stands_for", f"expected null or one of {', '.join(question.codebook.stands_for)}"
            )
            continue
        if cut := _quote(entry, place, None, question, faults):
            yield question.coding(variable.id, codes, (cut,), ideal)


def _codes(given: Any, variable: Variable, faults: _Faults, place: str) -> tuple[str, ...]:
    """The codes, each once, in the codebook's order. A flag may be given as a JSON boolean."""
    known = [code.id for code in variable.codes]
    if not isinstance(given, list):
        faults.add(place, "expected a list of codes")
        return ()
    if variable.answers == "flag":
        given = [{True: "true", False: "false"}[c] if isinstance(c, bool) else c for c in given]
    if not all(isinstance(code, str) and code in known for code in given):
        faults.add(
            place, f"expected {'codes' if variable.answers == 'many' else 'a code'} of {', '.join(known)}"
        )
        return ()
    return tuple(code for code in known if code in given)


def _listed(given: Any, most: int, place: str, faults: _Faults) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The objects of a list, each with its place. A member that is missing is an empty list."""
    if given is None:
        return
    if not isinstance(given, list) or not all(isinstance(entry, Mapping) for entry in given):
        faults.add(place, "expected a list of objects")
    elif len(given) > most:
        faults.add(place, f"{len(given)} entries; {most} at most")
    else:
        yield from ((f"{place}[{number}]", entry) for number, entry in enumerate(given))


def _quote(
    entry: Mapping[str, Any], place: str, code: str | None, question: Question, faults: _Faults
) -> Evidence | None:
    quote, within = entry.get("quote"), entry.get("within")
    if not isinstance(quote, str) or not (within is None or isinstance(within, str)):
        faults.add(place, 'expected "quote", text, and "within", text or null')
        return None
    found = question.quotable.place(quote, within)
    if isinstance(found, str):
        faults.add(f"{place}.quote", found)
        return None
    return Evidence.cut(question.paper.text, *found, code)
