"""What was measured, as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from coding.cases import LINEAR
from coding.measured import Pair

COMPARED = (
    "| what | peer | units | s | peer s | ratio (lowest–highest) | of CPU s | wanted | met | MB | peer MB | ratio | wanted | met | values apart |",
    "|---|---|--:|--:|--:|--:|--:|--:|---|--:|--:|--:|--:|---|---|",
)
GROWTH = (
    "| growth | units | CPU s | × | MB above the start | × | linear |",
    "|---|--:|--:|--:|--:|--:|---|",
)


def row(pair: Pair) -> str:
    case, ours, peer = pair.case, pair.ours, pair.peer
    judged = pair.n == case.judged_at
    middle, spread, processor = None, "", ""
    if pair.ratios is not None:
        (low, _), (middle, of_processor), (high, _) = np.quantile(pair.ratios, [0, 0.5, 1], axis=0)
        spread, processor = f" ({low:.3f}–{high:.3f})", f"{of_processor:.3f}"
    wanted, met = _against(case.time if judged else None, middle)
    if judged and case.seconds is not None:
        wanted, met = _against(case.seconds, ours.seconds)
        wanted += " s"
    wanted_mb, met_mb = _against(case.memory if judged else None, pair.memory_ratio)
    notes = [] if pair.apart is None else [f"{pair.apart:.0e}"]
    if "iterations" in ours.values:
        how = "converged" if ours.values["converged"] else "NOT converged"
        notes.append(f"{how} after {ours.values['iterations']} iterations")
    return _cells(
        case.ours, (case.peer if peer else None) or "", f"{pair.n:,}",
        f"{ours.seconds:.4f}", _shown(peer and peer.seconds, ".4f"), _shown(middle, ".3f") + spread, processor, wanted, met,
        f"{ours.peak_mb:.0f}", _shown(peer and peer.peak_mb, ".0f"), _shown(pair.memory_ratio, ".2f"), wanted_mb, met_mb,
        ", ".join(notes),
    )  # fmt: skip


def growth_row(small: Pair, large: Pair) -> str:
    """From one size to ten times it, by the processor's clock."""
    first, second = small.ours.processor_seconds, large.ours.processor_seconds
    before, after = small.ours.above_mb, large.ours.above_mb
    return _cells(
        small.case.ours, f"{small.n:,} → {large.n:,}", f"{first:.4f} → {second:.4f}",
        f"{second / first:.1f}", f"{before:.0f} → {after:.0f}", f"{after / max(before, 1.0):.1f}", "yes" if second <= LINEAR * first else "NO",
    )  # fmt: skip


def _against(wanted: float | None, found: float | None) -> tuple[str, str]:
    if wanted is None or found is None:
        return "", ""
    return f"≤ {wanted:g}", "yes" if found <= wanted else "NO"


def _shown(number: float | None, how: str) -> str:
    return "" if number is None else format(number, how)


def _cells(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def growth(pairs: Sequence[Pair]) -> list[str]:
    """A row for each case that was measured at two sizes of which one is ten times the other."""
    rows = [
        growth_row(small, large)
        for small in pairs
        for large in pairs
        if large.case is small.case and large.n == 10 * small.n
    ]
    return [*GROWTH, *rows] if rows else []
