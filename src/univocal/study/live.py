"""What the figures of a study are right now: agreement, coders, shares, anchoring. Worked out aside, and kept.

Reports are worked out in a thread of their own when something was saved since the last one. Whoever asks meanwhile gets
the last one, which says as of when it is: a page never waits longer than its patience.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from univocal.codebook.model import Codebook
from univocal.estimates.agreement import Agreement
from univocal.estimates.agreement import agreement as measure
from univocal.estimates.coding_table import CodingTable
from univocal.study.anchoring import Anchoring, anchoring
from univocal.study.clock import now
from univocal.study.coder_reports import VariableReport, coder_reports
from univocal.study.database import Database
from univocal.study.listing import state
from univocal.study.shares import Shares, shares
from univocal.study.table import coding_table

#: Seconds that a page waits for figures that are being worked out.
PATIENCE = 0.15


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """The figures as of one moment. Without a finished paper, ``table``, ``agreement`` and ``shares`` are None."""

    at: str
    table: CodingTable | None
    agreement: Agreement | None
    coders: tuple[VariableReport, ...]
    shares: Shares | None
    anchoring: tuple[Anchoring, ...]


def report(database: Database, codebook: Codebook) -> Report:
    """The figures of a study as they are now."""
    at = now()
    with database.reading() as connection:
        table = coding_table(connection, machines=False)
        follow = anchoring(connection, codebook)
        if table is None:
            return Report(at, None, None, (), None, follow)
        found = shares(connection, table, codebook)
    return Report(at, table, measure(table), coder_reports(table), found, follow)


class Live:
    """The last report of a study, and the thread that works out the next. Threads may share it.

    Args:
        database: the study's.
        codebook: gives the version in force whenever a report is begun.
        patience: how long `report` waits for a new one where there is none, or an old one, in seconds.
    """

    def __init__(
        self, database: Database, codebook: Callable[[], Codebook], *, patience: float = PATIENCE
    ) -> None:
        self.patience = patience
        self._database, self._codebook = database, codebook
        self._lock = threading.Lock()
        self._known: tuple[Any, Report] | None = None
        self._fault: tuple[Any, Exception] | None = None
        self._working: threading.Thread | None = None

    def report(self) -> tuple[Report | None, bool]:
        """The last report, None where the first one isn't ready, and whether it is of this very state.

        Raises:
            Exception: what the work on this state's report ended with; who asks next has it tried again.
        """
        with self._database.reading() as connection:
            wanted = (state(connection), self._codebook().digest)
        deadline = time.monotonic() + self.patience
        waited = False
        while True:
            with self._lock:
                if self._known is not None and self._known[0] == wanted:
                    return self._known[1], True
                if self._fault is not None and self._fault[0] == wanted:
                    (_, fault), self._fault = self._fault, None
                    raise fault
                if self._working is None:
                    self._working = threading.Thread(target=self._work, args=(wanted,), daemon=True)
                    self._working.start()
                if waited and time.monotonic() >= deadline:
                    return (None if self._known is None else self._known[1]), False
                working = self._working
            working.join(max(0.0, deadline - time.monotonic()))
            waited = True

    def _work(self, wanted: Any) -> None:
        try:
            made = report(self._database, self._codebook())
        except Exception as error:  # noqa: BLE001 - raised for whoever asks for this report
            with self._lock:
                self._fault, self._working = (wanted, error), None
            return
        with self._lock:
            self._known, self._fault, self._working = (wanted, made), None, None
