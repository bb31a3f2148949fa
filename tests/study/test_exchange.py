"""Codings of a study go out and come back; what can't is named, and the rest goes in."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import orjson
import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from tests.study.material import EMOJI, TEXTS, Team, span

from univocal.cli.exchange import export as command
from univocal.cli.exchange import import_codings as bring
from univocal.errors import InputError, StudyError
from univocal.interchange.formats.coded import CodedPaper, CodedUnit, Format, Report, cut
from univocal.records import Paper
from univocal.study import people
from univocal.study.codings import Answer, Revision, current
from univocal.study.exchange import export, import_codings
from univocal.study.folder import Study, create
from univocal.study.papers import all_papers
from univocal.study.schema import codebook, event


def format_of(name: str) -> Format:
    module, _, attribute = name.partition(":")
    found: Format = getattr(import_module(f"univocal.interchange.formats.{module}"), attribute or "FORMAT")
    return found


JSONL = format_of("jsonl")


@pytest.fixture
def coded(team: Team) -> Team:
    main = Answer(
        ("main",),
        (span(EMOJI, "align", "main"), span(EMOJI, "👩‍👩‍👧‍👦", "main")),
        unsure=True,
        memo="one\r\ntwo",
    )
    team.save(team.unit("emoji"), main, "emoji")
    team.save(team.unit("emoji", who=team.bob), Answer(None, memo="?"), "emoji", coder="bob", stage="seen")
    team.save(team.unit("emoji", "harm_source"), Answer(()), "emoji")
    for item in range(2):
        proxy = Answer(
            ("proxy",), (span(EMOJI, "families", "proxy"),), stands_for="task_reliability", confidence=0.5
        )
        team.save(team.unit("emoji", "proxies", item=item), proxy, "emoji")
    arabic = TEXTS["arabic"]
    start = arabic.index("alignment")
    sense = Answer(("technical",), (span(arabic, "alignment", "technical"),))
    team.save(team.unit("arabic", "sense", start=start, stop=start + 9), sense, "arabic")
    team.save(team.unit("crlf"), Answer(("no",)), "crlf")
    team.save(team.unit("crlf"), Answer(("main",), (span(TEXTS["crlf"], "Aligned\r\nwith", "main"),)), "crlf")
    return team


def codings(study: Study) -> set[tuple[object, ...]]:
    with study.database.reading() as connection:
        names = {one.row: one.name for one in people.everyone(connection)}

        def key(paper: str, one: Revision) -> tuple[object, ...]:
            unit = one.unit
            return (
                paper,
                names[unit.coder],
                unit.variable,
                unit.start,
                unit.stop,
                unit.item,
                one.answer,
                one.stage,
            )

        found = [*all_papers(connection)]
        return {key(stored.paper.id, one) for stored in found for one in current(connection, stored.row)}


def export_papers(study: Study, folder: Path) -> Path:
    with study.database.reading() as connection:
        papers = [CodedPaper(stored.paper) for stored in all_papers(connection)]
    JSONL.write(papers, study.codebook, folder / "papers.jsonl")
    return folder / "papers.jsonl"


def test_everything_comes_back_through_our_own_file(coded: Team, tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    report = export(coded.study, JSONL, path)
    assert (report.papers, report.codings, report.spans) == (4, 7, 6)
    assert {loss.what: loss.count for loss in report.losses} == {"earlier revisions of codings": 1}
    other = create(tmp_path / "other")
    done = import_codings(other, path, JSONL)
    assert (done.papers, done.codings, done.already, done.faults) == (4, 7, 0, ())
    assert codings(other) == codings(coded.study)
    with other.database.reading() as connection:
        assert {one.name: one.role for one in people.everyone(connection)} == {"ann": "coder", "bob": "coder"}
        assert [row.what for row in connection.execute(sa.select(event))][-1] == "import"
        actions = {
            one.action for stored in [*all_papers(connection)] for one in current(connection, stored.row)
        }
        assert actions == {"import"}
    again = import_codings(other, path, JSONL)
    assert (again.papers, again.codings, again.already) == (0, 0, 7)
    other.close()


@pytest.mark.parametrize(
    "name", ["csv", "label_studio", "webanno", "refi", "w3c", "cas", "parquet", "doccano", "brat"]
)
def test_spans_and_codes_come_back_through_the_files_of_others(
    coded: Team, tmp_path: Path, name: str
) -> None:
    if name == "cas":
        pytest.importorskip("cassis")
    format_ = format_of({"csv": "table:CSV", "parquet": "table:PARQUET"}.get(name, name))
    path = tmp_path / f"out{format_.suffix}"
    report = export(coded.study, format_, path)
    done = import_codings(coded.study, path, format_)
    assert (done.faults, done.papers) == ((), 0)
    assert (done.codings, done.already) == (
        0,
        report.codings,
    )  # so nothing that the format lacks is taken away
    other = create(tmp_path / "other")
    import_codings(other, export_papers(coded.study, tmp_path), JSONL)
    done = import_codings(other, path, format_)
    assert (done.codings, done.faults) == (report.codings, ())
    found = {key[:6]: key[6] for key in codings(other)}
    other.close()
    answer = found["emoji", "ann", "about", -1, -1, 0]
    assert isinstance(answer, Answer)
    assert {(one.quote, one.prefix, one.code) for one in answer.spans} == {
        ("align", "We ", "main"), ("👩‍👩‍👧‍👦", "We align ", "main"),
    }  # fmt: skip


def test_an_export_that_fails_leaves_what_was_there(coded: Team, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    path = folder / "out.jsonl"
    path.write_text("before")

    class Failing:
        name, suffix = "failing", ".x"

        def write(self, papers: object, codebook: object, path: Path) -> Report:
            path.write_text("half")
            raise OSError(28, "No space left on device")

        def read(self, *_: object, **__: object) -> Iterator[CodedPaper]:
            yield from ()

    with pytest.raises(InputError, match="No space left on device"):
        export(coded.study, Failing(), path, overwrite=True)  # type: ignore[arg-type]
    assert [one.name for one in folder.iterdir()] == ["out.jsonl"]
    assert path.read_text() == "before"
    with pytest.raises(InputError, match="can't be written"):
        export(coded.study, JSONL, folder / "nowhere" / "x.jsonl")
    with pytest.raises(InputError, match="is there already"):
        export(coded.study, JSONL, path)
    assert path.read_text() == "before"
    assert export(coded.study, JSONL, path, overwrite=True).files == (path,)
    assert path.read_bytes().count(b"\n") == 4
    with pytest.raises(InputError, match="a folder with something in it"):
        export(coded.study, JSONL, folder, overwrite=True)


def test_nothing_beside_the_file_is_replaced_either(coded: Team, tmp_path: Path) -> None:
    beside = tmp_path / "out.config.xml"
    beside.write_text("mine")
    with pytest.raises(InputError, match=r"out\.config\.xml is there already"):
        export(coded.study, format_of("label_studio"), tmp_path / "out.json")
    assert (beside.read_text(), (tmp_path / "out.json").exists()) == ("mine", False)


HOSTILE_PAPERS = {
    "id": {"id": "a\0b"}, "title": {"title": "\0"}, "venue": {"venue": "\0"}, "year": {"year": 2**63}, "sections": {"sections": [{"kind": "x"}]},
    "extra": {"extra": [1]}, "no id": {"id": " "}, "long id": {"id": "".join(chr(0x4E00 + n * 7919 % 20_000) for n in range(5_000))},
}  # fmt: skip
_WORDS = [{"start": 0, "stop": 1, "quote": "W"}]
HOSTILE_CODINGS = {
    "memo": {"memo": "\0"}, "item": {"variable": "proxies", "item": 2**63 - 1, "codes": ["proxy"], "spans": _WORDS},
    "stands for": {"variable": "proxies", "stands_for": "\0", "codes": ["proxy"], "spans": _WORDS}, "coder": {"coder": "a\0"},
    "stop": {"start": -1, "stop": 7}, "codes": {"variable": "ideals", "codes": ["honesty"], "spans": _WORDS},
}  # fmt: skip


@pytest.mark.parametrize("what", [*HOSTILE_PAPERS, *HOSTILE_CODINGS])
def test_what_no_database_keeps_is_named_and_the_rest_goes_in(team: Team, tmp_path: Path, what: str) -> None:
    coding = {"coder": "eve", "variable": "about", "codes": ["no"]} | HOSTILE_CODINGS.get(what, {})
    paper = {"id": "new", "text": "We align."} | HOSTILE_PAPERS.get(what, {})
    good = {"paper": {"id": "good", "text": "We align."}, "codings": [{"coder": "zoe", "variable": "about", "codes": ["no"]}]}  # fmt: skip
    rows = [{"univocal": 1, "paper": paper, "codings": [coding]}, {"univocal": 1, **good}]
    (tmp_path / "in.jsonl").write_bytes(b"\n".join(map(orjson.dumps, rows)))
    done = import_codings(team.study, tmp_path / "in.jsonl", JSONL)
    assert done.faults
    found = {(key[0], *key[2:6]) for key in codings(team.study)}
    assert ("good", "about", -1, -1, 0) in found
    assert len(found) == (2 if what in ("memo", "stands for") else 1)
    with team.study.database.reading() as connection:
        names = {one.name for one in people.everyone(connection)}
    assert ("eve" in names) == (what in ("memo", "stands for"))  # who said nothing is nobody


def test_a_change_of_codebook_stops_an_import_and_leaves_nothing_of_its_batch(
    team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        CodedPaper(Paper(f"n{n}", "A text."), (CodedUnit("eve", "about", codes=("no",)),)) for n in range(3)
    ]
    JSONL.write(rows, team.study.codebook, tmp_path / "in.jsonl")
    monkeypatch.setattr("univocal.study.exchange._AT_ONCE", 2)
    seen: list[int] = []

    def meanwhile(count: int) -> None:
        seen.append(count)
        with team.study.database.writing() as connection:
            row = connection.execute(sa.select(codebook)).mappings().first()
            assert row is not None
            connection.execute(
                codebook.insert(),
                {**{k: v for k, v in row.items() if k != "id"}, "version": "9.9", "digest": "another"},
            )

    with pytest.raises(StudyError, match="the codebook was changed during the import"):
        import_codings(team.study, tmp_path / "in.jsonl", JSONL, progress=meanwhile)
    assert seen == [2]
    assert {key[0] for key in codings(team.study)} == {"n0", "n1"}
    with team.study.database.reading() as connection:
        found = connection.execute(sa.select(event.c.details).where(event.c.what == "import")).scalars().all()
    assert [(one["papers"], one["codings"]) for one in found] == [(2, 2)]


def test_faults_without_end_are_counted(team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("univocal.study.importing.MOST_FAULTS", 3)
    (tmp_path / "in.jsonl").write_bytes(b"[]\n" * 10)
    done = import_codings(team.study, tmp_path / "in.jsonl", JSONL)
    assert [fault.kind for fault in done.faults] == ["broken-record"] * 3 + ["more-faults"]
    assert done.faults[-1].message.endswith("… and 7 more faults")


def test_one_coder_alone_goes_out(coded: Team, tmp_path: Path) -> None:
    report = export(coded.study, JSONL, tmp_path / "bob.jsonl", coders=["bob"])
    assert (report.codings, report.losses) == (1, ())
    rows = [orjson.loads(line) for line in (tmp_path / "bob.jsonl").read_bytes().splitlines()]
    assert {unit["coder"] for row in rows for unit in row["codings"]} == {"bob"}
    with pytest.raises(Exception, match=r"no coder 'bop' in the study\. Did you mean 'bob'"):
        export(coded.study, JSONL, tmp_path / "x.jsonl", coders=["bop"])


def test_what_a_study_does_not_allow_is_named_and_the_rest_goes_in(team: Team, tmp_path: Path) -> None:
    align = EMOJI.index("align")
    good = CodedUnit("eve", "about", codes=("main",), spans=(cut(EMOJI, align, align + 5, "main"),))
    papers = [
        CodedPaper(Paper("emoji", EMOJI.replace(" ", "\n")), (good,)),  # white space of another kind
        CodedPaper(Paper("crlf", "another text"), (CodedUnit("eve", "about", codes=("no",)),)),
        CodedPaper(Paper("new", "A text."), (
            CodedUnit("eve", "about", codes=("main",)),  # without evidence
            CodedUnit("eve", "harm_source", codes=()),
            CodedUnit("x" * 100, "about", codes=("no",)),
            CodedUnit("eve", "valence", codes=("positive", "negative"), spans=(cut("A text.", 0, 1),)),
            CodedUnit("eve", "threat_model", codes=None, memo="m" * 20_000),
        )),
        CodedPaper(Paper("nul", "a\0b"), (CodedUnit("eve", "about", codes=("no",)),)),
    ]  # fmt: skip
    path = tmp_path / "in.jsonl"
    JSONL.write(papers, team.study.codebook, path)
    done = import_codings(team.study, path, JSONL, stage="blind")
    assert (done.papers, done.codings) == (1, 2)
    assert sorted(fault.kind for fault in done.faults) == [
        "changed-text",
        *["refused-coding"] * 4,
        "unfit-text",
    ]
    assert all(str(path) in fault.message or fault.kind == "unfit-text" for fault in done.faults)
    (found,) = [key for key in codings(team.study) if key[0] == "emoji"]
    answer = found[6]
    assert isinstance(answer, Answer)
    assert (answer.spans[0].quote, answer.spans[0].prefix, found[7]) == ("align", "We ", "blind")


def test_an_import_is_a_new_revision_and_what_was_there_is_kept(coded: Team, tmp_path: Path) -> None:
    unit = CodedUnit("ann", "about", codes=("no",))
    JSONL.write([CodedPaper(Paper("emoji", EMOJI), (unit,))], coded.study.codebook, tmp_path / "in.jsonl")
    done = import_codings(coded.study, tmp_path / "in.jsonl", JSONL)
    assert (done.codings, done.faults) == (1, ())
    from univocal.study.codings import history

    with coded.study.database.reading() as connection:
        found = history(connection, coded.unit("emoji"))
    assert [(one.action, one.stage, one.answer.codes if one.answer else None) for one in found] == [
        ("save", "blind", ("main",)), ("import", "seen", ("no",)),
    ]  # fmt: skip


def test_the_command_writes_a_file_and_says_what_is_not_in_it(
    coded: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not coded.study.database.sqlite:
        pytest.skip("the command opens the study by its folder")
    monkeypatch.setattr("univocal.study.exchange.format_named", format_of)
    folder, path = str(coded.study.folder), tmp_path / "out.jsonl"
    run = CliRunner().invoke(command, ["--study", folder, "--to", "doccano", "-o", str(path)])
    assert run.exit_code == 0, run.output
    assert "4 papers, 7 codings and 6 spans to" in run.stdout
    assert "  memos: 2\n" in run.stderr
    run = CliRunner().invoke(command, ["--study", folder, "--to", "doccano", "-o", str(path)])
    assert isinstance(run.exception, InputError)
    assert "is there already" in str(run.exception)
    more = ["--study", folder, "--to", "doccano", "-o", str(path), "--overwrite"]
    assert CliRunner().invoke(command, more).exit_code == 0
    rows = [
        CodedPaper(
            Paper("p9", "A text."), (CodedUnit("ann", "about", codes=("no",)), CodedUnit("ann", "abuot"))
        )
    ]
    JSONL.write(rows, coded.study.codebook, tmp_path / "in.jsonl")
    done = bring(coded.study, tmp_path / "in.jsonl", "jsonl")
    assert (done.papers, done.codings, len(done.faults)) == (1, 1, 1)
