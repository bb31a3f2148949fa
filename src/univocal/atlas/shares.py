"""The shares that an atlas states, each with what may and may not be made of it."""

from __future__ import annotations

from typing import Any

from univocal.atlas.summary import Summary

UNCORRECTED = (
    "share of what the machine coder said, over the papers of this corpus; not corrected for the coder's errors "
    "or its abstentions, and so without an interval"
)


def shares(summary: Summary) -> list[dict[str, Any]]:
    """Which shares does `atlas.json` state? Each a row with what, value, low, high, level, n and method.

    An interval here would be wrong: the error that matters is the coder's, not the sampling's.
    """
    mentioning = summary.papers_with_mentions
    about = summary.variables.get("about")
    said = dict(about.codes) if about else {}
    aligned = sum(n for code, n in said.items() if code != "no")
    rows = [
        ("papers that mention align-", mentioning, summary.papers),
        ("papers with a mention in an AI sense, of those that mention align-", summary.papers_ai, mentioning),
        ("papers about AI alignment, of those that mention align-", aligned, mentioning),
        (
            "papers with a finding of conflation, of those about AI alignment",
            summary.papers_with_findings,
            aligned,
        ),
    ]
    return [
        {
            "what": what,
            "value": part / n if n else None,
            "low": None,
            "high": None,
            "level": None,
            "n": n,
            "method": UNCORRECTED if n else "undefined: there are no such papers",
        }
        for what, part, n in rows
    ]
