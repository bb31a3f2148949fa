"""A job is one call that is measured."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Job:
    """``given`` makes the input of one call from the folder and the number of units; ``call`` is timed.

    It returns values by name, to compare with the peer's, and ``seconds`` where not the whole call is to be counted.
    """

    given: Callable[[Path, int], Any]
    call: Callable[[Any], dict[str, Any]]


def clock() -> Any:
    """Seconds of the wall and of the processor. On a busy machine a short call's wall time is that of its neighbours."""
    return np.array([time.perf_counter(), time.process_time()])
