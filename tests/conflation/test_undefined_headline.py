import pytest

from univocal.conflation.undefined_headline import KIND, find


def found(case):
    return find(case.paper, case.codings, case.codebook)


def test_the_claim_is_quoted(make):
    (finding,) = found(make[KIND]())
    assert [s.quote for s in finding.spans] == ["We hope that this post is useful for alignment."]


def test_the_title_is_a_headline(case):
    titled = case("Progress in AI alignment", "An overview follows.")
    titled.code("about", "main").code("primary", "unspecified").code("definition", "none")
    titled.code("target_y", "not_stated").sense("alignment", "unspecified_ai")
    (finding,) = found(titled)
    assert finding.spans[0].quote == "Progress in AI alignment"
    assert "title" in finding.reason


@pytest.mark.parametrize(
    ("variable", "code"),
    [
        ("about", "passing"),
        ("primary", "task_reliability"),
        ("definition", "implicit"),
        ("target_y", "intent"),
    ],
)
def test_a_text_that_settles_it_or_aims_elsewhere_is_no_case(make, variable, code):
    assert found(make[KIND]().without(variable).code(variable, code)) == ()


def test_aligned_models_as_a_mere_label_are_no_claim(case):
    label = case("Attacks on chat models", "We attack aligned language models.")
    label.code("about", "main").code("primary", "unspecified").code("definition", "none")
    label.code("target_y", "not_stated").sense("aligned", "unspecified_ai")
    assert found(label) == ()
