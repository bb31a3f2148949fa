"""The page in Chromium, opened from disk: what a reader does with it, by mouse and by keys."""

import random
import re
import shutil
import time
from dataclasses import replace

import pytest

from univocal.atlas.page import PageWriter
from univocal.atlas.tally import Tally
from univocal.records import Coding, Dossier, Evidence, Finding, Mention, Paper

pytestmark = pytest.mark.browser
sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PROBE = "</script><!--<script>alert(1)</script><img src=x onerror=alert(1)>"
ODD = "👩🏽‍🔬 e\u0301tude: \U0001d538 שלום עולם align مرحبا aligned ﷽ 𝒳 misaligned 🙂 end"


def odd_dossier(name: str, text: str) -> Dossier:
    senses = ("task_reliability", None)
    mentions = [
        Mention(name, match.start(), match.end(), match[0], senses[n % 2], 0.5)
        for n, match in enumerate(re.finditer(r"\w*align\w*", text))
    ]
    evidence = (Evidence.cut(text, mentions[0].start - 3, len(text)),)
    return Dossier(
        Paper(name, text, title=text, venue=text, year=1999, extra={"url": "javascript:alert(1)"}),
        tuple(mentions),
        (Coding(name, "c", "about", ("main",), evidence), Coding(name, "c", "ideals", None)),
        (Finding(name, "sense_shift", evidence, text, 0.5),),
    )


def write(dossiers, codebook, out, **limits):
    tally, writer = Tally(codebook), PageWriter(out, codebook, **limits)
    for dossier in dossiers:
        tally.add(dossier)
        writer.add(dossier)
    return writer.finish(tally.summary()).as_uri()


@pytest.fixture(scope="module")
def corpus(dossiers):
    return [odd_dossier("odd", ODD), odd_dossier("probe", f"{PROBE} align {PROBE} aligned"), *dossiers]


@pytest.fixture(scope="module")
def chromium():
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module", params=["one-file", "folder"])
def address(request, corpus, codebook, tmp_path_factory):
    limits = {} if request.param == "one-file" else {"inline_papers": 100}
    return write(corpus, codebook, tmp_path_factory.mktemp(request.param), **limits)


@pytest.fixture
def page(chromium, address):
    context = chromium.new_context(
        viewport={"width": 1280, "height": 900}, color_scheme="light", reduced_motion="reduce"
    )
    opened = context.new_page()
    complaints = []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("dialog", lambda dialog: (complaints.append("a probe ran"), dialog.dismiss()))
    opened.on("request", lambda r: None if r.url.startswith("file:") else complaints.append(r.url))
    opened.goto(address)
    expect(opened.locator("#rows tr")).to_have_count(25)
    yield opened
    assert complaints == []
    context.close()


def test_charts_are_drawn_without_network_or_eval(page):
    for chart in page.locator("[data-chart]").all():
        chart.scroll_into_view_if_needed()
        expect(chart.locator("svg")).to_have_count(1)
        assert chart.locator("svg path").count() > 2


def test_search_and_filters_find_what_the_codes_say(page, corpus):
    total = len(corpus)
    words = ("language", "model")
    n = sum(all(w in f"{d.paper.title} {d.paper.venue} {d.paper.id}".lower() for w in words) for d in corpus)
    page.fill("#q", "model language")
    expect(page.locator("#status")).to_have_text(f"{n} of {total} papers")
    page.click("#clear")
    expect(page.locator("#status")).to_have_text(f"{total} papers")

    def has(d, variable, code):
        return any(c.variable == variable and c.codes and code in c.codes for c in d.codings)

    page.select_option("#f-ideals", "social_judiciousness")
    page.select_option("#f-about", "main")
    both = [d for d in corpus if has(d, "ideals", "social_judiciousness") and has(d, "about", "main")]
    expect(page.locator("#status")).to_have_text(f"{len(both)} of {total} papers")
    page.fill("#year-from", "2024")
    page.press("#year-from", "Tab")
    late = [d for d in both if d.paper.year and d.paper.year >= 2024]
    expect(page.locator("#status")).to_have_text(f"{len(late)} of {total} papers")
    page.click("#clear")
    page.select_option("#f-finding", "sense_shift")
    shifts = sum(any(f.kind == "sense_shift" for f in d.findings) for d in corpus)
    expect(page.locator("#status")).to_have_text(f"{shifts} of {total} papers")
    page.click("#clear")
    page.select_option("#f-variable", "ideals")
    page.select_option("#f-code", "(abstained)")
    expect(page.locator("#status")).to_have_text(f"2 of {total} papers")


def test_a_count_leads_to_its_papers(page, corpus):
    cell = page.locator("#coordinates .cell button").first
    n = cell.inner_text()
    cell.click()
    expect(page.locator("#status")).to_have_text(f"{n} of {len(corpus)} papers")
    expect(page.locator("#chips button")).to_have_count(3)


def test_sorting_and_paging(page, corpus):
    page.select_option("#sort", "year-up")
    years = [d.paper.year or 9999 for d in corpus]
    expect(page.locator("#rows .where").first).to_contain_text(str(min(years)))
    last = -(-len(corpus) // 25)
    expect(page.locator("#page-of")).to_have_text(f"Page 1 of {last}")
    page.locator("h1").click()
    page.keyboard.press("n")
    expect(page.locator("#page-of")).to_have_text(f"Page 2 of {last}")
    page.keyboard.press("p")
    expect(page.locator("#page-of")).to_have_text(f"Page 1 of {last}")


def test_the_whole_way_by_keys(page):
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("alignment")
    expect(page.locator("#status")).to_contain_text(" of ")
    page.locator("#rows .title").first.focus()
    page.keyboard.press("ArrowDown")
    title = page.locator("#rows .title").nth(1)
    expect(title).to_be_focused()
    words = title.inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("#paper-title")).to_have_text(words)
    page.keyboard.press("m")
    expect(page.locator("#paper-text .m.at")).to_have_count(1)
    page.keyboard.press("n")
    expect(page.locator("#paper-title")).not_to_have_text(words)
    page.keyboard.press("p")
    expect(page.locator("#paper-title")).to_have_text(words)
    page.keyboard.press("Escape")
    expect(page.locator("#paper")).not_to_be_visible()
    expect(title).to_be_focused()


def test_skip_link_comes_first(page):
    page.keyboard.press("Tab")
    expect(page.locator(".skip").first).to_be_focused()


def test_highlights_are_the_quotes(page, corpus):
    """Every mention and every piece of evidence of the first papers, code point for code point."""
    page.locator("#rows .title").first.click()
    for dossier in corpus[:12]:
        expect(page.locator("#paper-title")).to_have_text(dossier.paper.title)
        assert page.locator("#paper-text").evaluate("e => e.textContent") == dossier.paper.text
        marks = page.locator("#paper-text").evaluate(
            """e => { const found = {};
                 for (const m of e.querySelectorAll('.m')) found[m.dataset.mention] = (found[m.dataset.mention] || '') + m.textContent;
                 return found; }"""
        )
        assert marks == {str(m.start): m.text for m in dossier.mentions}
        codings = [c for c in dossier.codings if c.variable != "sense"]
        quotes = {e.quote for c in (*codings,) for e in c.evidence} | {
            e.quote for f in dossier.findings for e in f.spans
        }
        lit = page.locator("#paper").evaluate(
            """d => [...d.querySelectorAll('button.code')].map((b) => {
                 b.click(); return [...d.querySelectorAll('.on')].map((e) => e.textContent).join(''); })"""
        )
        assert len(lit) >= len({c.variable for c in codings if c.evidence})
        assert all(words in quotes or any(q in words for q in quotes) for words in lit)
        assert set(lit) >= {e.quote for c in codings for e in c.evidence if len(c.evidence) == 1}
        page.keyboard.press("n")


def test_probes_stay_text(page):
    page.fill("#q", "onerror")
    expect(page.locator("#status")).to_contain_text("1 of")
    page.locator("#rows .title").first.click()
    expect(page.locator("#paper-title")).to_contain_text("<img src=x")
    assert page.locator("img").count() == 0
    assert page.locator("a[href^=javascript]").count() == 0
    assert page.locator("#paper-meta a").count() == 0


def test_day_and_night(page):
    def ground():
        return page.evaluate("getComputedStyle(document.body).backgroundColor")

    day = ground()
    page.emulate_media(color_scheme="dark")
    night = ground()
    assert day != night
    page.click("#theme")
    expect(page.locator("#theme")).to_have_text("Theme: light")
    assert ground() == day
    page.click("#theme")
    assert ground() == night


@pytest.mark.parametrize("width", [1280, 400])
def test_nothing_sticks_out(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("#rows .title").first.click()
    expect(page.locator("#paper")).to_be_visible()
    assert page.evaluate("document.querySelector('#paper').scrollWidth") <= width


def test_a_link_opens_its_paper(page, corpus, address):
    target = corpus[150]
    page.goto(f"{address}#paper={target.paper.id}")
    page.reload()
    expect(page.locator("#paper-title")).to_have_text(target.paper.title)


@pytest.mark.slow
def test_a_hundred_thousand_papers_open_within_two_seconds(chromium, dossiers, codebook, tmp_path):
    rng = random.Random(0)

    def resampled():
        for n in range(100_000):
            d = rng.choice(dossiers)
            yield replace(d, paper=replace(d.paper, id=f"{d.paper.id}#{n}", title=f"{d.paper.title} ({n})"))

    address = write(resampled(), codebook, tmp_path)
    page = chromium.new_page()
    began = time.perf_counter()
    page.goto(address)
    expect(page.locator("#rows tr")).to_have_count(25)
    assert time.perf_counter() - began < 2
    page.fill("#q", "99999")
    expect(page.locator("#status")).to_have_text("1 of 100,000 papers", timeout=10_000)
    page.locator("#rows .title").first.click()
    expect(page.locator("#paper-text")).not_to_be_empty()
    page.close()
