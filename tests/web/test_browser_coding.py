"""The coding page in Chromium: by keyboard alone, by touch, and what becomes of answers when saving fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from tests.study.material import write_papers
from tests.web.browsing import SHOTS, Tab, accessible, answer, expect, region, saved, serving, univocal

from univocal.study import people, queues
from univocal.study.folder import create, open_study
from univocal.study.papers import import_papers

pytestmark = pytest.mark.browser

TEXT = (
    "We align the model with what its users prefer. The second sentence says more of alignment.\n\n"
    "A later paragraph has other words."
)


def made(folder: Path, **more: Any) -> Path:
    """A study of three papers, with olga and ann, who codes them all."""
    study = create(folder, **more)
    import_papers(
        study, [write_papers(folder.parent / f"{folder.name}.jsonl", dict.fromkeys(("p1", "p2", "p3"), TEXT))]
    )
    with study.database.writing() as connection:
        coders = [
            people.add(connection, name, "owner", password=f"password of {name}") for name in ("olga", "ann")
        ]
        queues.assign(connection, queues.Plan(name="all", kind="all", double=0, held_out=0), coders[1:])
    study.close()
    return folder


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("UNIVOCAL_DATABASE_URL", raising=False)
    monkeypatch.setattr(people, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=64))
    return made(tmp_path / "study")


@pytest.fixture
def ann(study: Path, chromium: Any) -> Iterator[Tab]:
    """Ann's browser, on the first paper of her queue."""
    with serving(study) as (_, address, _):
        tab = Tab.opened(chromium, address)
        tab.log_in("ann", "/login?next=/next")
        region(tab, "Sense of a mention").wait_for()
        yield tab
        tab.page.context.close()
        assert tab.complaints == []


def status(tab: Tab) -> Any:
    return tab.page.locator(".save-state")


def press(tab: Tab, *keys: str) -> None:
    for key in keys:
        tab.page.keyboard.press(key)


def focused(tab: Tab) -> str:  # the kind of element
    return str(tab.page.evaluate("document.activeElement.tagName"))


def quotes(tab: Tab, name: str) -> Any:
    return region(tab, name).locator("button.quote")


def revisions(study: Path) -> list[tuple[str, str]]:
    opened = open_study(study)
    try:
        with opened.database.reading() as connection:
            rows = connection.exec_driver_sql("SELECT variable, codes FROM revision ORDER BY id").all()
            return [(row[0], row[1]) for row in rows]
    finally:
        opened.close()


def test_a_whole_paper_is_coded_by_keyboard_alone(study: Path, ann: Tab) -> None:
    # nothing below moves a mouse or sets the focus
    first = ann.page.url
    press(ann, "?")
    dialog = ann.page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    ann.shot("keys")
    assert accessible(ann) == []
    press(ann, "Escape")
    expect(dialog).to_be_hidden()

    # two mentions: an ordinary word, then one that can't be told
    press(ann, "7", "n", "x")
    expect(region(ann, "Sense of a mention")).to_contain_text("2 saved")

    # the aim, with words: a sentence, then taken off again, then its first two words
    press(ann, "j", "1")
    expect(region(ann, "About alignment of AI")).to_contain_text("words are missing")
    press(ann, "e", "Enter")
    expect(quotes(ann, "About alignment of AI")).to_contain_text(
        "The second sentence says more of alignment."
    )
    assert focused(ann) == "INPUT", "the focus is back where it was"
    remove = region(ann, "About alignment of AI").get_by_role("button", name="Take off")
    for _ in range(12):
        if remove.evaluate("e => e === document.activeElement"):
            break
        press(ann, "Tab")
    press(ann, "Enter")
    expect(quotes(ann, "About alignment of AI")).to_have_count(0)
    assert focused(ann) == "BUTTON", "what is taken off hands the focus on"
    press(ann, "e", "ArrowUp", "ArrowRight", "Shift+ArrowRight", "Enter")
    expect(quotes(ann, "About alignment of AI")).to_contain_text("We align")
    saved(ann)

    press(ann, "m", *"hm", "Escape", "u")
    expect(region(ann, "About alignment of AI").get_by_role("checkbox", name="Unsure")).to_be_checked()
    expect(region(ann, "About alignment of AI").get_by_role("textbox")).to_have_value("hm")

    # all others can't be said, but the ledger, which gets an entry
    for _ in range(30):
        press(ann, "j", "x")
        if region(ann, "Ledger of proxies").evaluate("e => e.classList.contains('at')"):
            break
    ledger = region(ann, "Ledger of proxies")
    press(ann, "a")
    expect(ledger.get_by_role("listitem")).to_have_count(1)
    press(ann, "1", "e", "Enter")
    expect(ledger.locator("button.quote")).to_have_count(1)
    for _ in range(30):
        press(ann, "j")
        here = ann.page.locator(".variable.at")
        if here.evaluate("(e, ledger) => e === ledger", ledger.element_handle()):
            break
        if here.locator("input:checked").count() == 0:
            press(ann, "x")
    expect(status(ann)).to_contain_text("Saved")
    press(ann, "Control+Enter")
    expect(ann.page).not_to_have_url(first)
    region(ann, "Sense of a mention").wait_for()
    press(ann, "7")
    expect(region(ann, "Sense of a mention")).to_contain_text("1 saved")


def test_keys_are_about_the_answer_in_which_the_keyboard_is(study: Path, ann: Tab) -> None:
    region(ann, "About alignment of AI").get_by_role("radio").first.focus()
    press(ann, "3")
    expect(answer(region(ann, "About alignment of AI"), "Not at all")).to_be_checked()
    expect(region(ann, "Sense of a mention").get_by_role("radio", checked=True)).to_have_count(0)


def test_codes_that_arrow_keys_only_pass_are_not_judgements(study: Path, ann: Tab) -> None:
    answer(region(ann, "Sense of a mention"), "Task Reliability").focus()
    press(ann, "Space", *["ArrowDown"] * 6)
    expect(answer(region(ann, "Sense of a mention"), "Ordinary word")).to_be_checked()
    saved(ann)
    expect(region(ann, "Sense of a mention")).to_contain_text("1 saved")
    said = [codes for variable, codes in revisions(study) if variable == "sense"]
    assert [json.loads(codes) for codes in said] == [["task_reliability"], ["ordinary"]]


def test_words_are_attached_by_touch_on_a_narrow_screen(study: Path, chromium: Any) -> None:
    with serving(study) as (_, address, _):
        tab = Tab.opened(chromium, address, viewport={"width": 768, "height": 900}, has_touch=True)
        tab.log_in("ann", "/login?next=/next")
        answer(region(tab, "About alignment of AI"), "The aim").tap()
        # long presses and handles are the system's: they end in a selection, without any mouse
        tab.page.evaluate(
            """() => {
              const walker = document.createTreeWalker(document.querySelector('[aria-label="Paper"]'), NodeFilter.SHOW_TEXT);
              for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                const at = node.data.indexOf("what its users prefer");
                if (at >= 0) getSelection().setBaseAndExtent(node, at, node, at + 21);
              }
            }"""
        )
        offer = region(tab, "Paper").locator("..").get_by_role("button", name="Attach")
        expect(offer).to_contain_text("what its users prefer")
        tab.page.screenshot(path=SHOTS / "touch-light-768.png")
        offer.tap()
        expect(quotes(tab, "About alignment of AI")).to_contain_text("what its users prefer")
        saved(tab)
        expect(offer).to_have_count(0)
        assert tab.complaints == []
        tab.page.context.close()


def test_an_answer_survives_a_lost_connection_and_a_reload(study: Path, ann: Tab) -> None:
    ann.page.context.set_offline(True)
    answer(region(ann, "Sense of a mention"), "Technical term").check()
    expect(status(ann)).to_contain_text("Not saved")
    ann.page.context.set_offline(False)
    saved(ann)
    ann.page.reload()
    expect(answer(region(ann, "Sense of a mention"), "Technical term")).to_be_checked()
    ann.allow("ERR_INTERNET_DISCONNECTED")


def test_an_answer_outlives_the_server_and_is_found_again_from_the_start_page(
    study: Path, chromium: Any
) -> None:
    with serving(study) as (process, address, _):
        tab = Tab.opened(chromium, address)
        tab.log_in("ann", "/login?next=/next")
        sense = region(tab, "Sense of a mention")
        sense.wait_for()
        process.kill()
        process.wait()
        answer(sense, "Technical term").check()
        expect(status(tab)).to_contain_text("Not saved: the server can't be reached")
        expect(sense).to_contain_text("Trying again")
    port = int(address.rsplit(":", 1)[1])
    with serving(study, port=port):
        tab.open("/")
        waiting = tab.page.locator("[data-drafts]")
        expect(waiting).to_be_visible()
        tab.shot("home-drafts")
        assert accessible(tab) == []
        waiting.get_by_role("link").click()
        expect(answer(region(tab, "Sense of a mention"), "Technical term")).to_be_checked()
        saved(tab)
        tab.open("/")
        expect(tab.page.locator("main")).to_contain_text("You have coded")
        expect(waiting).to_be_hidden()
    assert [variable for variable, _ in revisions(study)] == ["sense"]
    tab.allow("ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE")
    assert tab.complaints == []
    tab.page.context.close()


def test_an_answer_does_not_go_into_another_study_at_the_same_address(
    study: Path, tmp_path: Path, chromium: Any
) -> None:
    with serving(study) as (process, address, _):
        tab = Tab.opened(chromium, address)
        tab.log_in("ann", "/login?next=/code/1")
        region(tab, "Sense of a mention").wait_for()
        process.kill()
        process.wait()
        answer(region(tab, "About alignment of AI"), "Not at all").check()
        expect(status(tab)).to_contain_text("Not saved")
    other = made(tmp_path / "other")
    with serving(other, port=int(address.rsplit(":", 1)[1])):
        tab.log_in("ann", "/login?next=/code/1")
        region(tab, "About alignment of AI").wait_for()
        expect(region(tab, "About alignment of AI").get_by_role("radio", checked=True)).to_have_count(0)
    assert revisions(other) == []
    tab.page.context.close()


def test_an_answer_outlives_the_login(study: Path, ann: Tab) -> None:
    opened = open_study(study)
    with opened.database.writing() as connection:
        people.set_password(connection, "ann", "password of ann")  # ends the session, as its two weeks would
    opened.close()
    answer(region(ann, "Sense of a mention"), "Technical term").check()
    expect(status(ann)).to_contain_text("no longer logged in")
    expect(status(ann)).to_contain_text("kept in this browser")
    ann.shot("login-over")
    ann.page.reload()
    ann.page.get_by_label("Name").fill("ann")
    ann.page.get_by_label("Password").fill("password of ann")
    ann.page.get_by_role("button", name="Log in").click()
    expect(answer(region(ann, "Sense of a mention"), "Technical term")).to_be_checked()
    saved(ann)
    assert [variable for variable, _ in revisions(study)] == ["sense"]
    ann.allow("401")


def test_two_tabs_are_told_of_each_other_and_nothing_is_lost(study: Path, ann: Tab) -> None:
    other = Tab.watched(ann.page.context.new_page(), ann.address)
    other.page.goto(ann.page.url)
    about = "About alignment of AI"
    answer(region(other, about), "Can't say").check()
    saved(other)
    answer(region(ann, about), "Not at all").check()
    conflict = region(ann, about).get_by_role("alert")
    expect(conflict).to_contain_text("changed elsewhere")
    ann.shot("conflict")
    assert accessible(ann) == []
    keep = conflict.get_by_role("button", name="Keep this one")
    keep.focus()
    press(ann, "Enter")
    saved(ann)
    assert focused(ann) == "INPUT", "a question that is settled hands the focus on"
    other.page.reload()
    expect(answer(region(other, about), "Not at all")).to_be_checked()
    ann.allow("409")
    assert other.complaints == []


def test_an_answer_by_an_earlier_codebook_waits_to_be_looked_at(study: Path, ann: Tab) -> None:
    changed = study.parent / "changed.toml"
    words = (study / "codebook.toml").read_text(encoding="utf-8")
    words = words.replace("Is the alignment of AI", "Whether the alignment of AI", 1)
    changed.write_text(words.replace('version = "1.1.0"', 'version = "1.2.0"', 1), encoding="utf-8")
    (changed.parent / "alignment-cues.toml").write_bytes((study / "alignment-cues.toml").read_bytes())
    univocal("codebook", "update", changed, "--study", study, "--yes")
    about = "About alignment of AI"
    answer(region(ann, about), "Not at all").check()
    expect(status(ann)).to_contain_text("Not saved: the codebook was changed")
    ann.page.reload()
    expect(region(ann, about)).to_contain_text("the codebook was changed since you gave this answer")
    assert revisions(study) == []
    ann.shot("earlier-codebook")
    region(ann, about).get_by_role("button", name="Save it as it is").click()
    saved(ann)
    assert [variable for variable, _ in revisions(study)] == ["about"]
    ann.allow("422")


def test_a_memo_typed_just_before_the_page_is_left_is_saved(study: Path, ann: Tab) -> None:
    about = "About alignment of AI"
    answer(region(ann, about), "Not at all").check()
    saved(ann)
    press(ann, "m", *"hm")
    ann.open("/")
    expect(ann.page.locator("main")).to_contain_text("You have coded")
    ann.page.go_back()
    expect(region(ann, about).get_by_role("textbox")).to_have_value("hm")
    expect(status(ann)).to_contain_text("Saved")
    assert len(revisions(study)) == 2
