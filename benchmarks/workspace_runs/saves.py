"""How long does one coder wait for a save: the first thousand codings of a study, and those up to the 100,000th?"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from workspace_runs.studies import Login
from workspace_runs.wire import Wire

#: Answers of the built-in codebook, with evidence where they need it.
ANSWERS: tuple[tuple[str, list[str] | None], ...] = (
    ("about", ["main"]), ("primary", ["other_ai"]), ("threat_model", None), ("definition", None), ("valence", None),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds of each request, in the order in which they were sent."""

    seconds: tuple[float, ...]

    def quantile(self, share: float) -> float:
        """The wait that this share of requests doesn't exceed, in milliseconds."""
        ordered = sorted(self.seconds) or [float("nan")]
        return 1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)]

    def __str__(self) -> str:
        return f"p50 {self.quantile(0.5):.1f} ms, p95 {self.quantile(0.95):.1f} ms"


def body(variable: str, codes: list[str] | None, text: str) -> dict[str, object]:
    """What the coding page sends: an answer, its evidence, its token."""
    spans = [{"start": 0, "stop": 5, "quote": text[:5]}] if codes else []
    return {"variable": variable, "codes": codes, "spans": spans, "base": None, "token": str(uuid.uuid4())}


def saved(port: int, login: Login, rows: range, variables: int = len(ANSWERS)) -> tuple[Waits, Waits]:
    """Open each paper and answer it; the waits for opening and for saving."""
    wire: Wire = login.wire(port)
    opened, waits = [], []
    for row in rows:
        paper = wire.expect(200, "GET", f"/api/papers/{row}")
        opened.append(paper.seconds)
        for variable, codes in ANSWERS[:variables]:
            sent = body(variable, codes, paper.json["text"])
            waits.append(wire.expect(200, "POST", f"/api/papers/{row}/codings", sent).seconds)
    wire.close()
    return Waits(tuple(opened)), Waits(tuple(waits))
