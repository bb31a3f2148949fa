import pytest

from univocal.conflation.proxy_as_ideal import KIND, find


def found(case):
    return find(case.paper, case.codings, case.codebook)


@pytest.mark.parametrize(
    "claim",
    [
        "Experiments show that our loss improves model alignment.",
        "Results demonstrate that it aligns chat models more accurately.",
        "It achieves 72% and so a much stronger alignment with users.",
        "Evaluations show that it surpasses the baseline in alignment.",
    ],
)
def test_a_result_stated_as_alignment(make, claim):
    (finding,) = found(make[KIND](claim))
    assert [s.quote for s in finding.spans] == [claim]


@pytest.mark.parametrize(
    "claim",
    [
        "We aim at better alignment in later work.",
        "Results show that a larger model is not better aligned.",
        "Experiments show how an effective evaluation of alignment could be made.",
        "Experiments show that misalignment increases and gets better misaligned answers.",
        "Our experiments use models that were aligned by others.",
    ],
)
def test_wishes_denials_and_mere_mentions_are_no_case(make, claim):
    assert found(make[KIND](claim)) == ()


def test_a_quantity_that_the_text_keeps_apart_is_no_case(make):
    case = make[KIND]("Results show better alignment by the reward, which is only a proxy.")
    assert len(found(case)) == 1
    assert found(case.code("proxies", "proxy", evidence="the reward")) == ()


def test_a_word_in_another_sense_is_no_case(make):
    case = make[KIND]()
    case.codings = [c for c in case.codings if c.variable != "sense"]
    assert found(case.sense("alignment by", "technical")) == ()
