from univocal.conflation.sense_shift import KIND, SURE, find


def found(case):
    return find(case.paper, case.codings, case.codebook)


def test_both_places_are_shown_in_order(make):
    (finding,) = found(make[KIND]())
    assert [s.quote for s in finding.spans] == [
        "Aligning models to what users ask is common.",
        "Aligned agents must respect social norms.",
    ]
    assert finding.reason.index("Task Reliability") < finding.reason.index("Social Judiciousness")


def test_a_text_that_says_so_does_not_slide(make):
    assert found(make[KIND]().without("diversity_acknowledged").code("diversity_acknowledged", "true")) == ()


def test_an_unsure_sense_says_nothing(case):
    unsure = case("Two aims", "Aligning models to users is common. Aligned agents respect norms.")
    unsure.code("diversity_acknowledged", "false").sense("Aligning models", "task_reliability")
    assert found(unsure.sense("Aligned agents", "social_judiciousness", SURE - 0.01)) == ()


def test_unspecified_and_technical_senses_are_no_second_ideal(case):
    one = case("One aim", "Aligning models to users is common. Aligned agents stay safe. Align the corpora.")
    one.code("diversity_acknowledged", "false").sense("Aligning models", "task_reliability")
    assert found(one.sense("Aligned agents", "unspecified_ai").sense("Align the", "technical")) == ()


def test_two_words_in_one_sentence_are_quoted_each(case):
    both = case("Two aims", "Aligning models to users helps, as do Aligned agents that respect norms.")
    both.code("diversity_acknowledged", "false").sense("Aligning models", "task_reliability")
    (finding,) = found(both.sense("Aligned agents", "social_judiciousness"))
    assert [s.quote for s in finding.spans] == ["Aligning", "Aligned"]


def test_one_odd_mention_in_a_long_text_is_no_shift(case):
    words = [f"Align{ending} number {n}." for n, ending in enumerate(["ing", "ed", "ment", "s"] * 5)]
    long = case("Two aims", " ".join(words))
    long.code("diversity_acknowledged", "false")
    for n, word in enumerate(words):
        long.sense(word, "social_judiciousness" if n == 7 else "task_reliability")
    assert found(long) == ()
