"""Label Studio's JSON: a task for each paper, an annotation for each coder; and the labelling interface that shows it.

Offsets are code points: so Label Studio counts since October 2021 (HumanSignal/label-studio-frontend, pull request 308,
"text with emoji breaks region offsets"); before, it counted UTF-16 units. A region also holds its words, so an import tells the
one from the other. Codings of a paper are ``choices``, evidence is ``labels`` under ``variable_evidence``, memos are
``textarea``; what Label Studio has no control for (entry of a ledger, confidence, time and so on) stands in each
result's ``meta``. Label Studio refuses unknown annotators, so coders stand in ``meta`` too, and an import into it
says that whoever imports has made the annotations.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import orjson

from univocal.codebook.model import Codebook, Variable
from univocal.corpus.protocol import Limits
from univocal.errors import InputError
from univocal.interchange.formats.by_paper import lost_record
from univocal.interchange.formats.carries import Carries, each_carried
from univocal.interchange.formats.coded import WHOLE, CodedPaper, CodedUnit, Papers, Report, Tally, no_papers
from univocal.interchange.formats.files import read_bytes
from univocal.interchange.formats.gather import Gathering, said
from univocal.interchange.formats.label_studio_read import take_result
from univocal.interchange.formats.papers import about, paper_with
from univocal.interchange.formats.units import notes_of
from univocal.records import Fault

CARRIES = Carries()
_KEPT_ASIDE = ("stands_for", "confidence", "at", "stage")


@dataclass(frozen=True, slots=True)
class LabelStudio:
    r"""Writes tasks with annotations (and ``NAME.config.xml`` beside them), reads what Label Studio exports as JSON.

    >>> import tempfile
    >>> from univocal.codebook import load
    >>> from univocal.interchange.formats.coded import CodedUnit, cut
    >>> from univocal.records import Paper
    >>> text = "We \U0001f916 align."
    >>> unit = CodedUnit("ann", "about", codes=("main",), spans=(cut(text, 5, 10, "main"),))
    >>> path = Path(tempfile.mkdtemp()) / "out.json"
    >>> report = FORMAT.write([CodedPaper(Paper("p1", text), (unit,))], load(), path)
    >>> [file.name for file in report.files], [one.codings == (unit,) for one in FORMAT.read(path, load())]
    (['out.json', 'out.config.xml'], [True])
    """

    name: str = "label-studio"
    suffix: str = ".json"
    carries: Carries = CARRIES

    def write(self, papers: Iterable[CodedPaper], codebook: Codebook, path: Path) -> Report:
        """Write the tasks, and the labelling interface that they belong to."""
        tally = Tally(self.name)
        with path.open("wb") as file:
            file.write(b"[")
            for kept in each_carried(papers, self.carries, codebook, tally):
                file.write(b",\n" if tally.papers > 1 else b"\n")
                file.write(orjson.dumps(_task(kept)))
            file.write(b"\n]\n")
        config = path.with_suffix(".config.xml")
        config.write_text(labelling_config(codebook), encoding="utf-8")
        return tally.report([path, config])

    def read(
        self, path: Path, codebook: Codebook, *, papers: Papers = no_papers, limits: Limits | None = None
    ) -> Iterator[CodedPaper | Fault]:
        """Read the tasks of a JSON export; annotations that were cancelled are left out."""
        del papers
        try:
            tasks = orjson.loads(read_bytes(path, limits or Limits()).removeprefix(codecs.BOM_UTF8))
        except orjson.JSONDecodeError as error:
            raise InputError(f"{path}: not JSON ({error}). Expected Label Studio's export 'JSON'.") from None
        if not isinstance(tasks, list):
            raise InputError(
                f"{path}: expected a list of tasks: Label Studio's export 'JSON', not 'JSON-MIN'."
            )
        for number, task in enumerate(tasks):
            where = f"{path}: task {number + 1}"
            data = task.get("data") if isinstance(task, dict) else None
            text = data.get("text") if isinstance(data, dict) else None
            if not isinstance(data, dict) or not isinstance(text, str):
                yield lost_record(where, "broken-record", "expected an object with data.text.")
                continue
            key = data.get("id", task.get("id", number + 1))
            annotations = task.get("annotations") or task.get("completions") or []
            if not isinstance(key, str | int) or not isinstance(annotations, list):
                yield lost_record(
                    where,
                    "broken-record",
                    "expected a list of annotations, and an id that is text or a number.",
                )
                continue
            gathering = Gathering(paper_with(str(key), text, data), where, codebook)
            for place, annotation in enumerate(annotations):
                _take(gathering, f"annotation {place + 1}", annotation)
            if task.get("predictions"):
                gathering.fault(
                    "predictions", "not-a-coding", "predictions aren't codings. They were left out."
                )
            yield from gathering.done()


def _task(coded: CodedPaper) -> dict[str, Any]:
    annotations = []
    for coder, units in groupby(coded.codings, key=lambda unit: unit.coder):
        results = [result for number, unit in enumerate(units, 1) for result in _results(unit, f"u{number}")]
        annotations.append({"result": results, "coder": coder, "was_cancelled": False, "ground_truth": False})
    paper = coded.paper
    return {"data": {"id": paper.id, "text": paper.text, **about(paper)}, "annotations": annotations}


def _results(unit: CodedUnit, key: str) -> Iterator[dict[str, Any]]:
    mention = unit.start != WHOLE
    meta: dict[str, Any] = {"coder": unit.coder, "item": unit.item} if unit.item else {"coder": unit.coder}
    meta |= {name: value for name, value in notes_of(unit).items() if name in _KEPT_ASIDE}
    if mention:
        meta["unit"] = [unit.start, unit.stop]

    def result(name: str, kind: str, value: dict[str, Any], own: str = key) -> dict[str, Any]:
        return {
            "id": own, "from_name": name, "to_name": "text", "type": kind, "value": value, "origin": "manual",
            "meta": {"univocal": meta},
        }  # fmt: skip

    place = {"start": unit.start, "end": unit.stop} if mention else {}
    words = list(unit.codes or (said(unit),))
    if mention:
        yield result(unit.variable, "labels", {**place, "labels": words})
    else:
        yield result(unit.variable, "choices", {"choices": words})
    if unit.memo:
        yield result(f"{unit.variable}_memo", "textarea", {**place, "text": [unit.memo]})
    if unit.unsure:
        yield result(f"{unit.variable}_unsure", "choices", {**place, "choices": ["unsure"]})
    for number, span in enumerate(unit.spans):
        value = {
            "start": span.start, "end": span.stop, "text": span.quote, "labels": [span.code or unit.variable],
        }  # fmt: skip
        yield result(f"{unit.variable}_evidence", "labels", value, f"{key}e{number + 1}")


def labelling_config(codebook: Codebook) -> str:
    """The labelling interface of a codebook, to paste into a project's settings.

    >>> from univocal.codebook import load
    >>> "<Choices name='about' " in labelling_config(load()).replace('"', "'")
    True
    """
    parts = [part for variable in codebook.variables for part in _controls(variable)]
    return "\n".join(("<View>", '  <Text name="text" value="$text"/>', *parts, "</View>", ""))


def _controls(variable: Variable) -> Iterator[str]:
    codes = [code.id for code in variable.codes]
    mention = variable.unit == "mention"
    every = [*codes, "can't say", "none applies"]
    yield f"  <Header value={quoteattr(variable.label)}/>"
    if mention:
        yield _control("Labels", variable.id, every, "Label")
    else:
        choice = "multiple" if variable.answers == "many" else "single"
        yield _control("Choices", variable.id, every, "Choice", f' choice="{choice}"')
    yield _control("Labels", f"{variable.id}_evidence", [*codes, variable.id], "Label")
    per = ' perRegion="true"' if mention else ""
    yield _control("Choices", f"{variable.id}_unsure", ["unsure"], "Choice", f' choice="multiple"{per}')
    yield f'  <TextArea name={quoteattr(variable.id + "_memo")} toName="text"{per}/>'


def _control(kind: str, name: str, values: list[str], inner: str, more: str = "") -> str:
    inside = "".join(f"<{inner} value={quoteattr(value)}/>" for value in values)
    return f'  <{kind} name={quoteattr(name)} toName="text"{more}>{inside}</{kind}>'


def _take(gathering: Gathering, place: str, annotation: Any) -> None:
    results = annotation.get("result") if isinstance(annotation, Mapping) else None
    if not isinstance(results, list):
        gathering.fault(place, "broken-record", "expected an object with a list of results. It was left out.")
        return
    if annotation.get("was_cancelled"):
        return
    coder = _coder(annotation)
    for number, result in enumerate(results):
        if isinstance(result, dict) and isinstance(result.get("value"), dict):
            take_result(gathering, f"{place}: result {number + 1}", coder, result)
        else:
            gathering.fault(
                f"{place}: result {number + 1}", "broken-record", "expected an object with a value."
            )


def _coder(annotation: Mapping[str, Any]) -> str:
    if isinstance(own := annotation.get("coder"), str):
        return own
    by = annotation.get("completed_by")
    if isinstance(by, dict):
        by = by.get("email") or by.get("id")
    return by if isinstance(by, str) else f"annotator {by}" if isinstance(by, int) else "Label Studio"


FORMAT = LabelStudio()
