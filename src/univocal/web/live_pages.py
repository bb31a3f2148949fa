"""The page of figures: how far coders agree, how each does, how often codes occur, and how much more is needed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from univocal.codebook.model import Codebook
from univocal.statistics.result import Estimate
from univocal.study.anchoring import CAVEAT, Anchoring
from univocal.study.coder_reports import CoderAgainst, Mix
from univocal.study.live import Report
from univocal.study.more_papers import more_for_alpha, more_for_share
from univocal.study.shares import CodeShare, by_variable
from univocal.web.access import At, Visitor, only_deciders
from univocal.web.pages import render

router = APIRouter(include_in_schema=False)
#: What was mixed up most is shown; the rest is only counted.
_MIXES = 2
#: Seconds after which a page without figures asks again.
_AGAIN = 2
Width = Annotated[float, Query(gt=0, lt=1, allow_inf_nan=False)]


@router.get("/agreement")
def agreement_page(
    request: Request, session: Visitor, workspace: At, alpha_width: Width = 0.2, share_width: Width = 0.1
) -> Response:
    """All figures of the study as they are now."""
    only_deciders(session.person)
    report, fresh = workspace.live.report()
    codebook = workspace.study.codebook
    shown: dict[str, Any] = {
        "rows": [],
        "uncompared": [],
        "coders": [],
        "shares": [],
        "refused": [],
        "design": None,
        "anchoring": [],
    }
    if report is not None:
        shown["anchoring"] = [_anchoring(one) for one in report.anchoring]
    if report is not None and report.table is not None:
        shown |= _figures(report, codebook, alpha_width, share_width)
    page = render(
        request, "agreement.html", session, report=report, fresh=fresh, caveat=CAVEAT, alpha_width=alpha_width,
        share_width=share_width, **shown,
    )  # fmt: skip
    if report is None:
        page.headers["Refresh"] = str(_AGAIN)
    return page


def _figures(report: Report, codebook: Codebook, alpha_width: float, share_width: float) -> dict[str, Any]:
    assert report.table is not None
    assert report.agreement is not None
    assert report.shares is not None
    rows, uncompared = [], []
    for one in report.agreement.variables:
        alpha = one.coefficients["set_alpha_jaccard" if one.set_valued else "krippendorff_alpha"]
        if not alpha.n:
            uncompared.append(_variable(codebook, one.variable))
            continue
        rows.append({
            "label": _variable(codebook, one.variable), "sets": one.set_valued, "alpha": alpha, "bar": bar(alpha),
            "percent": one.coefficients["percent_agreement"], "note": _note(alpha),
            "more": more_for_alpha(report.table, one, alpha_width),
        })  # fmt: skip
    coders = [
        {
            "label": _variable(codebook, one.variable),
            "coders": [_coder(codebook, one.variable, coder) for coder in one.coders],
        }
        for one in report.coders
    ]
    design = report.shares.design
    shares = [
        {
            "label": _variable(codebook, name), "codes": [_share(codebook, one) for one in codes],
            "more": more_for_share(codes, share_width, design.frame), "n": codes[0].n_papers - codes[0].n_outside,
            "outside": codes[0].n_outside, "undecided": codes[0].n_undecided,
        }
        for name, codes in by_variable(report.shares)
    ]  # fmt: skip
    refused = [(_variable(codebook, name), why) for name, why in report.shares.refused.items()]
    return {
        "rows": rows,
        "uncompared": uncompared,
        "coders": coders,
        "shares": shares,
        "refused": refused,
        "design": design,
    }


def bar(estimate: Estimate, *, low: float = 0.0, high: float = 1.0) -> dict[str, float] | None:
    """Where an estimate and its interval stand on an axis from 0 to 100; None without an interval.

    >>> bar(Estimate(0.5, 0.25, 0.75, 0.95, 100, ""))
    {'left': 25.0, 'right': 75.0, 'at': 50.0}
    """
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return None

    def place(x: float) -> float:
        return round(100 * (min(max(x, low), high) - low) / (high - low), 1)

    return {"left": place(estimate.low), "right": place(estimate.high), "at": place(estimate.value)}


def _note(one: Estimate) -> str:
    """What must be known of an estimate: why there is none, or why it can't be trusted."""
    if one.caution or (one.value is not None and one.low is not None):
        return one.caution
    _, sign, why = one.method.partition("no interval")
    return sign + why or one.method


def _coder(codebook: Codebook, variable: str, one: CoderAgainst) -> dict[str, Any]:
    shown = [_mix(codebook, variable, mix) for mix in one.mixes[:_MIXES]]
    rest = sum(mix.n for mix in one.mixes[_MIXES:])
    if rest:
        shown.append(f"{rest:,} more")
    return {
        "name": one.coder, "right": one.right, "bar": bar(one.right), "note": _note(one.right),
        "decided": one.n_decided, "mixes": shown,
    }  # fmt: skip


def _mix(codebook: Codebook, variable: str, mix: Mix) -> str:
    true, given = (
        None if code is None else f"“{_code(codebook, variable, code)}”" for code in (mix.true, mix.given)
    )
    if given is None:
        return f"missed {true} ×{mix.n:,}"
    return f"{given} too many ×{mix.n:,}" if true is None else f"{given} for {true} ×{mix.n:,}"


def _share(codebook: Codebook, one: CodeShare) -> dict[str, Any]:
    low, high = one.low, one.high
    known = low.value is not None and high.value is not None and low.low is not None and high.high is not None
    settled = known and low == high
    whole = Estimate(
        None if not known else (low.value + high.value) / 2,  # type: ignore[operator]
        low.low, high.high, low.level, low.n, low.method,
    ) if known else low  # fmt: skip
    note = "; ".join(dict.fromkeys(filter(None, (_note(low), _note(high)))))
    return {
        "label": _code(codebook, one.variable, one.code), "low": low, "high": high, "settled": settled, "known": known,
        "bar": bar(whole), "ends": (bar(low), bar(high)), "note": note, "method": low.method,
    }  # fmt: skip


def _anchoring(one: Anchoring) -> dict[str, Any]:
    def row(label: str, estimate: Estimate, *, gap: bool = False) -> dict[str, Any]:
        axis = bar(estimate, low=-1.0) if gap else bar(estimate)
        return {"label": label, "one": estimate, "bar": axis, "gap": gap, "note": _note(estimate)}

    return {
        "machine": one.machine, "shown": one.n_shown, "held_out": one.n_held_out,
        "rows": [
            row("First judgements that changed after the machine's codes were seen", one.changed),
            row("Changed later, on papers that were held out", one.changed_unseen),
            row("Of those that differed from the machine: came to say what it says", one.adopted),
            row("Of those that agreed with the machine: came to say something else", one.left),
            row("First judgements like the machine's, open papers", one.first_open),
            row("First judgements like the machine's, held-out papers", one.first_held_out),
            row("The difference of these two; about 0 is expected", one.gap_first, gap=True),
            row("Last judgements like the machine's, open papers", one.last_open),
            row("Last judgements like the machine's, held-out papers", one.last_held_out),
            row("The difference of these two: what showing the machine does", one.gap_last, gap=True),
        ],
    }  # fmt: skip


def _variable(codebook: Codebook, variable: str) -> str:
    return codebook.variable(variable).label if variable in codebook else variable


def _code(codebook: Codebook, variable: str, code: str) -> str:
    if variable in codebook:
        for one in codebook.variable(variable).codes:
            if one.id == code:
                return one.label
    return code
