"""A stranger's coders, found through entry points: one that works and three that don't."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from univocal.codebook.model import Codebook
from univocal.mentions import find_mentions
from univocal.records import Coding, Evidence, Paper


@dataclass(frozen=True)
class SampleCoder:
    """Says *technical* of every mention, after doing something to papers with a telling title."""

    name: str
    trouble: Callable[[Paper], tuple[Coding, ...]]
    version: str = "1"

    def code(self, paper: Paper, codebook: Codebook) -> tuple[Coding, ...]:
        senses = [
            Coding(
                paper.id,
                self.name,
                "sense",
                ("technical",),
                (Evidence.cut(paper.text, a, b),),
                0.9,
                codebook.version,
            )
            for a, b in find_mentions(paper.text, paper.uncoded())
        ]
        return (*senses, *(self.trouble(paper) if "trouble" in paper.title else ()))


def calm() -> SampleCoder:
    return SampleCoder("sample-calm", lambda paper: ())


def failing() -> SampleCoder:
    def trouble(paper: Paper) -> tuple[Coding, ...]:
        raise ZeroDivisionError(f"no luck with {paper.id}")

    return SampleCoder("sample-failing", trouble)


def misquoting() -> SampleCoder:
    def trouble(paper: Paper) -> tuple[Coding, ...]:
        return (Coding(paper.id, "sample-misquoting", "about", ("main",), ()),)

    return SampleCoder("sample-misquoting", trouble)


def straying() -> SampleCoder:
    def trouble(paper: Paper) -> tuple[Coding, ...]:
        word = (Evidence.cut(paper.text, 0, 1),)
        return (Coding(paper.id, "sample-straying", "sense", ("technical",), word),)

    return SampleCoder("sample-straying", trouble)


def dying() -> SampleCoder:
    def trouble(paper: Paper) -> tuple[Coding, ...]:
        os._exit(9)

    return SampleCoder("sample-dying", trouble)
