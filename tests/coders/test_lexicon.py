import dataclasses
from pathlib import Path

import pytest

from univocal.codebook import load as load_codebook
from univocal.codebook.model import Cue
from univocal.coders.gold import load_gold
from univocal.coders.lexicon import LexiconCoder, load
from univocal.coders.protocol import Coder, checked
from univocal.mentions.find import find_mentions
from univocal.records import Paper, Section

ROOT = Path(__file__).resolve().parents[2]
DEV = ROOT.parent / "shared" / "gold" / "dev.jsonl"
EXTENSION = ROOT / "examples" / "codebooks" / "collective-bidirectional.toml"

SENSES = {
    "technical": "Word alignment of parallel corpora for statistical machine translation",
    "ordinary": "Our results align well with previous findings on human judgments of readability.",
    "task_reliability": "We align language models with user preferences by RLHF and direct preference optimization.",
    "social_judiciousness": "Cultural alignment: do chatbots reflect the moral values and social norms of societies?",
    "takeover_avoidance": "Deceptive alignment: an AGI may hide its goals from overseers and resist shutdown.",
    "unspecified_ai": "Jailbreaks show that safety alignment is brittle: aligned LLMs answer harmful prompts.",
}
PREFERENCES = Paper(
    "p1",
    "Aligning language models with users\n\nWe fine-tune LLMs by RLHF so that answers align with what users prefer. "
    "Reward hacking remains a risk. Our method improves alignment: the win rate rises by 9 points.",
    "Aligning language models with users",
)


def codings(paper, book=None):
    return LexiconCoder().code(paper, book or load_codebook())


def coding(paper, variable, book=None):
    return next(c for c in codings(paper, book) if c.variable == variable)


def test_it_is_a_coder():
    assert isinstance(load(), Coder)
    assert (load().name, load().version) == ("lexicon", "1")


@pytest.mark.parametrize(("sense", "text"), SENSES.items())
def test_plain_cases_of_each_sense(sense, text):
    senses = [c.codes for c in codings(Paper("p", text)) if c.variable == "sense"]
    assert senses
    assert set(senses) == {(sense,)}


def test_each_mention_is_coded_once_in_order_with_the_word_as_evidence():
    senses = [c for c in codings(PREFERENCES) if c.variable == "sense"]
    spans = [(c.evidence[0].start, c.evidence[0].end) for c in senses]
    assert spans == list(find_mentions(PREFERENCES.text))


def test_a_paper_without_mentions_has_no_codings():
    assert codings(Paper("p", "Nothing of the kind.")) == ()


def test_a_paper_that_is_about_something_else_is_coded_no_further():
    found = codings(Paper("p", SENSES["technical"]))
    assert [c.variable for c in found] == ["sense", "about"]
    assert found[-1].codes == ("no",)


def test_it_abstains_where_no_cue_matches():
    found = codings(Paper("p", "Xyz aligned."))
    assert [(c.variable, c.codes, c.confidence) for c in found] == [
        ("sense", None, None),
        ("about", None, None),
    ]


def test_a_paper_about_ai_is_asked_every_question_of_the_codebook():
    book = load_codebook()
    asked = {v.id for v in book.variables if v.unit == "paper" and v.answers != "ledger"} - {"conflation"}
    assert {c.variable for c in codings(PREFERENCES)} == asked | {"sense", "proxies"}


@pytest.mark.parametrize(
    ("variable", "codes"),
    [
        ("about", ("main",)),
        ("ideals", ("task_reliability",)),
        ("primary", ("task_reliability",)),
        ("object_x", ("local_behaviour",)),
        ("target_y", ("intent",)),
        ("subcategory", ("alignment_as_fine_tuning",)),
        ("harm_source", ("specification_error",)),
        ("diversity_acknowledged", ("false",)),
        ("definition", ("implicit",)),
    ],
)
def test_the_variables_of_a_plain_paper(variable, codes):
    assert coding(PREFERENCES, variable).codes == codes


def test_the_ledger_quotes_the_quantity_and_says_what_it_stands_for():
    entry = coding(PREFERENCES, "proxies")
    assert (entry.evidence[0].quote, entry.codes, entry.stands_for) == (
        "win rate",
        ("ideal",),
        "task_reliability",
    )


def test_references_are_left_alone():
    text = "We align models with user preferences.\n\nReferences: Word alignment"
    paper = Paper("p", text, sections=(Section("references", 40, len(text)),))
    assert len([c for c in codings(paper) if c.variable == "sense"]) == 1


def test_the_explanation_accounts_for_each_coding():
    book = load_codebook()
    for explained in LexiconCoder().explain(PREFERENCES, book):
        scores = dict(explained.scores)
        for hit in explained.hits:
            assert hit.cue in book.cues
            assert hit.cue.variable == explained.coding.variable
        if explained.coding.variable == "sense":
            for code, score in scores.items():
                assert score == pytest.approx(sum(h.cue.weight for h in explained.hits if h.cue.code == code))
        assert explained.text().startswith(explained.coding.variable)


def test_it_is_deterministic():
    assert codings(PREFERENCES) == codings(PREFERENCES)


def test_ideals_of_a_users_codebook_are_carried_by_their_cues():
    book = load_codebook(EXTENSION)
    paper = Paper(
        "p", "Collective alignment of agents\n\nWe study collective alignment in societies of AI agents."
    )
    assert coding(paper, "sense", book).codes == ("collective_alignment",)
    assert coding(paper, "primary", book).codes == ("collective_alignment",)
    assert coding(paper, "ideals", book).codes == ("collective_alignment",)
    for found in codings(paper, book):
        checked(found, paper, book)


def test_a_code_that_cannot_be_quoted_is_not_said():
    # The only cue matches before the text begins to say anything: there is nothing to quote.
    book = dataclasses.replace(
        load_codebook(),
        cues=(
            *(c for c in load_codebook().cues if c.variable in ("sense", "about")),
            Cue("object_x", "local_behaviour", r"(?=align)", "paper", 2.0),
        ),
    )
    assert coding(PREFERENCES, "object_x", book).codes is None


@pytest.mark.skipif(not DEV.exists(), reason="the coded abstracts are not on this machine")
def test_codings_of_real_abstracts_keep_every_rule():
    book, coder = load_codebook(), LexiconCoder()
    right = total = 0
    for gold in load_gold(DEV)[::5]:
        found = coder.code(gold.paper, book)
        for each in found:
            checked(each, gold.paper, book)
        senses = [c for c in found if c.variable == "sense"]
        assert len(senses) == len(gold.mentions)
        right += sum(c.codes == (m.sense,) for c, m in zip(senses, gold.mentions, strict=True))
        total += len(senses)
    assert right / total > 0.6


def test_a_long_text_takes_time_in_proportion_to_its_length():
    import time

    book, coder = load_codebook(), LexiconCoder()
    page = (
        "We align language models with user preferences. Filler words stand here for quite some time. " * 20
    )

    def seconds(copies):
        paper = Paper("p", page * copies)
        begun = time.process_time()
        coder.code(paper, book)
        return time.process_time() - begun

    seconds(1)
    assert seconds(40) < 10 * max(seconds(10), 0.05)
