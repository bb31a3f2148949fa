"""The forms of a disagreement's page, and the answers that they make of a paper's words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import Field, model_validator

from univocal.errors import StudyError
from univocal.study import questions
from univocal.study.codings import LONGEST_MEMO, MOST_SPANS, Answer
from univocal.study.disagreements import Place
from univocal.study.quotes import Found, Reach, find_quote
from univocal.study.spans import cut
from univocal.web.shapes import Id, RowId, Shape, UnitPlace, Words

#: Fields for words of the paper, or for new entries, of one form; characters of such words.
MOST_FIELDS, LONGEST_QUOTE = 20, 20_000
_PLACE = r"[0-9]{1,10}:[0-9]{1,10}"
_Place = Annotated[str, Field(pattern=rf"^{_PLACE}$")]
_PlaceOfEntry = Annotated[str, Field(pattern=rf"^[0-9]{{1,2}}={_PLACE}$")]
_Support = Annotated[str, Field(pattern=rf"^{_PLACE}=[^\x00]*$", max_length=300)]
_IdOrNone = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]
_Quote = Annotated[str, Field(max_length=LONGEST_QUOTE, pattern=r"^[^\x00]*$")]
_Quotes = Annotated[tuple[_Quote, ...], Field(max_length=MOST_FIELDS)]


class DecisionForm(Shape):
    """What every form of a disagreement holds. ``seen`` are the revisions on the page; ``only`` is the list's filter."""

    csrf: Words = ""
    variable: Id
    start: UnitPlace
    stop: UnitPlace
    seen: Annotated[str, Field(max_length=50_000, pattern=r"^([0-9]{1,16}(,[0-9]{1,16})*)?$")] = ""
    only: Annotated[str, Field(max_length=200)] = ""
    memo: Annotated[str, Field(max_length=LONGEST_MEMO - 200, pattern=r"^[^\x00]*$")] = ""

    @property
    def place(self) -> Place:
        """The unit."""
        return self.variable, self.start, self.stop

    @property
    def revisions(self) -> tuple[int, ...]:
        """The revisions that were on the page."""
        return tuple(int(one) for one in self.seen.split(",") if one)


class SideForm(DecisionForm):
    """One coder's answer is to stand."""

    coder: RowId


class OwnForm(DecisionForm):
    """Another answer: its codes, and the words of the paper that it rests on.

    ``codes`` holds the empty text for "can't say". ``span`` are places that were ticked, ``supports`` says (where there
    are several codes) what each supports, ``quote`` are words that were copied from the paper. ``look`` asks where those
    words stand, and decides nothing.
    """

    codes: Annotated[tuple[_IdOrNone, ...], Field(max_length=200)] = ()
    span: Annotated[tuple[_Place, ...], Field(max_length=MOST_SPANS)] = ()
    supports: Annotated[tuple[_Support, ...], Field(max_length=2 * MOST_SPANS)] = ()
    quote: _Quotes = ()
    look: bool = False

    @property
    def code_of(self) -> dict[Reach, str | None]:
        """The code that each place supports; None for the whole answer."""
        return {_reach(at): code or None for at, _, code in (one.partition("=") for one in self.supports)}

    def rests_on(self, text: str) -> tuple[tuple[Reach, ...], tuple[Found, ...]]:
        """The places that the answer rests on, and those words of which it isn't clear where they stand."""
        places = {_reach(one) for one in self.span}
        unclear = []
        for words in filter(str.strip, self.quote):
            found = find_quote(text, words)
            meant = found.meant(places)
            places |= set(meant)
            if not meant:
                unclear.append(found)
        return tuple(sorted(places)), tuple(unclear)

    def answer(self, text: str) -> Answer:
        """What is decided.

        Raises:
            StudyError: "can't say" beside codes, or words of which it isn't clear where they stand.
            EvidenceError: a place outside the paper.
        """
        places, unclear = self.rests_on(text)
        faults = [one.fault for one in unclear]
        codes = tuple(filter(None, self.codes))
        if len(codes) not in (0, len(self.codes)):
            faults.append("“Can't say” is ticked beside codes: choose one or the other.")
        if faults:
            raise StudyError("\n".join(faults))
        spans = tuple(cut(text, *at, self.code_of.get(at)) for at in places)
        return Answer(None if self.codes and not codes else codes, spans)


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry of a ledger that no coder made: its code, what it stands for, the copied words and where they stand."""

    code: str
    stands_for: str
    words: str
    found: Found | None
    meant: tuple[Reach, ...]

    def faults(self) -> Iterator[str]:
        """What is missing."""
        if not self.code:
            yield "A new entry: choose what it is."
        if self.found is None:
            yield "A new entry: copy the words that it rests on from the paper's text."
        elif not self.meant:
            yield self.found.fault

    def answer(self, text: str) -> Answer:
        """As an entry."""
        return Answer(
            (self.code,), tuple(cut(text, *at) for at in self.meant), stands_for=self.stands_for or None
        )


class EntriesForm(DecisionForm):
    """The entries of a ledger that are to stand: coders', by their revisions, and new ones.

    Of new ones ``code``, ``stands_for`` and ``quote`` have one element each; ``at`` are places that were ticked, after the
    number of their entry. ``look`` asks where the words stand, or for room for one more entry, and decides nothing.
    """

    entry: Annotated[tuple[RowId, ...], Field(max_length=1_000)] = ()
    code: Annotated[tuple[_IdOrNone, ...], Field(max_length=MOST_FIELDS)] = ()
    stands_for: Annotated[tuple[_IdOrNone, ...], Field(max_length=MOST_FIELDS)] = ()
    quote: _Quotes = ()
    at: Annotated[tuple[_PlaceOfEntry, ...], Field(max_length=MOST_SPANS)] = ()
    look: bool = False

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not len(self.code) == len(self.stands_for) == len(self.quote):
            raise ValueError("each new entry needs a code, what it stands for, and words, be they empty")
        return self

    def new(self, text: str) -> tuple[NewEntry, ...]:
        """The new entries; those that were left empty are none."""
        made = []
        for place, (code, stands_for, words) in enumerate(
            zip(self.code, self.stands_for, self.quote, strict=True)
        ):
            if not (code or stands_for or words.strip()):
                continue
            found = find_quote(text, words) if words.strip() else None
            ticked = {
                _reach(at)
                for number, _, at in (one.partition("=") for one in self.at)
                if int(number) == place
            }
            made.append(NewEntry(code, stands_for, words, found, found.meant(ticked) if found else ()))
        return tuple(made)

    def answers(self, text: str) -> list[Answer]:
        """The new entries as they are decided.

        Raises:
            StudyError: one isn't complete, or it isn't clear where its words stand.
        """
        new = self.new(text)
        if faults := [fault for one in new for fault in one.faults()]:
            raise StudyError("\n".join(faults))
        return [one.answer(text) for one in new]


class AskForm(DecisionForm):
    """A question to a coder; ``tells`` says that it tells what others said."""

    coder: RowId
    words: Annotated[str, Field(max_length=2 * questions.LONGEST, pattern=r"^[^\x00]*$")] = ""
    tells: bool = False


def written(place: Reach) -> str:
    """A place as forms send it."""
    return f"{place[0]}:{place[1]}"


def inside(places: Sequence[Reach], text: str) -> tuple[Reach, ...]:
    """Those of the places that the text has."""
    return tuple(at for at in places if 0 <= at[0] < at[1] <= len(text))


def _reach(words: str) -> Reach:
    start, _, stop = words.partition(":")
    return int(start), int(stop)
