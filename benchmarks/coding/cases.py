"""What is compared, and what is wanted of it."""

from __future__ import annotations

from dataclasses import dataclass

LARGE = (100_000, 1_000_000)

#: Ten times the units may take so many times as long. 10 is linear; the rest is for the processor's cache, which holds
#: the smaller input better, and for noise. Quadratic growth would be 100.
LINEAR = 13.0


@dataclass(frozen=True)
class Case:
    """Ours beside a peer, at several sizes, values as close as ``near``.

    At ``judged_at`` units the time must be at most ``time`` of the peer's (``seconds``, where that isn't None) and the
    memory at most ``memory`` of the peer's. The peer is measured at sizes up to ``peer_to``; with more than
    ``slow_from`` units only where everything is asked for, and only one call in a process.
    """

    ours: str
    peer: str | None = None
    sizes: tuple[int, ...] = LARGE
    judged_at: int = 0
    time: float | None = None
    memory: float | None = None
    seconds: float | None = None
    near: float = 1e-9
    peer_to: int = 1_000_000
    slow_from: int = 1_000_000
    of_sets: bool = False


MILLION = 1_000_000
WHOLE = "crowd-kit, whole / iterations"

COMPARED = (
    Case("α", "krippendorff", judged_at=MILLION, time=0.25, memory=0.35),
    Case("α, jackknife", "krippendorff", judged_at=MILLION, time=3.0),
    Case("AC1 with SE", "irrCAC", judged_at=MILLION, time=0.2, near=1e-5),  # it rounds to five digits
    Case("Dawid–Skene, whole / iterations", WHOLE, judged_at=MILLION, time=1 / 8, slow_from=100_000),
    Case("Dawid–Skene with SE, whole / iterations", WHOLE, slow_from=100_000),
    Case("Dawid–Skene, one more iteration", "crowd-kit, one more iteration", slow_from=100_000),
    Case("α of sets, MASI", "NLTK", judged_at=100_000, time=1 / 20, peer_to=100_000, of_sets=True),
    Case("α of sets, MASI, jackknife", "NLTK", peer_to=100_000, of_sets=True),
    Case("α of shared sets, MASI", "NLTK, shared sets", peer_to=100_000, of_sets=True),
    Case("α of shared sets, MASI, jackknife", "NLTK, shared sets", peer_to=100_000, of_sets=True),
    Case("uα, one text", sizes=(2_000, *LARGE), judged_at=2_000, seconds=1.0, slow_from=0),
    Case("uα, 100 texts, jackknife", sizes=(2_000, *LARGE), judged_at=2_000, seconds=1.0, slow_from=0),
    Case("Dawid–Skene, 20 iterations", "crowd-kit, 20 iterations", sizes=(2_000,), near=1e-6),
)

#: Without a peer: only their growth is looked at.
ALONE = tuple(
    Case(name)
    for name in (
        "α, ordinal, jackknife", "α, interval, jackknife", "α, ratio, jackknife", "percent agreement", "Scott's π",
        "Cohen's κ", "Cohen's κ, weighted", "Fleiss' κ", "Brennan–Prediger", "AC2", "majority",
    )
)  # fmt: skip
