import dataclasses

import pytest

from univocal.errors import InputError
from univocal.estimates.answers import Answers, coded_answers, coder_answers, gold_answers
from univocal.estimates.measure import measure, variable_units
from univocal.estimates.tables import OFF, Settings
from univocal.records import Coding, Evidence

QUICK = Settings(n_boot=20)


def said(paper, **codes):
    return Answers(paper.id, (), codes)


def test_conditional_questions_are_asked_only_where_the_gold_says_ai(gold, codebook):
    truth = gold_answers(gold, codebook)
    for one, answers in zip(gold, truth, strict=True):
        assert ("primary" in answers.codes) == (one.coding["about"] != "no")
    assert truth[0].codes["tension_acknowledged"] == ("false",)


def test_all_strange_codes_are_told_at_once(gold, codebook):
    strange = [
        dataclasses.replace(
            gold[0], coding={**gold[0].coding, "valence": "positiv", "ideals": ["task_reliabilty"]}
        ),
        dataclasses.replace(gold[1], mentions=(dataclasses.replace(gold[1].mentions[0], sense="odd"),)),
    ]
    with pytest.raises(InputError) as caught:
        gold_answers(strange, codebook)
    assert len(caught.value.faults) == 3
    assert "Did you mean 'positive'?" in str(caught.value)
    short = dataclasses.replace(gold[0], coders={"coder_1": {"about": "no", "senses": []}})
    with pytest.raises(InputError, match="0 senses for 1 mentions"):
        coder_answers([short], "coder_1", codebook)


def test_no_is_a_wrong_answer_and_silence_an_abstention(gold, codebook):
    ai = next(g for g in gold if g.coding["about"] == "main")
    truth = gold_answers([ai], codebook)
    valence = codebook.variable("valence")

    def guess(**codes):
        return variable_units(valence, truth, [said(ai.paper, **codes)]).guess

    assert guess(about=("no",)) == ((OFF,),)
    assert guess(about=None) == (None,)
    assert guess() == (None,)
    assert guess(about=("main",)) == (None,)
    assert guess(about=("main",), valence=None) == (None,)
    assert guess(about=("main",), valence=("both",)) == (("both",),)


def test_senses_are_matched_by_place(gold, codebook):
    one = gold[0]
    text, (mention,) = one.paper.text, one.mentions
    right = Coding(
        one.paper.id, "c", "sense", ("technical",), (Evidence.cut(text, mention.start, mention.end),), 0.9
    )
    elsewhere = Coding(one.paper.id, "c", "sense", ("technical",), (Evidence.cut(text, 0, 2),))
    answers = coded_answers(one, [elsewhere, right], codebook)
    assert (answers.senses, answers.sense_confidence, answers.n_elsewhere) == (("technical",), (0.9,), 1)
    assert coded_answers(one, [], codebook).senses == (None,)


def test_figures_by_hand(gold, codebook):
    """Four papers on AI: one right, one wrong, one called no, one abstained."""
    ai = [g for g in gold if g.coding["about"] == "main" and g.coding["valence"] == "positive"][:4]
    truth = gold_answers(ai, codebook)
    main = ("main",)
    guess = [
        said(ai[0].paper, about=main, valence=("positive",), ideals=("task_reliability",)),
        said(
            ai[1].paper,
            about=main,
            valence=("negative",),
            ideals=("task_reliability", "social_judiciousness"),
        ),
        said(ai[2].paper, about=("no",)),
        said(ai[3].paper, about=main, valence=None, ideals=None),
    ]
    guess = [dataclasses.replace(g, senses=(None,)) for g in guess]
    result = measure(truth, guess, codebook, QUICK)
    valence = result.variables["valence"]
    assert (valence.n, valence.n_abstained, valence.n_off) == (4, 1, 1)
    assert valence.coverage.value == 0.75
    assert valence.coded["accuracy"].value == pytest.approx(1 / 3)
    assert valence.coded["accuracy"].n == 3
    assert valence.all["accuracy"].value == pytest.approx(1 / 4)
    positive = next(i for i, one in enumerate(valence.codes) if one.label == "positive")
    assert valence.codes[positive].recall.value == pytest.approx(1 / 3)
    assert valence.codes_all[positive].recall.value == pytest.approx(1 / 4)
    assert valence.codes[positive].precision.value == 1.0
    # Without the paper that it called no: one of two right.
    assert result.both_ai["valence"].coded["accuracy"].value == pytest.approx(1 / 2)
    ideals = result.variables["ideals"]
    assert ideals.coded["jaccard"].value == pytest.approx((1 + 1 / 2 + 0) / 3)
    assert ideals.all["jaccard"].value == pytest.approx((1 + 1 / 2 + 0) / 4)
    # Hits 2; guessed 1 + 2 + the "not asked"; true 3 of those coded, 4 of all. Silence guesses nothing.
    assert ideals.coded["micro_f1"].value == pytest.approx(2 * 2 / (4 + 3))
    assert ideals.all["micro_f1"].value == pytest.approx(2 * 2 / (4 + 4))
    assert ideals.all["accuracy"].value == pytest.approx(1 / 4)
    assert result.senses.coverage.value == 0
    assert result.senses.coded["accuracy"].value is None
    assert result.senses.all["accuracy"].value == 0
    assert "gold has no codes" in result.not_measured["subcategory"]
