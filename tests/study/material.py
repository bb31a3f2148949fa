"""Papers of difficult characters, and a team that codes them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import orjson

from univocal.records import Paper
from univocal.study import people
from univocal.study.codings import Answer, Unit, save
from univocal.study.folder import Study
from univocal.study.papers import paper_of
from univocal.study.spans import Span, cut

EMOJI = "We align 👩‍👩‍👧‍👦 families: 𝒜lignment of \U0001f916 agents."
COMBINING = "Ale\u0301xander's reali\u0308gnment; e\u0301 isn't é."
CRLF = "Title\r\n\r\nAligned\r\nwith CR LF.\r\n"
ARABIC = "مواءمة الذكاء الاصطناعي alignment مع القيم \u200fوالناس\u202e!"
TEXTS = {"emoji": EMOJI, "combining": COMBINING, "crlf": CRLF, "arabic": ARABIC}


def write_papers(path: Path, texts: dict[str, str]) -> Path:
    lines = [orjson.dumps({"id": key, "text": text}) for key, text in texts.items()]
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


@dataclass
class Team:
    """A study with four papers of difficult characters, and two coders."""

    study: Study
    ann: people.Person
    bob: people.Person

    def paper(self, key: str) -> Paper:
        with self.study.database.reading() as connection:
            return paper_of(connection, key).paper

    def row(self, key: str) -> int:
        with self.study.database.reading() as connection:
            return paper_of(connection, key).row

    def unit(self, key: str, variable: str = "about", who: people.Person | None = None, **more: int) -> Unit:
        return Unit(self.row(key), (who or self.ann).row, variable, **more)

    def save(self, unit: Unit, answer: Answer | None, key: str, **more: object) -> int:
        with self.study.database.writing() as connection:
            how = {"stage": "blind", "coder": "ann", **more}
            return save(
                connection, unit, answer, paper=self.paper(key), codebook=self.study.codebook,
                codebook_row=self.study.codebook_row, **how,  # type: ignore[arg-type]
            )  # fmt: skip


def span(text: str, words: str, code: str | None = None) -> Span:
    start = text.index(words)
    return cut(text, start, start + len(words), code)
