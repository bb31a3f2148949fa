"""Writing the atlas page: papers stream in, one self-contained page (and perhaps a data folder) comes out."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from univocal.atlas import charts, scripts
from univocal.atlas.pagedata import Columns, PageEntry, clean, page_entry, script_safe
from univocal.atlas.palette import Dress, css, dress
from univocal.atlas.panels import Panels
from univocal.atlas.store import Store
from univocal.atlas.summary import Summary
from univocal.atlas.trust import Trust
from univocal.codebook.model import Codebook
from univocal.records import Dossier

_INFO = (
    "title", "date", "seconds", "univocal", "coder", "codebook", "versions", "inputs", "faults", "duplicates", "full_text",
)  # fmt: skip


class PageWriter:
    """Writes ``out/index.html`` from a stream of dossiers; memory stays flat however many there are.

    Call ``add`` for every dossier, in the order in which the table shall list them (papers without mentions are
    passed over: the summary counts them), then ``finish``. Where workers make the entries
    (``pagedata.page_entry(dossier)``), hand them to ``add_entry`` instead.

    Up to ``inline_papers`` papers with mentions and ``inline_bytes`` of data stand in the page itself; beyond
    that, they lie in ``out/data/`` beside it.
    """

    def __init__(
        self, out: Path, codebook: Codebook, *, inline_papers: int = 1_500, inline_bytes: int = 8_000_000
    ) -> None:
        out.mkdir(parents=True, exist_ok=True)
        self.out, self.codebook = out, codebook
        self.columns = Columns(codebook)
        self.store = Store(out, self.columns, inline_papers, inline_bytes)
        self._ids = array("q")

    def add(self, dossier: Dossier) -> None:
        """Take in one paper."""
        if dossier.mentions:
            self.add_entry(page_entry(dossier))

    def add_entry(self, made: PageEntry) -> None:
        """Take in one paper that a worker has already turned into an entry."""
        self._ids.append(hash(made.row["id"]))
        self.store.add(made)

    def finish(
        self,
        summary: Summary,
        quality: Mapping[str, Any] | None = None,
        run_info: Mapping[str, Any] | None = None,
    ) -> Path:
        """Write the page and say where it is.

        ``quality`` is what ``univocal evaluate --format json`` prints, or None where the coder wasn't measured.
        ``run_info`` may hold ``title``, ``date``, ``seconds``, ``univocal`` (version), ``coder`` and ``codebook``
        (each with ``name`` or ``id``, and ``version``), ``versions`` (library: version), ``inputs`` (list of
        names), ``faults`` (list of {where, kind, message, lost}) and ``duplicates`` (list or number); whatever
        is missing is left out of the page.
        """
        self.store.finish()
        worn = dress(self.codebook)
        panels = Panels(summary, self.codebook, worn)
        yearly = charts.by_year(summary, self.codebook)
        per_ideal = charts.ideals_by_year(summary, self.codebook, worn)
        info = {**dict.fromkeys(_INFO), **(run_info or {})}
        info["date"] = readable_date(info["date"])
        every = [c for c in (yearly, *per_ideal) if c]
        blocks = [("page-data", self._page_data(summary, worn, every))]
        blocks += [(f"{kind}-{n}", data.decode()) for kind, n, data in self.store.inline()]
        scripted = [scripts.script_text(scripts.app())] + ([scripts.vega()] if every else [])
        light, dark = css(worn.values())
        html = _environment().get_template("template.html").render(
            info=info, summary=summary, codebook=self.codebook, panels=panels, worn=worn, yearly=yearly,
            per_ideal=per_ideal, trust=Trust.read(quality, self.codebook), style=scripts.asset("style.css"),
            light=light, dark=dark, blocks=blocks, scripts=scripted, policy=scripts.policy(scripted),
            listed=self.store.rows, folder=self.store.folder,
        )  # fmt: skip
        path = self.out / "index.html"
        path.write_text(html, encoding="utf-8", errors="replace", newline="\n")
        return path

    def _page_data(self, summary: Summary, worn: Mapping[str, Dress], every: list[charts.Chart]) -> str:
        """What the script needs to know, as JSON that may stand in a script element."""
        senses = [
            {"id": d.id, "label": d.label, "short": d.short, "style": d.style, "group": d.group}
            for d in worn.values()
        ]
        variables = [
            {
                "id": v.id,
                "label": v.label,
                "question": v.question,
                "answers": v.answers,
                "codes": [{"id": c.id, "label": c.label, "absence": c.absence} for c in v.codes],
            }
            for v in self.codebook.variables
        ]
        wanted = {hash(clean(q.paper)): clean(q.paper) for q in summary.examples()}
        data = {
            "rows": self.store.rows,
            "folder": self.store.folder,
            "indexShards": self.store.index_shards,
            "textFirst": self.store.text_first,
            "letters": self.columns.letters,
            "senses": senses,
            "variables": variables,
            "examples": {wanted[h]: row for row, h in enumerate(self._ids) if h in wanted},
            "charts": {c.id: c.spec for c in every},
        }
        return script_safe(orjson.dumps(data)).decode()


def _environment() -> Any:
    from jinja2 import DictLoader, Environment, StrictUndefined

    environment = Environment(
        loader=DictLoader({name: scripts.asset(name) for name in ("template.html", "macros.html")}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["count"] = lambda n: f"{n:,}"
    environment.filters["share"] = share
    environment.filters["number"] = lambda n, noun: f"{n:,} {noun}{'' if n == 1 else 's'}"
    return environment


def readable_date(date: Any) -> str:
    """A date as the page's head writes it; what isn't ISO 8601 stays as it is.

    >>> readable_date("2026-11-21T10:15:00+00:00"), readable_date("today"), readable_date(None)
    ('21 November 2026, 10:15 UTC', 'today', '')
    """
    text = str(date or "")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    day = f"{moment.day} {moment:%B %Y}"
    return day if len(text) <= 10 else f"{day}, {moment:%H:%M} {moment.tzname() or ''}".rstrip()


def share(part: float, whole: float) -> str:
    """A share as the page writes it: whole percents, one decimal under ten, a dash where there is no whole.

    >>> share(1, 3), share(1, 200), share(0, 0)
    ('33%', '0.5%', '–')
    """
    if not whole:
        return "–"
    percent = 100 * part / whole
    return f"{percent:.0f}%" if percent >= 10 or part == 0 else f"{percent:.1f}%"
