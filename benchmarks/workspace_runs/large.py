"""A study of 100,000 documents, some thousands of them coded twice: how long do its pages take?"""

from __future__ import annotations

import random
import statistics
from dataclasses import dataclass
from pathlib import Path

import orjson

from univocal.study import people, queues
from univocal.study.folder import open_study
from workspace_runs import documents
from workspace_runs.processes import served
from workspace_runs.saves import ANSWERS
from workspace_runs.studies import Login, fill, logins, made

CODERS = 10
_CHOICES: dict[str, tuple[list[str] | None, ...]] = {
    "about": (["main"], ["passing"], ["no"]), "primary": (["other_ai"], ["task_reliability"], None),
    "threat_model": (["both"], ["not_stated"]), "definition": (["explicit"], ["none"]),
    "valence": (["positive"], ["negative"], None),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """A page: milliseconds of the first request, and the median of ten after it."""

    name: str
    first: float
    again: float


def prepared(folder: Path, source: Path, *, twice: int) -> tuple[Login, Login]:
    """Every paper in one batch, a tenth of them for two coders; ``twice`` papers coded by two. An owner, a coder."""
    study = made(folder, source)
    owner, *coders = logins(study, {"olga": "owner", **{f"coder{n}": "coder" for n in range(CODERS)}})
    with study.database.writing() as connection:
        every = [one for one in people.everyone(connection) if one.role == "coder"]
        queues.assign(connection, queues.Plan(name="all", kind="all", double=0.1), every)
        pairs = connection.exec_driver_sql(_PAIRS, (twice,)).all()
        done = "UPDATE task SET state = 'done', done_at = at WHERE paper = ?"
        for paper in {paper for paper, _ in pairs}:
            connection.exec_driver_sql(done, (paper,))
    study.close()
    chance = random.Random(0)
    truth = {
        (paper, v): chance.choice(_CHOICES[v]) for paper in sorted({p for p, _ in pairs}) for v, _ in ANSWERS
    }
    fill(
        folder,
        [
            (paper, coder, v, truth[paper, v] if chance.random() < 0.8 else chance.choice(_CHOICES[v]))
            for paper, coder in pairs
            for v, _ in ANSWERS
        ],
    )
    return owner, coders[0]


_PAIRS = (
    "SELECT paper, coder FROM task WHERE paper IN "
    "(SELECT paper FROM task GROUP BY paper HAVING count(*) = 2 ORDER BY paper LIMIT ?) ORDER BY paper, coder"
)


def pages(folder: Path, n: int, *, twice: int) -> list[Page]:
    """The pages that grow with the number of papers, each asked for eleven times."""
    owner, coder = prepared(folder, documents.write(folder.parent / f"{n}.jsonl", n), twice=twice)
    paths = {
        "papers": "/papers", "papers, last page": f"/papers?page={n // 50}",
        "papers, search": "/papers?q=alignment+values", "papers, search of one": f"/papers?q=d{n // 2:06}",
        "home": "/", "next": "/next", "queues": "/queues", "agreement": "/agreement", "adjudicate": "/adjudicate",
        "API: papers, far in": f"/api/papers?offset={n - 100}",
    }  # fmt: skip
    found = []
    with served(folder) as server:
        wire = owner.wire(server.port)
        for name, path in paths.items():
            of = coder.wire(server.port) if name == "next" else wire
            status = 303 if name == "next" else 200
            taken = [1000 * of.expect(status, "GET", path).seconds for _ in range(11)]
            found.append(Page(name, taken[0], statistics.median(taken[1:])))
        wire.close()
        found.append(after_save(server.port, owner, coder))
    return found


def after_save(port: int, owner: Login, coder: Login) -> Page:
    """The agreement page right after a save, when it has to be measured anew."""
    wire, saver = owner.wire(port), coder.wire(port)
    row = saver.expect(200, "GET", "/api/next").json["row"]
    taken: list[float] = []
    base = None
    for n in range(5):
        sent = {"variable": "about", "codes": ["no"], "base": base, "token": f"benchmark-{n}"}
        base = saver.expect(200, "POST", f"/api/papers/{row}/codings", sent).json["revision"]
        taken.append(1000 * wire.expect(200, "GET", "/agreement").seconds)
    return Page("agreement, after a save", taken[0], statistics.median(taken))


@dataclass(frozen=True, slots=True)
class Long:
    """A long paper with many spans: milliseconds for its coding, and for its JSON (first time and again)."""

    save: float
    first: float
    again: float
    megabytes: float


def long_paper(folder: Path, *, characters: int = 300_000, spans: int = 500) -> tuple[Long, Login]:
    """One paper with a mention every two hundred words (some 230), one answer that rests on many spans."""
    text = documents.text(random.Random(0), characters, mentions=1 / 200)
    source = folder.parent / "long.jsonl"
    source.write_bytes(orjson.dumps({"id": "long", "title": "A long paper", "text": text}))
    study = made(folder, source)
    _, coder = logins(study, {"olga": "owner", "ann": "coder"})
    study.close()
    starts = range(0, characters - 100, characters // spans)
    quotes = [{"start": at, "stop": at + 40, "quote": text[at : at + 40]} for at in starts][:spans]
    with served(folder) as server:
        wire = coder.wire(server.port)
        sent = {
            "variable": "about",
            "codes": ["main"],
            "spans": quotes,
            "base": None,
            "token": "benchmark-long",
        }
        save = wire.expect(200, "POST", "/api/papers/1/codings", sent)
        wire.close()
    with served(folder) as server:
        wire = coder.wire(server.port)
        answers = [wire.expect(200, "GET", "/api/papers/1") for _ in range(6)]
        wire.close()
    again = statistics.median(answer.seconds for answer in answers[1:])
    study = open_study(folder)
    with study.database.reading() as connection:
        kept = connection.exec_driver_sql("SELECT count(*) FROM evidence").scalar_one()
    study.close()
    if kept != spans:
        raise SystemExit(f"{kept} spans of {spans} were kept")
    return Long(
        1000 * save.seconds, 1000 * answers[0].seconds, 1000 * again, len(answers[0].body) / 1e6
    ), coder
