"""A disagreement as its page shows it: labels for ids, quotes with the words around them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

from univocal.codebook.model import Codebook, Variable
from univocal.records import Paper
from univocal.study.adjudicate import DECIDED_BY, offered
from univocal.study.codings import Answer, Revision
from univocal.study.disagreements import Disagreement, Place, Side, comparable, ledgers_alike
from univocal.study.quotes import Found, Reach
from univocal.study.schema import WHOLE
from univocal.web.adjudicate_forms import (
    MOST_FIELDS,
    AskForm,
    DecisionForm,
    EntriesForm,
    OwnForm,
    SideForm,
    inside,
    written,
)

#: Code points shown on either side of a mention, and of a quote.
_AROUND, _BESIDE = 160, 90
#: Two line breaks; CR LF is one.
_PARAGRAPH = re.compile(r"(?:\r\n|\r(?!\n)|\n)[ \t]*(?:\r\n|\r(?!\n)|\n)")


def variable_label(codebook: Codebook, variable: str) -> str:
    """What a variable is called; its id where this version of the codebook doesn't have it."""
    return codebook.variable(variable).label if variable in codebook else variable


def unit_view(
    codebook: Codebook,
    paper: Paper,
    one: Disagreement,
    place: int,
    tried: DecisionForm | None,
    *,
    fault: str,
    asked: Collection[Place],
) -> dict[str, Any]:
    """One disagreement: its sides, what may be decided, and what a form that failed or looked something up held.

    ``tried`` is that form, ``fault`` what is wrong with it; ``asked`` are the units with a question that waits.
    """
    variable = codebook.variable(one.variable) if one.variable in codebook else None
    at = (one.variable, one.start, one.stop)
    mine = tried if tried is not None and tried.place == at else None
    return {
        "id": f"u{place}", "variable": one.variable, "start": one.start, "stop": one.stop, "state": one.state,
        "label": variable_label(codebook, one.variable), "question": variable.question if variable else "",
        "mention": None if one.start == WHOLE else _around(paper.text, one.start, one.stop, _AROUND),
        "seen": ",".join(map(str, one.seen)), "sides": [_side(codebook, paper, one, side, mine) for side in one.sides],
        "decided": _decided(codebook, paper, one), "answers": variable.answers if variable else "",
        "codes": variable.codes if variable else (), "ideals": codebook.stands_for,
        "ledger": _is_ledger(codebook, one.variable), "why_moot": _why_moot(codebook, variable),
        "waits": at in asked, "fault": fault if mine is not None else "", "memo": mine.memo if mine else "",
        "own": _own(variable, paper, one, mine if isinstance(mine, OwnForm) else None),
        "new": _new(paper, mine if isinstance(mine, EntriesForm) else None),
        "ask": mine if isinstance(mine, AskForm) else None,
    }  # fmt: skip


def _is_ledger(codebook: Codebook, variable: str) -> bool:
    return variable in codebook and codebook.variable(variable).answers == "ledger"


def _why_moot(codebook: Codebook, variable: Variable | None) -> str:
    return variable_label(codebook, variable.when[0]) if variable and variable.when else ""


def _side(
    codebook: Codebook, paper: Paper, one: Disagreement, side: Side, mine: DecisionForm | None
) -> dict[str, Any]:
    ledger = _is_ledger(codebook, one.variable)
    nothing = "Left it open"
    if not side.asked:
        nothing = "Wasn't asked, by this coder's other answers"
    elif ledger:
        nothing = "Nothing to enter"
    picked = mine.entry if isinstance(mine, EntriesForm) else ()
    return {
        "row": side.coder.row, "name": side.coder.name, "active": side.coder.active, "nothing": nothing,
        "entries": [{**_entry(codebook, paper, entry), "on": entry.id in picked} for entry in side.revisions],
        "decided": bool(one.decided and side.revisions) and _same(one.decided, side.revisions, ledger=ledger),
        "takes": bool(side.revisions),
        "memo": mine.memo if isinstance(mine, SideForm) and mine.coder == side.coder.row else "",
    }  # fmt: skip


def _same(some: Sequence[Revision], others: Sequence[Revision], *, ledger: bool) -> bool:
    left, right = ([one.answer for one in revisions if one.answer] for revisions in (some, others))
    if ledger:
        return ledgers_alike(left, right)
    return comparable(left, ledger=False) == comparable(right, ledger=False)


def _entry(codebook: Codebook, paper: Paper, revision: Revision) -> dict[str, Any]:
    said = revision.answer or Answer(None)
    whole = revision.unit.start == WHOLE
    own = (revision.unit.start, revision.unit.stop)
    several = len(said.codes or ()) > 1
    return {
        "revision": revision.id, "answer": _answer(codebook, revision.unit.variable, said), "empty": said.codes == (),
        "stands_for": _ideal(codebook, said.stands_for), "unsure": said.unsure, "memo": said.memo,
        "later": revision.stage == "seen",
        "quotes": [
            {
                **_around(paper.text, span.start, span.stop, _BESIDE),
                "code": _label(codebook, revision.unit.variable, span.code) if several and span.code else "",
            }
            for span in said.spans
            if whole or (span.start, span.stop) != own
        ],
    }  # fmt: skip


def _decided(codebook: Codebook, paper: Paper, one: Disagreement) -> dict[str, Any] | None:
    if not one.decided:
        return None
    entries = [_entry(codebook, paper, revision) for revision in one.decided]
    who, _, memo = entries[0]["memo"].partition("\n")
    if not who.startswith(DECIDED_BY):  # it was imported
        who, memo = "Decided", entries[0]["memo"]
    return {"entries": entries, "who": who, "memo": memo}


def _own(variable: Variable | None, paper: Paper, one: Disagreement, mine: OwnForm | None) -> dict[str, Any]:
    """Another answer: the evidence at hand, each with the code that it supports, and words still to be found."""
    known = offered(one, paper.text)
    ticked, unclear = mine.rests_on(paper.text) if mine else (((one.start, one.stop),), ())
    supports = _supports(one) | (mine.code_of if mine else {})
    spans = [
        {
            **_around(paper.text, *at, _BESIDE), "at": written(at), "on": at in ticked,
            "from": _from(known.get(at)), "supports": supports.get(at) or "",
        }
        for at in sorted({*known, *inside(ticked, paper.text)})
    ]  # fmt: skip
    return {
        "open": mine is not None, "codes": mine.codes if mine else (), "spans": spans,
        "many": variable is not None and variable.answers == "many",
        "unclear": [_found(paper, found) for found in unclear],
    }  # fmt: skip


def _from(names: Sequence[str] | None) -> str:
    if names is None:
        return "from the paper"
    return ", ".join(names) or "the mention itself"


def _supports(one: Disagreement) -> dict[Reach, str | None]:
    """The code that each quote supports in the coders' eyes."""
    supports: dict[Reach, str | None] = {}
    for revision in (revision for side in one.sides for revision in side.revisions):
        said = revision.answer or Answer(None)
        only = said.codes[0] if said.codes and len(said.codes) == 1 else None
        for span in said.spans:
            supports.setdefault((span.start, span.stop), span.code or only)
    return supports


def _new(paper: Paper, mine: EntriesForm | None) -> dict[str, Any]:
    """New entries of a ledger as a form held them, and room for one more."""
    made = mine.new(paper.text) if mine else ()
    entries = [
        {
            "code": one.code, "stands_for": one.stands_for, "words": one.words,
            "found": None if one.found is None else _found(paper, one.found, one.meant),
        }
        for one in made
    ]  # fmt: skip
    if len(entries) < MOST_FIELDS:
        entries.append({"code": "", "stands_for": "", "words": "", "found": None})
    return {"open": mine is not None, "entries": entries}


def _found(paper: Paper, found: Found, meant: Sequence[Reach] = ()) -> dict[str, Any]:
    return {
        "words": found.words, "why": "" if meant else found.fault, "only": found.exact and found.n == 1,
        "places": [
            {**_around(paper.text, *at, _BESIDE), "at": written(at), "on": at in meant} for at in found.places
        ],
    }  # fmt: skip


def _around(text: str, start: int, stop: int, reach: int) -> dict[str, Any]:
    r"""Words in their context, which stays in their paragraph, and begins and ends between words.

    >>> shown = _around("A title\r\n\r\nWe align it.\r\nWell, nearly.", 14, 19, 25)
    >>> shown["before"], shown["quote"], shown["after"]
    ('We ', 'align', ' it.\r\nWell, nearly.')
    """
    before, after = text[max(start - reach, 0) : start], text[stop : stop + reach]
    cut_before, cut_after = start > reach, stop + reach < len(text)
    if len(paragraphs := _PARAGRAPH.split(before)) > 1:
        before, cut_before = paragraphs[-1], False
    elif cut_before and " " in before[:30]:
        before = before[before.index(" ") + 1 :]
    if len(paragraphs := _PARAGRAPH.split(after)) > 1:
        after, cut_after = paragraphs[0], False
    elif cut_after and " " in after[-30:]:
        after = after[: after.rindex(" ")]
    return {
        "before": ("…" if cut_before else "") + before, "quote": text[start:stop],
        "after": after + ("…" if cut_after else ""), "start": start,
    }  # fmt: skip


def _answer(codebook: Codebook, variable: str, said: Answer) -> str:
    if said.codes is None:
        return "Can't say"
    if not said.codes:
        return "None applies"
    return ", ".join(_label(codebook, variable, code) for code in said.codes)


def _label(codebook: Codebook, variable: str, code: str) -> str:
    if variable in codebook:
        for one in codebook.variable(variable).codes:
            if one.id == code:
                return one.label
    return code


def _ideal(codebook: Codebook, ideal: str | None) -> str:
    return codebook.stands_for.get(ideal or "", ideal or "")
