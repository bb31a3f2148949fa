"""Coded papers as dossiers: what a coder that always agrees with the gold would say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from univocal.codebook import load
from univocal.codebook.model import Codebook
from univocal.coders.gold import GoldPaper, load_gold
from univocal.records import Coding, Dossier, Evidence, Finding, Paper
from univocal.text import sentence_at

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
GOLD = SHARED / "gold" / "dev.jsonl"
SILVER = SHARED / "gold" / "silver.jsonl"


@pytest.fixture(scope="session")
def codebook() -> Codebook:
    return load()


@pytest.fixture(scope="session")
def dossiers(codebook: Codebook) -> list[Dossier]:
    """The adjudicated papers; tests that need them are skipped where they are absent."""
    if not GOLD.exists():
        pytest.skip("the coded papers (shared/gold/dev.jsonl) are absent")
    return gold_dossiers(codebook)


def gold_dossiers(codebook: Codebook, path: Path = GOLD, licence: str | None = None) -> list[Dossier]:
    """Every coded paper of a file (with this licence) as a dossier."""
    return [dossier(gold, codebook) for gold in load_gold(path) if licence in (None, gold.paper.license)]


def dossier(gold: GoldPaper, codebook: Codebook) -> Dossier:
    """One coded paper as a dossier; evidence is the gold's quote, else the sentence of the first AI mention."""
    paper, coding = gold.paper, gold.coding
    ai = [m for m in gold.mentions if m.sense in codebook.ai_senses] or list(gold.mentions)
    sentence = Evidence.cut(paper.text, *sentence_at(paper.text, ai[0].start, ai[0].end))
    quotes = coding.get("evidence") or {}

    def say(variable: str, codes: tuple[str, ...] | None, **more: Any) -> Coding:
        absent = {c.id for c in codebook.variable(variable).codes if c.absence}
        evidence = more.pop("evidence", None)
        if evidence is None:
            evidence = tuple(
                _quote(paper, quotes[code], code) if variable == "ideals" and code in quotes else sentence
                for code in codes or ()
                if code not in absent
            )
        return Coding(paper.id, "gold", variable, codes, evidence, 0.9, codebook.version, **more)

    codings = [
        say("sense", (m.sense,), evidence=(Evidence.cut(paper.text, m.start, m.end),))
        for m in gold.mentions
        if m.sense
    ]
    for variable in codebook.variables:
        value = coding.get(variable.id)
        if variable.unit != "paper" or variable.answers == "ledger" or value is None:
            continue
        codes = (
            tuple(value)
            if isinstance(value, list)
            else (str(value).lower() if isinstance(value, bool) else value,)
        )
        codings.append(say(variable.id, codes))
    primary = coding.get("primary")
    codings += [
        say(
            "proxies",
            (p["treated_as"],),
            evidence=(_quote(paper, p["quote"]),),
            stands_for=primary if primary in {i.id for i in codebook.ideals} else None,
        )
        for p in coding.get("proxies") or ()
    ]
    findings = tuple(
        Finding(paper.id, kind, tuple(_quote(paper, q) for q in quote.split(" … ")), f"coded as {kind}", 0.8)
        for kind, quote in zip(
            coding.get("conflation") or (), coding.get("conflation_quotes") or (), strict=True
        )
    )
    return Dossier(paper, gold.mentions, tuple(codings), findings)


def _quote(paper: Paper, quote: str, code: str | None = None) -> Evidence:
    """The quote where it stands, or the first sentence where the gold's wording isn't verbatim."""
    start = paper.text.find(quote)
    if start < 0:
        return Evidence.cut(paper.text, 0, min(len(paper.text), 60), code)
    return Evidence.cut(paper.text, start, start + len(quote), code)
