"""What requests share: the study, papers read lately, and the codebook as it goes out."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from univocal.codebook.model import Codebook
from univocal.mentions.find import find_mentions
from univocal.study.folder import Study, refreshed
from univocal.study.live import Live
from univocal.study.papers import StoredPaper, paper_at
from univocal.study.worklist import Worklist
from univocal.web.guard import COOKIE, Limiter

#: Characters of papers that are kept in memory.
KEPT = 4_000_000


@dataclass(frozen=True, slots=True)
class OpenPaper:
    """A paper with its mentions."""

    stored: StoredPaper
    mentions: tuple[tuple[int, int], ...]


class Workspace:
    """An open study as requests see it; threads may share it."""

    def __init__(self, study: Study) -> None:
        self.study = study
        #: Logins in five minutes, by name (failed ones) and by address.
        self.tries_by_name, self.tries_by_address = Limiter(10, 300), Limiter(300, 300)
        #: Tells this study from others that are served from the same machine: browsers keep cookies by host alone, and drafts
        #: by host and port, where another study may have been before.
        self.mark = hashlib.sha256(study.secret + b"browsers").hexdigest()[:12]
        self.cookie = f"{COOKIE}_{self.mark}"
        self._papers: OrderedDict[int, OpenPaper] = OrderedDict()
        self._kept = 0
        self._lock = threading.Lock()
        #: The codebook as the coding page needs it.
        self.codebook = codebook_shape(study.codebook, study.codebook_row)

    def notice(self) -> None:
        """Go on with the codebook that is in force, if it was changed (here, or by a command beside the server)."""
        with self.study.database.reading() as connection:
            now = refreshed(self.study, connection)
        if now is not self.study:
            # one assignment each: a request that runs meanwhile sees the old version whole, and its save is refused
            self.codebook = codebook_shape(now.codebook, now.codebook_row)
            self.study = now

    def paper(self, row: int) -> OpenPaper:
        """The paper in this row; those read last stay in memory, since saving checks quotes against them.

        Raises:
            StudyError: there is none.
        """
        with self._lock:
            if (known := self._papers.get(row)) is not None:
                self._papers.move_to_end(row)
                return known
        with self.study.database.reading() as connection:
            stored = paper_at(connection, row)
        made = OpenPaper(stored, tuple(find_mentions(stored.paper.text, stored.paper.uncoded())))
        with self._lock:
            if row not in self._papers:
                self._papers[row] = made
                self._kept += len(stored.paper.text)
            while self._kept > KEPT and len(self._papers) > 1:
                _, gone = self._papers.popitem(last=False)
                self._kept -= len(gone.stored.paper.text)
        return made

    @cached_property
    def live(self) -> Live:
        """The figures of the study, worked out anew when something was saved since."""
        return Live(self.study.database, lambda: self.study.codebook)

    @cached_property
    def worklist(self) -> Worklist:
        """What is still to be decided."""
        return Worklist()


def codebook_shape(codebook: Codebook, row: int) -> dict[str, Any]:
    """A codebook's variables with their codes, every element with its provenance; ``row`` names the version."""
    return {
        "row": row,
        "id": codebook.id,
        "version": codebook.version,
        "title": codebook.title,
        "variables": [
            {
                "id": v.id, "label": v.label, "question": v.question, "unit": v.unit, "answers": v.answers,
                "provenance": v.provenance, "when": None if v.when is None else [v.when[0], list(v.when[1])],
                "codes": [
                    {
                        "id": c.id, "label": c.label, "definition": c.definition, "rule": c.rule,
                        "provenance": c.provenance, "absence": c.absence,
                        "examples": [
                            {"text": e.text, "applies": e.applies, "because": e.because} for e in c.examples
                        ],
                    }
                    for c in v.codes
                ],
            }
            for v in codebook.variables
        ],
    }  # fmt: skip
