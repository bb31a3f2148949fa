"""Machine codings of a study: saved as a coder's own, once; unsure papers have higher scores."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from tests.study.material import TEXTS, Team

from univocal.codebook.model import Codebook
from univocal.coders.choice import load_coder
from univocal.errors import StudyError
from univocal.records import Coding, Evidence, Paper
from univocal.study import people
from univocal.study.codings import current
from univocal.study.machine import scores, suggest


@dataclass
class Robot:
    """A coder that says what it is told, with a confidence; fails on papers that it is told to fail on."""

    says: dict[str, float]
    name: str = "robot"
    version: str = "1"
    codes: tuple[str, ...] | None = ("no",)

    def code(self, paper: Paper, codebook: Codebook) -> tuple[Coding, ...]:
        if paper.id not in self.says:
            raise RuntimeError("no opinion")
        return (Coding(paper.id, self.name, "about", self.codes, (), self.says[paper.id], codebook.version),)


def of(team: Team, key: str, who: str = "robot") -> list:
    with team.study.database.reading() as connection:
        return list(current(connection, team.row(key), [people.named(connection, who).row]))


def test_our_own_coder_codes_every_paper_with_checked_evidence(team: Team) -> None:
    done = suggest(team.study, load_coder("lexicon"))
    assert done.faults == ()
    assert done.papers == len(TEXTS)
    for key, text in TEXTS.items():
        for one in of(team, key, "lexicon"):
            assert all(text[s.start : s.stop] == s.quote for s in one.answer.spans)
    senses = [one for one in of(team, "emoji", "lexicon") if one.unit.variable == "sense"]
    assert [TEXTS["emoji"][one.unit.start : one.unit.stop] for one in senses] == ["align"]


def test_a_run_again_saves_only_what_is_new(team: Team) -> None:
    robot = Robot(dict.fromkeys(TEXTS, 0.9))
    assert suggest(team.study, robot).codings == 4
    assert suggest(team.study, robot).codings == 0
    robot.says["emoji"] = 0.4
    assert suggest(team.study, robot).codings == 1
    (one,) = of(team, "emoji")
    assert one.answer.confidence == 0.4
    assert one.previous is not None


def test_a_paper_on_which_the_coder_fails_is_named_and_the_others_are_kept(team: Team) -> None:
    done = suggest(team.study, Robot({"emoji": 0.5}))
    assert done.codings == 1
    assert len(done.faults) == 3
    assert "RuntimeError: no opinion" in done.faults[0].message


def test_a_misquoting_coder_is_not_believed(team: Team) -> None:
    class Liar(Robot):
        def code(self, paper: Paper, codebook: Codebook) -> tuple[Coding, ...]:
            quote = Evidence(0, 2, "xx", source="xx")
            return (Coding(paper.id, self.name, "about", ("main",), (quote,), 1.0, codebook.version),)

    done = suggest(team.study, Liar({}))
    assert done.codings == 0
    assert "EvidenceError" in done.faults[0].message


def test_a_machine_cannot_take_a_persons_name(team: Team) -> None:
    with pytest.raises(StudyError, match="a person of the study"):
        suggest(team.study, Robot({}, name="ann"))


def test_papers_that_machines_are_unsure_of_or_differ_on_score_higher(team: Team) -> None:
    suggest(team.study, Robot({"emoji": 0.9, "crlf": 0.6, "arabic": 0.9}))
    suggest(team.study, Robot({"arabic": 0.9}, name="other", codes=None))
    with team.study.database.reading() as connection:
        found = scores(connection)
    by = {key: found.get(team.row(key)) for key in TEXTS}
    assert by["emoji"] == pytest.approx(0.1)
    assert by["crlf"] == pytest.approx(0.4)
    assert by["arabic"] == 1.0
    assert by["combining"] is None


class Scripted(Robot):
    """Says the codings that it is given of each paper."""

    def __init__(self, of: dict[str, list[tuple[str, tuple[str, ...] | None, str]]]) -> None:
        super().__init__({})
        self.of = of

    def code(self, paper: Paper, codebook: Codebook) -> tuple[Coding, ...]:
        made = []
        for variable, codes, words in self.of.get(paper.id, []):
            at = paper.text.index(words)
            evidence = (Evidence.cut(paper.text, at, at + len(words)),) if words else ()
            made.append(Coding(paper.id, self.name, variable, codes, evidence, 0.9, codebook.version))
        return tuple(made)


def test_what_the_coder_no_longer_says_is_taken_away_and_new_words_are_new(team: Team) -> None:
    proxy = ("proxies", ("proxy",), "We")
    suggest(team.study, Scripted({"emoji": [proxy, proxy, ("about", ("main",), "We")]}))
    assert len(of(team, "emoji")) == 3
    assert suggest(team.study, Scripted({"emoji": [proxy, ("about", ("main",), "align")]})).codings == 2
    found = {one.unit.variable: one for one in of(team, "emoji")}
    assert found["about"].answer.spans[0].quote == "align"
    assert len(of(team, "emoji")) == 2
    assert suggest(team.study, Scripted({"emoji": [proxy, ("about", ("main",), "align")]})).codings == 0
    again = [proxy, ("proxies", None, ""), ("about", ("main",), "align")]
    assert suggest(team.study, Scripted({"emoji": again})).codings == 1, "can't say isn't nothing"


@pytest.mark.parametrize(
    ("codings", "message"),
    [
        ([("about", ("main",), "We"), ("about", ("no",), "")], "only ledgers have several"),
        ([("about", ("main", "no"), "We")], "one code was expected, got 2"),
        ([("sense", ("ordinary",), "align"), ("sense", ("ordinary",), "align")], "coded twice"),
        ([("about", ("main",), "We"), ("nonsense", (), "")], "no such variable"),
    ],
)
def test_a_machines_codings_keep_the_rules_of_peoples_and_a_paper_is_coded_whole(
    team: Team, codings: list, message: str
) -> None:
    suggest(team.study, Scripted({"emoji": [("about", ("no",), "")]}))
    done = suggest(team.study, Scripted({"emoji": codings}))
    assert message in done.faults[0].message
    assert [one.answer.codes for one in of(team, "emoji")] == [("no",)], "it stays as it was"


def test_several_entries_of_one_machines_ledger_are_no_disagreement(team: Team) -> None:
    ledger = next(one for one in team.study.codebook.variables if one.answers == "ledger")
    codes = [one.id for one in ledger.codes if not one.absence]
    entries = [(ledger.id, (code,), "We") for code in (codes * 2)[:2]] + [(ledger.id, None, "")]
    suggest(team.study, Scripted({"emoji": entries[:2]}))
    with team.study.database.reading() as connection:
        assert scores(connection)[team.row("emoji")] == pytest.approx(0.1)
