"""Times as a study keeps them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def now(later: timedelta | None = None) -> str:
    """UTC now (or ``later`` than now), ISO 8601 with microseconds: such texts sort by time.

    >>> len(now()), now() < now(timedelta(days=1))
    (27, True)
    """
    at = datetime.now(UTC) + (later or timedelta())
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
