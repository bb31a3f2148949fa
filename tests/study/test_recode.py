"""A new version of the codebook: shown before it happens, done whole or not at all, nothing overwritten."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.study.material import TEXTS, Team
from tests.study.recode_material import DEPTH, GONE, KINDS, Coded, Question, machine, snapshot, words

from univocal.codebook import diff, load
from univocal.errors import CodebookError, StudyError
from univocal.study import codebooks, people, recode
from univocal.study.codebook_history import history, mixed, to_review
from univocal.study.codings import Answer, Unit, current, save
from univocal.study.papers import paper_of
from univocal.study.recode import OutdatedPlanError, change, plan
from univocal.study.recode_fate import Change, fate
from univocal.study.recode_maps import CodeMap, parse, read_maps, targets
from univocal.study.recode_names import VariableMap
from univocal.study.recode_plan import Plan
from univocal.study.spans import cut
from univocal.study.table import coding_table

RENAMED = {
    "topic": Question(["crimson=red", "green", "blue", "!nothing"]),
    "depth": Question(["deep", "flat"], when="topic crimson green"),
}
MERGED = {
    "topic": Question(["warm", "blue", "!nothing"]),
    "depth": Question(["deep", "flat"], when="topic warm"),
}
MERGE = CodeMap("topic", ("red", "green"), ("warm",))


@pytest.fixture
def coded(team: Team) -> Coded:
    return Coded(team)


def shown(coded: Coded, files: dict[str, str], *maps: CodeMap) -> Plan:
    """The plan; making it changes nothing."""
    with coded.reading() as connection:
        before = snapshot(connection)
        made = plan(connection, files, maps)
        assert snapshot(connection) == before
    return made


def line(made: Plan, variable: str, code: str):
    return next(one for one in made.codes if (one.variable, one.code) == (variable, code))


def question(made: Plan, variable: str):
    return next(one for one in made.variables if one.variable == variable)


def test_a_rename_is_seen_by_the_words_and_keeps_the_evidence(coded: Coded) -> None:
    ann, bob = coded.team.ann, coded.team.bob
    coded.code(ann, "emoji", "topic", "red", spans=[("We", "red"), ("𝒜lign", None)], memo="m", unsure=True)
    coded.code(ann, "crlf", "topic", "green")
    coded.code(bob, "emoji", "topic", "red", stage="seen")
    made = shown(coded, words("1.1.0", **RENAMED))
    one = line(made, "topic", "red")
    assert (one.kind, one.after, one.effect, one.codings) == (
        "renamed", ("crimson",), "recode", (("ann", 1), ("bob", 1)),
    )  # fmt: skip
    assert question(made, "depth").kind == "unchanged", "its condition has a new name, that's all"
    assert (made.recoded, made.kept, made.again, made.review) == (2, 1, (), 0)
    assert coded.change(words("1.1.0", **RENAMED), seen=made.key) == made
    first, second = coded.past(ann, "emoji", "topic")
    assert first.answer is not None
    assert first.answer.codes == ("red",), "what was said stays as it was said"
    assert second.answer is not None
    assert second.answer.codes == ("crimson",)
    assert [(s.quote, s.code) for s in second.answer.spans] == [("We", "crimson"), ("𝒜lign", None)]
    assert (second.answer.memo, second.answer.unsure) == ("m", True)
    assert (second.action, second.stage, second.previous) == ("recode", "blind", first.id)
    assert [one.stage for one in coded.past(bob, "emoji", "topic")] == ["seen", "seen"]
    assert len(coded.past(ann, "crlf", "topic")) == 1
    with coded.reading() as connection:
        row, codebook, _ = codebooks.latest(connection)
    assert (codebook.version, second.codebook) == ("1.1.0", row)


def test_merged_codes_stand_once(coded: Coded) -> None:
    ann = coded.team.ann
    coded.code(
        ann,
        "emoji",
        "kinds",
        "theory",
        "tool",
        "data",
        spans=[("We", "theory"), ("We", "tool"), ("👩", "data")],
    )
    files = words("2.0.0", kinds=Question(["made", "data"], answers="many"))
    merge = CodeMap("kinds", ("theory", "tool"), ("made",))
    made = shown(coded, files, merge)
    assert [line(made, "kinds", code).kind for code in ("theory", "tool", "data")] == [
        "merged",
        "merged",
        "unchanged",
    ]
    coded.change(files, merge)
    answer = coded.past(ann, "emoji", "kinds")[-1].answer
    assert answer is not None
    assert answer.codes == ("made", "data")
    assert [(s.quote, s.code) for s in answer.spans] == [("We", "made"), ("👩", "data")]


@pytest.mark.parametrize(
    ("topic", "maps", "kind", "why"),
    [
        (["green", "blue", "!nothing"], (), "removed", "'red' was removed"),
        (["scarlet", "ruby", "green", "blue", "!nothing"], (CodeMap("topic", ("red",), ("scarlet", "ruby")),), "split",
         "'red' was split into 'scarlet', 'ruby'"),
        (["red=narrow red", "ruby", "green", "blue", "!nothing"], (CodeMap("topic", ("red",), ("red", "ruby")),), "split",
         "'red' was split into 'red', 'ruby'"),
        (["red=narrow red", "green", "blue", "!nothing"], (CodeMap("topic", ("red",), ()),), "redefined",
         "'red' is to be coded again"),
    ],
)  # fmt: skip
def test_what_became_of_a_code_unknown_is_coded_again(
    coded: Coded, topic: list[str], maps: tuple[CodeMap, ...], kind: str, why: str
) -> None:
    ann, bob = coded.team.ann, coded.team.bob
    coded.code(ann, "emoji", "topic", "red")
    coded.code(ann, "crlf", "topic", "green")
    coded.code(bob, "emoji", "topic", "nothing", spans=[("We", None)])
    coded.finish(ann, bob)
    files = words("2.0.0", topic=Question(topic), depth=Question(["deep", "flat"], when="topic green"))
    made = shown(coded, files, *maps)
    assert (line(made, "topic", "red").kind, line(made, "topic", "red").effect) == (kind, "again")
    assert [(one.paper, one.coder, one.why) for one in made.again] == [("emoji", "ann", why)]
    assert (made.reopened, made.unasked, made.kept) == ((("ann", 1),), 0, 2)
    coded.change(files, *maps, seen=made.key)
    first, last = coded.past(ann, "emoji", "topic")
    assert first.answer is not None
    assert (last.answer, last.action, last.stage) == (None, "recode", "blind")
    assert coded.states(ann) == {key: "open" if key == "emoji" else "done" for key in TEXTS}
    assert set(coded.states(bob).values()) == {"done"}
    coded.code(ann, "emoji", "topic", "green")
    assert [one.action for one in coded.past(ann, "emoji", "topic")] == ["save", "recode", "save"]


def test_an_answer_that_the_new_version_refuses_is_coded_again(coded: Coded) -> None:
    ann, bob = coded.team.ann, coded.team.bob
    coded.code(ann, "emoji", "kinds", "theory", "data")
    coded.code(bob, "emoji", "kinds", "theory")
    coded.code(ann, "crlf", "topic", "nothing", spans=[("Title", "nothing")])
    made = coded.change(
        words("2.0.0", kinds=Question(KINDS.codes), topic=Question(["red", "green", "blue", "nothing"]))
    )
    assert [(one.coder, one.variable, one.why) for one in made.again] == [
        ("ann", "kinds", "one code was expected, got 2")
    ]
    assert question(made, "kinds").fields == (("answers", "many", "one"),)
    assert line(made, "topic", "nothing").kind == "redefined"


def test_a_code_that_needs_evidence_now_is_coded_again_where_there_is_none(coded: Coded) -> None:
    ann = coded.team.ann
    coded.code(ann, "emoji", "topic", "nothing", spans=[("We", None)])
    with coded.writing() as connection:
        stored = paper_of(connection, "crlf")
        row, codebook, _ = codebooks.latest(connection)
        save(
            connection, coded.team.unit("crlf", "topic"), Answer(("nothing",)), paper=stored.paper, coder="ann",
            codebook=codebook, codebook_row=row, stage="blind",
        )  # fmt: skip
    made = coded.change(words("2.0.0", topic=Question(["red", "green", "blue", "nothing"])))
    assert [one.paper for one in made.again] == ["crlf"]
    assert "no evidence" in made.again[0].why
    assert made.reopened == (), "the paper is open anyway"


def test_a_question_that_is_gone_takes_its_answers_along(coded: Coded) -> None:
    ann = coded.team.ann
    coded.all(ann, "depth", "deep")
    coded.finish(ann)
    made = coded.change(words("2.0.0", depth=GONE))
    assert (question(made, "depth").kind, question(made, "depth").n, made.cleared) == ("removed", 4, 4)
    assert (made.reopened, made.again) == ((), ())
    assert coded.past(ann, "emoji", "depth")[-1].answer is None
    with coded.reading() as connection:
        assert current(connection, paper_of(connection, "emoji").row) == ()


def test_other_words_for_a_code_keep_codings_and_list_them(coded: Coded) -> None:
    ann, bob = coded.team.ann, coded.team.bob
    coded.all(ann, "topic", "red")
    coded.all(bob, "topic", "green")
    files = words("1.1.0", topic=Question(["red=wine", "green", "blue", "!nothing"]))
    made = coded.change(files)
    assert (line(made, "topic", "red").kind, line(made, "topic", "red").effect) == ("redefined", "review")
    assert (made.kept, made.review, made.touches) == (8, 4, False)
    assert len(coded.past(ann, "emoji", "topic")) == 1
    with coded.reading() as connection:
        n, found = to_review(connection, limit=2)
        assert (n, len(found), mixed(connection)) == (4, 2, {"topic": (("ann", 4),)})
        assert to_review(connection, coder=bob.row) == (0, ())
    assert (found[0].coder, found[0].codes, found[0].since) == ("ann", ("red",), "1.1.0")
    coded.code(ann, "emoji", "topic", "red")
    with coded.reading() as connection:
        assert mixed(connection) == {"topic": (("ann", 3),)}, "who saves it again has looked at it"


def test_another_question_lists_all_its_answers(coded: Coded) -> None:
    coded.all(coded.team.ann, "kinds", "theory")
    made = coded.change(words("1.1.0", kinds=Question(KINDS.codes, "many", question="Which?")))
    assert (question(made, "kinds").effect, made.review) == ("review", 4)
    with coded.reading() as connection:
        assert mixed(connection) == {"kinds": (("ann", 4),)}


def test_a_condition_that_changed_is_told_with_what_it_does(coded: Coded) -> None:
    ann = coded.team.ann
    for key, topic in zip(TEXTS, ("red", "green", "blue", "blue"), strict=True):
        coded.code(ann, key, "topic", topic)
    coded.code(ann, "emoji", "depth", "deep")
    coded.finish(ann)
    files = words(
        "2.0.0",
        depth=Question(DEPTH.codes, when="topic green blue"),
        extra=Question(["a"], when="topic blue"),
    )
    made = coded.change(files)
    depth, extra = question(made, "depth"), question(made, "extra")
    assert depth.fields == (("when", ("topic", ("red", "green")), ("topic", ("green", "blue"))),)
    assert (depth.unasked, depth.unanswered) == (1, (("ann", 3),))
    assert (extra.kind, extra.unanswered) == ("added", (("ann", 2),))
    assert set(coded.states(ann).values()) == {"done"}


def test_the_judgement_before_others_codes_were_seen_goes_along(coded: Coded) -> None:
    ann, bob = coded.team.ann, coded.team.bob
    coded.all(ann, "topic", "red")
    coded.all(bob, "topic", "green")
    coded.code(bob, "emoji", "topic", "blue", stage="seen")
    coded.finish(ann, bob)
    with coded.reading() as connection:
        before = coding_table(connection)
    made = coded.change(words("2.0.0", **MERGED), MERGE)
    assert (made.recoded, made.earlier, made.kept) == (7, 1, 1)
    past = coded.past(bob, "emoji", "topic")
    assert [(one.answer.codes[0], one.stage) for one in past if one.answer and one.answer.codes] == [
        ("green", "blind"), ("blue", "seen"), ("warm", "blind"), ("blue", "seen"),
    ]  # fmt: skip
    with coded.reading() as connection:
        after = coding_table(connection)
    assert before is not None
    assert after is not None
    assert (before.codes["topic"], after.codes["topic"]) == (("green", "red"), ("warm",))
    assert after.n_rows == before.n_rows == 8


def test_a_judgement_that_was_changed_after_seeing_others_is_not_asked_for_again(coded: Coded) -> None:
    ann = coded.team.ann
    coded.code(ann, "emoji", "topic", "red")
    coded.code(ann, "emoji", "topic", "blue", stage="seen")
    coded.finish(ann)
    made = coded.change(words("2.0.0", topic=Question(["green", "blue", "!nothing"]), depth=GONE))
    assert (made.earlier, made.again, made.reopened, made.kept) == (1, (), (), 1)
    assert [(r.stage, r.answer and r.answer.codes) for r in coded.past(ann, "emoji", "topic")][2:] == [
        ("blind", None), ("seen", ("blue",)),
    ]  # fmt: skip
    with coded.reading() as connection:
        assert coding_table(connection) is None


def test_decisions_keep_their_parents_and_machines_are_not_asked(coded: Coded) -> None:
    ann, bob, study = coded.team.ann, coded.team.bob, coded.team.study
    chosen = [coded.code(ann, "emoji", "topic", "red"), coded.code(bob, "emoji", "topic", "green")]
    chosen_answer = coded.past(bob, "emoji", "topic")[0].answer
    coded.code(bob, "emoji", "kinds", "tool")
    with coded.writing() as connection:
        robot = machine(connection)
        stored = paper_of(connection, "emoji")
        row, codebook, _ = codebooks.latest(connection)
        decider = people.add(connection, "adjudicated", "decided")
        decided = save(
            connection, Unit(stored.row, decider.row, "topic"), chosen_answer, paper=stored.paper, coder="adjudicated",
            codebook=codebook, codebook_row=row, stage="adjudicated", action="adjudicate", parents=chosen,
        )  # fmt: skip
    coded.code(robot, "emoji", "kinds", "tool")
    files = words("2.0.0", **MERGED, kinds=Question(["theory", "data"], answers="many"))
    made = coded.change(files, MERGE)
    assert [(one.coder, one.variable) for one in made.again] == [("bob", "kinds"), ("robot", "kinds")]
    assert made.unasked == 1
    with study.database.reading() as connection:
        rows = connection.execute(
            sa.text("SELECT revision, parent FROM parent ORDER BY revision, parent")
        ).all()
        parents = {r: [p for q, p in rows if q == r] for r, _ in rows}
        last = [r for r in current(connection, stored.row) if r.stage == "adjudicated"]
    assert len(last) == 1
    assert last[0].answer is not None
    assert last[0].answer.codes == ("warm",)
    assert parents[last[0].id] == parents[decided]


def test_what_proxies_stand_for_goes_along(coded: Coded) -> None:
    coded.code(coded.team.ann, "emoji", "proxies", "proxy", stands_for="takeover_avoidance")
    with coded.reading() as connection:
        book = codebooks.latest(connection)[1]
        (one,) = current(connection, paper_of(connection, "emoji").row)
    renamed = {"ideals": {"takeover_avoidance": ("control",)}, "proxies": {"proxy": ("proxy",)}}
    ideals = [replace(one, id="control") if one.id == "takeover_avoidance" else one for one in book.ideals]
    after = replace(book, ideals=tuple(ideals))
    step = Change(book, after, diff(book, book), renamed)
    assert step.touches("proxies", ("proxy",), "takeover_avoidance")
    made = fate(one, step, coded.team.paper("emoji"), "ann")
    assert made.what == "recoded"
    assert made.answer is not None
    assert made.answer.stands_for == "control"


def test_all_or_nothing(coded: Coded, monkeypatch: pytest.MonkeyPatch) -> None:
    coded.all(coded.team.ann, "topic", "red")
    with coded.reading() as connection:
        before = snapshot(connection)
    saved: list[int] = []

    def breaks(*args: object, **more: object) -> int:
        if len(saved) == 2:
            raise RuntimeError
        saved.append(save(*args, **more))  # type: ignore[arg-type]
        return saved[-1]

    monkeypatch.setattr(recode, "save", breaks)
    with pytest.raises(RuntimeError):
        coded.change(words("1.1.0", **RENAMED))
    with coded.reading() as connection:
        assert snapshot(connection) == before


def test_what_was_shown_is_what_happens(coded: Coded) -> None:
    coded.code(coded.team.ann, "emoji", "topic", "red")
    made = shown(coded, words("1.1.0", **RENAMED))
    coded.code(coded.team.bob, "emoji", "topic", "blue")
    assert shown(coded, words("1.1.0", **RENAMED)).key == made.key, "what isn't touched may go on"
    coded.code(coded.team.bob, "crlf", "topic", "red")
    with pytest.raises(OutdatedPlanError, match="look at what would happen now") as caught:
        coded.change(words("1.1.0", **RENAMED), seen=made.key)
    assert caught.value.plan.recoded == 2
    with coded.reading() as connection:
        assert codebooks.latest(connection)[1].version == "1.0.0"


def test_a_star_stands_for_every_variable_that_has_the_codes() -> None:
    book = load()
    maps = [CodeMap("*", ("takeover_avoidance",), ("other_ai",))]
    made = targets(book, book, diff(book, book), maps, {})
    moved = {variable for variable, of in made.items() if of.get("takeover_avoidance") == ("other_ai",)}
    assert moved == {"sense", "ideals", "primary"}
    assert made["about"] == {code: (code,) for code in ("main", "passing", "no")}


def test_who_is_saving_meanwhile_is_waited_for(coded: Coded) -> None:
    """On PostgreSQL two transactions run at once: what the one saves, the other must not miss."""
    coded.code(coded.team.ann, "emoji", "topic", "red")
    begun, made = threading.Event(), []

    def run() -> None:
        begun.wait(10)
        made.append(coded.change(words("1.1.0", **RENAMED)))

    thread = threading.Thread(target=run)
    thread.start()
    with coded.writing() as connection:
        stored = paper_of(connection, "crlf")
        row, book, _ = codebooks.latest(connection)
        save(
            connection, coded.team.unit("crlf", "topic"), Answer(("red",), (cut(stored.paper.text, 0, 5),)),
            paper=stored.paper, coder="ann", codebook=book, codebook_row=row, stage="blind",
        )  # fmt: skip
        begun.set()
        thread.join(0.5)
        assert made == []
    thread.join(30)
    assert made[0].recoded == 2


@pytest.mark.parametrize(
    ("files", "maps", "message"),
    [
        (words("1.0.0"), (), "nothing differs"),
        (words("1.0.0", **RENAMED), (), "1.0.0 was there already.*2.0.0 fits"),
        (words("2.0.0", **MERGED), (CodeMap("topc", ("red",), ("warm",)),), "no variable 'topc'.*'topic'"),
        (words("2.0.0", **MERGED), (CodeMap("topic", ("rde",), ("wram",)),), "(?s)1.0.0: .*'rde'.*'red'.*2.0.0: .*'wram'.*'warm'"),
        (words("2.0.0", **MERGED), (MERGE, CodeMap("topic", ("red",), ("blue",))), "another map says something else"),
        (words("2.0.0", **MERGED), (CodeMap("topic", ("red", "green"), ("warm", "blue")),), "not both at once"),
        (words("2.0.0", depth=GONE), (CodeMap("depth", ("deep",), ("flat",)),), "its codings are taken away"),
        (words("2.0.0", **MERGED), (CodeMap("*", ("nowhere",), ("warm",)),), "no variable of version 1.0.0 that is still there has"),
    ],
)  # fmt: skip
def test_what_cannot_be_says_why(
    coded: Coded, files: dict[str, str], maps: tuple[CodeMap, ...], message: str
) -> None:
    with coded.reading() as connection, pytest.raises(StudyError, match=message):
        plan(connection, files, maps)


def test_a_version_with_faults_is_refused(coded: Coded) -> None:
    files = {
        "codebook.toml": words("1.1.0")["codebook.toml"]
        .replace("topic red", "topic rde")
        .replace("'red'", "'rde'")
    }
    with coded.reading() as connection, pytest.raises(CodebookError, match="rde"):
        plan(connection, files)


def test_the_history_says_when_what_and_by_whom(coded: Coded) -> None:
    ann = coded.team.ann
    coded.code(ann, "emoji", "topic", "red")
    coded.change(words("1.1.0", **RENAMED), by=ann, note="nicer <b>")
    with coded.writing() as connection:
        change(connection, words("2.0.0", **RENAMED, kinds=GONE))
    with coded.reading() as connection:
        found = history(connection)
    assert [(one.version, one.by) for one in found[1:]] == [
        ("1.0.0", None),
        ("1.1.0", "ann"),
        ("2.0.0", None),
    ]
    assert found[2].note == "nicer <b>"
    assert found[2].done is not None
    assert found[2].done["recoded"] == 1
    assert found[2].found is not None
    assert ("renamed", "red", "crimson") in [(c.kind, c.before, c.after) for c in found[2].found.changes]


def test_two_changes_one_after_the_other(coded: Coded) -> None:
    ann = coded.team.ann
    coded.code(ann, "emoji", "topic", "red")
    coded.change(words("1.1.0", **RENAMED))
    coded.change(words("2.0.0", **MERGED), CodeMap("topic", ("crimson", "green"), ("warm",)))
    answers = [one.answer and one.answer.codes for one in coded.past(ann, "emoji", "topic")]
    assert answers == [("red",), ("crimson",), ("warm",)]


@pytest.mark.parametrize(
    ("kind", "text"),
    [("rename", "topic:red"), ("rename", "red=blue"), ("merge", "topic:red=warm"), ("split", "topic:red=a"), ("rename", ":a=b")],
)  # fmt: skip
def test_a_map_of_another_shape_is_refused(kind: str, text: str) -> None:
    with pytest.raises(StudyError, match=f"--{kind}: expected VARIABLE:OLD"):
        parse(kind, text)  # type: ignore[arg-type]


def test_maps_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "maps.toml"
    file.write_text('[[map]]\nvariable = "topic"\nfrom = ["red", "green"]\nto = ["warm"]\n')
    assert read_maps(file) == (MERGE,)
    file.write_text('[[variable]]\nfrom = "topic"\nto = "colour"\n[[variable]]\nfrom = "depth"\nto = ""\n')
    assert read_maps(file) == (VariableMap("topic", "colour"), VariableMap("depth", None))
    file.write_text('more = 1\nvariable = 1\n[[map]]\nvariable = 1\nfrom = []\ntoo = ["warm"]\n')
    with pytest.raises(
        StudyError,
        match=r"(?s)more: unknown.*variable: expected tables.*too: unknown.*map.0.: variable: expected.*from: .*to: expected",
    ):
        read_maps(file)
    file.write_text("map = [1]\n[[variable]]\nfrom = 1\nas = 2\n")
    with pytest.raises(
        StudyError, match=r"(?s)variable.0.: as: unknown.*from: expected.*to: .*map.0.: expected a table"
    ):
        read_maps(file)
    file.write_text("map = " + "[" * 100_000)
    with pytest.raises(StudyError, match="nested too deep"):
        read_maps(file)


def test_a_variable_on_the_command_line() -> None:
    assert parse("rename-variable", "topic=colour") == VariableMap("topic", "colour")
    assert parse("rename-variable", "topic=") == VariableMap("topic", None)
    for words_ in ("topic", "=colour", "a,b=c", "a=b,c"):
        with pytest.raises(StudyError, match="--rename-variable: expected OLD=NEW"):
            parse("rename-variable", words_)
