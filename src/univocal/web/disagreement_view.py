"""A disagreement as its page shows it: labels for ids, quotes with the words around them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from univocal.codebook.model import Codebook, Variable
from univocal.records import Paper
from univocal.study.adjudicate import offered
from univocal.study.codings import Answer, Revision
from univocal.study.disagreements import Disagreement, Side

#: Code points shown on either side of a mention, and of a quote.
_AROUND, _BESIDE = 160, 90


def variable_label(codebook: Codebook, variable: str) -> str:
    """What a variable is called; its id where this version of the codebook doesn't have it."""
    return codebook.variable(variable).label if variable in codebook else variable


def unit_view(codebook: Codebook, paper: Paper, one: Disagreement, place: int, tried: Any) -> dict[str, Any]:
    """One disagreement: its sides, what may be decided, and what a form that failed held (``tried``)."""
    variable = codebook.variable(one.variable) if one.variable in codebook else None
    whole = one.start < 0
    mine = tried if tried is not None and tried.place == (one.variable, one.start, one.stop) else None
    return {
        "id": f"u{place}", "variable": one.variable, "start": one.start, "stop": one.stop, "state": one.state,
        "label": variable_label(codebook, one.variable), "question": variable.question if variable else "",
        "mention": None if whole else _around(paper.text, one.start, one.stop, _AROUND),
        "seen": ",".join(map(str, one.seen)), "sides": [_side(codebook, paper, one, side) for side in one.sides],
        "decided": _decided(codebook, paper, one), "answers": variable.answers if variable else "",
        "codes": [_code(code, mine) for code in variable.codes] if variable else [],
        "spans": _spans(variable, paper, one, mine), "ledger": bool(variable and variable.answers == "ledger"),
        "memo": mine.memo if mine else "", "unsaid": bool(getattr(mine, "unsaid", False)),
        "words": getattr(mine, "words", ""), "opened": type(mine).__name__ if mine else "",
        "why_moot": _why_moot(codebook, variable),
    }  # fmt: skip


def _code(code: Any, mine: Any) -> dict[str, Any]:
    return {
        "id": code.id,
        "label": code.label,
        "definition": code.definition,
        "on": code.id in getattr(mine, "codes", ()),
    }


def _why_moot(codebook: Codebook, variable: Variable | None) -> str:
    return variable_label(codebook, variable.when[0]) if variable and variable.when else ""


def _side(codebook: Codebook, paper: Paper, one: Disagreement, side: Side) -> dict[str, Any]:
    ledger = one.variable in codebook and codebook.variable(one.variable).answers == "ledger"
    entries = [_entry(codebook, paper, revision) for revision in side.revisions]
    is_decided = bool(one.decided) and bool(side.revisions) and _same(one.decided, side.revisions)
    nothing = "Left it open"
    if not side.asked:
        nothing = "Wasn't asked, by this coder's other answers"
    elif ledger:
        nothing = "Nothing to enter"
    return {
        "row": side.coder.row, "name": side.coder.name, "entries": entries, "nothing": nothing, "decided": is_decided,
        "takes": bool(side.revisions),
    }  # fmt: skip


def _same(some: Sequence[Revision], others: Sequence[Revision]) -> bool:
    def said(revisions: Sequence[Revision]) -> set[tuple[frozenset[str] | None, str | None]]:
        return {
            (None if one.answer.codes is None else frozenset(one.answer.codes), one.answer.stands_for)
            for one in revisions
            if one.answer is not None
        }

    return said(some) == said(others)


def _entry(codebook: Codebook, paper: Paper, revision: Revision) -> dict[str, Any]:
    said = revision.answer or Answer(None)
    whole = revision.unit.start < 0
    own = (revision.unit.start, revision.unit.stop)
    several = len(said.codes or ()) > 1
    return {
        "revision": revision.id, "answer": _answer(codebook, revision.unit.variable, said),
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
    return {"entries": entries, "who": who, "memo": memo}


def _spans(variable: Variable | None, paper: Paper, one: Disagreement, mine: Any) -> list[dict[str, Any]]:
    """The evidence that another answer may rest on, each with the code that it supports in the coders' eyes."""
    many = variable is not None and variable.answers == "many"
    supports: dict[tuple[int, int], str] = {}
    for side in one.sides:
        for revision in side.revisions:
            said = revision.answer
            for span in said.spans if said else ():
                only = said.codes[0] if said and said.codes and len(said.codes) == 1 else None
                supports.setdefault((span.start, span.stop), span.code or only or "")
    picked = getattr(mine, "span", None)
    if mine is not None and hasattr(mine, "spans"):
        supports |= {at: code or "" for at, code in mine.spans()[1].items()}
    return [
        {
            **_around(paper.text, *at, _BESIDE), "at": f"{at[0]}:{at[1]}", "names": names or ("the mention itself",),
            "on": f"{at[0]}:{at[1]}" in picked if picked is not None else at == (one.start, one.stop),
            "supports": supports.get(at, ""), "many": many,
        }
        for at, names in offered(one, paper.text).items()
    ]  # fmt: skip


def _around(text: str, start: int, stop: int, reach: int) -> dict[str, Any]:
    """Words in their context; it begins and ends between words."""
    before, after = text[max(start - reach, 0) : start], text[stop : stop + reach]
    cut_before, cut_after = start > reach, stop + reach < len(text)
    if cut_before and " " in before[:30]:
        before = before[before.index(" ") + 1 :]
    if cut_after and " " in after[-30:]:
        after = after[: after.rindex(" ")]
    return {
        "before": ("…" if cut_before else "") + before, "quote": text[start:stop],
        "after": after + ("…" if cut_after else ""),
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
    return next((one.label for one in codebook.ideals if one.id == ideal), ideal or "")
